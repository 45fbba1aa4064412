from odoo import api, fields, models

from .pm_ledger_check import KINDS

# What a difference may be of; the first that is there is opened.
RECORDS = (
    "receipt_id",
    "payout_id",
    "deposit_id",
    "charge_id",
    "move_id",
    "partner_id",
)


class PmLedgerCheckDifference(models.Model):
    """A record of which the ledger says something else, or an entry of no record."""

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
    payout_id = fields.Many2one(
        "pm.payout",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    deposit_id = fields.Many2one(
        "pm.deposit",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    amount_ledger = fields.Monetary("Ledger", readonly=True)
    amount_found = fields.Monetary("Records", readonly=True)

    @api.depends(*RECORDS)
    def _compute_record_name(self):
        """What differs is named; who may not read it reads its name all the same."""
        for difference in self.sudo():
            difference.record_name = difference._record().display_name

    def _record(self):
        """Return the record that differs: the one nearest to what was done."""
        self.ensure_one()
        records = (self[name] for name in RECORDS)
        return next((record for record in records if record), self.partner_id)

    def action_open(self):
        """Open what differs: a bill, a charge whose bill does not count, a receipt …"""
        self.ensure_one()
        self.check_access("read")
        record = self._record()
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
