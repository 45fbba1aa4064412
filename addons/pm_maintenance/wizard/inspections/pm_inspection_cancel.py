from odoo import fields, models


class PmInspectionCancel(models.TransientModel):
    """Asks why rounds are called off; the step of the rounds checks everything."""

    _name = "pm.inspection.cancel"
    _description = "Call Rounds off"

    round_ids = fields.Many2many("pm.inspection", string="Rounds", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Call them off."""
        self.round_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
