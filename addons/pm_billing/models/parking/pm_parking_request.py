from odoo import api, fields, models

from ..ledger.business_day import likely_today


class PmParkingRequest(models.Model):
    """Somebody waits for a parking space; who asked first is offered it first."""

    _name = "pm.parking.request"
    _description = "Waiting for a Parking Space"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.cron.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "date, id"
    _check_company_auto = True

    property_id = fields.Many2one(
        string="Waits for a Space in",
        domain="[('kind', 'in', ('parking_lot', 'building', 'estate'))]",
        help="A car park, or the estate as a whole.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("sold", "To Buy"), ("let", "To Rent"), ("monthly", "By the Month")],
        "Wanted",
        required=True,
        default="monthly",
    )
    date = fields.Date(
        "Asked on",
        required=True,
        default=lambda self: likely_today(self.env),
        index=True,
    )
    note = fields.Char("Wishes")
    position = fields.Integer(
        compute="_compute_position", help="How many wait, up to and with this one."
    )
    offer_property_id = fields.Many2one(
        "pm.property",
        "Space Offered",
        domain="[('kind', '=', 'parking'), ('id', 'child_of', property_id),"
        " ('is_parking_free', '=', True)]",
        check_company=True,
        copy=False,
        index="btree_not_null",
    )
    offered_on = fields.Date(readonly=True, copy=False)
    offer_until = fields.Date(
        readonly=True, copy=False, index="btree_not_null", tracking=True
    )
    let_id = fields.Many2one(
        "pm.parking.let",
        "Parking Use",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("lapsed", "Not Answered"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="waiting",
        index=True,
        tracking=True,
    )

    _user_columns = {"offer_property_id": ("waiting",)}

    _once_waiting = models.UniqueIndex(
        "(partner_id, property_id, kind) WHERE state IN ('waiting', 'offered')",
        "This customer waits for such a space already.",
    )
    _one_offer_a_space = models.UniqueIndex(
        "(offer_property_id) WHERE state = 'offered'",
        "This space is offered to somebody already.",
    )

    @api.depends("partner_id", "property_id")
    def _compute_display_name(self):
        for request in self:
            place = request.property_id.sudo().display_name or ""
            name = request.partner_id.sudo().name or ""
            request.display_name = f"{place} {name}".strip()

    @api.depends("state", "date", "property_id", "kind")
    def _compute_position(self):
        """One query for the places of the set; the order is that of the list."""
        queues = {}
        waiting = self.sudo().search(
            [
                ("state", "=", "waiting"),
                ("property_id", "in", self.property_id.ids),
            ]
        )
        for row in waiting:
            queues.setdefault((row.property_id.id, row.kind), []).append(row.id)
        for request in self:
            queue = queues.get((request.property_id.id, request.kind), [])
            known = request._origin.id
            request.position = queue.index(known) + 1 if known in queue else 0

    def write(self, vals):
        """What was offered is answered; who was asked before keeps the turn."""
        asked = {"property_id", "partner_id", "kind", "date"}
        if asked & vals.keys() and not self._writes_freely():
            self._check_in_state("waiting")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        self._check_in_state("waiting", "cancelled")
