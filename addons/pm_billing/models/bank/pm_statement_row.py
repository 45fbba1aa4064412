from odoo import api, fields, models

from ...engine.statement_cells import amount_of, time_of


class PmStatementRow(models.Model):
    """A row of a trade bill, or a row of any file that could not be read.

    Amounts in company currency; a refund is below zero.
    """

    _name = "pm.statement.row"
    _description = "Row of a Statement File"
    _inherit = ["pm.part.mixin"]
    _whole = "file_id"
    _order = "date desc, id desc"
    _rec_name = "key"

    file_id = fields.Many2one(
        "pm.statement.file",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    journal_id = fields.Many2one(
        related="file_id.journal_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    key = fields.Char(
        "Number of the Transaction",
        readonly=True,
        help="Of the payment, or of the refund, by the channel.",
    )
    date = fields.Datetime(readonly=True, index=True)
    amount = fields.Monetary(readonly=True)
    fee = fields.Float(
        readonly=True, digits=(16, 5), help="What the channel keeps, to its own digits."
    )
    reference = fields.Char(
        "Number of the Order", readonly=True, index="btree_not_null"
    )
    payer = fields.Char(readonly=True)
    status = fields.Char(readonly=True)
    text = fields.Char("Summary", readonly=True)
    receipt_id = fields.Many2one(
        "pm.receipt", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    settled_by_id = fields.Many2one(
        "account.bank.statement.line",
        "Paid Out by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reason = fields.Char("Why It Is Left", readonly=True)
    note = fields.Char(help="What was found out about it.")
    state = fields.Selection(
        [
            ("open", "Not Matched"),
            ("matched", "Matched"),
            ("held", "Not Readable"),
            ("settled", "Looked into"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )

    _once = models.UniqueIndex(
        "(journal_id, key) WHERE key IS NOT NULL", "This transaction is known already."
    )

    @api.model
    def _vals_of_trade(self, kind, row):
        """Return the values of a row of a trade bill."""
        if kind == "wechat_trade":
            is_refund = row["_key"].startswith("R")
            amount = (
                -amount_of(row.get("退款金额"))
                if is_refund
                else amount_of(row.get("订单金额"))
                or amount_of(row.get("应结订单金额"))
            )
            vals = {
                "date": row["交易时间"],
                "amount": float(amount),
                "fee": float(amount_of(row.get("手续费"))),
                "reference": row.get("商户订单号"),
                "payer": row.get("用户标识"),
                "status": row.get("退款状态") if is_refund else row.get("交易状态"),
                "text": row.get("商品名称"),
            }
        else:
            vals = {
                "date": row.get("完成时间") or row["创建时间"],
                "amount": float(amount_of(row["订单金额(元)"])),
                "fee": -float(amount_of(row.get("服务费(元)"))),
                "reference": row.get("商户订单号"),
                "payer": row.get("对方账户"),
                "status": row.get("业务类型"),
                "text": row.get("商品名称"),
            }
        # files are in the time of the estates, the database in UTC
        vals["date"] = self._to_utc(time_of(vals["date"]))
        return {**vals, "key": row["_key"]}

    @api.model
    def _to_utc(self, moment):
        """Files of these platforms are written in the time of Beijing."""
        return fields.Datetime.subtract(moment, hours=8)

    def _local_day(self):
        self.ensure_one()
        return fields.Datetime.add(self.date, hours=8).date()

    def action_looked_into(self):
        """Take a row off the list, with a note of what it was."""
        self.check_access("write")
        for row in self:
            if row.state in ("open", "held") and (row.note or "").strip():
                row.sudo()._as_step().state = "settled"
