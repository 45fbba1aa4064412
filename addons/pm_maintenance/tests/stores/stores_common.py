"""A store with a storekeeper, and products of each kind."""

from odoo import Command

from ..common import OrderCase


class StoreCase(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.make_user(
            "pm_keeper", "pm_maintenance.group_pm_storekeeper", cls.estate
        )
        cls.manager = cls.make_user(
            "pm_estate_head", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.store = cls.env["pm.store"].create(
            {"property_id": cls.estate.id, "keeper_id": cls.keeper.id}
        )
        cls.supplier = cls.make_partner("Hardware Shop")
        cls.seal = cls.make_product("Seal", barcode="6901234567892", cost=4, sale=9)
        cls.piece = cls.seal.uom_id
        cls.dozen = cls.env.ref("uom.product_uom_dozen")

    @classmethod
    def make_product(cls, name, cost=0.0, sale=0.0, price=None, **vals):
        """A product; with ``price`` the supplier sells it."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "standard_price": cost,
                "list_price": sale,
                # what Odoo puts there by the company's settings is no subject here
                "supplier_taxes_id": [Command.clear()],
                **vals,
            }
        )
        if price is not None:
            product.seller_ids = [
                Command.create({"partner_id": cls.supplier.id, "price": price})
            ]
        return product

    @classmethod
    def put(cls, product, quantity, store=None, lot=None):
        """Have so much of it in the store."""
        store = store or cls.store
        lot = lot and store._lot(product, lot)
        return store._correct(product, quantity, lot)

    def on_hand(self, product=None, store=None):
        product = product or self.seal
        store = store or self.store
        quants = self.env["stock.quant"].search(
            [
                ("location_id.pm_store_id", "=", store.id),
                ("product_id", "=", product.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def on_site(self, user=None):
        """An order at which the technician is."""
        order = self.given_to(user or self.technician)
        order.action_accept()
        order.action_arrive()
        return order

    def ask(self, order, product=None, quantity=1.0, **vals):
        return order.env["pm.order.material"].create(
            {
                "request_id": order.id,
                "product_id": (product or self.seal).id,
                "quantity": quantity,
                **vals,
            }
        )
