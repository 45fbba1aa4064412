from odoo import models

from ..ledger.booked import is_booking


class AccountPartialReconcile(models.Model):
    """A match on a clearing account is one of a line of a statement."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        """*Unreconcile* of an accountant opens the lines of statements too.

        Else a line would say that its money is matched, and nothing would stand for it.
        """
        items = self.browse().debit_move_id
        if not (
            is_booking(self)
            or self._in_step("pm_reopening")
            # the entry goes, and its line with it
            or self.env.context.get("force_delete")
        ):
            both_sudo = (self.debit_move_id | self.credit_move_id).sudo()
            items = both_sudo.filtered(
                lambda line: (
                    line.parent_state == "posted"
                    and line.move_id.statement_line_id.journal_id.pm_channel
                )
            ).sudo(self.env.su)
        result = super().unlink()
        for move, some in items.grouped("move_id").items():
            move.statement_line_id._pm_reopen(some)
        return result
