from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import readings

KINDS = [
    ("yes_no", "Yes or No"),
    ("choice", "Choice"),
    ("number", "Number"),
    ("text", "Text"),
    ("photo", "Photo"),
]


class PmInspectionItem(models.Model):
    """One thing that is looked at, at the points of a plan.

    Items belong to a plan or to a template, never to both: a plan has copies of its
    own, which its estate changes as it likes.
    """

    _name = "pm.inspection.item"
    _description = "Inspection Item"
    _inherit = ["pm.part.mixin"]
    _whole = "plan_id"
    _order = "plan_id, template_id, sequence, id"
    _pm_copyable = True

    plan_id = fields.Many2one(
        "pm.inspection.plan", index="btree_not_null", ondelete="cascade"
    )
    template_id = fields.Many2one(
        "pm.inspection.template", index="btree_not_null", ondelete="cascade"
    )
    name = fields.Char("What Is Looked at", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="yes_no")
    note = fields.Char("Help", translate=True, help="Shown to the inspector.")
    choice_ids = fields.One2many(
        "pm.inspection.choice", "item_id", "Choices", copy=True
    )
    fault_value = fields.Selection(
        [("no", "No"), ("yes", "Yes")],
        "Fault When",
        default="no",
        help="Empty: neither answer is a fault.",
    )
    has_min = fields.Boolean("Lower Limit")
    value_min = fields.Float("At Least", digits=(16, 3), aggregator=None)
    has_max = fields.Boolean("Upper Limit")
    value_max = fields.Float("At Most", digits=(16, 3), aggregator=None)
    unit = fields.Char(translate=True)
    is_required = fields.Boolean("Required", default=True)
    photo_required = fields.Boolean()
    deduction = fields.Float(
        "Deduction Points", digits=(8, 2), help="Taken off the score for a fault."
    )
    standard_id = fields.Many2one(
        "pm.service.standard",
        "Service Standard",
        index="btree_not_null",
        ondelete="restrict",
        help="The standard that this item checks.",
    )
    point_ids = fields.Many2many(
        "pm.inspection.point",
        "pm_inspection_item_point_rel",
        "item_id",
        "point_id",
        "Only at",
        help="Empty: at every point of the plan.",
    )
    fault_category_id = fields.Many2one(
        "pm.fault.category",
        ondelete="restrict",
        help="Of the order that a fault makes; empty: that of the plan.",
    )
    is_hazard = fields.Boolean(
        "Fault Is a Hazard",
        help="A fault is entered in the hazard register too, where it is graded, and "
        "looked at again when it was put right.",
    )

    _one_whole = models.Constraint(
        "CHECK ((plan_id IS NULL) <> (template_id IS NULL))",
        "An item belongs to a plan or to a template.",
    )
    _limits_in_order = models.Constraint(
        "CHECK (NOT (has_min AND has_max) OR value_min <= value_max)",
        "The lower limit is above the upper one.",
    )
    _deduction_positive = models.Constraint(
        "CHECK (deduction >= 0)", "Deduction points are not negative."
    )

    @api.constrains("kind", "choice_ids")
    def _check_choices(self):
        for item in self:
            if item.kind == "choice" and len(item.choice_ids) < 2:
                raise ValidationError(
                    self.env._(
                        "%(item)s is a choice: enter two choices or more.",
                        item=item.name,
                    )
                )

    @api.constrains("point_ids", "plan_id")
    def _check_points(self):
        for item in self:
            if item.point_ids and item.template_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is of a template: points are chosen in a plan.",
                        item=item.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        lines = self.env["pm.inspection.line"].sudo()
        used = lines.search(
            [("item_id", "in", self.ids), ("value", "!=", False)], limit=1
        )
        if used:
            raise ValidationError(
                self.env._(
                    "%(item)s was answered on rounds, which stay on record. Archive it "
                    "instead.",
                    item=used.item_id.name,
                )
            )
        lines.search([("item_id", "in", self.ids)]).unlink()

    def _limits(self):
        """(lowest, highest) that is no fault; None where there is no limit."""
        return (
            self.value_min if self.has_min else None,
            self.value_max if self.has_max else None,
        )

    def _read_value(self, value):
        """Return (value as it is stored, whether it is a fault) of an entry.

        :raises ValidationError: naming the item, the entry and what is expected
        """
        self.ensure_one()
        if value is None or value is False or readings.plain(value) == "":
            return False, False
        try:
            return getattr(self, f"_read_{self.kind}")(value)
        except readings.Unreadable as problem:
            raise ValidationError(self._unreadable(value, problem.args[0])) from problem

    def _read_yes_no(self, value):
        word = readings.yes_no(value)
        return word, word == self.fault_value

    def _read_choice(self, value):
        text = readings.plain(value)
        for choice in self.choice_ids:
            if text in (str(choice.id), choice.name):
                return str(choice.id), choice.is_fault
        raise readings.Unreadable("choice")

    def _read_number(self, value):
        figure = readings.number(value)
        return format(figure, "f"), readings.is_out(figure, *self._exact_limits())

    def _exact_limits(self):
        """Limits as decimals, so that 0.3 is not beyond 0.3."""
        return tuple(
            None if limit is None else readings.number(format(limit, ".3f"))
            for limit in self._limits()
        )

    def _read_text(self, value):
        text = readings.plain(value)
        if len(text) > 2000:
            raise readings.Unreadable("long")
        return text, False

    def _read_photo(self, value):
        return readings.plain(value)[:64], False

    def _unreadable(self, value, why):
        entry = readings.plain(value)[:60]
        texts = {
            "comma": self.env._(
                "%(item)s: “%(entry)s” may be read in two ways. Write the number with "
                "a point and without commas, as in 12.5.",
                item=self.name,
                entry=entry,
            ),
            "number": self.env._(
                "%(item)s: “%(entry)s” is no number.", item=self.name, entry=entry
            ),
            "yes_no": self.env._(
                "%(item)s: “%(entry)s” is neither yes nor no.",
                item=self.name,
                entry=entry,
            ),
            "choice": self.env._(
                "%(item)s: “%(entry)s” is none of the choices.",
                item=self.name,
                entry=entry,
            ),
            "long": self.env._(
                "%(item)s: the text is longer than 2000 characters.", item=self.name
            ),
        }
        return texts[why]

    def _show_value(self, value):
        """A stored value in the words of the user."""
        self.ensure_one()
        if not value:
            return ""
        if self.kind == "yes_no":
            return {"yes": self.env._("Yes"), "no": self.env._("No")}.get(value, value)
        if self.kind == "choice":
            choice = self.choice_ids.filtered(lambda one: str(one.id) == value)
            return choice.name or value
        if self.kind == "number" and self.unit:
            return f"{value} {self.unit}"
        return value
