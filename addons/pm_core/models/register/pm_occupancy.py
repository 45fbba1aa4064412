from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class PmOccupancy(models.Model):
    """Who holds a property, as what, with which share, from when to when.

    Both dates are included. History is kept: a hand-over ends one row and opens
    the next one.
    """

    _name = "pm.occupancy"
    _description = "Occupancy"
    _inherit = ["pm.estate.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    property_id = fields.Many2one(
        domain="[('kind', 'in', ('unit', 'parking', 'common', 'building'))]",
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    phone = fields.Char(related="partner_id.phone")
    role = fields.Selection(
        [
            ("owner", "Owner"),
            ("tenant", "Tenant"),
            ("family", "Family"),
            ("developer", "Developer"),
            ("other", "Other"),
        ],
        required=True,
        default="owner",
    )
    share = fields.Float(
        "Share (%)",
        digits=(5, 2),
        default=100.0,
        aggregator=None,
        help="Share of the ownership; the owners of a property hold 100 % at most.",
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, index=True
    )
    date_to = fields.Date("To", help="Last day; empty while it goes on.")
    is_current = fields.Boolean(
        "Current", compute="_compute_is_current", search="_search_is_current"
    )
    license_plate = fields.Char(help="Car that uses the parking space.")
    note = fields.Char()

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "An occupancy cannot end before it begins.",
    )
    _share_in_range = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share lies between 0 and 100 %."
    )
    _once_per_start = models.UniqueIndex(
        "(property_id, partner_id, role, date_from)",
        "This customer holds the property in this role from that day already.",
    )

    _latest_idx = models.Index("(date_from DESC, id DESC)")
    _estate_latest_idx = models.Index("(estate_id, date_from DESC, id DESC)")

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for occupancy in self:
            occupancy.is_current = bool(
                occupancy.date_from
                and occupancy.date_from <= today
                and (not occupancy.date_to or occupancy.date_to >= today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_on(fields.Date.context_today(self))

    @api.model
    def _domain_on(self, day):
        """Return the domain of the occupancies that hold on ``day``."""
        return Domain("date_from", "<=", day) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        )

    @api.depends("property_id", "partner_id", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for occupancy in self:
            occupancy.display_name = (
                f"{occupancy.property_id.display_name} "
                f"{occupancy.partner_id.name} ({roles.get(occupancy.role, '')})"
            )

    @api.constrains("property_id", "role", "share", "date_from", "date_to")
    def _check_owner_shares(self):
        """The owners of a property hold 100 % at most, on every day."""
        owners = self.search(
            [("property_id", "in", self.property_id.ids), ("role", "=", "owner")]
        )
        for prop, held in owners.grouped("property_id").items():
            # the sum can only rise where some holding begins
            for day in sorted(set(held.mapped("date_from"))):
                total = sum(
                    row.share
                    for row in held
                    if row.date_from <= day and (not row.date_to or row.date_to >= day)
                )
                if total > 100.004:
                    raise ValidationError(
                        self.env._(
                            "The owners of %(property)s would hold %(total)s %% on "
                            "%(day)s. End the earlier ownership first, or lower "
                            "the shares.",
                            property=prop.display_name,
                            total=f"{total:.2f}",
                            day=fields.Date.to_string(day),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        occupancies = super().create(vals_list)
        occupancies._update_property_state()
        return occupancies

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "date_to", "property_id"} & vals.keys():
            self._update_property_state()
        return result

    def _update_property_state(self):
        """A vacant or unsold property with a current holder is occupied."""
        current = self.filtered(lambda row: row.is_current and row.role != "developer")
        current.property_id.filtered(
            lambda prop: prop.state in ("vacant", "unsold")
        ).state = "occupied"
