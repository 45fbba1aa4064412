from odoo import api, fields, models

from ...models.ledger.business_day import likely_today
from ...models.meters.pm_meter import MEDIA


class PmMeterEstimate(models.TransientModel):
    """Which meters were not read in a period; read them, or estimate them."""

    _name = "pm.meter.estimate"
    _description = "Missing Readings"

    property_id = fields.Many2one(
        "pm.property",
        "Estate or Place",
        required=True,
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    medium = fields.Selection(MEDIA, required=True, default="water")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.start_of(likely_today(self.env), "month"),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: fields.Date.end_of(likely_today(self.env), "month"),
    )
    meter_ids = fields.Many2many(
        "pm.meter", string="Not Read", compute="_compute_meter_ids"
    )
    missing_count = fields.Integer("Missing", compute="_compute_meter_ids")
    reason = fields.Char()

    @api.depends("property_id", "medium", "date_from", "date_to")
    def _compute_meter_ids(self):
        for wizard in self:
            meters = self.env["pm.meter"]
            if wizard.property_id and wizard.date_from and wizard.date_to:
                places = self.env["pm.property"].search(
                    [("id", "child_of", wizard.property_id.id)]
                )
                meters = meters._missing(
                    places, wizard.medium, wizard.date_from, wizard.date_to
                )
            wizard.meter_ids = meters
            wizard.missing_count = len(meters)

    def action_view(self):
        """Open the meters that were not read."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Read"),
            "res_model": "pm.meter",
            "view_mode": "list,form",
            "domain": [("id", "in", self.meter_ids.ids)],
        }

    def action_estimate(self):
        """Estimate them all, for the last day of the period; open what was made."""
        self.ensure_one()
        readings = self.meter_ids._estimate(self.date_to, self.reason)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Estimates"),
            "res_model": "pm.meter.reading",
            "view_mode": "list,form",
            "domain": [("id", "in", readings.ids)],
        }
