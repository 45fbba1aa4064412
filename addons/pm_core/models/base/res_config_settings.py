from odoo import api, fields, models
from odoo.exceptions import UserError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_document_check = fields.Selection(
        related="company_id.pm_document_check", readonly=False, required=True
    )

    @api.model
    def get_values(self):
        """Show the size limit that holds while none was set."""
        limit = self.env["dms.file"]._get_binary_max_size()
        return {**super().get_values(), "documents_binary_max_size": limit}

    def set_values(self):
        if self.documents_binary_max_size < 0:
            raise UserError(
                self.env._(
                    "The largest size of a file cannot be negative. Enter a number of "
                    "MB, or 0 for the usual 25."
                )
            )
        return super().set_values()
