from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    pm_property_id = fields.Many2one(
        "pm.property", "Property", index="btree_not_null", copy=True
    )
    pm_estate_id = fields.Many2one(
        related="pm_property_id.estate_id",
        string="Estate",
        store=True,
        index="btree_not_null",
    )
    pm_bill_run_id = fields.Many2one(
        "pm.bill.run", "Bill Run", index="btree_not_null", copy=False, readonly=True
    )
    pm_charge_ids = fields.One2many("pm.charge", "move_id", "Charges", readonly=True)
