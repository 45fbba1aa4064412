from odoo import api, fields, models


class PmOrderRain(models.TransientModel):
    """It rained: repaired leaks of the estate that waited for it are asked about."""

    _name = "pm.order.rain"
    _description = "It Rained"

    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    waiting_ids = fields.Many2many(
        "maintenance.request", string="Wait for Rain", compute="_compute_waiting_ids"
    )

    @api.depends("estate_id")
    def _compute_waiting_ids(self):
        Order = self.env["maintenance.request"]
        for rain in self:
            rain.waiting_ids = Order.search(
                [
                    ("estate_id", "=", rain.estate_id.id),
                    ("state", "=", "verified"),
                    ("waits_for_rain", "=", True),
                ]
            )

    def action_apply(self):
        """Who is responsible for each of them is asked until the next evening."""
        self.ensure_one()
        self.waiting_ids._check_desk()
        self.waiting_ids._it_rained(self.day)
        return {"type": "ir.actions.act_window_close"}
