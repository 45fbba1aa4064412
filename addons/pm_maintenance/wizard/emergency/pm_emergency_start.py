from odoo import fields, models


class PmEmergencyStart(models.TransientModel):
    """The second tap before the alarm: where it is, and what has happened."""

    _name = "pm.emergency.start"
    _description = "Raise the Alarm"

    plan_id = fields.Many2one(
        "pm.emergency.plan", "Emergency Plan", required=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="plan_id.estate_id")
    property_id = fields.Many2one(
        "pm.property",
        "Place",
        compute="_compute_property_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        domain="[('estate_id', '=?', estate_id)]",
    )
    note = fields.Char("What Has Happened")

    def _compute_property_id(self):
        only = self.env["pm.property"]._only_estate()
        for start in self:
            start.property_id = start.plan_id.estate_id or only

    def action_start(self):
        """Raise it, and open the page."""
        self.ensure_one()
        emergency = self.plan_id.action_activate(self.property_id.id, self.note)
        return emergency._open_page()
