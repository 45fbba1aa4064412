from odoo import api, fields, models
from odoo.fields import Domain

from ..ledger.business_day import likely_today, today_at


class PmProperty(models.Model):
    """Who has the use of a parking space today, and which are free."""

    _inherit = "pm.property"

    parking_let_ids = fields.One2many("pm.parking.let", "property_id", "Parking Uses")
    parking_offer_ids = fields.One2many(
        "pm.parking.request", "offer_property_id", "Parking Offers"
    )
    parking_let_id = fields.Many2one(
        "pm.parking.let", "Parking Use", compute="_compute_parking_let_id"
    )
    parking_kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.parking.let"]._fields["kind"]._description_selection(self.env)
        ),
        string="Sold or Let",
        compute="_compute_parking_let_id",
    )
    parking_plates = fields.Char("Plates Today", compute="_compute_parking_let_id")
    is_parking_free = fields.Boolean(
        "Free Space",
        compute="_compute_is_parking_free",
        search="_search_is_parking_free",
        help="Nobody has the use of it today or later, and it is not offered or taken.",
    )

    def _compute_parking_let_id(self):
        """The use of today, read once for all."""
        today = today_at(self[:1])
        lets = self.env["pm.parking.let"].search(
            [
                ("property_id", "in", self.ids),
                ("state", "=", "running"),
                ("date_from", "<=", today),
            ]
        )
        by_place = {let.property_id.id: let for let in lets}
        for place in self:
            let = by_place.get(place._origin.id, lets.browse())
            place.parking_let_id = let
            place.parking_kind = let.kind
            place.parking_plates = let.plates

    @api.depends("kind")
    def _compute_is_parking_free(self):
        free = set(self._origin.sudo().search(self._domain_free()).ids)
        for place in self:
            place.is_parking_free = place._origin.id in free

    def _search_is_parking_free(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_free()

    @api.model
    def _domain_free(self):
        today = likely_today(self.env)
        goes_on = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        accepted = Domain("state", "=", "draft") & Domain("request_id", "!=", False)
        busy = (Domain("state", "=", "running") & goes_on) | accepted
        # whether a space is free is no secret; who has it is
        return (
            Domain("kind", "=", "parking")
            & Domain("parking_let_ids", "not any!", busy)
            & Domain("parking_offer_ids", "not any!", [("state", "=", "offered")])
        )
