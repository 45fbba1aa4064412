from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Phone numbers are read anew: until now nothing could tell one from two."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    partners = env["res.partner"].with_context(active_test=False)
    field = partners._fields["phone_sanitized"]
    env.add_to_compute(field, partners.search([("phone", "!=", False)]))
    partners.flush_model(["phone_sanitized"])
