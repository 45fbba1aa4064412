from odoo import fields, models
from odoo.exceptions import UserError

# Property services are taxed at 6 % (VAT law in force since 2026, art. 10).
SERVICE_VAT = 6.0


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_fee_tax_id = fields.Many2one(
        "account.tax",
        "Tax on Property Fees",
        domain="[('type_tax_use', '=', 'sale'), ('price_include', '=', True)]",
        check_company=True,
        help="Tax of new fee items; prices of property fees include it.",
    )
    pm_prepayment_account_id = fields.Many2one(
        "account.account",
        "Prepayments of Customers",
        domain="[('account_type', '=', 'liability_current')]",
        check_company=True,
        help="What customers paid beyond their bills; a liability until it is used.",
    )
    pm_due_days = fields.Integer(
        "Days to Pay", default=15, help="Days from the invoice date to the due date."
    )

    _pm_due_days_positive = models.Constraint(
        "CHECK (pm_due_days >= 0)", "Days to pay cannot be negative."
    )

    def _pm_get_fee_tax(self):
        """Return the tax of property fees, price included; may be empty.

        The first call looks for a 6 % sales tax and keeps a price-included copy.
        """
        self.ensure_one()
        if self.pm_fee_tax_id:
            return self.pm_fee_tax_id
        company_sudo = self.sudo()
        taxes = (
            self.env["account.tax"]
            .sudo()
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(self),
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "=", "percent"),
                    ("amount", "=", SERVICE_VAT),
                ]
            )
        )
        tax = taxes.filtered("price_include")[:1]
        if not tax and taxes:
            tax = taxes[0].copy(
                {
                    "name": self.env._("%g%% included", SERVICE_VAT),
                    "price_include_override": "tax_included",
                }
            )
        company_sudo.pm_fee_tax_id = tax
        return tax

    def _pm_get_prepayment_account(self):
        """Return the liability account of prepayments, made when there is none.

        :raises UserError: the company has no chart of accounts
        """
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.chart_template:
            raise UserError(
                self.env._(
                    "%s has no chart of accounts. Choose one in the accounting "
                    "settings first.",
                    self.name,
                )
            )
        if not company_sudo.pm_prepayment_account_id:
            Account = self.env["account.account"].sudo().with_company(self)
            account = Account.search(
                [
                    *Account._check_company_domain(self),
                    ("account_type", "=", "liability_current"),
                    ("code", "=like", "2203%"),
                ],
                limit=1,
            ) or Account.create(
                {
                    "name": self.env._("Prepayments of Customers"),
                    "code": Account._search_new_account_code("220300"),
                    "account_type": "liability_current",
                }
            )
            account.reconcile = True
            company_sudo.pm_prepayment_account_id = account
        return company_sudo.pm_prepayment_account_id
