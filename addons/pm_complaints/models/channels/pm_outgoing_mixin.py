from odoo import models

from odoo.addons.pm_core.tools import wechat


class PmOutgoingMixin(models.AbstractModel):
    """Who wrote by WeChat is answered in the conversation, while WeChat lets us."""

    _inherit = "pm.outgoing.mixin"

    def _send_wechat(self, text):
        """Freely within 48 hours of the customer's last message, else by template."""
        accounts = self.env["pm.wechat.account"]
        account = accounts._of_company(self[0]._about().company_id)
        openid = self[0].address
        if account and account._may_answer(openid):
            try:
                return account._say(openid, f"{text}\n{self[0]._page()}")
            except wechat.WechatError as error:
                if error.kind != wechat.OVER:
                    raise
        return super()._send_wechat(text)
