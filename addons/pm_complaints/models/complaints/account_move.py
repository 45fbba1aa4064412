from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _pm_owned(self):
        """What a settled dispute credited is settled: both would say something else."""
        dispute = self.env["pm.complaint.dispute"].search(
            [("credit_move_id", "in", (self | self.reversed_entry_id).ids)], limit=1
        )
        if not dispute:
            return super()._pm_owned()
        return self.env._(
            "This gives back what was disputed in %(complaint)s. It stays as it is; "
            "bill what is owed after all as a one-off charge.",
            complaint=dispute.complaint_id.number,
        )
