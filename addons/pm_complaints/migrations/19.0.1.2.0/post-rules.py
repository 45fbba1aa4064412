from odoo import SUPERUSER_ID, api

ABOUT = "('complaint_id.concerned_user_ids', 'not in', [user.id])"
BEFORE = {
    "pm_complaint_report_rule_concerned": f"[{ABOUT}]",
    "pm_complaint_rate_rule_concerned": f"['|', ('complaint_id', '=', False), {ABOUT}]",
}
AFTER = "[('concerned_user_ids', 'not in', [user.id])]"


def migrate(cr, version):
    """Figures ask themselves whom they are about, and do not look through complaints.

    Rules that somebody has changed stay as they are.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, before in BEFORE.items():
        rule = env.ref(f"pm_complaints.{name}", raise_if_not_found=False)
        if rule and rule.domain_force == before:
            rule.domain_force = AFTER
