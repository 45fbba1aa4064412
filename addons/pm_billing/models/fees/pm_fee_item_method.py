from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.amounts import Rounding
from ...engine.formulas import Formula, FormulaError
from ..meters.pm_meter import MEDIA
from .quantities import NAMES, exact

METHODS = [
    ("quantity", "Quantity × Price + Surcharge"),
    ("tariff", "Tariff for an Agreed Quantity"),
    ("metered", "Tariff for What a Meter Counted"),
    ("pool", "Share of a Common Cost"),
    ("formula", "Formula"),
]


def ended(records):
    """Without this addon an item is a fixed amount."""
    records.write({"method": "fixed"})


ONDELETE = {key: ended for key, _label in METHODS}


class PmFeeItem(models.Model):
    """How the amount of an item comes about, beyond area and fixed amount."""

    _inherit = "pm.fee.item"

    method = fields.Selection(selection_add=METHODS, ondelete=ONDELETE)
    proration = fields.Selection(
        selection_add=[
            ("this", "From This Month"),
            ("thirty", "By Days of a 30-Day Month"),
            ("year", "By 365ths of a Year"),
            ("period", "By Days of the Period"),
        ],
        ondelete=dict.fromkeys(("this", "thirty", "year", "period"), "set default"),
        help="What a month costs in which the fee begins or ends, or the payer "
        "changes. From the next month: nothing in the month of the start, the whole "
        "month of the end. From this month: the other way round.",
    )
    tariff_id = fields.Many2one(
        "pm.tariff",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="['|', ('estate_id', '=', False), ('estate_id', '=', estate_id)]",
        help="Prices by quantity. A meter without a tariff costs the price a unit.",
    )
    medium = fields.Selection(MEDIA, help="Meters of this medium count for it.")
    formula = fields.Char(
        "Formula of a Month",
        tracking=True,
        help="What a month costs, over named quantities, for example "
        "max(area * 0.5, 20) + persons * 3. What cannot be worked out is an exception "
        "of the bill run, never zero.",
    )
    formula_names = fields.Char("Names in Formulas", compute="_compute_formula_names")
    allocation_key_id = fields.Many2one(
        "pm.allocation.key",
        "Shared by",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The key that a common cost of this item begins with.",
    )
    by_occupancy = fields.Boolean(
        "Split Where the Payer Changes",
        help="A period is split by the dates of the occupancies: developer, seller, "
        "buyer and tenant pay their days each. Else who holds the place on its first "
        "day pays the whole period.",
    )
    rounding_stage = fields.Selection(
        [
            ("line", "Each Line of Each Month"),
            ("month", "Each Month"),
            ("total", "The Charge"),
            ("bill", "The Whole Bill"),
        ],
        "What Is Rounded",
        required=True,
        default="month",
    )
    rounding_mode = fields.Selection(
        [("half_up", "Half Up"), ("down", "Down"), ("up", "Up")],
        "Rounded How",
        required=True,
        default="half_up",
    )
    rounding_to = fields.Selection(
        [("0.01", "0.01"), ("0.1", "0.1"), ("1", "1"), ("10", "10")],
        "Rounded to",
        required=True,
        default="0.01",
    )

    _never_zero = models.Constraint(
        "CHECK (COALESCE(surcharge, 0) > 0"
        " OR method IN ('tariff', 'metered', 'pool', 'formula')"
        " OR (method IN ('area', 'quantity') AND COALESCE(price, 0) > 0))",
        "This fee would always be zero: enter a price or a fixed amount.",
    )

    def _compute_formula_names(self):
        self.formula_names = ", ".join(NAMES)

    def _rounding(self):
        """Return what is rounded, how, and to what: never finer than the currency."""
        self.ensure_one()
        to = max(Decimal(self.rounding_to or "0.01"), exact(self.currency_id.rounding))
        return Rounding(self.rounding_stage, self.rounding_mode, to)

    @api.constrains("method", "formula", "tariff_id", "medium", "price")
    def _check_method(self):
        """An item names what its method needs; a formula is read before it is kept."""
        for item in self:
            if item.method == "formula":
                item._check_formula()
            elif item.method == "tariff" and not item.tariff_id:
                raise ValidationError(
                    self.env._("%s: choose the tariff that it is priced by.", item.name)
                )
            elif item.method == "metered" and not item.medium:
                raise ValidationError(
                    self.env._("%s: say what its meters count.", item.name)
                )
            elif item.method == "metered" and not (item.tariff_id or item.price):
                raise ValidationError(
                    self.env._("%s: choose a tariff, or enter a price.", item.name)
                )

    def _check_formula(self):
        try:
            formula = Formula(self.formula or "")
        except FormulaError as error:
            raise ValidationError(self._formula_text(error)) from error
        unknown = sorted(formula.names - set(NAMES))
        if unknown:
            raise ValidationError(
                self.env._(
                    "%(item)s: nobody knows the quantity %(name)s. There are: "
                    "%(names)s.",
                    item=self.name,
                    name=unknown[0],
                    names=", ".join(NAMES),
                )
            )

    def _formula_text(self, error):
        """Why a formula cannot be read or worked out, in the reader's language."""
        reasons = {
            "unexpected": self.env._("“%s” is not understood there", error.text),
            "missing": self.env._("“%s” is missing", error.text),
            "ends_early": self.env._("it ends too early"),
            "too_long": self.env._("it is too long"),
            "too_deep": self.env._("it has too many parentheses"),
            "unknown_function": self.env._("there is no function %s", error.text),
            "arguments": self.env._("%s has too few or too many values", error.text),
            "no_value": self.env._("%s has no value here", error.text),
            "rounding": self.env._(
                "round(…, %s) rounds to a multiple of it: write 0.01 for two decimals",
                error.text,
            ),
            "too_large": self.env._("the result is too large to be an amount"),
            "no_number": self.env._("the result is no number (a division by zero?)"),
        }
        return self.env._(
            "%(item)s: the formula cannot be used: %(reason)s.",
            item=self.name,
            reason=reasons.get(error.reason, error.reason),
        )
