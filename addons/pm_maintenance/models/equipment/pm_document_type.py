from odoo import fields, models


class PmDocumentType(models.Model):
    _inherit = "pm.document.type"

    applies_to = fields.Selection(
        selection_add=[("equipment", "Machines")], ondelete={"equipment": "cascade"}
    )
