from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_core.tools import wechat

# so long what somebody writes belongs to what the same person wrote before
TOGETHER = timedelta(hours=24)
# messages that one run of the job takes up at most, and tries of each
BATCH, TRIES = 500, 6
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

    @api.model
    def _cron_take_up(self):
        """Take up what came, in the order in which it came."""
        due = Domain("state", "=", "new") & Domain(
            "due_at", "<=", fields.Datetime.now()
        )
        self.search(due, order="id", limit=BATCH)._cron_each(
            lambda message: message._as_step()._take_up(), due
        )
        if self.search_count(due, limit=1):
            self.env.ref("pm_complaints.pm_wechat_message_take_up")._trigger()

    def _tell_failure(self, message):
        """Try again, later each time; after some tries it is a person's."""
        tries = self.tries + 1
        values = {"tries": tries, "problem": message[:200]}
        if tries >= TRIES:
            values["state"] = "failed"
        else:
            values["due_at"] = fields.Datetime.now() + timedelta(minutes=2**tries)
        self._as_step().write(values)

    def _take_up(self):
        """Do what the message asks for.

        :raises wechat.WechatError: its file cannot be fetched
        """
        self.ensure_one()
        self._find_sender()
        if self.kind == "event":
            self._take_up_event()
            self.state = "done"
            return
        place = self.partner_id and self._place()
        if not place:
            self._hold()
            return
        self._join_or_report(place)
        self.state = "done"

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

    def _place(self):
        """What the customer holds today at this company, the first of it."""
        held = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("is_current", "=", True),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
            .property_id
        )
        return held or self.partner_id.pm_estate_id.filtered(
            lambda estate: estate.company_id == self.company_id
        )

    def _hold(self):
        """Keep it for a person, and tell who wrote what to do; once a day."""
        self.state = "held"
        self.problem = (
            self.env._("The customer holds nothing at this company.")
            if self.partner_id
            else self.env._("No customer has bound this WeChat.")
        )
        told = self.search_count(
            [
                ("account_id", "=", self.account_id.id),
                ("openid", "=", self.openid),
                ("state", "=", "held"),
                ("create_date", ">", fields.Datetime.now() - timedelta(days=1)),
                ("id", "<", self.id),
            ],
            limit=1,
        )
        if not told:
            self._answer(self.account_id.stranger_answer)

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

    # ------------------------------------------------------------------
    # The matter
    # ------------------------------------------------------------------

    def _join_or_report(self, place):
        """Add the words to the open matter of the last day, or begin one."""
        files = self._files()
        text = self.text or self._name_of_kind()
        matter = self._matter()
        if matter:
            matter._add_words(text, channel="wechat")
            matter = matter._that_is_open()
        else:
            matter = self.env["pm.complaint"]._report(
                place,
                text,
                kind="enquiry",
                channel="wechat",
                partner=self.partner_id,
                reference=f"wechat-{self.account_id.id}-{self.key}",
            )
        matter._add_files(files)
        self.write({"complaint_id": matter.id, "estate_id": matter.estate_id.id})

    def _matter(self):
        """What the same person wrote about before, if it is not over."""
        last = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("openid", "=", self.openid),
                ("complaint_id", "!=", False),
                ("create_date", ">", fields.Datetime.now() - TOGETHER),
            ],
            limit=1,
        ).complaint_id
        return last.sudo()._that_is_open() if last else last

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
