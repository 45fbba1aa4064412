from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.sharing import share_mixed

EMPTY_STATES = ("unsold", "vacant")


class PmAllocationKey(models.Model):
    """By what a common cost is shared among units, and among which.

    A key may have several parts, such as 30 % by area and 70 % by what was used. Units
    that are not of its kind, usage or floors have no share: the others bear all of it.
    What counts is what holds on the day on which a cost is shared; it is kept with it.
    """

    _name = "pm.allocation.key"
    _pm_copyable = True
    _description = "Allocation Key"
    _inherit = ["pm.setting.mixin", "mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    property_kind = fields.Selection(
        [("unit", "Units"), ("parking", "Parking Spaces")],
        "Shared among",
        required=True,
        default="unit",
    )
    property_usage = fields.Selection(
        selection=lambda self: (
            self.env["pm.property"]._fields["usage"]._description_selection(self.env)
        ),
        string="Of Usage",
        help="Empty: whatever the usage.",
    )
    floor_from = fields.Integer(
        aggregator=None, help="Units below this floor have no share; 0: all have."
    )
    vacant_percent = fields.Float(
        "Weight of Empty Units (%)",
        digits=(16, 4),
        default=100.0,
        aggregator=None,
        help="Of what an occupied one bears: the others bear the rest. 70: shares are "
        "cost ÷ (occupied + 0.7 × empty).",
    )
    by_days = fields.Boolean(
        "By Days of Holding",
        help="A unit counts by the days of the period on which somebody held it.",
    )
    part_ids = fields.One2many("pm.allocation.key.part", "key_id", "Parts", copy=True)
    unit_ids = fields.One2many(
        "pm.allocation.key.unit", "key_id", "Units of Their Own Weight", copy=True
    )
    rule = fields.Char(compute="_compute_rule", help="The key in words.")

    _percent_positive = models.Constraint(
        "CHECK (vacant_percent >= 0)", "A weight cannot be negative."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, COALESCE(estate_id, 0), name) WHERE active",
        "There is a key of this name already.",
    )

    @api.depends("part_ids.basis", "part_ids.percent", "vacant_percent", "by_days")
    @api.depends_context("lang")
    def _compute_rule(self):
        for key in self:
            words = [part._words(len(key.part_ids) > 1) for part in key.part_ids]
            text = " + ".join(words)
            if key.vacant_percent != 100:
                text = self.env._(
                    "%(rule)s, empty units %(percent)s %%",
                    rule=text,
                    percent=f"{key.vacant_percent:g}",
                )
            if key.by_days:
                text = self.env._("%s, by days", text)
            key.rule = text

    @api.constrains("part_ids")
    def _check_percent(self):
        for key in self:
            total = sum(
                (Decimal(repr(part.percent)) for part in key.part_ids), Decimal()
            )
            if key.part_ids and total != 100:
                raise ValidationError(
                    self.env._(
                        "The parts of %(key)s add up to %(total)s %%, not to 100 %%.",
                        key=key.name,
                        total=f"{total:f}",
                    )
                )

    def write(self, vals):
        """A key moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    # sharing ----------------------------------------------------------------------

    def _members(self, place):
        """Return the properties below ``place`` that may have a share, by code."""
        self.ensure_one()
        domain = [("id", "child_of", place.id), ("kind", "=", self.property_kind)]
        if self.property_usage:
            domain.append(("usage", "=", self.property_usage))
        if self.floor_from:
            domain.append(("floor", ">=", self.floor_from))
        out = self.unit_ids.filtered("is_excluded").property_id
        members = self.env["pm.property"].search(domain) - out
        return members.sorted(lambda prop: (prop.code_sort or "", prop.id))

    def _share(self, amount, place, date_from, date_to):
        """Share an amount among the units below ``place``, to the cent.

        :param Decimal amount: in company currency
        :return: list of (property, amount, [(basis, weight, of all)])
        :raises UserError: there is nobody to share among, or a part has no weight
        """
        self.ensure_one()
        members = self._members(place)
        if not members:
            raise UserError(
                self.env._(
                    "%(key)s: nothing below %(place)s is of the kind that shares. "
                    "Choose another scope or key.",
                    key=self.name,
                    place=place.display_name,
                )
            )
        if not self.part_ids:
            raise UserError(self.env._("%s has no parts yet.", self.name))
        factors = self._factors(members, date_from, date_to)
        rows = []
        for part in self.part_ids:
            weights = part._weights(members, date_from, date_to)
            weighted = [weights[prop] * factors[prop] for prop in members]
            if not sum(weighted):
                raise UserError(
                    self.env._(
                        "%(key)s: no unit below %(place)s has a weight of %(basis)s. "
                        "Enter what it is shared by.",
                        key=self.name,
                        place=place.display_name,
                        basis=part._basis_label(),
                    )
                )
            rows.append((part, weighted))
        shares = share_mixed(
            amount,
            [
                (Fraction(Decimal(repr(part.percent))) / 100, weights)
                for part, weights in rows
            ],
        )
        return [
            (
                prop,
                shares[index],
                [(part, weights[index], sum(weights)) for part, weights in rows],
            )
            for index, prop in enumerate(members)
        ]

    def _factors(self, members, date_from, date_to):
        """Return {property: factor}: empty ones weigh less, days count."""
        empty = Fraction(Decimal(repr(self.vacant_percent))) / 100
        factors = {
            prop: empty if prop.state in EMPTY_STATES else Fraction(1)
            for prop in members
        }
        if self.by_days:
            days = self._held_days(members, date_from, date_to)
            whole = (date_to - date_from).days + 1
            for prop in members:
                factors[prop] *= Fraction(len(days.get(prop.id, ())), whole)
        return factors

    def _held_days(self, members, date_from, date_to):
        """Return {property id: days as numbers} on which somebody held it."""
        days = {}
        for row in self.env["pm.occupancy"].search(
            [
                ("property_id", "in", members.ids),
                ("role", "in", ("owner", "tenant")),
                ("date_from", "<=", date_to),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", date_from),
            ]
        ):
            first = max(row.date_from, date_from).toordinal()
            last = min(row.date_to or date_to, date_to).toordinal()
            days.setdefault(row.property_id.id, set()).update(range(first, last + 1))
        return days
