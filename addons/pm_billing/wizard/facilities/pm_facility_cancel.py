from odoo import fields, models


class PmFacilityCancel(models.TransientModel):
    """Cancel a booking: what stays due is shown before."""

    _name = "pm.facility.cancel"
    _description = "Cancel a Booking"

    booking_id = fields.Many2one("pm.facility.booking", required=True)
    currency_id = fields.Many2one(related="booking_id.currency_id")
    amount = fields.Monetary(related="booking_id.amount", string="Price")
    amount_due = fields.Monetary(
        related="booking_id.amount_if_cancelled", string="Stays Due"
    )
    reason = fields.Char(required=True)

    def action_cancel_booking(self):
        """Cancel it, and give back what does not stay due."""
        self.ensure_one()
        self.check_access("write")
        self.booking_id._check_desk()
        self.booking_id._cancel(self.reason)
