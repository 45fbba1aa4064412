from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.meters.pm_meter_reading import DIGITS, VALUES


class PmMeterReplacement(models.TransientModel):
    """The last reading of a meter and the first of the one in its place."""

    _name = "pm.meter.replacement"
    _description = "Replacement of a Meter"

    meter_id = fields.Many2one("pm.meter", required=True, ondelete="cascade")
    registers = fields.Selection(related="meter_id.registers")
    has_demand = fields.Boolean(related="meter_id.has_demand")
    last_value = fields.Float(related="meter_id.last_value")
    last_date = fields.Date(related="meter_id.last_date")
    date = fields.Date(
        "Day",
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    end = fields.Float("Showed at the End", digits=DIGITS)
    end_sharp = fields.Float("Sharp at the End", digits=DIGITS)
    end_peak = fields.Float("Peak at the End", digits=DIGITS)
    end_flat = fields.Float("Flat at the End", digits=DIGITS)
    end_valley = fields.Float("Valley at the End", digits=DIGITS)
    end_demand = fields.Float("Highest Demand at the End", digits=DIGITS)
    photo = fields.Image("Photo of the Old One", max_width=1920, max_height=1920)
    is_replaced = fields.Boolean(
        "Another One Is Put In", default=True, help="Off: it is only removed."
    )
    name = fields.Char("Number of the New One")
    multiplier = fields.Float(
        compute="_compute_as_before", store=True, readonly=False, digits=(16, 6)
    )
    digits = fields.Integer(
        "Digits before the Point",
        compute="_compute_as_before",
        store=True,
        readonly=False,
    )
    start = fields.Float("Shows at the Beginning", digits=DIGITS)
    start_sharp = fields.Float("Sharp at the Beginning", digits=DIGITS)
    start_peak = fields.Float("Peak at the Beginning", digits=DIGITS)
    start_flat = fields.Float("Flat at the Beginning", digits=DIGITS)
    start_valley = fields.Float("Valley at the Beginning", digits=DIGITS)
    start_demand = fields.Float("Highest Demand at the Beginning", digits=DIGITS)
    reason = fields.Char(
        help="Why it is replaced; needed where the last reading is hard to believe."
    )

    @api.depends("meter_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.date or wizard.meter_id.estate_id._today()

    @api.depends("meter_id")
    def _compute_as_before(self):
        for wizard in self:
            wizard.multiplier = wizard.meter_id.multiplier
            wizard.digits = wizard.meter_id.digits

    def _shown(self, which):
        return {
            name: self[column.replace("value", which)]
            for name, column in VALUES.items()
            if name in self.meter_id._register_names()
        }

    def action_apply(self):
        """Take the old one out and put the new one in; both or neither.

        :raises UserError: the new one has no number
        """
        self.ensure_one()
        meter = self.meter_id
        if not self.is_replaced:
            meter._remove(self.date, self._shown("end"), self.reason, self.photo)
            return {"type": "ir.actions.act_window_close"}
        if not self.name:
            raise UserError(
                self.env._(
                    "Enter the number of the meter that is put in the place of %s.",
                    meter.name,
                )
            )
        new = meter._replace(
            self.date,
            self._shown("end"),
            self._shown("start"),
            self.reason,
            self.photo,
            name=self.name,
            multiplier=self.multiplier,
            digits=self.digits,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.meter",
            "res_id": new.id,
            "view_mode": "form",
        }
