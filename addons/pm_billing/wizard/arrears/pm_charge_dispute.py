from odoo import fields, models


class PmChargeDispute(models.TransientModel):
    """Why charges are not collected for the time being."""

    _name = "pm.charge.dispute"
    _description = "Disputed Charges"

    charge_ids = fields.Many2many("pm.charge", string="Charges", required=True)
    reason = fields.Char("What Is Wrong", required=True)

    def action_dispute(self):
        """Hold the collection of these charges."""
        self.charge_ids.check_access("read")
        self.charge_ids._dispute(self.reason)
