from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Customers are those of one company, and hidden from estates they are not of.

    Rules are not updated with the code; what residents read, their pages choose.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref(
        "pm_core.res_partner_rule_estate"
    ).domain_force = (
        "[(1, '=', 1)] if user.pm_all_estates else [('pm_is_served', '=', True)]"
    )
    for name in ("pm_occupancy_rule_portal", "pm_property_rule_portal"):
        rule = env.ref(f"pm_core.{name}", raise_if_not_found=False)
        if rule:
            rule.unlink()
    cr.execute(
        """
        UPDATE res_partner customer
           SET company_id = estate.company_id
          FROM pm_property estate
         WHERE estate.id = customer.pm_estate_id
           AND customer.company_id IS NULL
           AND NOT EXISTS (
               SELECT 1 FROM res_users WHERE res_users.partner_id = customer.id
           )
        """
    )
