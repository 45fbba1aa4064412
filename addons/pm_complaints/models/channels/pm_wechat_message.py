from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.pm_core.tools.wechat_messages import WechatRefused

# what WeChat calls a kind of message, and what it is called here
KINDS = {
    "text": "text",
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "event": "event",
}
# no text of WeChat is longer; a file's name and a place are shorter
MAX_TEXT = 4096


class PmWechatMessage(models.Model):
    """A message that somebody sent to a WeChat account, and what became of it.

    It is put down when WeChat calls, once each, whoever it is from.
    """

    _name = "pm.wechat.message"
    _description = "WeChat Message"
    _inherit = ["pm.incoming.mixin"]
    _channel = "wechat"
    _job = "pm_complaints.pm_wechat_message_take_up"

    account_id = fields.Many2one(
        "pm.wechat.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    openid = fields.Char(
        required=True, readonly=True, groups="base.group_system", index=True
    )
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("image", "Photo"),
            ("voice", "Voice"),
            ("video", "Video"),
            ("location", "Place"),
            ("link", "Link"),
            ("event", "Event"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
    )
    media = fields.Char(
        readonly=True, help="WeChat's name of the file, good for 3 days."
    )
    signed = fields.Char(
        "Signature Used",
        readonly=True,
        groups="base.group_system",
        help="The signature of a plain message, which says nothing about its words: "
        "once its moment is over it brings no other message.",
    )
    _key_once = models.UniqueIndex("(account_id, key)", "This message came already.")
    _signed_idx = models.Index("(account_id, signed) WHERE signed IS NOT NULL")
    _heard_idx = models.Index("(account_id, openid, create_date)")
    _due_idx = models.Index("(due_at) WHERE state = 'new'")

    @api.model
    def _keep(self, account, key, said, signed=None, fresh=True):
        """Put a message down, and have it taken up.

        One statement, because WeChat waits; and the database says whether it came
        before, because WeChat sends again what it believes lost, to any process.

        :param said: the fields of the message
        :param signed: the signature, where it does not cover the message
        :param fresh: whether it was signed this moment
        :raises WechatRefused: another message came with that signature before
        """
        if signed and not fresh and self._brought_another(account, key, signed):
            raise WechatRefused("signed for another message")
        kind = KINDS.get(said.get("MsgType"), "other")
        values = {
            "account_id": account.id,
            "company_id": account.company_id.id,
            "key": key,
            "openid": said["FromUserName"],
            "kind": kind,
            "text": self._words(kind, said)[:MAX_TEXT] or None,
            "media": said.get("MediaId"),
            "said_at": self._moment(said.get("CreateTime")),
            "state": "new",
            "tries": 0,
            "signed": signed,
        }
        now = fields.Datetime.now()
        values |= {"due_at": now, "create_date": now, "write_date": now}
        put_down = SQL(
            "INSERT INTO pm_wechat_message (%s) VALUES %s"
            " ON CONFLICT DO NOTHING RETURNING id",
            SQL(", ").join(map(SQL.identifier, values)),
            tuple(values.values()),
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(put_down, log_exceptions=False)
                kept = self.env.cr.fetchall()
        except SerializationFailure:
            # The same message, which another process put down since this call began:
            # to begin anew would take longer than WeChat and the customer should wait.
            return
        if kept:
            self._wake_job()

    @api.model
    def _brought_another(self, account, key, signed):
        """Whether a message other than this one came with the signature."""
        return bool(
            self.sudo().search_count(
                [
                    ("account_id", "=", account.id),
                    ("signed", "=", signed),
                    ("key", "!=", key),
                ],
                limit=1,
            )
        )

    @staticmethod
    def _words(kind, said):
        """What somebody said, in words."""
        if kind == "voice":
            # what WeChat understood, where the account has that
            return said.get("Recognition", "")
        if kind == "location":
            place = f"{said.get('Location_X', '')}, {said.get('Location_Y', '')}"
            return " ".join(filter(None, (said.get("Label"), f"({place})")))
        if kind == "link":
            names = ("Title", "Description", "Url")
            return "\n".join(filter(None, map(said.get, names)))
        if kind == "event":
            return said.get("Event", "")
        return said.get("Content", "")

    @staticmethod
    def _moment(seconds):
        """When it was written, in UTC; None if WeChat does not say so."""
        seconds = seconds or ""
        if not (seconds.isascii() and seconds.isdigit()) or len(seconds) > 10:
            return None
        return fields.Datetime.to_datetime("1970-01-01 00:00:00") + timedelta(
            seconds=int(seconds)
        )

    @api.model
    def _last_heard(self, account, openid):
        """When somebody last wrote to the account, or None.

        Events count too: WeChat's window opens with each of them that the person made.
        """
        last = self.sudo().search(
            [("account_id", "=", account.id), ("openid", "=", openid)], limit=1
        )
        return last.create_date or None

    def _short(self):
        return (self.text or self.kind)[:40]
