from odoo import fields, models


class PmCollectionRow(models.Model):
    """A row of the bank's answer that could not be taken, with the reason."""

    _name = "pm.collection.row"
    _description = "Held Row of a Bank Collection"
    _inherit = ["pm.part.mixin"]
    _whole = "batch_id"
    _order = "batch_id, row, id"
    _rec_name = "text"

    batch_id = fields.Many2one(
        "pm.collection.batch",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    result_id = fields.Many2one(
        "pm.collection.result",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.company_id", store=True, index=True, precompute=True
    )
    row = fields.Integer("Row in the File", readonly=True, aggregator=None)
    text = fields.Char("What It Says", readonly=True)
    reason = fields.Char("Why It Is Held", readonly=True)
    note = fields.Char("What Was Found Out")
