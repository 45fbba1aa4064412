from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..ledger.booked import booking
from ..ledger.business_day import today_at


class PmPayout(models.Model):
    """Money that came back: a transfer the bank returned, cash that was not taken."""

    _inherit = "pm.payout"

    reversal_reason = fields.Char("Why It Came Back", copy=False)
    reversed_by_id = fields.Many2one(
        "res.users", "Taken Back by", readonly=True, copy=False
    )
    reversed_on = fields.Date("Taken Back on", readonly=True, copy=False)

    _user_columns = {"reversal_reason": ("paid",)}

    def _owns_entry(self):
        """Return why its entry is not changed, and what to do instead."""
        self.ensure_one()
        if self.state == "reversed":
            return self.env._(
                "This belongs to the outgoing payment “%s”, which was taken back. Its "
                "entries stay as they are, one against the other.",
                self.reason,
            )
        return self.env._(
            "This belongs to the outgoing payment “%s”, which would stay paid. Take "
            "it back there instead: what it paid is owed again.",
            self.reason,
        )

    def action_reverse(self):
        """The money is here again, and what it paid is owed again.

        :raises AccessError: by who paid it, or who does not keep the books
        :raises UserError: not paid, without a reason, or cash of a drawer that is
            counted
        """
        for payout in self:
            payout._check_may_reverse()
            payout._check_in_state("paid")
            if not (payout.reversal_reason or "").strip():
                raise UserError(self.env._("Say why the money came back."))
            payout._back_into_drawer()
            payout.sudo()._as_step()._reverse()

    def _check_may_reverse(self):
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user.has_group("account.group_account_user"):
            raise AccessError(self.env._("Accountants take an outgoing payment back."))
        if user == self.paid_by_id:
            raise AccessError(
                self.env._(
                    "%s was paid by you. Somebody else takes it back.", self.reason
                )
            )

    def _back_into_drawer(self):
        """Cash goes back into the drawer that it left, while that is not counted."""
        close_sudo = self.close_id.sudo()
        if not close_sudo:
            return
        if close_sudo.state != "open":
            raise UserError(
                self.env._(
                    "The drawer of %(day)s is counted. Take the cash at the counter, "
                    "as a receipt of %(payee)s.",
                    day=format_date(self.env, close_sudo.date),
                    payee=self.partner_id.name,
                )
            )
        close_sudo._as_step()._take_back(self)

    def _reverse(self):
        today = today_at(self.estate_id)
        move = booking(self.move_id)
        self.company_id._pm_check_unlocked(today, move.journal_id)
        move.line_ids.remove_move_reconcile()
        move._reverse_moves(
            [{"date": today, "ref": self.env._("Came back: %s", self.reason)}],
            cancel=True,
        )
        if self.deposit_id:
            self.deposit_id._as_step().state = "inspected"
        self.write(
            {
                "state": "reversed",
                "reversed_by_id": self.env.uid,
                "reversed_on": today,
            }
        )
