from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from odoo.addons.pm_core.tools.price_text import LEAST_DIGITS

from ...engine import Tariff, TariffError
from ...engine.tariff_document import month_day


class PmTariffVersion(models.Model):
    """What a tariff says from a day on; fixed once it is confirmed."""

    _name = "pm.tariff.version"
    _description = "Version of a Tariff"
    _inherit = ["pm.part.mixin"]
    _whole = "tariff_id"
    _order = "date_from desc, id desc"
    _rec_name = "tariff_id"

    tariff_id = fields.Many2one(
        "pm.tariff", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="tariff_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    unit = fields.Char(related="tariff_id.unit")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
    )
    date_from = fields.Date(
        "From", help="First day of these prices; empty: since ever."
    )
    date_to = fields.Date(
        "To", help="Last day; empty: until the next version, or without an end."
    )
    cycle_months = fields.Integer(
        "Limits for (Months)",
        required=True,
        default=1,
        aggregator=None,
        help="How many months the limits of the bands are for.",
    )
    accumulate = fields.Boolean(
        "Limits Count over the Year",
        help="What was used since the year began counts; else a bill begins at zero.",
    )
    accumulate_from = fields.Char(
        "The Year Begins on",
        required=True,
        default="01-01",
        help="Month and day on which the year of the limits begins: 01-01, or 11-01 "
        "with the heating season.",
    )
    scale_days = fields.Boolean(
        "Scale Limits to the Days",
        help="A bill for more days than a cycle has wider limits.",
    )
    rounding_stage = fields.Selection(
        [("line", "Each Line"), ("part", "Each Part"), ("total", "The Total")],
        required=True,
        default="total",
    )
    rounding_mode = fields.Selection(
        [("half_up", "Half Up"), ("down", "Down"), ("up", "Up")],
        required=True,
        default="half_up",
    )
    rounding_to = fields.Float(
        "Rounded to", required=True, default=0.01, digits=(16, 10), aggregator=None
    )
    quantity_mode = fields.Selection(
        [("half_up", "Half Up"), ("down", "Down"), ("up", "Up")],
        "Quantity Rounded",
        help="Empty: the quantity counts as it is.",
    )
    quantity_to = fields.Float(
        "Quantity Rounded to", default=1.0, digits=(16, 10), aggregator=None
    )
    tax_percent = fields.Float("Tax (%)", digits=(16, 10), aggregator=None)
    tax_included = fields.Boolean("Prices Include the Tax", default=True)
    minimum = fields.Float(
        "At Least", digits=(16, 10), min_display_digits=LEAST_DIGITS, aggregator=None
    )
    persons_from = fields.Integer(
        "Wider Limits from (Persons)",
        aggregator=None,
        help="Each person of a household from this one on widens every limit by what "
        "the bands say; 0: the limits are the same for all.",
    )
    season_ids = fields.One2many("pm.tariff.season", "version_id")
    part_ids = fields.One2many("pm.tariff.part", "version_id")
    summary = fields.Char("Prices", compute="_compute_summary")
    prices = fields.Html("Prices in Words", compute="_compute_prices")

    _cycle_positive = models.Constraint(
        "CHECK (cycle_months BETWEEN 1 AND 12)", "Limits are for 1 to 12 months."
    )
    _rounding_positive = models.Constraint(
        "CHECK (rounding_to > 0 AND (quantity_mode IS NULL OR quantity_to > 0))",
        "Amounts and quantities are rounded to something above zero.",
    )
    _days_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is before the first."
    )
    _one_from_a_day = models.UniqueIndex(
        "(tariff_id, COALESCE(date_from, '0001-01-01')) WHERE state = 'confirmed'",
        "Another confirmed version holds from that day. Choose another day.",
    )

    @api.constrains("accumulate_from")
    def _check_accumulate_from(self):
        for version in self:
            try:
                month_day(version.accumulate_from)
            except TariffError:
                raise ValidationError(
                    self.env._(
                        "%(version)s: %(day)s is no day of a year. Write month and "
                        "day, such as 11-01.",
                        version=version.display_name,
                        day=version.accumulate_from,
                    )
                ) from None

    @api.depends("tariff_id.name", "date_from")
    def _compute_display_name(self):
        for version in self:
            day = version.date_from and fields.Date.to_string(version.date_from)
            version.display_name = (
                f"{version.tariff_id.name} · {day}" if day else version.tariff_id.name
            )

    @api.depends(
        "part_ids.band_ids.price", "part_ids.band_ids.up_to", "part_ids.base_fee"
    )
    def _compute_summary(self):
        for version in self:
            version.summary = " · ".join(
                part._summary() for part in version.part_ids if not part.season_id
            )

    @api.depends(
        "summary",
        "season_ids",
        "accumulate",
        "accumulate_from",
        "minimum",
        "tax_percent",
    )
    def _compute_prices(self):
        """What is entered, as a customer reads it; a draft may not be readable yet."""
        for version in self:
            tariff = version.tariff_id
            try:
                read = Tariff(version._to_document())
            except (TariffError, UserError):
                version.prices = False
                continue
            version.prices = tariff._prices_table(
                read, tariff.unit or "", version.currency_id
            )

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    # what is confirmed stays ------------------------------------------------------

    def _check_open(self):
        """Refuse to change what bills may refer to.

        :raises UserError: naming the version and the way to new prices
        """
        if self._writes_freely():
            return
        for version in self.filtered(lambda version: version.state == "confirmed"):
            raise UserError(
                self.env._(
                    "%s is confirmed, and bills may refer to it. Make a new version "
                    "with the new prices instead.",
                    version.display_name,
                )
            )

    def write(self, vals):
        if vals:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_open(self):
        self._check_open()

    def action_confirm(self):
        """Let the prices hold, after they were read as a bill reads them.

        :raises ValidationError: what cannot be read, and where
        """
        self.check_access("write")
        for version in self:
            version._tariff()
        self._as_step().write({"state": "confirmed"})

    def action_new_version(self):
        """Make a draft from these prices; it holds from a day that is still to come."""
        self.ensure_one()
        self.check_access("write")
        draft = self._make(self.tariff_id, self._tariff())
        draft.write({"date_from": False, "date_to": False})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _tariff(self):
        """These prices, ready to price with."""
        self.ensure_one()
        try:
            return Tariff(self._to_document())
        except TariffError as error:
            raise ValidationError(self.tariff_id._explain(error)) from error
