from decimal import Decimal
from fractions import Fraction

from odoo import fields, models

from ..meters.pm_meter import MEDIA


class PmAllocationKeyPart(models.Model):
    """A part of a common cost, and what it is shared by."""

    _name = "pm.allocation.key.part"
    _description = "Part of an Allocation Key"
    _inherit = ["pm.part.mixin"]
    _whole = "key_id"
    _order = "key_id, sequence, id"
    _rec_name = "basis"

    key_id = fields.Many2one(
        "pm.allocation.key", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="key_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="key_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    percent = fields.Float(
        "Of the Cost (%)", digits=(16, 4), default=100.0, required=True, aggregator=None
    )
    basis = fields.Selection(
        [
            ("area", "Gross Area"),
            ("inside_area", "Inside Area"),
            ("unit", "Units"),
            ("coefficient", "Coefficient of the Unit"),
            ("own", "Weights of This Key"),
            ("consumption", "What Was Used"),
            ("floor", "Floor"),
        ],
        "Shared by",
        required=True,
        default="area",
    )
    medium = fields.Selection(MEDIA, help="Whose meters say what was used.")
    floor_base = fields.Integer("Base Floor", default=1, aggregator=None)
    floor_band = fields.Integer(
        "Floors in a Band",
        default=1,
        aggregator=None,
        help="So many floors above the base have the same weight.",
    )
    floor_step = fields.Float(
        "More for Each Band",
        digits=(16, 4),
        default=0.2,
        aggregator=None,
        help="The first band weighs 1, each next one so much more: 1 + (N − 1) × 0.2.",
    )

    _values = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100 AND floor_band > 0 AND floor_step >= 0)",
        "A part is above zero and 100 % at most; bands have floors.",
    )
    _medium_said = models.Constraint(
        "CHECK (basis <> 'consumption' OR medium IS NOT NULL)",
        "Say whose meters count.",
    )

    def _basis_label(self):
        self.ensure_one()
        labels = dict(self._fields["basis"]._description_selection(self.env))
        return labels[self.basis]

    def _words(self, is_one_of_many):
        label = self._basis_label()
        return f"{self.percent:g} % {label}" if is_one_of_many else label

    def _weights(self, members, date_from, date_to):
        """Return {property: weight}, exact."""
        self.ensure_one()
        if self.basis == "consumption":
            return self._used(members, date_from, date_to)
        if self.basis == "own":
            own = {row.property_id: _exact(row.weight) for row in self.key_id.unit_ids}
            return {prop: own.get(prop, Fraction()) for prop in members}
        of = {
            "area": lambda prop: _exact(prop.gross_area),
            "inside_area": lambda prop: _exact(prop.inside_area),
            "unit": lambda prop: Fraction(1),
            "coefficient": lambda prop: _exact(prop.coefficient),
            "floor": self._floor_weight,
        }[self.basis]
        return {prop: of(prop) for prop in members}

    def _floor_weight(self, prop):
        """1 + (N − 1) × step, N the band of the floor; nothing below the base."""
        if prop.floor < self.floor_base:
            return Fraction()
        band = (prop.floor - self.floor_base) // self.floor_band
        return 1 + band * _exact(self.floor_step)

    def _used(self, members, date_from, date_to):
        """What the meters of the units counted in the period; one query."""
        rows = (
            self.env["pm.meter.reading"]
            .sudo()
            ._read_group(
                [
                    ("property_id", "in", members.ids),
                    ("medium", "=", self.medium),
                    ("state", "=", "good"),
                    ("is_opening", "=", False),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                ],
                ["property_id"],
                ["quantity:sum"],
            )
        )
        used = {place.id: _exact(round(quantity, 6)) for place, quantity in rows}
        return {prop: used.get(prop.id, Fraction()) for prop in members}


def _exact(value):
    return Fraction(Decimal(repr(float(value or 0))))
