from odoo import models


class AccountMove(models.Model):
    """An entry of a statement that leaves the books shows no money any more."""

    _inherit = "account.move"

    def _pm_release_bills(self):
        """Open what lines of statements were matched with, as the entry is a draft.

        Odoo keeps the match: receipts would stay *seen on a statement*.
        """
        result = super()._pm_release_bills()
        posted_sudo = self.sudo().filtered(lambda move: move.state == "posted")
        for line in posted_sudo.statement_line_ids:
            if line.journal_id.pm_channel and line.is_reconciled:
                line.action_undo_reconciliation()
        return result
