from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

KEEPER = "pm_maintenance.group_pm_storekeeper"


class PmStore(models.Model):
    """The store of an estate: one place in Odoo's stock, and who keeps it.

    Odoo's own groups of stock give their members everything in the company. People
    of property management have none of them: they work with stores, their items and
    the materials of orders, and the steps behind these buttons move goods in Odoo's
    stock for them, after they asked for role and estate.
    """

    _name = "pm.store"
    _description = "Store of an Estate"
    _inherit = ["pm.estate.mixin"]
    _order = "estate_id, id"

    name = fields.Char(required=True, default=lambda self: self.env._("Store"))
    property_id = fields.Many2one(
        string="At Estate", domain="[('kind', '=', 'estate')]"
    )
    active = fields.Boolean(default=True)
    keeper_id = fields.Many2one(
        "res.users",
        "Storekeeper",
        domain="[('share', '=', False)]",
        help="Is told what orders ask for and what arrived.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place in Odoo's Stock",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    receipt_type_id = fields.Many2one(
        "stock.picking.type",
        "Receipts",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    item_ids = fields.One2many("pm.store.item", "store_id", "Items")
    # what there is to do today
    asked_count = fields.Integer("Asked For", compute="_compute_counts")
    missing_count = fields.Integer("Missing for Orders", compute="_compute_counts")
    unsettled_count = fields.Integer("To Settle", compute="_compute_counts")
    below_count = fields.Integer("Below Minimum", compute="_compute_counts")
    expected_count = fields.Integer("Receipts Expected", compute="_compute_counts")

    _one_for_each_estate = models.UniqueIndex(
        "(property_id)", "This estate has its store already."
    )

    @api.depends("name", "estate_id.name")
    def _compute_display_name(self):
        for store in self:
            names = (store.estate_id.name, store.name)
            store.display_name = " – ".join(filter(None, names))

    @api.depends_context("uid")
    def _compute_counts(self):
        """Grouped, with the rights of who looks: foreign orders do not count."""
        Material = self.env["pm.order.material"]
        open_lines = Domain("store_id", "in", self.ids) & Domain("state", "=", "wanted")
        asked = self._counted(Material, open_lines)
        missing = self._counted(Material, open_lines & Domain("missing", ">", 0))
        unsettled = self._counted(
            Material, [("store_id", "in", self.ids), ("state", "=", "unsettled")]
        )
        below = self._counted(
            self.env["pm.store.item"],
            [("store_id", "in", self.ids), ("is_below", "=", True)],
        )
        expected = {}
        Line = self.env["purchase.order.line"]
        if Line.has_access("read"):
            expected = self._counted(
                Line, Line._domain_expected() & Domain("store_id", "in", self.ids)
            )
        for store in self:
            store.asked_count = asked.get(store, 0)
            store.missing_count = missing.get(store, 0)
            store.unsettled_count = unsettled.get(store, 0)
            store.below_count = below.get(store, 0)
            store.expected_count = expected.get(store, 0)

    @api.model
    def _counted(self, model, domain):
        return dict(model._read_group(domain, ["store_id"], ["__count"]))

    @api.constrains("property_id")
    def _check_estate(self):
        for store in self:
            if store.property_id.kind != "estate":
                raise ValidationError(
                    self.env._(
                        "%s is no estate. A store belongs to a whole estate.",
                        store.property_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        stores = super().create(vals_list)
        for store in stores:
            store.sudo().with_company(store.company_id)._as_step()._make_places()
        return stores

    # its place in Odoo's stock

    @api.model
    def _of(self, estate):
        """The store of an estate, made when it is asked for first."""
        Store = self.sudo().with_context(active_test=False)._as_step()
        store = Store.search([("property_id", "=", estate.id)], limit=1)
        return store or Store.create({"property_id": estate.id})

    def _make_places(self):
        """Make location, receipts and the rule by which the place is bought for.

        The location stands beside the warehouse's own stock, not below it: what
        others deliver from there is not taken out of an estate's store.
        """
        warehouse = self._warehouse()
        supplier = self.env.ref("stock.stock_location_suppliers")
        name = self.estate_id.name
        self.location_id = self.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company_id.id,
            }
        )
        self.receipt_type_id = self.env["stock.picking.type"].create(
            {
                "name": self.env._("Receipts of %s", name),
                "code": "incoming",
                "sequence_code": f"STORE{self.id}",
                "warehouse_id": warehouse.id,
                "company_id": self.company_id.id,
                "default_location_src_id": supplier.id,
                "default_location_dest_id": self.location_id.id,
                "pm_store_id": self.id,
            }
        )
        self.env["stock.rule"].create(
            {
                "name": self.env._("Buy for %s", name),
                "action": "buy",
                "route_id": self._buy_route().id,
                "picking_type_id": self.receipt_type_id.id,
                "location_dest_id": self.location_id.id,
                "warehouse_id": warehouse.id,
                "company_id": self.company_id.id,
            }
        )

    def _warehouse(self):
        Warehouse = self.env["stock.warehouse"]
        company = self.company_id
        found = Warehouse.search([("company_id", "=", company.id)], limit=1)
        return found or Warehouse.create(
            {"name": company.name, "code": f"W{company.id}", "company_id": company.id}
        )

    @api.model
    def _buy_route(self):
        return self.env.ref("purchase_stock.route_warehouse0_buy")

    # who may do what

    def _check_keeper(self):
        """:raises AccessError: not a storekeeper of this estate"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(KEEPER)):
            raise AccessError(
                self.env._(
                    "This is done by the storekeeper of %s.", self[:1].display_name
                )
            )

    # moving goods

    def _move(self, product, quantity, uom, source, target, lots=None, **values):
        """Book a done move, as superuser.

        :param lots: {lot: quantity} where lots are followed, else taken as they are
        """
        self.ensure_one()
        company = self.company_id
        line = {
            "product_id": product.id,
            "product_uom_id": uom.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": company.id,
        }
        lots = lots or {self.env["stock.lot"]: quantity}
        move = (
            self.env["stock.move"]
            .sudo()
            .with_company(company)
            ._as_step()
            .create(
                {
                    "product_id": product.id,
                    "product_uom": uom.id,
                    "product_uom_qty": quantity,
                    "company_id": company.id,
                    "state": "confirmed",
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "picked": True,
                    "move_line_ids": [
                        Command.create({**line, "quantity": part, "lot_id": lot.id})
                        for lot, part in lots.items()
                    ],
                    **values,
                }
            )
        )
        move._action_done()
        return move

    def _correct(self, product, difference, lot=None, name=None):
        """Book what was counted more (or less) than the books say."""
        outside = product.with_company(self.company_id).property_stock_inventory
        inside = self.sudo().location_id
        source, target = (outside, inside) if difference > 0 else (inside, outside)
        quantity = abs(difference)
        return self._move(
            product,
            quantity,
            product.uom_id,
            source,
            target,
            lots={lot: quantity} if lot else None,
            is_inventory=True,
            inventory_name=name or self.env._("Counted"),
        )

    def _lot(self, product, name):
        """The lot of that name, made when it is new; none for what has no lots."""
        Lot = self.env["stock.lot"].sudo().with_company(self.company_id)
        if not name or product.tracking == "none":
            return Lot.browse()
        found = Lot.search(
            [
                ("product_id", "=", product.id),
                ("name", "=", name.strip()),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=1,
        )
        return found or Lot.create(
            {
                "product_id": product.id,
                "name": name.strip(),
                "company_id": self.company_id.id,
            }
        )

    # lists behind the figures

    def action_open(self):
        """Open the list that a figure of the overview counts."""
        self.ensure_one()
        self.check_access("read")
        which = self.env.context.get("pm_list")
        actions = {
            "asked": "pm_order_material_action",
            "missing": "pm_order_material_action",
            "unsettled": "pm_order_material_action",
            "below": "pm_store_item_action",
            "expected": "pm_store_receipt_action",
            "items": "pm_store_item_action",
        }
        name = actions.get(which, "pm_store_item_action")
        action = self.env["ir.actions.actions"]._for_xml_id(f"pm_maintenance.{name}")
        action["context"] = {
            f"search_default_{which}": 1,
            "search_default_store_id": self.id,
            "default_store_id": self.id,
        }
        return action
