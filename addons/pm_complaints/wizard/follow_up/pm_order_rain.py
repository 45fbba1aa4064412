from odoo import api, fields, models


class PmOrderRain(models.TransientModel):
    """It rained: what was entered once holds for the calls of orders accepted later,
    so the day is kept, also where nobody waits for it today."""

    _inherit = "pm.order.rain"

    follow_up_ids = fields.Many2many(
        "pm.follow.up", string="Calls That Begin", compute="_compute_follow_up_ids"
    )

    @api.depends("estate_id")
    def _compute_follow_up_ids(self):
        follow_ups = self.env["pm.follow.up"]
        may = follow_ups.has_access("read")
        for rain in self:
            rain.follow_up_ids = may and follow_ups.search(
                [("estate_id", "=", rain.estate_id.id), ("state", "=", "waiting")]
            )

    def action_apply(self):
        """Put the day down, once; calls that wait for rain begin."""
        self.ensure_one()
        self.estate_id.check_access("read")
        result = super().action_apply()
        days = self.env["pm.rain.day"].sudo()
        place = [("estate_id", "=", self.estate_id.id), ("day", "=", self.day)]
        if not days.search_count(place, limit=1):
            days.create({"estate_id": self.estate_id.id, "day": self.day})
        return result
