from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._pm_make_items()
        return quants

    def _pm_make_items(self):
        """What comes into a store, by whomever, is an item of it from then on."""
        kept = self.sudo().filtered("location_id.pm_store_id")
        if not kept:
            return
        Item = self.env["pm.store.item"].sudo()._as_step()
        wanted = {(quant.location_id.pm_store_id, quant.product_id) for quant in kept}
        items = Item.search([("store_id", "in", [store.id for store, __ in wanted])])
        there = {(item.store_id, item.product_id) for item in items}
        Item.create(
            [
                {"store_id": store.id, "product_id": product.id}
                for store, product in wanted - there
            ]
        )
