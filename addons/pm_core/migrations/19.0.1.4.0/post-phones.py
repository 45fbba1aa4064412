from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Landlines with an extension had too many digits to be one number."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    partners = env["res.partner"].with_context(active_test=False)
    unread = partners.search([("phone", "!=", False), ("phone_sanitized", "=", False)])
    env.add_to_compute(partners._fields["phone_sanitized"], unread)
    partners.flush_model(["phone_sanitized"])
