from odoo import api, fields, models
from odoo.fields import Domain

from ..ledger.business_day import set_today, today_at


class PmParkingLet(models.Model):
    """Who has the use of a parking space: bought, let, or by the month.

    Both days are included. The monthly fee is a fee of the space, begun and ended by
    this. Amounts in company currency a month, tax included.
    """

    _name = "pm.parking.let"
    _description = "Use of a Parking Space"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.cron.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    property_id = fields.Many2one(
        string="Parking Space", domain="[('kind', '=', 'parking')]", tracking=True
    )
    kind = fields.Selection(
        [("sold", "Sold"), ("let", "Let"), ("monthly", "By the Month")],
        required=True,
        default="monthly",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date(
        "From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    date_to = fields.Date("To", tracking=True, help="Last day; empty while it goes on.")
    fee_item_id = fields.Many2one(
        "pm.fee.item",
        "Monthly Fee",
        check_company=True,
        ondelete="restrict",
        domain="[('company_id', '=', company_id), '|', ('estate_id', '=', False),"
        " ('estate_id', '=', estate_id)]",
        help="Rent, or management fee of a space that was sold; empty: none.",
    )
    own_price = fields.Monetary(
        "Agreed a Month", help="Zero: the price of the fee item."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    agreement = fields.Char(help="Number of the contract or the purchase.")
    plate_ids = fields.One2many("pm.parking.plate", "let_id", "License Plates")
    card_ids = fields.One2many("pm.parking.card", "let_id", "Cards and Passes")
    plates = fields.Char(
        "Plates Today", compute="_compute_plates", search="_search_plates"
    )
    fee_id = fields.Many2one(
        "pm.fee", readonly=True, copy=False, index="btree_not_null"
    )
    occupancy_id = fields.Many2one(
        "pm.occupancy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    has_own_occupancy = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its occupancy was made by it, and ends with it.",
    )
    request_id = fields.Many2one(
        "pm.parking.request", "Asked for in", readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Running"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The use of a space cannot end before it begins.",
    )
    _price_positive = models.Constraint(
        "CHECK (own_price >= 0)", "A price cannot be negative."
    )
    # int4range stands in for equality, which gist has only with an extension
    _one_at_a_time = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            daterange(date_from, date_to + 1, '[)') WITH &&)
        WHERE (state IN ('running', 'ended'))""",
        "Somebody else has the use of this space in that time. End that first.",
    )

    @api.depends("property_id", "partner_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for let in self:
            place = let.property_id.sudo().display_name or ""
            name = let.partner_id.sudo().name or ""
            let.display_name = f"{place} {name} ({kinds.get(let.kind, '')})".strip()

    @api.depends("property_id")
    def _compute_date_from(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date_from")

    @api.depends("plate_ids.plate", "plate_ids.date_from", "plate_ids.date_to")
    def _compute_plates(self):
        for let in self:
            today = today_at(let.property_id)
            held = let.plate_ids.filtered(lambda row, day=today: row._holds_on(day))
            let.plates = ", ".join(held.mapped("plate"))

    def _search_plates(self, operator, value):
        if operator not in ("ilike", "=ilike", "in", "like"):
            return NotImplemented
        return Domain("plate_ids", "any", [("plate", operator, value)])

    def write(self, vals):
        """What runs is ended, and begun anew; only what is said of it changes."""
        agreed = {
            "property_id",
            "partner_id",
            "kind",
            "date_from",
            "date_to",
            "fee_item_id",
            "own_price",
        }
        if agreed & vals.keys() and not self._writes_freely():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_in_state("draft", "cancelled")
