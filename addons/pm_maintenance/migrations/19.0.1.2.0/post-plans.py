from odoo import SUPERUSER_ID, api

PAPERS = {
    "lift_test": "test_report",
    "fire_yearly": "fire_test",
    "fire_automatic": "fire_test",
    "water_test": "water_report",
    "water_test_quarterly": "water_report",
    "water_test_monthly": "water_report",
    "lightning": "lightning_test",
    "lightning_half_year": "lightning_test",
}


def migrate(cr, version):
    """Templates of the law know the age of a lift, and the paper that proves a test.

    Only templates that are still as they were shipped: others are the company's own,
    and so are plans, whose days nobody changes behind their managers.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for template, paper in PAPERS.items():
        record = _find(env, f"pm_maintenance_plan_template_{template}")
        kind = _find(env, f"document_type_{paper}")
        if record and kind and not record.paper_type_id:
            record.paper_type_id = kind
    lift = _find(env, "pm_maintenance_plan_template_lift_test")
    if lift and (lift.schedule_unit, lift.schedule_every) == ("year", 1):
        lift.due_ages = lift.due_ages or "1, 4, 7, 9, 11, 13, 15"


def _find(env, name):
    return env.ref(f"pm_maintenance.{name}", raise_if_not_found=False)
