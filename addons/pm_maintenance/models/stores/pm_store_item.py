from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class PmStoreItem(models.Model):
    """A product in a store: how much there is, how little there may be, and where.

    What there is is Odoo's stock; nothing of it is stored here. The minimum is
    Odoo's replenishment: each item with one has its reordering rule.
    """

    _name = "pm.store.item"
    _description = "Item of a Store"
    _inherit = ["pm.part.mixin"]
    _whole = "store_id"
    _order = "store_id, product_id"
    _rec_name = "product_id"
    _rec_names_search = ["product_id", "place"]

    store_id = fields.Many2one(
        "pm.store",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._default_store_id(),
    )
    estate_id = fields.Many2one(related="store_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="store_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_storable', '=', True),"
        " ('company_id', 'in', (company_id, False))]",
    )
    barcode = fields.Char(related="product_id.barcode")
    image_128 = fields.Image(related="product_id.image_128")
    uom_id = fields.Many2one(related="product_id.uom_id")
    tracking = fields.Selection(related="product_id.tracking")
    place = fields.Char("Shelf", help="Where it lies in the store.")
    minimum = fields.Float(
        digits="Product Unit",
        help="Below it the item is bought again. Zero: it is not kept in stock.",
    )
    maximum = fields.Float(
        "Fill Up To",
        digits="Product Unit",
        compute="_compute_maximum",
        store=True,
        readonly=False,
        precompute=True,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        help="Who it is bought from; empty: the first supplier of the product.",
    )
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    quantity = fields.Float(
        "On Hand", digits="Product Unit", compute="_compute_quantities"
    )
    reserved = fields.Float(digits="Product Unit", compute="_compute_quantities")
    available = fields.Float(digits="Product Unit", compute="_compute_quantities")
    expected = fields.Float(
        digits="Product Unit",
        compute="_compute_expected",
        help="Ordered from suppliers and not received yet.",
    )
    is_below = fields.Boolean(
        "Below Minimum", compute="_compute_quantities", search="_search_is_below"
    )

    _once_in_a_store = models.UniqueIndex(
        "(store_id, product_id)", "This product is an item of the store already."
    )
    _limits_in_order = models.Constraint(
        "CHECK (minimum >= 0 AND maximum >= minimum)",
        "The minimum is not below zero, and the store is filled up to no less than it.",
    )

    @api.model
    def _default_store_id(self):
        stores = self.env["pm.store"].search([], limit=2)
        return stores if len(stores) == 1 else False

    @api.depends("minimum")
    def _compute_maximum(self):
        for item in self:
            item.maximum = max(item.maximum, item.minimum)

    def _compute_quantities(self):
        found = {}
        for location, product, quantity, reserved in (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("location_id.pm_store_id", "in", self.store_id.ids),
                    ("product_id", "in", self.product_id.ids),
                ],
                ["location_id", "product_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        ):
            held = found.setdefault((location.pm_store_id.id, product.id), [0.0, 0.0])
            held[0] += quantity
            held[1] += reserved
        for item in self:
            key = (item.store_id.id, item.product_id.id)
            item.quantity, item.reserved = found.get(key, (0.0, 0.0))
            item.available = item.quantity - item.reserved
            item.is_below = item.minimum > 0 and item.quantity < item.minimum

    def _before(self, moves):
        """How much there was before these moves, which are done."""
        place, change = self.store_id.location_id, 0.0
        for move in moves.filtered(lambda move: move.product_id == self.product_id):
            quantity = move.product_uom._compute_quantity(
                move.quantity, self.product_id.uom_id
            )
            change += quantity if move.location_dest_id == place else 0
            change -= quantity if move.location_id == place else 0
        return self.quantity - change

    def _compute_expected(self):
        Line = self.env["purchase.order.line"].sudo()
        lines = Line.search(
            Line._domain_expected()
            & Domain("store_id", "in", self.store_id.ids)
            & Domain("product_id", "in", self.product_id.ids)
        )
        found = {}
        for line in lines:
            key = (line.store_id.id, line.product_id.id)
            rest = line.product_uom_id._compute_quantity(
                line.product_qty - line.qty_received, line.product_id.uom_id
            )
            found[key] = found.get(key, 0.0) + rest
        for item in self:
            item.expected = found.get((item.store_id.id, item.product_id.id), 0.0)

    def _search_is_below(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["stock.quant"].flush_model(["quantity", "location_id", "product_id"])
        self.flush_model(["minimum", "store_id", "product_id"])
        below = SQL(
            """(
            SELECT item.id
              FROM pm_store_item item
         LEFT JOIN stock_location location ON location.pm_store_id = item.store_id
         LEFT JOIN stock_quant quant
                ON quant.location_id = location.id
               AND quant.product_id = item.product_id
             WHERE item.minimum > 0
          GROUP BY item.id
            HAVING COALESCE(SUM(quant.quantity), 0) < item.minimum)"""
        )
        return Domain("id", "in" if True in value else "not in", below)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._follow_minimum()
        return items

    def write(self, vals):
        """An item is of one product: its minimum and its shelf are that product's."""
        told = vals.get("product_id")
        if "product_id" in vals and any(item.product_id.id != told for item in self):
            raise UserError(
                self.env._(
                    "%s stays what it is. Make a new item for another product.",
                    self[0].display_name,
                )
            )
        result = super().write(vals)
        if vals.keys() & {"minimum", "maximum", "supplier_id"}:
            self._follow_minimum()
        return result

    def _follow_minimum(self):
        """Let Odoo's reordering rule say what the item says."""
        for item in self.sudo()._as_step():
            item = item.with_company(item.company_id)
            values = {
                "product_min_qty": item.minimum,
                "product_max_qty": item.maximum,
                "active": item.minimum > 0,
                "supplier_id": item._seller().id,
            }
            if item.orderpoint_id:
                item.orderpoint_id.write(values)
            elif item.minimum > 0:
                item.orderpoint_id = item.orderpoint_id.create(
                    {
                        **values,
                        "product_id": item.product_id.id,
                        "location_id": item.store_id.location_id.id,
                        "warehouse_id": item.store_id.location_id.warehouse_id.id,
                        "company_id": item.company_id.id,
                        "route_id": item.store_id._buy_route().id,
                        "trigger": "auto",
                    }
                )

    def _seller(self):
        """The supplier's price of the chosen supplier; made when there is none.

        A price of another company says nothing here.
        """
        Seller = self.env["product.supplierinfo"]
        if not self.supplier_id:
            return Seller
        found = self.product_id.seller_ids.filtered(
            lambda seller: (
                seller.partner_id == self.supplier_id
                and seller.company_id in (self.company_id, self.env["res.company"])
            )
        )[:1]
        return found or Seller.create(
            {
                "partner_id": self.supplier_id.id,
                "product_tmpl_id": self.product_id.product_tmpl_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.company_id.currency_id.id,
            }
        )

    # steps

    def action_take(self):
        """Put one of it on the order that was open before (two taps on a phone)."""
        self.ensure_one()
        self.check_access("read")
        order = self.env["maintenance.request"].browse(
            self.env.context.get("pm_order_id") or 0
        )
        if not order.exists():
            raise UserError(
                self.env._("Open the items from the order that needs them.")
            )
        added = order.action_add_material(product_id=self.product_id.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(order)s: %(quantity)s × %(product)s",
                    order=order.number,
                    quantity=added["quantity"],
                    product=added["name"],
                ),
            },
        }

    def action_replenish(self):
        """Ask Odoo's replenishment for what is missing up to the maximum, now.

        :raises UserError: no minimum, enough there or ordered, or no supplier
        """
        self.store_id._check_keeper()
        for item in self:
            if not item.sudo().orderpoint_id.active:
                raise UserError(
                    self.env._(
                        "Enter the minimum of %s first.", item.product_id.display_name
                    )
                )
            point = item.sudo().with_company(item.company_id)._as_step().orderpoint_id
            if not (point.supplier_id or item.product_id.sudo().seller_ids):
                raise UserError(
                    self.env._(
                        "%s has no supplier. Enter one with the item.",
                        item.product_id.display_name,
                    )
                )
            point.invalidate_recordset(["qty_forecast", "qty_to_order"])
            point._compute_qty_to_order_computed()
            if point.product_uom.compare(point.qty_to_order, 0) <= 0:
                raise UserError(
                    self.env._(
                        "%s: enough is there, or ordered.",
                        item.product_id.display_name,
                    )
                )
            point._procure_orderpoint_confirm(company_id=item.company_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _buy(self, supplier, quantity, price):
        """Buy some of it for the store, whatever its minimum says."""
        self.ensure_one()
        self.store_id._check_keeper()
        supplier.check_access("read")
        if not supplier or quantity <= 0:
            raise UserError(
                self.env._(
                    "Enter how much of %s is bought, and from whom.",
                    self.product_id.display_name,
                )
            )
        values = {
            "product_id": self.product_id.id,
            "product_qty": quantity,
            "price_unit": price,
        }
        purchase = self.env["purchase.order"]._for_estate(
            self.env["maintenance.request"],
            self.store_id.sudo(),
            supplier.sudo(),
            [Command.create(values)],
        )
        purchase._submit()
        return purchase

    def action_ask_buy(self):
        """Open the dialog that asks how much is bought, from whom, at which price."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Buy from…"),
            "res_model": "pm.order.buy",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_id": self.id},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_stock(self):
        for item in self:
            if item.quantity:
                raise UserError(
                    self.env._(
                        "%(product)s: %(quantity)s are in the store. Count them out "
                        "first.",
                        product=item.product_id.display_name,
                        quantity=item.quantity,
                    )
                )
        self.sudo()._as_step().orderpoint_id.active = False

    def _transfer(self, target, quantity):
        """Bring some of it to another store of the company."""
        self.ensure_one()
        self.store_id._check_keeper()
        target._check_keeper()
        self.invalidate_recordset(["available"])
        product = self.product_id
        if target == self.store_id or target.company_id != self.company_id:
            raise UserError(
                self.env._("Choose another store of %s.", self.company_id.name)
            )
        if quantity <= 0 or product.uom_id.compare(quantity, self.available) > 0:
            raise UserError(
                self.env._(
                    "%(product)s: %(available)s are free in %(store)s. Bring no more "
                    "than that.",
                    product=product.display_name,
                    available=self.available,
                    store=self.store_id.display_name,
                )
            )
        store, goal = self.store_id.sudo(), target.sudo()
        move = (
            self.env["stock.move"]
            .sudo()
            .with_company(self.company_id)
            ._as_step()
            .create(
                {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": quantity,
                    "company_id": self.company_id.id,
                    "location_id": store.location_id.id,
                    "location_dest_id": goal.location_id.id,
                    "origin": self.env._("to %s", goal.display_name),
                }
            )
        )
        move._action_confirm(merge=False)
        move._action_assign()
        move.picked = True
        move._action_done()
        return move
