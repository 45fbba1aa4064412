from odoo import models
from odoo.exceptions import UserError


class PmReceipt(models.Model):
    """Paying late costs the same, by whatever way the money comes in.

    At the counter late fees are shown and paid with the charges. What comes in online,
    by the bank, or from what was prepaid was not asked for them: they are booked as
    charges of their own as of that day, and stay to be paid.
    """

    _inherit = "pm.receipt"

    def _settle(self, charges, aims=None):
        super()._settle(charges, aims)
        if self.kind == "prepaid" or self.source != "counter":
            self._book_late_fees_of_settled()

    def _book_late_fees_of_settled(self):
        """Book what the settled charges owe until the day of the money.

        Money that came in is booked whatever becomes of its late fees: what is in
        their way is said on the receipt.
        """
        rules_sudo = self.env["pm.late.fee.rule"].sudo()
        if not rules_sudo.search_count([("company_id", "=", self.company_id.id)], 1):
            return
        receipt_sudo = self.sudo()
        settled = receipt_sudo.line_ids.charge_id.with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                settled._book_late_fees(self.date)
        except UserError as error:
            receipt_sudo.message_post(
                body=self.env._(
                    "The late fees of what it settled are not booked: %s",
                    error.args[0],
                )
            )
