from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    pm_store_id = fields.Many2one(
        "pm.store",
        "Estate's Store",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
