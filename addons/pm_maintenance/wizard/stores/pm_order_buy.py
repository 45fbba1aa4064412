from odoo import api, fields, models
from odoo.exceptions import UserError


class PmOrderBuy(models.TransientModel):
    """Asks from whom, and at which price: a material, or a contractor's job.

    It checks nothing itself: the step does, as it does for every other call.
    """

    _name = "pm.order.buy"
    _description = "Buy for a Work Order"

    request_id = fields.Many2one("maintenance.request", "Order", ondelete="cascade")
    material_id = fields.Many2one("pm.order.material", ondelete="cascade")
    item_id = fields.Many2one("pm.store.item", "Store Item", ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier_id",
        store=True,
        readonly=False,
        required=True,
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    name = fields.Char("What Is Done")
    price = fields.Monetary("Price without Tax", required=True)

    @api.depends("request_id", "item_id")
    def _compute_company_id(self):
        for wizard in self:
            about = wizard.request_id or wizard.item_id
            wizard.company_id = about.company_id or self.env.company

    @api.depends("request_id", "material_id", "item_id")
    def _compute_supplier_id(self):
        for wizard in self:
            contractor = not wizard.material_id and wizard.request_id.supplier_id
            wizard.supplier_id = (
                wizard.supplier_id or contractor or wizard.item_id.supplier_id
            )

    @api.depends("request_id", "item_id")
    def _compute_display_name(self):
        for wizard in self:
            about = wizard.request_id or wizard.item_id
            wizard.display_name = about.display_name

    def action_apply(self):
        """Take the step with what was entered.

        :raises UserError: it is about nothing
        """
        self.ensure_one()
        if not (self.item_id or self.material_id or self.request_id):
            raise UserError(
                self.env._(
                    "Open this from the order or the item that it is bought for."
                )
            )
        if self.item_id:
            self.item_id._buy(self.supplier_id, self.quantity, self.price)
        elif self.material_id:
            self.material_id.action_buy(self.supplier_id.id, self.price)
        else:
            self.request_id._order_job(self.supplier_id, self.name, self.price)
        return {"type": "ir.actions.act_window_close"}
