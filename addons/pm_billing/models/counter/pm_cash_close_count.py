from odoo import api, fields, models


class PmCashCloseCount(models.Model):
    """How many of one note or coin there are in the drawer."""

    _name = "pm.cash.close.count"
    _description = "Notes and Coins of a Day Close"
    _inherit = ["pm.part.mixin"]
    _whole = "line_id"
    _order = "line_id, value desc, id"

    line_id = fields.Many2one(
        "pm.cash.close.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    close_id = fields.Many2one(related="line_id.close_id", store=True, index=True)
    denomination_id = fields.Many2one(
        "pm.cash.denomination", "Note or Coin", required=True, readonly=True
    )
    kind = fields.Selection(related="denomination_id.kind")
    value = fields.Monetary(
        related="denomination_id.value", store=True, precompute=True
    )
    quantity = fields.Integer(aggregator=None)
    currency_id = fields.Many2one(related="line_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "There are no fewer than none of a note or coin."
    )
    _one_a_piece = models.UniqueIndex(
        "(line_id, denomination_id)", "This note or coin is counted already."
    )

    @api.depends("value", "quantity")
    def _compute_amount(self):
        for count in self:
            count.amount = count.value * count.quantity

    def _compute_display_name(self):
        for count in self:
            count.display_name = count.denomination_id.display_name

    def write(self, vals):
        if not self._writes_freely():
            self.close_id._check_counting()
        return super().write(vals)
