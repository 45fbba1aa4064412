from odoo import Command, fields, models


class ResCompany(models.Model):
    """Accounts of deposits, and which payments leave only when approved."""

    _inherit = "res.company"

    pm_deposit_account_id = fields.Many2one(
        "account.account",
        "Deposits of Customers",
        domain="[('account_type', '=', 'liability_current')]",
        check_company=True,
        help="Deposits are owed back to the customer; they are no income.",
    )
    pm_deduction_account_id = fields.Many2one(
        "account.account",
        "Kept of Deposits",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        check_company=True,
        help="What is kept of a deposit as compensation.",
    )
    pm_payouts_only = fields.Boolean(
        "Payments Leave Only When Approved",
        help="Payments to others are posted through outgoing payments, which are "
        "approved by amount.",
    )

    def _pm_get_deposit_account(self):
        """Return the liability account of deposits, made when there is none."""
        return self._pm_get_account(
            "pm_deposit_account_id",
            self.env._("Deposits of Customers"),
            "224190",
            "liability_current",
            True,
        )

    def _pm_get_deduction_account(self):
        return self._pm_get_account(
            "pm_deduction_account_id",
            self.env._("Compensation Kept of Deposits"),
            "530190",
            "income_other",
            False,
        )

    def _pm_get_account(self, field, name, code, kind, reconcile):
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo[field]:
            Account = self.env["account.account"].sudo().with_company(self)
            company_sudo[field] = Account.create(
                {
                    "name": name,
                    "code": Account._search_new_account_code(code),
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [Command.set(self.ids)],
                }
            )
        return company_sudo[field]
