from odoo import fields, models


class PmLedgerCheckLine(models.Model):
    """What ledger, charges and receipts come to, for an estate and an account."""

    _name = "pm.ledger.check.line"
    _description = "Check of the Books: Estate and Account"
    _order = "check_id desc, estate_id, account_id"

    check_id = fields.Many2one(
        "pm.ledger.check", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    estate_id = fields.Many2one(
        "pm.property", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    account_id = fields.Many2one("account.account", readonly=True, ondelete="cascade")
    amount_billed = fields.Monetary("Billed, Ledger", readonly=True)
    amount_billed_charges = fields.Monetary("Billed, Charges", readonly=True)
    amount_open = fields.Monetary("Open, Ledger", readonly=True)
    amount_open_charges = fields.Monetary("Open, Charges", readonly=True)
    amount_received = fields.Monetary("Received, Ledger", readonly=True)
    amount_received_charges = fields.Monetary("Received, Charges", readonly=True)
    amount_by_receipt = fields.Monetary(
        "By Receipt, Ledger",
        readonly=True,
        help="Of what was received, what came in by receipts of the counter.",
    )
    amount_receipts = fields.Monetary("Receipts", readonly=True)
