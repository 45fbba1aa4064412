from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..ledger.business_day import likely_today


class PmParkingCard(models.Model):
    """A card, pass or sticker that opens the car park, from one day to another."""

    _name = "pm.parking.card"
    _description = "Card of a Parking Space"
    _inherit = ["pm.part.mixin"]
    _whole = "let_id"
    _rec_name = "number"
    _order = "date_from desc, id desc"

    let_id = fields.Many2one(
        "pm.parking.let", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="let_id.estate_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("card", "Card"),
            ("sticker", "Sticker"),
            ("remote", "Remote Control"),
            ("plate", "Plate Recognition"),
        ],
        required=True,
        default="card",
    )
    number = fields.Char(required=True)
    date_from = fields.Date(
        "From", required=True, default=lambda self: likely_today(self.env)
    )
    date_to = fields.Date("To", help="Last day on which it opens the car park.")
    is_returned = fields.Boolean("Given Back")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A card cannot end before it begins.",
    )
    _one_holder = models.UniqueIndex(
        "(estate_id, kind, number) WHERE date_to IS NULL AND is_returned IS NOT TRUE",
        "This card is with somebody: enter its last day, or that it was given back.",
    )

    @api.constrains("let_id", "kind", "date_from", "date_to", "is_returned")
    def _check_spaces(self):
        """No more cards open the car park than there are spaces for.

        On the first day of each card those that open it then are counted.
        """
        for let in self.let_id:
            most = let.company_id.sudo().pm_parking_cards
            held = let.card_ids.filtered(lambda card: not card.is_returned)
            for card in held if most else ():
                same = held.filtered(
                    lambda row, card=card: (
                        row.kind == card.kind
                        and row.date_from <= card.date_from <= (row.date_to or date.max)
                    )
                )
                if len(same) > most:
                    raise ValidationError(
                        self.env._(
                            "%(let)s has room for %(most)s of these at a time: "
                            "%(numbers)s. Enter the last day of one, or that it was "
                            "given back.",
                            let=let.display_name,
                            most=most,
                            numbers=", ".join(same.mapped("number")),
                        )
                    )
