from odoo import api, fields, models

from ...models.meters.pm_meter_reading import DIGITS, VALUES


class PmMeterDecision(models.TransientModel):
    """Asks what becomes of readings, and why; their steps check everything."""

    _name = "pm.meter.decision"
    _description = "Decision about Readings"

    reading_ids = fields.Many2many("pm.meter.reading", string="Readings", required=True)
    reading_id = fields.Many2one("pm.meter.reading", compute="_compute_reading_id")
    do = fields.Selection(
        [
            ("release", "Release"),
            ("aside", "Set Aside"),
            ("correct", "Correct"),
            ("estimates", "Correct the Estimates"),
        ],
        "What Is Done",
        required=True,
        default="release",
    )
    hold_text = fields.Char("Held because", related="reading_id.hold_text")
    registers = fields.Selection(related="reading_id.registers")
    has_demand = fields.Boolean(related="reading_id.has_demand")
    value = fields.Float(
        "Value Read",
        digits=DIGITS,
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    value_sharp = fields.Float(
        "Sharp", digits=DIGITS, compute="_compute_values", store=True, readonly=False
    )
    value_peak = fields.Float(
        "Peak", digits=DIGITS, compute="_compute_values", store=True, readonly=False
    )
    value_flat = fields.Float(
        "Flat", digits=DIGITS, compute="_compute_values", store=True, readonly=False
    )
    value_valley = fields.Float(
        "Valley", digits=DIGITS, compute="_compute_values", store=True, readonly=False
    )
    value_demand = fields.Float(
        "Highest Demand",
        digits=DIGITS,
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    reason = fields.Char(required=True)

    @api.depends("reading_ids")
    def _compute_reading_id(self):
        for wizard in self:
            only = wizard.reading_ids if len(wizard.reading_ids) == 1 else False
            wizard.reading_id = only

    @api.depends("reading_ids")
    def _compute_values(self):
        for wizard in self:
            for column in VALUES.values():
                wizard[column] = wizard.reading_id[column]

    def action_apply(self):
        """Take the step."""
        self.ensure_one()
        readings = self.reading_ids
        if self.do == "release":
            readings.action_release(self.reason)
        elif self.do == "aside":
            readings.action_set_aside(self.reason)
        elif self.do == "estimates":
            readings.ensure_one()
            readings.action_correct_estimates(self.reason)
        else:
            readings.ensure_one()
            readings.action_correct(
                {name: self[column] for name, column in VALUES.items()}, self.reason
            )
        return {"type": "ir.actions.act_window_close"}
