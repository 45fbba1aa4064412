import json
import secrets
from urllib.parse import parse_qsl

from odoo import fields, models

from odoo.addons.pm_core.tools import sms_gateway
from odoo.addons.pm_core.tools.secret import fill_column, is_signed, same_secret

# of a call with some messages, and of the name of one
LIMIT, MAX_KEY, MAX_NUMBER = 64 * 1024, 100, 30


class SmsRefused(Exception):
    """The call is not from the gateway, or is none; for the log.

    :param status: what the caller gets
    """

    def __init__(self, reason, status=400):
        super().__init__(reason)
        self.status = status


class PmSmsGateway(models.Model):
    """What residents write by SMS, which the gateway hands on to an address of ours."""

    _inherit = "pm.sms.gateway"

    in_url = fields.Char("Address for Messages", compute="_compute_in_url")
    in_token = fields.Char(
        readonly=True, copy=False, default=lambda self: secrets.token_urlsafe(24)
    )
    in_auth = fields.Selection(
        [
            ("secret", "Secret in a header or field"),
            ("signature", "Signature of the body"),
            ("address", "The address alone"),
        ],
        "How It Proves Itself",
        required=True,
        default="secret",
        help="A secret: as “Authorization: Bearer …”, “X-Secret: …” or in the field "
        "named below. A signature: “X-Signature”, the HMAC-SHA256 of the body in "
        "hexadecimal. The address alone: for gateways that can do neither; keep it "
        "to yourself.",
    )
    in_secret = fields.Char(
        "Secret for Messages",
        copy=False,
        default=lambda self: secrets.token_urlsafe(24),
    )
    in_secret_path = fields.Char("Field with the Secret")
    in_list_path = fields.Char(
        "Field with the List",
        help="Where one call brings several messages, for example data.",
    )
    in_key_path = fields.Char(
        "Field with the Message Number",
        default="id",
        help="The gateway's own number of the message: the same is taken in once.",
    )
    in_number_path = fields.Char("Field with the Phone Number", default="mobile")
    in_text_path = fields.Char("Field with the Text", default="content")
    in_answer = fields.Char(
        "What We Answer", default="ok", help="What the gateway takes for success."
    )
    in_estate_id = fields.Many2one(
        "pm.property",
        "Estate for Strangers",
        domain="[('kind', '=', 'estate'), ('company_id', '=', company_id)]",
        check_company=True,
        help="What comes from a number of no customer becomes an enquiry there. "
        "Without it such messages wait in the list until somebody says who it is.",
    )
    sms_ids = fields.One2many("pm.sms.message", "gateway_id", "Messages")

    _in_token_unique = models.UniqueIndex(
        "(in_token)", "Another gateway has this address for messages."
    )

    def _init_column(self, column_name):
        if column_name in ("in_token", "in_secret"):
            return fill_column(self, column_name, lambda: secrets.token_urlsafe(24))
        return super()._init_column(column_name)

    def _compute_in_url(self):
        for gateway in self:
            gateway.in_url = f"{gateway.get_base_url()}/pm/sms/{gateway.in_token}"

    def action_new_address(self):
        """Another address and secret; the old ones open nothing from now on."""
        self.check_access("write")
        for gateway in self:
            gateway.sudo()._as_step().write(
                {
                    "in_token": secrets.token_urlsafe(24),
                    "in_secret": secrets.token_urlsafe(24),
                }
            )

    def _receive(self, body, query, headers):
        """Keep the messages that the gateway hands on.

        :param bytes body: what was posted
        :param dict query: parameters of the address
        :param headers: of the call
        :return: what the gateway wants to hear
        :raises SmsRefused:
        """
        self.ensure_one()
        if self.in_auth == "signature":
            self._check_signature(body, headers)
            query = {}
        told = {**query, **self._read(body, headers)}
        if self.in_auth == "secret":
            self._check_secret(told, headers)
        messages = self.env["pm.sms.message"]
        for key, number, text in self._messages(told):
            messages._keep(self, key, number, text)
        return self.in_answer or "ok"

    def _check_signature(self, body, headers):
        # what is in the address is not signed, and nothing is signed without a body
        if not body or not is_signed(self.in_secret, body, headers.get("X-Signature")):
            raise SmsRefused("wrong signature", 403)

    def _check_secret(self, told, headers):
        bearer = headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = bearer or headers.get("X-Secret", "")
        if self.in_secret_path:
            given = given or sms_gateway.look_up(told, self.in_secret_path)
        if not same_secret(self.in_secret, given):
            raise SmsRefused("wrong secret", 403)

    def _read(self, body, headers):
        """Return what was posted as a dict, of JSON or of a form."""
        if not body or headers.get("Content-Type", "").startswith("multipart/"):
            # its fields come with those of the address
            return {}
        try:
            text = body.decode()
            if "json" in headers.get("Content-Type", "") or text.lstrip()[:1] in "{[":
                told = json.loads(text)
            else:
                told = dict(parse_qsl(text, max_num_fields=100))
        except (ValueError, RecursionError):
            raise SmsRefused("no JSON and no form") from None
        if isinstance(told, list):
            told = {self.in_list_path or "": told}
        if not isinstance(told, dict):
            raise SmsRefused("no object")
        return told

    def _messages(self, told):
        """Return (key, number, text) of each message.

        :raises SmsRefused: one lacks something; none is taken then
        """
        rows = told
        if self.in_list_path or "" in told:
            rows = told.get("") or sms_gateway.look_up(told, self.in_list_path)
            # some gateways send the list as text within a form
            if isinstance(rows, str):
                try:
                    rows = json.loads(rows)
                except (ValueError, RecursionError):
                    raise SmsRefused("no list") from None
        rows = rows if isinstance(rows, list) else [rows]
        return [self._message(row) for row in rows]

    def _message(self, row):
        key, number, text = (
            sms_gateway.as_text(sms_gateway.look_up(row, path)).strip()
            for path in (
                self.in_key_path or "id",
                self.in_number_path or "mobile",
                self.in_text_path or "content",
            )
        )
        text = text.replace("\x00", "")
        if not (0 < len(key) <= MAX_KEY and key.isprintable()):
            raise SmsRefused("no message number")
        if not (0 < len(number) <= MAX_NUMBER and number.isprintable()):
            raise SmsRefused("no phone number")
        if not text:
            raise SmsRefused("no text")
        try:
            (key + number + text).encode()
        except UnicodeEncodeError:
            raise SmsRefused("no text that can be kept") from None
        return key, number, text
