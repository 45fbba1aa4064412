from odoo import api, fields, models


class PmFaultVisit(models.Model):
    """A report from the public page, counted so that nobody floods the desk.

    Kept for a day; nobody but the system reads it.
    """

    _name = "pm.fault.visit"
    _description = "Report from the Public Page"

    address = fields.Char(required=True, index=True)
    property_id = fields.Many2one(
        "pm.property", required=True, index=True, ondelete="cascade"
    )

    @api.autovacuum
    def _gc_visits(self):
        day = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.sudo().search([("create_date", "<", day)]).unlink()
