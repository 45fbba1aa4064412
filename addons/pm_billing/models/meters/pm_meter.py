from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...engine.meters import DEMAND, HOURS

MEDIA = [
    ("water", "Water"),
    ("hot_water", "Hot Water"),
    ("reclaimed", "Reclaimed Water"),
    ("electricity", "Electricity"),
    ("gas", "Gas"),
    ("heat", "Heat"),
    ("cooling", "Cooling"),
    ("steam", "Steam"),
    ("other", "Other"),
]
UNITS = {
    "electricity": "kWh",
    "heat": "GJ",
    "cooling": "GJ",
    "steam": "t",
    "other": "",
}
REGISTERS = {
    "one": ("value",),
    "three": HOURS[1:],
    "four": HOURS,
}
# what a reading was understood by; a change would make past quantities wrong
FIXED = (
    "property_id",
    "medium",
    "multiplier",
    "digits",
    "registers",
    "has_demand",
)


class PmMeter(models.Model):
    """What counts the use of one medium at one place.

    Meters form a tree: what a master meter counts goes through those below it, and
    the difference is the loss. A meter that is replaced stays with its readings; the
    new one names it.
    """

    _name = "pm.meter"
    _description = "Meter"
    _inherit = ["pm.estate.mixin", "mail.thread"]
    _order = "estate_id, medium, name, id"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_names_search = ["name", "property_id"]
    _check_company_auto = True

    name = fields.Char(
        "Number", required=True, index="trigram", help="As it stands on the meter."
    )
    medium = fields.Selection(MEDIA, required=True, default="water", index=True)
    kind = fields.Selection(
        [("private", "Of a Unit"), ("shared", "Shared"), ("master", "Master")],
        required=True,
        default="private",
        help="What a meter of a unit counts is billed to that unit; what a shared one "
        "counts is shared. A master meter is what the supplier bills by.",
    )
    parent_id = fields.Many2one(
        "pm.meter",
        "Behind",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('estate_id', '=', estate_id), ('medium', '=', medium),"
        " ('kind', '!=', 'private'), ('id', '!=', id)]",
        help="The meter through which everything goes that this one counts.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("pm.meter", "parent_id", "Meters Behind It")
    unit = fields.Char(
        "Unit of Quantity",
        compute="_compute_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    multiplier = fields.Float(
        required=True,
        default=1.0,
        digits=(16, 6),
        aggregator=None,
        tracking=True,
        help="Quantity of one step of the register, as of a current transformer.",
    )
    digits = fields.Integer(
        "Digits before the Point",
        default=5,
        required=True,
        aggregator=None,
        help="After 99999 a meter of five digits begins at zero again. 0: it never "
        "does.",
    )
    registers = fields.Selection(
        [
            ("one", "One"),
            ("three", "Peak, Flat, Valley"),
            ("four", "Sharp, Peak, Flat, Valley"),
        ],
        required=True,
        default="one",
    )
    has_demand = fields.Boolean(
        "Shows the Demand", help="It also shows the highest power of the period."
    )
    connected_power = fields.Float(
        "Connected Power (kW)",
        digits=(16, 3),
        aggregator=None,
        tracking=True,
        help="What is contracted with the grid. Tariffs ask for it as the register "
        "“connected”, where demand is billed with a share of it at least.",
    )
    jump_factor = fields.Float(
        "Jump",
        digits=(8, 2),
        aggregator=None,
        help="A reading is held when more than so many times the mean of a day was "
        "used; 0: as the company has it.",
    )
    location = fields.Char("Where It Is", help="Shown to who reads it.")
    note = fields.Text("Remarks")
    date_installed = fields.Date("Installed", tracking=True)
    date_removed = fields.Date(
        "Removed", readonly=True, copy=False, index=True, tracking=True
    )
    replaces_id = fields.Many2one(
        "pm.meter",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    replaced_by_ids = fields.One2many("pm.meter", "replaces_id", "Replaced by")
    reading_ids = fields.One2many("pm.meter.reading", "meter_id", "Readings")
    last_date = fields.Date("Last Read", compute="_compute_last")
    last_value = fields.Float(compute="_compute_last", digits=(16, 3))
    last_quantity = fields.Float(compute="_compute_last", digits=(16, 3))
    held_count = fields.Integer("Held Readings", compute="_compute_held_count")
    child_count = fields.Integer(
        "Behind It", compute="_compute_child_count", compute_sudo=True
    )
    loss_rate = fields.Float(
        "Last Loss (%)",
        compute="_compute_child_count",
        compute_sudo=True,
        digits=(16, 2),
        help="Of the last month: what went through it and was counted by no meter "
        "behind it.",
    )

    _number_unique = models.UniqueIndex(
        "(estate_id, medium, name) WHERE date_removed IS NULL",
        "The estate has a meter of this number already.",
    )
    _replaced_once = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL",
        "This meter is replaced already.",
    )
    _multiplier_positive = models.Constraint(
        "CHECK (multiplier > 0)", "The multiplier is above zero."
    )
    _digits_possible = models.Constraint(
        "CHECK (digits BETWEEN 0 AND 12)", "A register has up to twelve digits."
    )
    _jump_positive = models.Constraint(
        "CHECK (jump_factor >= 0)", "The jump cannot be negative."
    )
    _power_positive = models.Constraint(
        "CHECK (connected_power >= 0)", "The connected power cannot be negative."
    )
    _removed_later = models.Constraint(
        "CHECK (date_removed >= date_installed)",
        "A meter cannot be removed before it was installed.",
    )

    @api.depends("medium")
    def _compute_unit(self):
        for meter in self:
            meter.unit = UNITS.get(meter.medium, "m³")

    @api.depends("name", "property_id.code")
    def _compute_display_name(self):
        for meter in self:
            place = meter.property_id.code
            meter.display_name = f"{meter.name} ({place})" if place else meter.name

    @api.depends("reading_ids.state", "reading_ids.date", "reading_ids.quantity")
    def _compute_last(self):
        readings = self._last_readings()
        last = {reading.meter_id: reading for reading in readings}
        for meter in self:
            reading = last.get(meter._origin, readings.browse())
            meter.last_date = reading.date
            meter.last_value = reading.value
            meter.last_quantity = reading.quantity

    @api.depends("reading_ids.state")
    def _compute_held_count(self):
        counts = dict(
            self.env["pm.meter.reading"]._read_group(
                [("meter_id", "in", self.ids), ("state", "=", "held")],
                ["meter_id"],
                ["__count"],
            )
        )
        for meter in self:
            meter.held_count = counts.get(meter._origin, 0)

    @api.depends("child_ids")
    def _compute_child_count(self):
        losses = self.env["pm.meter.loss"].search(
            [("meter_id", "in", self.ids)], order="meter_id, month"
        )
        # of several months the last one stays
        rates = {loss.meter_id: loss.rate for loss in losses}
        for meter in self:
            meter.child_count = len(meter.child_ids)
            meter.loss_rate = rates.get(meter._origin, 0.0)

    @api.constrains("parent_id", "medium", "property_id")
    def _check_parent(self):
        for meter in self:
            parent = meter.parent_id
            if parent and (
                parent.medium != meter.medium or parent.estate_id != meter.estate_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(meter)s cannot be behind %(parent)s: choose a meter of the "
                        "same medium and estate.",
                        meter=meter.name,
                        parent=parent.name,
                    )
                )

    def write(self, vals):
        self._check_fixed(vals)
        return super().write(vals)

    def _check_fixed(self, vals):
        """What readings were understood by stays: another dial is another meter."""
        for name in set(vals) & set(FIXED):
            field = self._fields[name]
            for meter in self:
                before = field.convert_to_write(meter[name], meter)
                if before != vals[name] and meter.sudo().reading_ids:
                    raise UserError(
                        self.env._(
                            "%(meter)s has readings, which would mean something else "
                            "with another %(field)s. Replace the meter instead.",
                            meter=meter.name,
                            field=field._description_string(self.env),
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        for meter in self:
            if meter.sudo().reading_ids:
                raise UserError(
                    self.env._(
                        "%s has readings, which stay on record. Note the day on which "
                        "it was removed instead.",
                        meter.name,
                    )
                )

    def _last_readings(self):
        """Return the latest good reading of each meter."""
        Reading = self.env["pm.meter.reading"]
        Reading.flush_model(["meter_id", "date", "state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (meter_id) id FROM pm_meter_reading
                WHERE state = 'good' AND meter_id = ANY(%s)
                ORDER BY meter_id, date DESC, id DESC""",
                self.ids,
            )
        )
        return Reading.browse([reading_id for (reading_id,) in rows])

    def _register_names(self):
        """Return the registers of a meter, the highest demand last."""
        names = REGISTERS[self.registers]
        return (*names, DEMAND) if self.has_demand else names
