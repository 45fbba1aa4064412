"""Who may do what with meters and their readings."""

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

READERS = ("service", "manager", "cashier")
WRITERS = ("clerk", "company", "admin")


@tagged("post_install", "-at_install")
class TestAccessMeters(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
        "inspector": "pm_maintenance.group_pm_inspector",
        "technician": "pm_maintenance.group_pm_technician",
    }
    RIGHTS = {
        "pm.meter": {
            **dict.fromkeys((*READERS, "inspector", "technician"), "r"),
            **dict.fromkeys(WRITERS, "rwcd"),
        },
        # who reads meters enters what was read, and puts nothing right
        "pm.meter.reading": {
            **dict.fromkeys(READERS, "r"),
            **dict.fromkeys(("inspector", "technician"), "rc"),
            **dict.fromkeys(WRITERS, "rwcd"),
        },
        "pm.meter.reading.import": dict.fromkeys(WRITERS, "rwcd"),
        "pm.meter.reading.import.issue": dict.fromkeys(WRITERS, "rwcd"),
        "pm.meter.loss": dict.fromkeys((*READERS, *WRITERS), "r"),
    }
    WIZARDS = {
        "pm.meter.decision": WRITERS,
        "pm.meter.replacement": (*WRITERS, "technician"),
        "pm.meter.estimate": WRITERS,
        "pm.meter.round": ("manager", "company", "admin"),
    }

    @classmethod
    def _make_records(cls, estate):
        meter = cls.env["pm.meter"].create(
            {"name": "W1", "medium": "water", "property_id": estate.id}
        )
        reading = cls.env["pm.meter.reading"].create(
            {"meter_id": meter.id, "date": "2026-01-01", "value": -1}
        )
        master = cls.env["pm.meter"].create(
            {"name": "M1", "property_id": estate.id, "kind": "master"}
        )
        meter.parent_id = master
        for day, value in (("2026-01-31", 1), ("2026-02-28", 2)):
            cls.env["pm.meter.reading"].create(
                {"meter_id": master.id, "date": day, "value": value}
            )
        loss = cls.env["pm.meter.loss"].search([("meter_id", "=", master.id)])
        workbook = cls.env["pm.meter.reading.import"].create(
            {"property_id": estate.id, "filename": "readings.xlsx"}
        )
        issue = cls.env["pm.meter.reading.import.issue"].create(
            {"import_id": workbook.id, "severity": "error", "message": "No such room"}
        )
        return {
            "pm.meter": meter,
            "pm.meter.reading": reading,
            "pm.meter.loss": loss,
            "pm.meter.reading.import": workbook,
            "pm.meter.reading.import.issue": issue,
        }
