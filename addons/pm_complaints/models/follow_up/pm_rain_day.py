from odoo import api, fields, models


class PmRainDay(models.Model):
    """A day on which it rained at an estate, entered by who sees it.

    Whether a leak is tight shows then: calls that wait for rain begin.
    """

    _name = "pm.rain.day"
    _description = "Day of Rain"
    _order = "day desc, id desc"
    _rec_name = "day"

    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Char()

    _day_once = models.UniqueIndex(
        "(estate_id, day)", "That it rained on this day is entered already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        days._apply()
        return days

    def write(self, vals):
        """Another day, or another estate, counts as one that is entered."""
        result = super().write(vals)
        if {"day", "estate_id"} & vals.keys():
            self._apply()
        return result

    def _apply(self):
        """Calls that wait for rain begin: of work that was done until that day."""
        orders = self.env["maintenance.request"].sudo()
        follow_ups = self.env["pm.follow.up"].sudo()
        for rain in self.sudo():
            at = [("estate_id", "=", rain.estate_id.id)]
            orders.search(
                [*at, ("state", "=", "verified"), ("waits_for_rain", "=", True)]
            )._it_rained(rain.day)
            follow_ups.search([*at, ("state", "=", "waiting")])._see_whether_it_rained()
