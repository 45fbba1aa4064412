from odoo import api, models


class PurchaseRequestLine(models.Model):
    """What is asked for: a cost of the estate, changed until it is submitted."""

    _inherit = "purchase.request.line"

    def _check_pm_draft(self):
        if not self._writes_freely():
            self.request_id.filtered("estate_id")._check_pm_state("draft")

    @api.model_create_multi
    def create(self, vals_list):
        """The analytic account of the estate is filled in."""
        lines = super().create(vals_list)
        lines._check_pm_draft()
        lines.request_id._note_asking()
        for line in lines:
            account = line.request_id.estate_id.sudo().analytic_account_id
            if account and not line.analytic_distribution:
                line.sudo()._as_step().analytic_distribution = {str(account.id): 100}
        return lines

    def write(self, vals):
        asked = {
            "product_id",
            "product_qty",
            "product_uom_id",
            "name",
            "estimated_cost",
            "analytic_distribution",
            "date_required",
            "cancelled",
            "request_id",
        }
        if asked & vals.keys():
            self._check_pm_draft()
            self.request_id._note_asking()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_as_who_asks(self):
        self._check_pm_draft()
        self.request_id._note_asking()

    def do_cancel(self):
        self._check_pm_draft()
        return super().do_cancel()

    def do_uncancel(self):
        self._check_pm_draft()
        return super().do_uncancel()
