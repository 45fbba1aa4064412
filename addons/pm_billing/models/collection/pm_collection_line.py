from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount


class PmCollectionLine(models.Model):
    """What is collected of one payer for one place."""

    _name = "pm.collection.line"
    _description = "Line of a Bank Collection"
    _inherit = ["pm.part.mixin"]
    _whole = "batch_id"
    _order = "batch_id, id"
    _rec_name = "reference"

    batch_id = fields.Many2one(
        "pm.collection.batch",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.company_id", store=True, index=True, precompute=True
    )
    mandate_id = fields.Many2one(
        "pm.collection.mandate",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="mandate_id.partner_id", store=True)
    property_id = fields.Many2one(related="mandate_id.property_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_ids = fields.Many2many(
        "pm.charge", "pm_collection_line_charge_rel", string="Charges", readonly=True
    )
    note = fields.Char("What It Is For", readonly=True)
    reference = fields.Char(
        compute="_compute_reference", store=True, index="btree_not_null"
    )
    amount = fields.Monetary(readonly=True)
    receipt_id = fields.Many2one(
        "pm.receipt", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char("Why It Failed", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting for the Bank"),
            ("paid", "Collected"),
            ("failed", "Not Collected"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )

    @api.depends("batch_id.name")
    def _compute_reference(self):
        for line in self:
            line.reference = f"{line.batch_id.name}-{line.id}" if line.id else False

    @api.model
    def _under_way(self, charges):
        """Return those of these charges that a bank is asked for already."""
        lines = self.sudo().search(
            [
                ("charge_ids", "in", charges.ids),
                ("state", "=", "waiting"),
                ("batch_id.state", "in", ("prepared", "sent")),
            ]
        )
        return charges & lines.charge_ids.with_env(charges.env)

    def _check_still_open(self):
        """:raises UserError: a payer owes less than the bank would collect"""
        for line in self:
            owed = sum(line.charge_ids.mapped("amount_residual"))
            if line.currency_id.compare_amounts(line.amount, owed) > 0:
                raise UserError(
                    self.env._(
                        "%(payer)s owes %(owed)s now, and %(amount)s would be "
                        "collected. Prepare %(batch)s again.",
                        payer=line.partner_id.name,
                        owed=format_amount(self.env, owed, line.currency_id),
                        amount=format_amount(self.env, line.amount, line.currency_id),
                        batch=line.batch_id.name,
                    )
                )

    def _check_asked_once(self):
        """Batches that are prepared at the same moment do not see each other.

        Each touches its mandates when it leaves: of two files at the same instant the
        later one is begun anew by Odoo, and finds the first.

        :raises UserError: a charge is at the bank with another batch
        """
        self.env.cr.execute(
            SQL(
                "UPDATE pm_collection_mandate SET write_date = write_date"
                " WHERE id = ANY(%s)",
                self.mandate_id.ids,
            )
        )
        others = self.sudo().search(
            [
                ("id", "not in", self.ids),
                ("charge_ids", "in", self.charge_ids.ids),
                ("state", "=", "waiting"),
                ("batch_id.state", "=", "sent"),
            ],
            limit=1,
        )
        if others:
            raise UserError(
                self.env._(
                    "The bank is asked for %(charge)s of %(payer)s by %(other)s "
                    "already. Prepare %(batch)s again.",
                    charge=(others.charge_ids & self.charge_ids.sudo())[0].display_name,
                    payer=others.partner_id.name,
                    other=others.batch_id.name,
                    batch=self.batch_id[:1].name,
                )
            )

    def _collected(self):
        """Receipt what the bank has collected: once for each line.

        Where a charge was paid otherwise meanwhile, the money is money all the same:
        the rest is kept as a prepayment.
        """
        for line in self:
            batch = line.batch_id
            receipt = (
                self.env["pm.receipt"]
                .sudo()
                .with_company(line.company_id)
                ._receive(
                    line.partner_id,
                    line.charge_ids.filtered(lambda row: row.amount_residual > 0),
                    line.amount,
                    batch.journal_id,
                    source="collection",
                    memo=line.reference,
                    request_key=f"collection-{line.id}",
                    property_id=line.property_id.id,
                )
            )
            line.write({"state": "paid", "receipt_id": receipt.id, "reason": False})
