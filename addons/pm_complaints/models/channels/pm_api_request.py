from odoo import fields, models


class PmApiRequest(models.Model):
    """What an access has reported, by its own reference: ten times the same is one."""

    _name = "pm.api.request"
    _description = "Report by an API Access"
    _order = "id desc"
    _rec_name = "reference"

    client_id = fields.Many2one(
        "pm.api.client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    reference = fields.Char(required=True, readonly=True)
    res_model = fields.Char("Kind of Document", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )

    _once = models.UniqueIndex("(client_id, reference)", "This report came already.")
