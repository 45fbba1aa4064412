from odoo import api, fields, models

# what changes how much a purchase takes of which budget
COUNTED = {
    "product_id",
    "product_qty",
    "price_unit",
    "discount",
    "date_planned",
    "analytic_distribution",
}


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.depends("order_id.estate_id")
    def _compute_analytic_distribution(self):
        """What is bought for an estate is a cost of that estate.

        What goes into its store is one when it is used.
        """
        result = super()._compute_analytic_distribution()
        for line in self:
            account = line.order_id.estate_id.sudo().analytic_account_id
            if line.display_type or line.product_id.is_storable:
                continue
            if account and not line.analytic_distribution:
                line.analytic_distribution = {str(account.id): 100}
        return result

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._pm_check_budget()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if COUNTED & vals.keys():
            self._pm_check_budget()
        return result

    def _pm_check_budget(self):
        """A purchase that is confirmed becomes dearer as far as the budget goes."""
        self.filtered(lambda line: line.state == "purchase").order_id._pm_check_budget()

    def _pm_shares(self, amount):
        """Return [(analytic account id, account id, day, amount, order id)]: an amount
        of this line by what it is for.

        :param amount: in company currency, without tax
        """
        if not self.product_id:
            return []
        accounts = self.product_id.product_tmpl_id.get_product_accounts(
            self.order_id.fiscal_position_id
        )
        account = accounts["expense"]
        day = fields.Date.to_date(self.date_planned or self.order_id.date_order)
        return [
            (int(analytic), account.id, day, amount * percent / 100, self.order_id.id)
            for key, percent in (self.analytic_distribution or {}).items()
            for analytic in key.split(",")
        ]

    def _pm_company_amount(self, amount):
        order = self.order_id
        return order.currency_id._convert(
            amount,
            order.company_id.currency_id,
            order.company_id,
            order.date_order or fields.Date.today(),
        )

    def _pm_open_amount(self):
        """What was ordered and has no posted bill yet, in company currency."""
        # credit notes have the other sign
        billed = sum(
            self.invoice_lines.filtered(
                lambda line: line.parent_state == "posted"
            ).mapped("balance")
        )
        ordered = self._pm_company_amount(self.price_subtotal)
        return max(ordered - billed, 0.0)

    @api.model
    def _pm_committed(self, analytic_accounts):
        """Return the shares of all confirmed purchases for these, not billed yet."""
        if not analytic_accounts:
            return []
        lines = self.sudo().search(
            [
                ("state", "=", "purchase"),
                ("display_type", "=", False),
                ("analytic_distribution", "in", analytic_accounts.ids),
            ]
        )
        return [
            share
            for line in lines
            if (amount := line._pm_open_amount())
            for share in line.with_company(line.company_id)._pm_shares(amount)
        ]
