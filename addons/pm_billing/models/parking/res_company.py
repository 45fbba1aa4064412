from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_parking_offer_days = fields.Integer(
        "Days to Accept a Parking Space",
        default=3,
        help="A space that is offered from the waiting list and not accepted in so "
        "many days goes to who is next.",
    )

    _pm_offer_days = models.Constraint(
        "CHECK (pm_parking_offer_days IS NULL OR pm_parking_offer_days > 0)",
        "Who is offered a parking space has a day at least to accept it.",
    )
