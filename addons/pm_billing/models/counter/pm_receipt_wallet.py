from odoo import api, models
from odoo.fields import Domain


class PmReceipt(models.Model):
    """What customers have prepaid settles their bills by itself."""

    _name = "pm.receipt"
    _inherit = ["pm.receipt", "mail.activity.mixin", "pm.cron.mixin"]

    @api.model
    def _cron_use_prepayments(self):
        """Settle open bills of those who have prepaid, in companies that want it."""
        companies = self.env["res.company"].search([("pm_wallet_auto", "=", True)])
        receipts = self.browse()
        for company in companies:
            account = company.pm_prepayment_account_id
            if not account:
                continue
            left = self.env["account.move.line"].search(
                Domain("account_id", "=", account.id)
                & Domain("company_id", "=", company.id)
                & Domain("parent_state", "=", "posted")
                & Domain("reconciled", "=", False)
                & Domain("balance", "<", 0)
            )
            receipts |= self.search(
                Domain("move_id", "in", left.move_id.ids)
                & Domain("state", "=", "posted")
                & Domain("partner_id.pm_charge_ids.amount_residual", ">", 0),
                order="id",
            )
        receipts._cron_each(lambda receipt: receipt._use_what_is_left())

    def _use_what_is_left(self):
        """Settle the open bills of this customer by all that is prepaid."""
        company = self.company_id
        receipts = self.with_company(company)
        partner = self.partner_id.with_company(company)
        partner.invalidate_recordset(["pm_prepaid"])
        charges = self.env["pm.charge"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
            ],
            order="date_due, date_from, id",
        )
        amount = min(partner.sudo().pm_prepaid, sum(charges.mapped("amount_residual")))
        aims = self._aims_by_rule(charges, max(amount, 0.0), company.pm_settle_rule)
        receipts._use_prepayment(
            partner, charges, aims, property_id=self.property_id.id
        )

    def _failure_summary(self):
        return self.env._("A prepayment was not used")
