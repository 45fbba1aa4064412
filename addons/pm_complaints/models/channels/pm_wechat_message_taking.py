from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.pm_core.tools import wechat

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "audio/amr": "amr",
    "video/mp4": "mp4",
}


class PmWechatMessage(models.Model):
    """What a message means: whose it is, and which matter it belongs to."""

    _inherit = "pm.wechat.message"

    def _take_up(self):
        """Events ask for an answer, and are no matter.

        :raises wechat.WechatError: its file cannot be fetched
        """
        if self.kind != "event":
            return super()._take_up()
        self._find_sender()
        self._take_up_event()
        self.state = "done"
        return None

    def _same_sender(self):
        return Domain("account_id", "=", self.account_id.id) & Domain(
            "openid", "=", self.openid
        )

    def _find_sender(self):
        """Who has bound this WeChat; a customer that a person named stays."""
        if self.partner_id:
            return
        partner = (
            self.env["res.partner"]
            .sudo()
            .with_company(self.company_id)
            .search([("pm_wechat_openid", "=", self.openid)], limit=1)
        )
        if partner:
            self.partner_id = partner

    def _why_held(self):
        if not self.partner_id:
            return self.env._("No customer has bound this WeChat.")
        return super()._why_held()

    def _hold(self):
        """Tell who wrote what to do, too; once a day."""
        result = super()._hold()
        told = self.search_count(
            self._same_sender()
            & Domain("state", "=", "held")
            & Domain("create_date", ">", fields.Datetime.now() - timedelta(days=1))
            & Domain("id", "<", self.id),
            limit=1,
        )
        if not told:
            self._answer(self.account_id.stranger_answer)
        return result

    def _take_up_event(self):
        if self.text == "subscribe":
            self._answer(self.account_id.welcome)

    def _answer(self, text):
        """Say something to who wrote; that WeChat refuses loses no message."""
        if not text:
            return
        try:
            self.account_id._say(self.openid, text)
        except wechat.WechatError as error:
            self.problem = self.env._("Not answered: %s", error)

    def _said_text(self):
        return self.text or self._name_of_kind()

    def _reference(self):
        return f"wechat-{self.account_id.id}-{self.key}"

    def _name_of_kind(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        return f"[{names[self.kind]}]"

    def _files(self):
        """The photo, voice or film, fetched before WeChat forgets it.

        :return: pairs of file name and content
        """
        if not self.media:
            return []
        try:
            content, kind = self.account_id._fetch_media(self.media)
        except wechat.WechatError as error:
            if error.kind != wechat.OVER:
                raise
            self.problem = self.env._("WeChat does not have the file any more.")
            return []
        ending = EXTENSIONS.get(kind, "bin")
        return [(f"wechat-{self.id}.{ending}", content)]
