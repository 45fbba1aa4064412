from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_parking_offer_days = fields.Integer(
        "Days to Accept a Parking Space",
        default=3,
        help="A space that is offered from the waiting list and not accepted in so "
        "many days goes to who is next.",
    )

    pm_parking_cards = fields.Integer(
        "Cards for a Parking Space",
        default=1,
        help="How many cards of one kind open the car park for one space at a time; "
        "0: as many as are given out.",
    )

    _pm_parking_cards_positive = models.Constraint(
        "CHECK (pm_parking_cards >= 0)", "A number of cards cannot be negative."
    )
    _pm_offer_days = models.Constraint(
        "CHECK (pm_parking_offer_days IS NULL OR pm_parking_offer_days > 0)",
        "Who is offered a parking space has a day at least to accept it.",
    )
