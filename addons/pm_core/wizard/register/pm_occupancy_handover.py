from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

# Whose holding ends when somebody new comes in that role: a sale ends no lease.
ENDED_BY = {
    "owner": ("owner", "developer", "family"),
    "tenant": ("tenant",),
}


class PmOccupancyHandover(models.TransientModel):
    """One property passes from one holder to the next, in one step.

    Who holds it until then ends the day before; who comes begins on the day. With
    nobody new it is a move-out.
    """

    _name = "pm.occupancy.handover"
    _description = "Hand-over of a Property"
    _inherit = ["pm.estate.mixin"]

    property_id = fields.Many2one(ondelete="cascade")
    date = fields.Date(
        "First Day",
        required=True,
        default=fields.Date.context_today,
        help="From this day the property is the new holder's; the earlier one holds "
        "it to the day before, and the fees of the month are split accordingly.",
    )
    role = fields.Selection(
        [("owner", "Owner"), ("tenant", "Tenant"), ("other", "Other")],
        "Passes to",
        required=True,
        default="owner",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="New Holders",
        help="Several owners get equal shares; empty: it is vacant from that day.",
    )
    occupancy_ids = fields.Many2many(
        "pm.occupancy",
        string="Ends",
        compute="_compute_occupancy_ids",
        store=True,
        readonly=False,
        domain="[('property_id', '=', property_id), ('date_from', '<', date), "
        "'|', ('date_to', '=', False), ('date_to', '>=', date)]",
    )

    @api.depends("property_id", "date", "role")
    def _compute_occupancy_ids(self):
        """Who would hold the property in that role at the same time."""
        for handover in self:
            handover.occupancy_ids = handover._rows_that_end()

    def _rows_that_end(self):
        roles = ENDED_BY.get(self.role, ())
        day = self.date
        if not day:
            return self.env["pm.occupancy"]
        return self.property_id.occupancy_ids.filtered(
            lambda row: (
                row.role in roles
                and row.date_from < day
                and (not row.date_to or row.date_to >= day)
            )
        )

    def action_hand_over(self):
        """End what ends and open what begins.

        :raises UserError: there is nothing to do
        """
        self.ensure_one()
        if not self.occupancy_ids and not self.partner_ids:
            raise UserError(
                self.env._(
                    "Nothing would change: choose whose holding of %(property)s ends, "
                    "or who comes.",
                    property=self.property_id.display_name,
                )
            )
        self.occupancy_ids.date_to = self.date - timedelta(1)
        self.env["pm.occupancy"].create(self._prepare_occupancies())
        self._note_vacancy()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_occupancies(self):
        """The rows of the new holders; the first owners take what division leaves."""
        shares = [100.0] * len(self.partner_ids)
        if self.role == "owner" and shares:
            equal = float_round(100.0 / len(shares), 2, rounding_method="DOWN")
            shares = [equal] * len(shares)
            shares[0] = float_round(100.0 - equal * (len(shares) - 1), 2)
        return [
            {
                "property_id": self.property_id.id,
                "partner_id": partner.id,
                "role": self.role,
                "share": share,
                "date_from": self.date,
            }
            for partner, share in zip(self.partner_ids, shares, strict=True)
        ]

    def _note_vacancy(self):
        """What nobody holds any more, from today at the latest, is vacant."""
        today = fields.Date.context_today(self)
        if self.date > today or self.property_id.state != "occupied":
            return
        if not self.property_id.occupancy_ids.filtered(
            lambda row: row.is_current and row.role in ("owner", "tenant", "other")
        ):
            self.property_id.state = "vacant"
