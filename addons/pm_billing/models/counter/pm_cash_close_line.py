from odoo import api, fields, models
from odoo.exceptions import UserError


class PmCashCloseLine(models.Model):
    """One method of a cashier's day: what the system has, and what was counted."""

    _name = "pm.cash.close.line"
    _description = "Method of a Day Close"
    _inherit = ["pm.part.mixin"]
    _whole = "close_id"
    _order = "close_id, id"

    close_id = fields.Many2one(
        "pm.cash.close", required=True, readonly=True, index=True, ondelete="cascade"
    )
    journal_id = fields.Many2one(
        "account.journal", "Method", required=True, readonly=True, ondelete="restrict"
    )
    is_cash = fields.Boolean(compute="_compute_is_cash")
    currency_id = fields.Many2one(related="close_id.currency_id")
    receipts = fields.Integer(readonly=True)
    received = fields.Monetary("Taken In", readonly=True)
    returned = fields.Monetary("Given Back", readonly=True)
    expected = fields.Monetary(
        "By the System",
        compute="_compute_expected",
        store=True,
        precompute=True,
        help="Opening float of cash, with what was taken in, less what was given back.",
    )
    count_ids = fields.One2many("pm.cash.close.count", "line_id", "Notes and Coins")
    counted = fields.Monetary(
        compute="_compute_counted",
        store=True,
        precompute=True,
        readonly=False,
        help="Cash: by notes and coins. Other methods: the total of the terminal's "
        "slip, or of the channel.",
    )
    difference = fields.Monetary(
        compute="_compute_difference", store=True, precompute=True
    )
    reason = fields.Char("Why It Differs")

    _one_a_method = models.UniqueIndex(
        "(close_id, journal_id)", "This method is in the day already."
    )

    @api.depends("journal_id")
    def _compute_is_cash(self):
        for line in self:
            line.is_cash = line.journal_id.sudo().type == "cash"

    @api.depends("received", "returned", "close_id.opening", "journal_id")
    def _compute_expected(self):
        for line in self:
            opening = line.close_id.opening if line.is_cash else 0.0
            line.expected = opening + line.received - line.returned

    @api.depends("count_ids.amount", "expected", "journal_id")
    def _compute_counted(self):
        """Cash is what was counted; of the others what differs is entered."""
        for line in self:
            line.counted = (
                sum(line.count_ids.mapped("amount")) if line.is_cash else line.expected
            )

    @api.depends("counted", "expected")
    def _compute_difference(self):
        for line in self:
            line.difference = line.currency_id.round(line.counted - line.expected)

    def _compute_display_name(self):
        for line in self:
            line.display_name = line.journal_id.sudo().name

    def write(self, vals):
        if not self._writes_freely():
            self.close_id._check_counting()
            if "counted" in vals and any(
                line.is_cash
                and line.currency_id.compare_amounts(vals["counted"], line.counted)
                for line in self
            ):
                raise UserError(
                    self.env._(
                        "Cash is what its notes and coins come to: enter how many "
                        "there are of each."
                    )
                )
        return super().write(vals)
