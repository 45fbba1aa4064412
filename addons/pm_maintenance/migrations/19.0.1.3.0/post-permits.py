from odoo import SUPERUSER_ID, api

# template: category that it was shipped with, and the one that asks for a permit
CATEGORIES = {
    "tank": ("water", "water_confined"),
    "tank_quarterly": ("water", "water_confined"),
    "gutter": ("civil", "civil_height"),
}


def migrate(cr, version):
    """Work in tanks and at the edge of a roof begins with a permit, planned work too.

    Only templates that are still of the category that they were shipped with: others
    are the company's own.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for template, (former, category) in CATEGORIES.items():
        record = _find(env, f"pm_maintenance_plan_template_{template}")
        former = _find(env, f"pm_fault_category_{former}")
        category = _find(env, f"pm_fault_category_{category}")
        if record and former and category and record.fault_category_id == former:
            record._take_category(category)


def _find(env, name):
    return env.ref(f"pm_maintenance.{name}", raise_if_not_found=False)
