from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .pm_order_material import DISPATCHER
from .pm_store import KEEPER


class PmOrderMaterial(models.Model):
    """Materials that are bought for the order, and how far that is."""

    _inherit = "pm.order.material"

    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        "Bought by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="pm_maintenance.group_pm_dispatcher,pm_maintenance.group_pm_storekeeper",
    )
    is_on_order = fields.Boolean(compute="_compute_is_on_order", compute_sudo=True)
    progress = fields.Char(
        "Where It Stands",
        compute="_compute_progress",
        compute_sudo=True,
        help="In the store, missing, or where its purchase stands and with whom.",
    )

    @api.depends("purchase_line_id.state")
    def _compute_is_on_order(self):
        for line in self:
            line.is_on_order = line.purchase_line_id.state not in (False, "cancel")

    def _compute_progress(self):
        on_the_way = self._on_the_way()
        for line in self:
            line.progress = line._progress(on_the_way)

    def _on_the_way(self):
        """{(store, product): purchase} of what the minimum had bought, for no order."""
        short = self.filtered(lambda line: line.missing and not line.purchase_line_id)
        lines = self.env["purchase.order.line"].search(
            [
                ("store_id", "in", short.store_id.ids),
                ("product_id", "in", short.product_id.ids),
                ("state", "in", ("draft", "sent", "to approve", "purchase")),
                ("material_ids", "=", False),
            ],
            order="id desc",
        )
        return {
            (line.store_id, line.product_id): line.order_id
            for line in lines
            if line.product_qty > line.qty_received
        }

    def _progress(self, on_the_way):
        labels = dict(self._fields["state"]._description_selection(self.env))
        if self.state != "wanted":
            return labels[self.state]
        purchase = self.purchase_line_id.order_id
        if self.missing:
            key = (self.store_id, self.product_id)
            purchase = purchase or on_the_way.get(key, purchase)
        if self.missing and not purchase:
            return self.env._(
                "missing: %(quantity)s %(unit)s, not ordered",
                quantity=self.missing,
                unit=self.uom_id.name,
            )
        if purchase and (self.missing or not self.product_id.is_storable):
            return purchase._progress()
        if self.product_id.is_storable:
            return self.env._("kept ready")
        return self.env._("to be taken along")

    def _check_not_on_order(self):
        """:raises UserError: what was ordered is cancelled with the supplier first"""
        for line in self:
            purchase = line.sudo().purchase_line_id.order_id
            if purchase and purchase.state != "cancel" and line.missing:
                raise UserError(
                    self.env._(
                        "%(product)s is on order (%(purchase)s). Cancel that first.",
                        product=line.product_id.display_name,
                        purchase=purchase.name,
                    )
                )

    # buying

    def action_buy(self, supplier_id=None, price=None):
        """Buy what is missing, for the order.

        Small purchases are placed at once; larger ones wait for the levels of
        approval. A technician buys at known prices; who enters a supplier or a price
        is a dispatcher or storekeeper.

        :param supplier_id: id of the supplier; by default the first of each product
        :param price: for one, without tax; by default that of the supplier
        :return: the purchase orders, for code; nothing for a client
        """
        self.check_access("write")
        self._check_may_handle()
        self._check_changeable({})
        user = self.env.user
        known = not (supplier_id or price is not None)
        if not known and not (user.has_group(DISPATCHER) or user.has_group(KEEPER)):
            raise AccessError(
                self.env._(
                    "Suppliers and prices are entered by dispatchers and storekeepers."
                )
            )
        supplier = self.env["res.partner"].browse(supplier_id or 0).exists()
        supplier.check_access("read")
        lines = self._to_buy()
        lines.sudo()._as_step()._buy(supplier.sudo(), price)

    def _to_buy(self):
        """Those of the lines that are missing and not ordered yet.

        :raises UserError: none of them
        """
        open_lines = self.filtered(
            lambda line: (
                line.state in ("wanted", "unsettled")
                and line.sudo().purchase_line_id.state in (False, "cancel")
                and line._quantity_to_buy() > 0
            )
        )
        if not open_lines:
            raise UserError(
                self.env._("Nothing is missing that is not there or ordered already.")
            )
        return open_lines

    def _quantity_to_buy(self):
        if self.state == "unsettled":
            return self.quantity_used
        return self.missing if self.product_id.is_storable else self.quantity

    def _buy(self, supplier, price):
        self.lock_for_update(allow_referencing=True)
        baskets = {}
        for line in self:
            seller = supplier or line._usual_supplier(price)
            basket = baskets.setdefault((line.request_id, line.store_id, seller), [])
            basket.append(line)
        for (order, store, seller), lines in baskets.items():
            purchase = self.env["purchase.order"]._for_estate(
                order,
                store,
                seller,
                [line._prepare_purchase_line(price) for line in lines],
            )
            for line, bought in zip(lines, purchase.order_line, strict=True):
                line.purchase_line_id = bought
            purchase._submit()
        for line in self:
            line._take_over_replenishment()

    def _take_over_replenishment(self):
        """What is bought for the order is not bought by the minimum a second time.

        Asking for more than there is sets Odoo's replenishment going, whose draft
        counts the order's need already.
        """
        drafts = self.env["purchase.order.line"].search(
            [
                ("store_id", "=", self.store_id.id),
                ("product_id", "=", self.product_id.id),
                ("state", "in", ("draft", "sent")),
                ("material_ids", "=", False),
                ("order_id.request_id", "=", False),
                ("order_id.review_ids", "=", False),
            ]
        )
        bought = self.purchase_line_id
        rest = bought.product_qty
        for draft in drafts:
            unit = bought.product_uom_id
            there = draft.product_uom_id._compute_quantity(draft.product_qty, unit)
            if unit.compare(there, rest) > 0:
                draft.product_qty = unit._compute_quantity(
                    there - rest, draft.product_uom_id
                )
                break
            rest -= there
            purchase = draft.order_id
            draft.unlink()
            if not purchase.order_line:
                purchase.button_cancel()

    def _usual_supplier(self, price):
        """The first supplier of the product in the company, with a price."""
        product = self.product_id.with_company(self.company_id)
        seller = product._select_seller(
            quantity=self._quantity_to_buy(), uom_id=self.uom_id
        ) or product._prepare_sellers().filtered(
            lambda seller: (
                seller.company_id in (self.company_id, self.env["res.company"])
            )
        )
        seller = seller[:1]
        if not seller or not (seller.price or price):
            raise UserError(
                self.env._(
                    "Nobody has a price for %s yet. Press Buy from… and enter supplier "
                    "and price.",
                    self.product_id.display_name,
                )
            )
        return seller.partner_id

    def _prepare_purchase_line(self, price):
        quantity, uom = self._quantity_to_buy(), self.uom_id
        values = {
            "product_id": self.product_id.id,
            "product_qty": quantity,
            "product_uom_id": uom.id,
        }
        if price is not None:
            values["price_unit"] = price
        if not self.product_id.is_storable:
            # what the store does not count is a cost when its bill comes
            account = self.estate_id.analytic_account_id
            values["analytic_distribution"] = {str(account.id): 100} if account else {}
        return Command.create(values)

    def action_ask_buy(self):
        """Open the dialog for a supplier or a price that is not known yet."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Buy from…"),
            "res_model": "pm.order.buy",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_request_id": self.request_id.id,
                "default_material_id": self.id,
            },
        }

    def action_ask_return(self):
        """Open the dialog that asks how much comes back."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bring Back"),
            "res_model": "pm.store.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step": "return", "default_material_id": self.id},
        }

    @api.depends("request_id.number", "product_id")
    def _compute_display_name(self):
        for line in self:
            names = (line.request_id.number, line.product_id.display_name)
            line.display_name = " ".join(filter(None, names))
