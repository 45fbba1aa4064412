from odoo import SUPERUSER_ID, api

EVERYWHERE = (
    "[(1, '=', 1)] if user.pm_all_estates"
    " or user.has_group('pm_core.group_pm_company_manager') else "
)
ESTATE = "('complaint_id.estate_id', 'in', user.pm_estate_ids.ids)"
HANDLER = "('complaint_id.user_id', '=', user.id)"
BEFORE = f"{EVERYWHERE}[{ESTATE}]"
OF_THE_CASE = f"{EVERYWHERE}['|', {ESTATE}, {HANDLER}]"
OF_THE_MEASURE = (
    f"{EVERYWHERE}['|', '|', {ESTATE}, {HANDLER}, ('user_id', '=', user.id)]"
)
RULES = {
    "pm_complaint_step_rule_estate": OF_THE_CASE,
    "pm_complaint_message_rule_estate": OF_THE_CASE,
    "pm_complaint_reply_rule_estate": OF_THE_CASE,
    "pm_complaint_dispute_rule_estate": OF_THE_CASE,
    "pm_complaint_person_rule_estate": OF_THE_CASE,
    "pm_rectification_rule_estate": OF_THE_MEASURE,
}


def migrate(cr, version):
    """Who handles a case of another estate reads what belongs to it.

    Rules that somebody has changed stay as they are.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in RULES.items():
        rule = env.ref(f"pm_complaints.{name}", raise_if_not_found=False)
        if rule and rule.domain_force == BEFORE:
            rule.domain_force = domain
