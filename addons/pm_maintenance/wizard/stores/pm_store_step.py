from odoo import api, fields, models
from odoo.exceptions import UserError


class PmStoreStep(models.TransientModel):
    """Asks how much comes in, comes back, or goes to another store.

    It checks nothing itself: the step does, as it does for every other call.
    """

    _name = "pm.store.step"
    _description = "Step of a Store"

    step = fields.Selection(
        [
            ("receive", "Receive"),
            ("return", "Bring Back"),
            ("transfer", "To Another Store"),
        ],
        required=True,
    )
    material_id = fields.Many2one("pm.order.material", ondelete="cascade")
    item_id = fields.Many2one("pm.store.item", "Store Item", ondelete="cascade")
    purchase_line_id = fields.Many2one("purchase.order.line", ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", compute="_compute_shown", compute_sudo=True
    )
    uom_id = fields.Many2one("uom.uom", compute="_compute_shown", compute_sudo=True)
    tracking = fields.Selection(related="product_id.tracking")
    received = fields.Float(
        "Received Before",
        digits="Product Unit",
        compute="_compute_received",
        store=True,
        readonly=False,
        help="What the form showed when it was opened.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
    )
    lot_name = fields.Char("Lot")
    company_id = fields.Many2one(related="item_id.company_id")
    store_id = fields.Many2one(
        "pm.store", "To", domain="[('company_id', '=', company_id)]"
    )

    @api.depends("material_id", "item_id", "purchase_line_id")
    def _compute_shown(self):
        for wizard in self:
            bought, item = wizard.purchase_line_id, wizard.item_id
            about = wizard.material_id or bought or item
            wizard.product_id = about.product_id
            wizard.uom_id = (
                wizard.material_id.uom_id or bought.product_uom_id or item.uom_id
            )

    @api.depends("purchase_line_id")
    def _compute_received(self):
        for wizard in self:
            wizard.received = wizard.purchase_line_id.qty_received

    @api.depends("material_id", "purchase_line_id")
    def _compute_quantity(self):
        for wizard in self:
            used = wizard.material_id
            wizard.quantity = (
                wizard.purchase_line_id.qty_expected
                or used.quantity_used - used.quantity_returned
            )

    @api.depends("step")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for wizard in self:
            wizard.display_name = labels.get(wizard.step)

    def action_apply(self):
        """Take the step with what was entered.

        :raises UserError: it is about nothing
        """
        self.ensure_one()
        about = {"receive": "purchase_line_id", "return": "material_id"}
        if not self[about.get(self.step, "item_id")]:
            raise UserError(
                self.env._("Open this from the material or the item that it is about.")
            )
        if self.step == "receive":
            self.purchase_line_id.action_pm_receive(
                self.quantity, self.lot_name, self.received
            )
        elif self.step == "return":
            self.material_id.action_return(self.quantity)
        else:
            if not self.store_id:
                raise UserError(self.env._("Choose the store that gets it."))
            self.item_id._transfer(self.store_id, self.quantity)
        return {"type": "ir.actions.act_window_close"}
