from odoo import fields, models

from .pm_ledger_check import KINDS


class PmLedgerCheckDifference(models.Model):
    """A bill or receipt of which the ledger says something else."""

    _name = "pm.ledger.check.difference"
    _description = "Check of the Books: Difference"
    _order = "check_id desc, kind, id"
    _rec_name = "kind"

    check_id = fields.Many2one(
        "pm.ledger.check", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, "What Differs", required=True, readonly=True)
    estate_id = fields.Many2one(
        "pm.property", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    charge_id = fields.Many2one(
        "pm.charge",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="A charge that counts while its invoice does not, or is gone.",
    )
    receipt_id = fields.Many2one(
        "pm.receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    amount_ledger = fields.Monetary("Ledger", readonly=True)
    amount_found = fields.Monetary("Charges or Receipts", readonly=True)

    def action_open(self):
        """Open the bill or receipt; a charge whose bill does not count."""
        self.ensure_one()
        self.check_access("read")
        record = self.receipt_id or self.charge_id or self.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
