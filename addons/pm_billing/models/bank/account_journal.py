from odoo import Command, fields, models


class AccountJournal(models.Model):
    """How money comes in by a bank account or a payment channel, and is matched.

    Receipts of a channel stand on its clearing account until a line of its statement is
    matched with them. The account of the journal has what the statement says, to the
    balance; the clearing account has what is still on its way.
    """

    _inherit = "account.journal"

    pm_channel = fields.Selection(
        [("bank", "Bank"), ("wechat", "WeChat Pay"), ("alipay", "Alipay")],
        "Matched as",
        help="Statement files of this account are read and matched with receipts.",
    )
    pm_clearing_account_id = fields.Many2one(
        "account.account",
        "Clearing Account",
        domain="[('reconcile', '=', True), ('account_type', '=', 'asset_current')]",
        check_company=True,
        help="Receipts stand here until the statement shows their money.",
    )
    pm_fee_account_id = fields.Many2one(
        "account.account",
        "Fees of the Channel",
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        check_company=True,
    )
    pm_settlement_text = fields.Char(
        "Settled as",
        help="What a bank statement says when this channel pays out, such as "
        "财付通. The line is then matched with the day's payments less the fees.",
    )

    def action_pm_set_up_channel(self):
        """Make the accounts that the matching needs, where they are not chosen."""
        self.check_access("write")
        for journal in self:
            company = journal.company_id
            Account = self.env["account.account"].with_company(company)
            if not journal.pm_channel:
                journal.pm_channel = "bank"
            if not journal.pm_clearing_account_id:
                journal.pm_clearing_account_id = Account.create(
                    {
                        "name": self.env._("Clearing of %s", journal.name),
                        "code": Account._search_new_account_code("101290"),
                        "account_type": "asset_current",
                        "reconcile": True,
                        "company_ids": [Command.set(company.ids)],
                    }
                )
            if not journal.pm_fee_account_id:
                journal.pm_fee_account_id = Account.search(
                    [
                        *Account._check_company_domain(company),
                        ("account_type", "=", "expense"),
                        ("name", "ilike", self.env._("Fees of Payment Channels")),
                    ],
                    limit=1,
                ) or Account.create(
                    {
                        "name": self.env._("Fees of Payment Channels"),
                        "code": Account._search_new_account_code("560390"),
                        "account_type": "expense",
                        "company_ids": [Command.set(company.ids)],
                    }
                )

    def _pm_money_account(self):
        """Return the account on which a receipt of this journal is booked."""
        self.ensure_one()
        return self.pm_clearing_account_id or self.default_account_id
