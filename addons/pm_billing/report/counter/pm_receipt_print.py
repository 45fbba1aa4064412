from odoo import api, models


class ReportReceipt(models.AbstractModel):
    """Receipts on paper: there is one original; what is printed later says *copy*."""

    _name = "report.pm_billing.report_receipt"
    _description = "Printed Receipt"

    @api.model
    def _get_report_values(self, docids, data=None):
        receipts = self.env["pm.receipt"].browse(docids)
        receipts.check_access("read")
        copies = {receipt.id: receipt.print_count for receipt in receipts}
        for receipt_sudo in receipts.sudo():
            receipt_sudo._as_step().print_count += 1
            if copies[receipt_sudo.id]:
                receipt_sudo.message_post(
                    body=self.env._("Printed again, copy %s.", copies[receipt_sudo.id])
                )
        return {"docs": receipts, "doc_model": "pm.receipt", "copies": copies}
