from odoo import models


class PmCharge(models.Model):
    """Charges of bills that are being paid online."""

    _inherit = "pm.charge"

    def _awaited(self):
        found = super()._awaited()
        transactions_sudo = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("invoice_ids", "in", self.move_id.ids),
                    ("state", "in", ("pending", "authorized")),
                ]
            )
        )
        for transaction in transactions_sudo:
            found.update(
                dict.fromkeys(
                    transaction.invoice_ids.pm_charge_ids.ids, transaction.reference
                )
            )
        return found
