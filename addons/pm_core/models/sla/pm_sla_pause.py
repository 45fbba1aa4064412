from odoo import fields, models


class PmSlaPause(models.Model):
    """A span in which a clock stood still."""

    _name = "pm.sla.pause"
    _description = "Service Level Pause"
    _order = "clock_id, date_from, id"

    clock_id = fields.Many2one(
        "pm.sla.clock", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("To", help="Empty while it lasts.")
    reason = fields.Char()
    automatic = fields.Boolean(
        help="Began because the document fitted the condition of the policy, and "
        "ends when it does no more."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A pause cannot end before it begins.",
    )
    _one_open = models.UniqueIndex(
        "(clock_id) WHERE date_to IS NULL", "The clock is paused already."
    )
