import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.pm_core.tools import wechat
from odoo.addons.pm_core.tools.secret import fill_column
from odoo.addons.pm_core.tools.wechat_messages import (
    Envelope,
    WechatRefused,
    is_fresh,
    key_of,
)

# WeChat lets an account answer so long after the customer's last message
WINDOW = timedelta(hours=48)
# an OpenID has 28 characters
MAX_OPENID = 64

_logger = logging.getLogger(__name__)


class PmWechatAccount(models.Model):
    """What residents write to the account, and what is answered.

    WeChat calls an address of this server for each message. The call is checked,
    kept and answered at once; what the message means is worked out by a job, because
    WeChat waits five seconds and then says to the customer that the service is down.
    """

    _inherit = "pm.wechat.account"

    callback_url = fields.Char(
        "Address for Messages",
        compute="_compute_callback_url",
        help="Entered at WeChat under Basic configuration, as the URL of the server.",
    )
    callback_token = fields.Char(
        "Token for Messages",
        default=lambda self: secrets.token_hex(16),
        copy=False,
        help="Entered at WeChat beside the address. With it WeChat signs its calls.",
    )
    callback_key = fields.Char(
        "EncodingAESKey",
        copy=False,
        help="43 characters, made by WeChat on the same page. With it messages come "
        "encrypted (safe mode), and no other message is taken. Choose safe mode: in "
        "plain mode WeChat signs the moment and not what was written.",
    )
    welcome = fields.Text(
        translate=True,
        default=lambda self: self.env._(
            "Welcome. Write here what we can do for you, or send a photo."
        ),
        help="Said to who begins to follow the account.",
    )
    stranger_answer = fields.Text(
        "Answer to Strangers",
        translate=True,
        default=lambda self: self.env._(
            "We have kept your message. So that we know who you are, sign in to the "
            "residents' pages and bind your WeChat there; we then take it up."
        ),
        help="Said to who writes without having bound a WeChat account.",
    )
    message_ids = fields.One2many("pm.wechat.message", "account_id", "Messages")

    def _init_column(self, column_name):
        if column_name == "callback_token":
            return fill_column(self, column_name, lambda: secrets.token_hex(16))
        return super()._init_column(column_name)

    @api.depends("company_id")
    def _compute_callback_url(self):
        for account in self:
            account.callback_url = (
                f"{account.get_base_url()}/pm/wechat/{account.id}" if account.id else ""
            )

    @api.constrains("callback_token", "callback_key", "app_id")
    def _check_callback(self):
        for account in self:
            token = account.callback_token or ""
            if token and not (token.isascii() and token.isalnum()):
                raise ValidationError(
                    self.env._(
                        "%(account)s: the token for messages is of letters and digits, "
                        "as WeChat wants it.",
                        account=account.name,
                    )
                )
            try:
                account._envelope()
            except WechatRefused:
                raise ValidationError(
                    self.env._(
                        "%(account)s: this is no EncodingAESKey. Copy its 43 "
                        "characters from the page Basic configuration at WeChat.",
                        account=account.name,
                    )
                ) from None

    def _envelope(self):
        return Envelope(self.callback_token, self.app_id, self.callback_key)

    # ------------------------------------------------------------------
    # What comes in
    # ------------------------------------------------------------------

    def _receive(self, body, query):
        """Keep a message that WeChat sends; the same one again changes nothing.

        :param bytes body: what was posted
        :param query: the parameters of the address
        :return: the answer, as WeChat takes it
        :raises WechatRefused: for the log; the caller learns nothing
        """
        self.ensure_one()
        said = self._envelope().open(body, query)
        if not said.get("FromUserName"):
            raise WechatRefused("from nobody")
        if len(said["FromUserName"]) > MAX_OPENID:
            raise WechatRefused("from no OpenID")
        # In safe mode the signature is over the message; in plain mode over the moment
        # and a random number alone: whoever has seen it could bring words of their own
        # with it. Messages of one moment may share it; later it brings no other.
        signed = None if self.callback_key else query.get("signature")
        self.env["pm.wechat.message"]._keep(
            self, key_of(said), said, signed, is_fresh(query.get("timestamp"))
        )
        # an empty answer, which WeChat shows to nobody
        return "success"

    # ------------------------------------------------------------------
    # What goes out
    # ------------------------------------------------------------------

    def _may_answer(self, openid):
        """Whether WeChat still lets the account say something freely."""
        last = self.env["pm.wechat.message"]._last_heard(self, openid)
        return bool(last and last > fields.Datetime.now() - WINDOW)

    def _say(self, openid, text):
        """Say something in the conversation.

        :raises wechat.WechatError: of kind ``OVER`` when WeChat does not let us
        """
        self._with_token(lambda client, token: client.send_text(token, openid, text))

    def _fetch_media(self, media_id):
        """Return (content, type) of a file that a customer sent.

        :raises wechat.WechatError:
        """
        return self._with_token(
            lambda client, token: client.fetch_media(token, media_id)
        )

    def _with_token(self, call):
        """Call WeChat; a token that ended early is renewed once."""
        client, token = self._client(), self._get_token()
        try:
            return call(client, token)
        except wechat.WechatError as error:
            if error.kind != wechat.TOKEN:
                raise
        return call(client, self._renew_token(refused=token))

    def action_push_menu(self):
        """Set the account's menu at WeChat: what residents do, one press away.

        :raises UserError: saying what WeChat answered
        """
        self.ensure_one()
        self.check_access("write")
        base = self.get_base_url()
        account_sudo = self.sudo()._as_step()
        buttons = [
            {"type": "view", "name": name, "url": f"{base}{path}"}
            for name, path in account_sudo._menu()
        ]
        menu = [
            *buttons[:2],
            {"name": self.env._("My Matters"), "sub_button": buttons[2:]},
        ]
        try:
            account_sudo._with_token(
                lambda client, token: client.create_menu(token, menu)
            )
        except wechat.WechatError as error:
            raise UserError(
                self.env._(
                    "WeChat did not take the menu: %(error)s. An account has a menu "
                    "only once it is verified.",
                    error=error,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Residents see the menu within a day."),
            },
        }

    def _menu(self):
        """Return (name, path) of the pages in the menu; the first two stand alone.

        WeChat shows 4 Chinese characters of a name there, and 8 in what folds out.
        """
        return [
            (self.env._("Report"), "/my/repairs/new"),
            (self.env._("Complain"), "/my/complaints/new"),
            (self.env._("My Bills"), "/my/bills"),
            (self.env._("My Repairs"), "/my/repairs"),
            (self.env._("My Complaints"), "/my/complaints"),
            (self.env._("Bind WeChat"), "/my/wechat"),
        ]
