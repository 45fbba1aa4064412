from odoo import fields, models

from ...engine.bookings import DAY, Opening

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


def minutes(hours):
    """Hours as people enter them, in minutes: 9.5 is 570."""
    return round(hours * 60)


class PmFacilityHours(models.Model):
    """When a facility is open on a weekday; several lines leave breaks."""

    _name = "pm.facility.hours"
    _description = "Opening Hours of a Facility"
    _inherit = ["pm.part.mixin"]
    _whole = "facility_id"
    _order = "weekday, hour_from"

    facility_id = fields.Many2one(
        "pm.facility", required=True, index=True, ondelete="cascade"
    )
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    hour_from = fields.Float("Opens", required=True, default=9.0)
    hour_to = fields.Float("Closes", required=True, default=21.0)

    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_to > hour_from)",
        "A facility closes after it opens, on the same day: from 0:00 to 24:00.",
    )

    def _openings(self):
        return [
            Opening(int(row.weekday), minutes(row.hour_from), minutes(row.hour_to))
            for row in self
            if 0 <= minutes(row.hour_from) < minutes(row.hour_to) <= DAY
        ]
