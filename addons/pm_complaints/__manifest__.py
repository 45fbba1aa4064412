{
    "name": "Property Management: Complaints",
    "version": "19.0.1.0.0",
    "category": "Services/Property Management",
    "summary": "Complaints from acceptance to verified closure, on every channel",
    "author": "PM contributors",
    "license": "AGPL-3",
    "depends": [
        "pm_billing",
        "pm_core",
        "pm_maintenance",
        "survey",
    ],
    "data": [
        "security/pm_complaints_groups.xml",
        "data/complaints/pm_channel_data.xml",
        "views/pm_complaints_menus.xml",
    ],
    "application": True,
}
