from odoo import api, fields, models


class PmOrderQuoteLine(models.Model):
    """A line of what chargeable work will cost the customer, tax included."""

    _name = "pm.order.quote.line"
    _description = "Line of a Quote"
    _inherit = ["pm.order.part.mixin"]
    _order = "id"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    price_id = fields.Many2one("pm.order.price", "From the Price List")
    name = fields.Char(
        "Description",
        compute="_compute_from_price",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(default=1.0, digits=(12, 2))
    price = fields.Monetary(
        compute="_compute_from_price",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    currency_id = fields.Many2one(related="request_id.currency_id")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0 AND price >= 0)",
        "A quote has quantities above zero and no negative price.",
    )

    @api.depends("price_id")
    def _compute_from_price(self):
        for line in self:
            line.name = line.price_id.name or line.name
            line.price = line.price_id.price or line.price

    @api.depends("quantity", "price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.quantity * line.price)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.request_id._check_quote_open()
        return lines

    def write(self, vals):
        self.request_id._check_quote_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.request_id._check_quote_open()
