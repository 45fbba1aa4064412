from odoo import fields, models
from odoo.exceptions import UserError

from ..ledger.business_day import today_at


class PmReceipt(models.Model):
    """The day of the cashier that a receipt belongs to."""

    _inherit = "pm.receipt"

    source = fields.Selection(
        [
            ("counter", "Counter"),
            ("statement", "Statement"),
            ("online", "Online"),
            ("collection", "Bank Collection"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="counter",
        help="How the money came in; what did not come over the counter is in no "
        "cashier's drawer.",
    )
    close_id = fields.Many2one(
        "pm.cash.close",
        "Day Close",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    return_close_id = fields.Many2one(
        "pm.cash.close",
        "Given Back on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The cashier's day out of whose drawer the money of a cancelled receipt "
        "was given back.",
    )

    def write(self, vals):
        if not self._writes_freely() and {"memo"} & vals.keys():
            self._check_day_open()
        return super().write(vals)

    def _check_day_open(self):
        """:raises UserError: the receipt is of a closed day"""
        for receipt in self.sudo():
            if receipt.close_id.state == "closed":
                raise UserError(
                    self.env._(
                        "The receipt %(receipt)s is of the closed day %(day)s, which "
                        "takes no more changes.",
                        receipt=receipt.name,
                        day=receipt.close_id.display_name,
                    )
                )

    def _is_money(self):
        """Whether something came in; a prepayment that is used came in before."""
        return self.kind == "money"

    def _into_drawer(self):
        """Money that was taken over the counter is in the drawer of who took it."""
        self.ensure_one()
        if self._is_money() and self.source == "counter":
            self.env["pm.cash.close"]._open_day(
                self.company_id, self.date, self.sudo().estate_id
            )._take_in(self)

    def _out_of_drawer(self, user):
        """The money of a cancelled receipt leaves the drawer of who cancels it."""
        self.ensure_one()
        if self.sudo().close_id:
            self.env["pm.cash.close"].with_user(user)._open_day(
                self.company_id,
                today_at(self.sudo().estate_id),
                self.sudo().estate_id,
                later=True,
            )._give_back(self)
