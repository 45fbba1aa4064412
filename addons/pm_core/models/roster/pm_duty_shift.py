from odoo import api, fields, models


class PmDutyShift(models.Model):
    """Hours of a day that are worked in one go: day, night, early, office hours."""

    _name = "pm.duty.shift"
    _description = "Shift"
    _order = "sequence, hour_from, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        size=4,
        translate=True,
        help="A letter or two, as it stands in a roster table.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    hour_from = fields.Float(
        "Starts at", required=True, default=8.0, help="By the clock of the estate."
    )
    hours = fields.Float("Length (Hours)", required=True, default=8.0)
    hour_to = fields.Float("Ends at", compute="_compute_hour_to")
    crosses_midnight = fields.Boolean(
        compute="_compute_hour_to", help="Ends on the day after it began."
    )

    _hour_from_of_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24)",
        "A shift starts at an hour from 0:00 to 23:59.",
    )
    _hours_plausible = models.Constraint(
        "CHECK (hours > 0 AND hours <= 24)", "A shift lasts up to 24 hours."
    )
    _code_unique = models.UniqueIndex(
        "((code->>'en_US')) WHERE active", "Another shift has this code already."
    )

    @api.depends("hour_from", "hours")
    def _compute_hour_to(self):
        for shift in self:
            end = shift.hour_from + shift.hours
            shift.crosses_midnight = end > 24
            shift.hour_to = end - 24 if end > 24 else end

    @api.depends("name", "hour_from", "hour_to")
    @api.depends_context("pm_shift_name")
    def _compute_display_name(self):
        name_only = self.env.context.get("pm_shift_name")
        for shift in self:
            hours = f"{_clock(shift.hour_from)}–{_clock(shift.hour_to)}"
            shift.display_name = shift.name if name_only else f"{shift.name} {hours}"


def _clock(hour):
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
