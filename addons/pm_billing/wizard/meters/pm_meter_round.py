from odoo import fields, models


class PmMeterRound(models.TransientModel):
    """Chooses the plan on whose rounds meters are read."""

    _name = "pm.meter.round"
    _description = "Read Meters on a Round"

    meter_ids = fields.Many2many("pm.meter", string="Meters", required=True)
    plan_id = fields.Many2one(
        "pm.inspection.plan", required=True, ondelete="cascade", string="Round"
    )

    def action_apply(self):
        """The rounds of the plan stop at the meters from the next one on."""
        self.ensure_one()
        self.meter_ids._put_on_round(self.plan_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.inspection.plan",
            "res_id": self.plan_id.id,
            "view_mode": "form",
        }
