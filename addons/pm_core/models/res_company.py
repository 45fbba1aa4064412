from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_document_check = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse")],
        "Contract without its Documents",
        default="warn",
        required=True,
        help="What happens when a contract becomes active while required documents "
        "are missing.",
    )
