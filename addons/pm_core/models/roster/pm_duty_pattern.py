from datetime import date

from odoo import api, fields, models

from ...engine.roster import Cycle


class PmDutyPattern(models.Model):
    """A cycle of shifts and days off, such as four days on and two off.

    The cycle runs on from its anchor without end; each person of a roster stands at
    a day of it, so that one pattern serves all crews.
    """

    _name = "pm.duty.pattern"
    _pm_copyable = True
    _description = "Duty Pattern"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    anchor = fields.Date(
        "Day One",
        required=True,
        default=date(2024, 1, 1),
        help="A date that is day 1 of the cycle for the crew that starts on day 1. "
        "Later months follow from it by themselves.",
    )
    line_ids = fields.One2many(
        "pm.duty.pattern.line", "pattern_id", "Days of the Cycle", copy=True
    )
    # models of Odoo 19 have no attribute of this name
    length = fields.Integer(  # pylint: disable=attribute-deprecated
        "Days in the Cycle",
        compute="_compute_length",
    )
    weekly_hours = fields.Float(
        "Hours a Week", compute="_compute_length", help="On average, a person."
    )
    summary = fields.Char("Cycle", compute="_compute_length")
    note = fields.Text("Notes")

    @api.depends("line_ids.shift_id.hours", "line_ids.shift_id.code")
    def _compute_length(self):
        for pattern in self:
            lines = pattern.line_ids
            pattern.length = len(lines)
            hours = sum(line.shift_id.hours for line in lines)
            pattern.weekly_hours = hours * 7 / len(lines) if lines else 0.0
            pattern.summary = " ".join(line.shift_id.code or "–" for line in lines)

    def _cycle(self):
        """Return the :class:`~..engine.roster.Cycle` of shifts."""
        self.ensure_one()
        return Cycle(
            tuple(line.shift_id or None for line in self.line_ids), self.anchor
        )
