from odoo import models


class PmBillRun(models.Model):
    _inherit = "pm.bill.run"

    def _job_end_confirm(self, then):
        """What was prepaid is used for the new bills, where the company wants it."""
        result = super()._job_end_confirm(then)
        if self.company_id._pm_prepaid_lines():
            cron = self.env.ref("pm_billing.ir_cron_use_prepayments", False)
            if cron:
                cron.sudo()._trigger()
        return result
