from odoo import api, fields, models

KEEP_DAYS = 90


class PmApiCall(models.Model):
    """How often an access called within an hour; written in one statement."""

    _name = "pm.api.call"
    _description = "Calls of an API Access"
    _order = "hour desc, id desc"
    _rec_name = "hour"

    client_id = fields.Many2one(
        "pm.api.client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    hour = fields.Datetime(required=True, readonly=True)
    calls = fields.Integer(required=True, readonly=True, default=0)
    wrong = fields.Integer("Wrong Codes", required=True, readonly=True, default=0)
    last_at = fields.Datetime("Last One", readonly=True)

    _hour_once = models.UniqueIndex(
        "(client_id, hour)", "This hour is counted already."
    )

    @api.autovacuum
    def _gc_calls(self):
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.sudo().search([("hour", "<", before)], limit=10_000).unlink()
