from odoo import fields, models

from ..notices.pm_sms_gateway import SmsApiGateway


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

    def _get_sms_api_class(self):
        if self.env["pm.sms.gateway"]._of_company(self):
            return SmsApiGateway
        return super()._get_sms_api_class()
