from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Which customers accountants read is asked where it is asked for all."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("pm_billing.res_partner_rule_account", raise_if_not_found=False)
    if rule:
        rule.unlink()
