from odoo import api, fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    pm_own_store_ids = fields.One2many(
        "pm.store", "location_id", "Store Here", readonly=True
    )
    pm_store_id = fields.Many2one(
        "pm.store",
        "Estate's Store",
        compute="_compute_pm_store_id",
        store=True,
        recursive=True,
        compute_sudo=True,
        index="btree_not_null",
        help="The store of an estate that this place is, or is part of.",
    )

    @api.depends("pm_own_store_ids", "location_id.pm_store_id")
    def _compute_pm_store_id(self):
        for location in self:
            own = location.pm_own_store_ids.with_context(active_test=False)[:1]
            location.pm_store_id = own or location.location_id.pm_store_id
