from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Close what was open: sign-up, identity papers, customers of other companies.

    Rules are not updated with the code: the one that asks for estates and companies
    is new, and those of single groups would open what it closes for nobody.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2b")
    for name in ("res_partner_rule_estate", "res_partner_rule_all"):
        rule = env.ref(f"pm_core.{name}", raise_if_not_found=False)
        if rule:
            rule.unlink()
    identity_card = env.ref(
        "pm_core.document_type_customer_id", raise_if_not_found=False
    )
    if identity_card:
        identity_card.is_personal = True
