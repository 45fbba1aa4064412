from decimal import Decimal

from odoo import fields, models

from ...engine.bookings import Price
from .pm_facility_hours import minutes


class PmFacilityPrice(models.Model):
    """A price of a facility for some customers, days and hours.

    The first line that fits the beginning of a slot is its price. Company currency,
    tax included.
    """

    _name = "pm.facility.price"
    _description = "Price of a Facility"
    _inherit = ["pm.part.mixin"]
    _whole = "facility_id"
    _order = "sequence, id"

    facility_id = fields.Many2one(
        "pm.facility", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    customers = fields.Selection(
        [
            ("all", "Everybody"),
            ("resident", "Residents of the Estate"),
            ("outside", "Others"),
        ],
        "Valid for",
        required=True,
        default="all",
        help="Residents hold something at the estate on the day of the use.",
    )
    days = fields.Selection(
        [
            ("all", "Every Day"),
            ("workday", "Monday to Friday"),
            ("weekend", "Saturday and Sunday"),
        ],
        required=True,
        default="all",
    )
    hour_from = fields.Float("From Time", default=0.0)
    hour_to = fields.Float("Until Time", default=24.0)
    per = fields.Selection(
        [("slot", "Slot"), ("hour", "Hour"), ("day", "Whole Day")],
        required=True,
        default="hour",
    )
    currency_id = fields.Many2one(related="facility_id.currency_id")
    price = fields.Monetary(required=True)

    _price_positive = models.Constraint(
        "CHECK (price >= 0)", "A price cannot be negative."
    )
    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_to > hour_from)",
        "A price holds until a later hour of the same day.",
    )

    def _prices(self):
        return [
            Price(
                row.customers,
                row.days,
                minutes(row.hour_from),
                minutes(row.hour_to),
                row.per,
                Decimal(str(row.price)),
            )
            for row in self
        ]
