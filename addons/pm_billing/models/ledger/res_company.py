from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

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

    pm_is_tamper_evident = fields.Boolean(
        "Tamper-Evident Invoices",
        compute="_compute_pm_is_tamper_evident",
        inverse="_inverse_pm_is_tamper_evident",
        help="Each posted invoice carries a hash over itself and the one before, so "
        "that a later change shows. Odoo does not let it be switched off again once "
        "entries are secured.",
    )

    _pm_due_days_positive = models.Constraint(
        "CHECK (pm_due_days >= 0)", "Days to pay cannot be negative."
    )

    def _compute_pm_is_tamper_evident(self):
        for company in self:
            journal = company._pm_sale_journal()
            company.pm_is_tamper_evident = journal.restrict_mode_hash_table

    def _inverse_pm_is_tamper_evident(self):
        for company in self:
            journal = company._pm_sale_journal()
            if journal.restrict_mode_hash_table != company.pm_is_tamper_evident:
                journal.restrict_mode_hash_table = company.pm_is_tamper_evident

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

    def _pm_check_unlocked(self, day, journal, has_tax=False):
        """Refuse to book on a day that is locked for this user in this journal.

        Odoo books on the first open day instead, without a word.

        :raises UserError: naming the locks, and what can be done
        """
        self.ensure_one()
        locks = self.sudo()._get_violated_lock_dates(day, has_tax, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books of %(company)s are closed on %(day)s: %(locks)s. Choose "
                    "a later date, or have the accountant open that day for you "
                    "(an exception to the lock date). Nothing was booked.",
                    company=self.name,
                    day=format_date(self.env, day),
                    locks=self.env["res.company"]._format_lock_dates(locks),
                )
            )

    def _pm_sale_journal(self):
        """Return the journal of invoices, which has a lock date of its own."""
        return (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    *self.env["account.journal"]._check_company_domain(self),
                    ("type", "=", "sale"),
                ],
                limit=1,
            )
        )

    def _pm_first_open_day(self, day, journal, has_tax=False):
        """Return ``day``, or the first day after it on which the books are open."""
        self.ensure_one()
        locks = self.sudo()._get_violated_lock_dates(day, has_tax, journal)
        while locks:
            day = fields.Date.add(max(lock for lock, _field in locks), days=1)
            locks = self.sudo()._get_violated_lock_dates(day, has_tax, journal)
        return day

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
