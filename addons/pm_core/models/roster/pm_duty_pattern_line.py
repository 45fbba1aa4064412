from odoo import api, fields, models


class PmDutyPatternLine(models.Model):
    _name = "pm.duty.pattern.line"
    _description = "Day of a Duty Pattern"
    _order = "pattern_id, sequence, id"

    pattern_id = fields.Many2one(
        "pm.duty.pattern", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    day = fields.Integer(compute="_compute_day", aggregator=None)
    shift_id = fields.Many2one(
        "pm.duty.shift", ondelete="restrict", help="Empty: off duty."
    )

    @api.depends("pattern_id.line_ids.sequence")
    def _compute_day(self):
        for pattern in self.pattern_id:
            for number, line in enumerate(pattern.line_ids, start=1):
                line.day = number
        for line in self.filtered(lambda line: not line.pattern_id):
            line.day = 0

    @api.depends("day", "shift_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "Day %(number)s: %(shift)s",
                number=line.day,
                shift=line.shift_id.display_name or self.env._("off"),
            )
