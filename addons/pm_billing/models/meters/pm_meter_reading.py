from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.meters import CONNECTED, DEMAND
from ..fees.quantities import exact
from ..ledger.business_day import set_today

HOLDS = [
    ("missing", "Nothing Was Read"),
    ("negative", "Negative"),
    ("digits", "More Digits than the Meter Has"),
    ("future", "In the Future"),
    ("place", "Meter of Another Place"),
    ("outside", "The Meter Was Not There"),
    ("twice", "Read Twice That Day"),
    ("billed", "A Later Reading Is Billed"),
    ("lower", "Lower than before"),
    ("higher", "Higher than Later"),
    ("previous", "Other Previous Reading"),
    ("jump", "Much More than Usual"),
    ("resident", "Sent by a Resident"),
]
# what is read off the meter, by register
VALUES = {
    "value": "value",
    "sharp": "value_sharp",
    "peak": "value_peak",
    "flat": "value_flat",
    "valley": "value_valley",
    "demand": "value_demand",
}
MEASURED = ("date", "has_value", *VALUES.values())
DIGITS = (16, 3)


class PmMeterReading(models.Model):
    """What a meter showed on a day, and what was used since the reading before.

    A reading that cannot be believed is *held* with its reason, and counts for nothing
    until somebody releases it. What counts is not written over: a correction replaces
    it and leaves it on record.
    """

    _name = "pm.meter.reading"
    _description = "Meter Reading"
    _inherit = ["pm.part.mixin", "pm.estate.mixin", "pm.state.mixin", "mail.thread"]
    _whole = "meter_id"
    _order = "date desc, id desc"
    _rec_name = "meter_id"
    _check_company_auto = True

    meter_id = fields.Many2one(
        "pm.meter", required=True, index=True, ondelete="restrict", check_company=True
    )
    property_id = fields.Many2one(
        related="meter_id.property_id", store=True, index=True, precompute=True
    )
    medium = fields.Selection(
        related="meter_id.medium", store=True, index=True, precompute=True
    )
    unit = fields.Char(related="meter_id.unit")
    registers = fields.Selection(related="meter_id.registers")
    has_demand = fields.Boolean(related="meter_id.has_demand")
    date = fields.Date(
        required=True,
        index=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="The day at the estate on which it was read.",
    )
    kind = fields.Selection(
        [
            ("actual", "Read Off"),
            ("estimated", "Estimated"),
            ("corrected", "Corrected"),
        ],
        required=True,
        default="actual",
        readonly=True,
    )
    is_opening = fields.Boolean(
        "Opening",
        readonly=True,
        help="The first of a meter: from here it counts, and nothing is charged by it.",
    )
    has_value = fields.Boolean("Was Read", default=True)
    value = fields.Float("Value Read", digits=DIGITS, aggregator=None)
    value_sharp = fields.Float("Sharp", digits=DIGITS, aggregator=None)
    value_peak = fields.Float("Peak", digits=DIGITS, aggregator=None)
    value_flat = fields.Float("Flat", digits=DIGITS, aggregator=None)
    value_valley = fields.Float("Valley", digits=DIGITS, aggregator=None)
    value_demand = fields.Float("Highest Demand", digits=DIGITS, aggregator=None)
    value_before = fields.Float(
        "Previous", digits=DIGITS, readonly=True, copy=False, aggregator=None
    )
    values_before = fields.Json("Previous by Register", readonly=True, copy=False)
    date_before = fields.Date("Previous Day", readonly=True, copy=False)
    date_from = fields.Date("Used from", readonly=True, copy=False)
    date_to = fields.Date("Used until", readonly=True, copy=False, index=True)
    quantity = fields.Float(
        digits=DIGITS,
        readonly=True,
        copy=False,
        help="Used since the previous reading, after the multiplier, in the unit of "
        "the meter.",
    )
    register_quantities = fields.Json("Quantity by Register", readonly=True, copy=False)
    rolled_over = fields.Boolean(
        "Began Again at Zero",
        readonly=True,
        copy=False,
        help="The register ran past its end.",
    )
    state = fields.Selection(
        [
            ("good", "Good"),
            ("held", "Held Back"),
            ("replaced", "Replaced"),
            ("rejected", "Set Aside"),
        ],
        required=True,
        readonly=True,
        default="good",
        copy=False,
        index=True,
    )
    hold = fields.Selection(HOLDS, "Held because", readonly=True, copy=False)
    hold_facts = fields.Json(readonly=True, copy=False)
    hold_text = fields.Char("Reason", compute="_compute_hold_text")
    released = fields.Json(readonly=True, copy=False)
    decision = fields.Char("Reason of the Decision", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="restrict"
    )
    decided_at = fields.Datetime("Decided", readonly=True, copy=False)
    corrects_id = fields.Many2one(
        "pm.meter.reading",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The reading in whose place it stands; what that was charged is credited.",
    )
    corrected_by_ids = fields.One2many(
        "pm.meter.reading", "corrects_id", "Corrected by"
    )
    source = fields.Selection(
        [
            ("desk", "Entered"),
            ("phone", "Phone"),
            ("file", "Workbook"),
            ("portal", "Resident"),
            ("step", "Replacement"),
        ],
        "Came by",
        required=True,
        readonly=True,
        default="desk",
    )
    user_id = fields.Many2one(
        "res.users",
        "Read by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", "Sent by", readonly=True, copy=False, ondelete="restrict"
    )
    photo = fields.Image(max_width=1920, max_height=1920, copy=False)
    note = fields.Char("Remark")
    charge_id = fields.Many2one(
        "pm.charge",
        "Billed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # the day at which a good reading stands is its place in the chain
    _once_a_day = models.UniqueIndex(
        "(meter_id, date) WHERE state = 'good'",
        "This meter has a good reading of that day.",
    )
    _held_idx = models.Index("(estate_id) WHERE state = 'held'")
    _open_idx = models.Index(
        "(property_id, date) WHERE state = 'good' AND charge_id IS NULL"
    )
    _held_with_reason = models.Constraint(
        "CHECK (state <> 'held' OR hold IS NOT NULL)",
        "A held reading says why it is held.",
    )

    @api.depends("meter_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date", "meter_id")

    @api.depends("hold", "hold_facts", "meter_id.name", "date")
    @api.depends_context("lang")
    def _compute_hold_text(self):
        for reading in self:
            reading.hold_text = reading.hold and reading._describe_hold()

    @api.depends("meter_id.name", "date")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = f"{reading.meter_id.name} {reading.date or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever enters a reading, it is judged before it counts."""
        readings = super().create(self._judged(vals_list))
        readings._follow()
        return readings

    def write(self, vals):
        """What was read is put right as long as it is held."""
        measured = any(name in vals for name in MEASURED)
        if measured and not self._in_step("pm_judging"):
            for reading in self:
                if reading.state != "held":
                    raise UserError(
                        self.env._(
                            "%(reading)s counts already. Enter a correction, which "
                            "leaves on record what was there.",
                            reading=reading.display_name,
                        )
                    )
            # a value that is entered was read
            if vals.keys() & set(VALUES.values()) and "has_value" not in vals:
                vals = {**vals, "has_value": True}
        done = super().write(vals)
        if measured and not self._in_step("pm_judging"):
            self._judge_again()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_counted(self):
        for reading in self:
            if reading.state != "held":
                raise UserError(
                    self.env._(
                        "%s stays on record. Set it aside with a reason instead.",
                        reading.display_name,
                    )
                )

    def _domain_unbilled(self):
        """Return the condition that no charge that stands was made of a reading."""
        return Domain("charge_id", "=", False) | Domain(
            "charge_id.state", "=", "cancelled"
        )

    def _registers_used(self):
        """Return {register: quantity} of readings that are priced together.

        Hours add up. Demand is the highest that a meter showed, or the one that it was
        replaced by; of several meters side by side it adds up, as the connected power
        does.
        """
        found, highest, power = defaultdict(Decimal), {}, {}
        for reading in self:
            for name, value in (reading.register_quantities or {}).items():
                if name != DEMAND:
                    found[name] += exact(value)
                    continue
                first = reading.meter_id
                while first.replaces_id & self.meter_id:
                    first = first.replaces_id
                highest[first] = max(highest.get(first, Decimal()), exact(value))
                power[first] = exact(reading.meter_id.connected_power)
        if highest:
            found[DEMAND] = sum(highest.values(), Decimal())
        if any(power.values()):
            found[CONNECTED] = sum(power.values(), Decimal())
        return dict(found)
