from odoo import api, fields, models


class PmInspectionWindow(models.Model):
    """Hours of a day within which a round has to be walked, or one after the other."""

    _name = "pm.inspection.window"
    _description = "Hours of an Inspection Plan"
    _inherit = ["pm.part.mixin"]
    _whole = "plan_id"
    _order = "plan_id, hour_from, id"

    plan_id = fields.Many2one(
        "pm.inspection.plan", required=True, index=True, ondelete="cascade"
    )
    hour_from = fields.Float("From Hour", help="By the clock of the estate.")
    hour_to = fields.Float(
        "To Hour",
        default=24.0,
        help="24:00 is the end of the day; before the beginning: on the next day.",
    )
    every_hours = fields.Float(
        "Again Every (Hours)",
        help="Several rounds within these hours, each to be walked before the next "
        "begins; 0: one round.",
    )

    _hours_of_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to > 0 AND hour_to <= 24)",
        "Hours are from 0:00 to 24:00.",
    )
    _every_plausible = models.Constraint(
        "CHECK (every_hours = 0 OR every_hours BETWEEN 0.25 AND 24)",
        "Rounds follow each other after a quarter of an hour or more.",
    )

    @api.depends("hour_from", "hour_to")
    def _compute_display_name(self):
        for window in self:
            window.display_name = f"{clock(window.hour_from)}–{clock(window.hour_to)}"

    def _spans(self):
        """Pairs (minute of the day at which a round begins, its length in minutes)."""
        self.ensure_one()
        begin = round(self.hour_from * 60)
        length = round(self.hour_to * 60) - begin
        if length <= 0:
            length += 24 * 60
        every = round(self.every_hours * 60) or length
        return [
            (begin + offset, min(every, length - offset))
            for offset in range(0, length, every)
        ]


def clock(hour):
    """An hour of the day as people write it."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
