from odoo import fields, models


class PmLedgerCheckBalance(models.Model):
    """What ledger and records hold for customers, for an estate and an account."""

    _name = "pm.ledger.check.balance"
    _description = "Check of the Books: Money Held"
    _order = "check_id desc, account_id, estate_id"
    _rec_name = "account_id"

    check_id = fields.Many2one(
        "pm.ledger.check", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    estate_id = fields.Many2one(
        "pm.property",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Of the receipt or outgoing payment; empty for entries of no record.",
    )
    account_id = fields.Many2one("account.account", readonly=True, ondelete="cascade")
    amount_ledger = fields.Monetary("Held, Ledger", readonly=True)
    amount_records = fields.Monetary(
        "Held, Records",
        readonly=True,
        help="What receipts, deposits and outgoing payments come to.",
    )
