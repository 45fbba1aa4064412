import json
import logging
import secrets

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.pm_core.engine.phone import PhoneError
from odoo.addons.pm_core.tools import wechat

_logger = logging.getLogger(__name__)

# within the house: what a drill is told by
INSIDE = ("app",)


class PmEmergencyMessage(models.Model):
    """One message by one way to one person who is called.

    E-mail, SMS and push go by Odoo's own queues, in the transaction that tells; what
    became of them is asked of the queues. WeChat has none: a message is marked and
    committed before it leaves, as notices do it. Another way adds a value to
    ``channel`` and ``_find_<channel>``, and ``_queue_<channel>`` or
    ``_send_<channel>``.
    """

    _name = "pm.emergency.message"
    _description = "Message in an Emergency"
    _inherit = ["pm.part.mixin"]
    _whole = "call_id"
    _order = "call_id, id"
    _rec_name = "channel"

    call_id = fields.Many2one(
        "pm.emergency.call",
        "Person Called",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    emergency_id = fields.Many2one(
        related="call_id.emergency_id", store=True, index=True, precompute=True
    )
    channel = fields.Selection(
        [
            ("app", "In the Program"),
            ("sms", "SMS"),
            ("wechat", "WeChat"),
            ("email", "E-mail"),
        ],
        "Way",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("outgoing", "To Send"),
            ("queued", "Handed Over"),
            ("sent", "Sent"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="outgoing",
        index=True,
    )
    address = fields.Char(readonly=True)
    problem = fields.Selection(
        string="What Went Wrong",
        selection=[
            ("no_login", "No login."),
            ("no_phone", "No mobile number."),
            ("no_email", "No e-mail address."),
            ("no_wechat", "WeChat is not bound."),
            ("sms", "The SMS gateway did not take it."),
            ("email", "The mail server did not take it."),
            ("wechat", "WeChat did not take it."),
            ("interrupted", "Interrupted while it was being sent."),
            ("other", "It could not be sent."),
        ],
        readonly=True,
    )
    detail = fields.Char(readonly=True, help="What the other side said.")
    error = fields.Char("Problem in Words", compute="_compute_error")
    message_key = fields.Char(readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")
    sms_id = fields.Many2one("sms.sms", "SMS", readonly=True, index="btree_not_null")

    _once = models.UniqueIndex(
        "(call_id, channel)", "This person was told by this way already."
    )

    @api.depends("channel", "problem", "detail")
    @api.depends_context("lang")
    def _compute_error(self):
        ways = dict(self._fields["channel"]._description_selection(self.env))
        problems = dict(self._fields["problem"]._description_selection(self.env))
        for message in self:
            words = (problems.get(message.problem), message.detail)
            said = " ".join(filter(None, words))
            message.error = f"{ways[message.channel]}: {said}" if said else False

    @api.model
    def _channels(self, is_drill):
        """The ways by which people are told; a drill stays in the house."""
        channels = self._fields["channel"].get_values(self.env)
        return [way for way in channels if way in INSIDE or not is_drill]

    def _prepare(self):
        """Find the address, and hand over what goes by a queue.

        A way that breaks is listed: it stops neither the others nor the alarm.
        """
        for message in self:
            try:
                with self.env.cr.savepoint():
                    message._hand_over()
            except OperationalError:
                raise
            except Exception as error:
                _logger.exception("handing over message %s", message.id)
                message._fail("other", str(error))
        if self.filtered(lambda one: one.state == "outgoing"):
            self.env.ref("pm_maintenance.ir_cron_emergency").sudo()._trigger()

    def _hand_over(self):
        address, problem = getattr(self, f"_find_{self.channel}")()
        if not address:
            self._fail(problem)
            return
        self._as_step().write({"address": address, "message_key": secrets.token_hex(8)})
        queue = getattr(self, f"_queue_{self.channel}", None)
        if queue:
            queue()

    def _person(self):
        """The contact of who is called."""
        employee = self.call_id.sudo().employee_id
        return self.call_id.sudo().user_id.partner_id or employee.work_contact_id

    def _reader(self):
        """This message in the language of who reads it."""
        return self.with_context(lang=self._person().lang or self.env.lang)

    def _text(self):
        """What it is, where and since when, in one line."""
        emergency = self.call_id.emergency_id
        zone_name = emergency.estate_id.tz or "UTC"
        at = fields.Datetime.context_timestamp(
            self.with_context(tz=zone_name), emergency.started_at
        )
        return emergency._marked(
            self.env._(
                "Emergency: %(type)s, %(place)s, %(time)s",
                type=emergency.type_id.name,
                place=emergency.property_id.display_name,
                time=f"{at:%H:%M}",
            )
        )

    # addresses: (address, None), or (None, the kind of problem)

    def _find_app(self):
        user = self.call_id.user_id
        return (user.login, None) if user else (None, "no_login")

    def _find_sms(self):
        employee = self.call_id.sudo().employee_id
        country = self.call_id.emergency_id.company_id.country_id
        for number in (employee.mobile_phone, employee.work_phone):
            try:
                phone = self._pm_read_phone(number, country)
            except PhoneError:
                continue
            if phone and phone.is_mobile:
                return phone.e164, None
        return None, "no_phone"

    def _find_email(self):
        employee = self.call_id.sudo().employee_id
        given = employee.work_email or self._person().email
        address = email_normalize(given or "", strict=False)
        return address, None if address else "no_email"

    def _find_wechat(self):
        company = self.call_id.emergency_id.company_id
        if not self.env["pm.wechat.account"]._of_company(company):
            return None, "no_wechat"
        openid = self._person().sudo().with_company(company).pm_wechat_openid
        return openid, None if openid else "no_wechat"

    # queues

    def _queue_app(self):
        """An activity, a message on the bus, and a push to the devices of the user."""
        call, text = self.call_id, self._reader()._text()
        emergency = call.emergency_id
        emergency._quietly().activity_schedule(
            "pm_maintenance.mail_activity_emergency",
            summary=text,
            user_id=call.user_id.id,
        )
        call.user_id.partner_id._bus_send(
            "pm_emergency",
            {
                "what": "call",
                "id": emergency.id,
                "name": text,
                "is_drill": emergency.is_drill,
            },
        )
        self._push(text)
        self._as_step().state = "sent"

    def _push(self, text):
        """By Odoo's queue for web push, so that nothing waits for a push server."""
        devices = (
            self.env["mail.push.device"]
            .sudo()
            .search([("partner_id", "=", self.call_id.user_id.partner_id.id)])
        )
        if not devices:
            return
        emergency = self.call_id.emergency_id
        payload = {
            "title": text,
            "options": {
                "body": emergency.note or "",
                "icon": "/web/static/img/odoo-icon-192x192.png",
                "data": {"model": emergency._name, "res_id": emergency.id},
            },
        }
        self.env["mail.push"].sudo().create(
            [
                {"mail_push_device_id": device.id, "payload": json.dumps(payload)}
                for device in devices
            ]
        )
        self.env.ref("mail.ir_cron_web_push_notification").sudo()._trigger()

    def _queue_sms(self):
        call = self.call_id
        text = self.env["sms.sms"].create(
            {
                "number": self.address,
                "body": f"{self._reader()._text()} {call._link()}",
                "partner_id": self._person().id,
                "pm_company_id": call.emergency_id.company_id.id,
                # who cannot be told now is not told hours later: the next is called
                "pm_good_until": fields.Datetime.now(),
            }
        )
        self._as_step().write({"state": "queued", "sms_id": text.id})
        self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger()

    def _queue_email(self):
        reader = self._reader()
        text, link = reader._text(), self.call_id._link()
        body = Markup("<p><b>%s</b></p><p>%s</p><p><a href='%s'>%s</a></p>") % (
            text,
            self.call_id.emergency_id.note or "",
            link,
            reader.env._("Say whether you come"),
        )
        sender = self.call_id.emergency_id.company_id.partner_id
        mail = self.env["mail.mail"].create(
            {
                "subject": text,
                "body_html": body,
                "email_to": self.address,
                "auto_delete": False,
                **({"email_from": sender.email_formatted} if sender.email else {}),
            }
        )
        self._as_step().write({"state": "queued", "mail_id": mail.id})
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # what became of it

    def _collect(self):
        """Learn from the queues what was sent and what failed."""
        for message in self:
            text, mail = message.sms_id, message.mail_id
            if message.channel == "sms":
                # Odoo removes what was sent, and nothing else
                if not text or text.state in ("sent", "pending"):
                    message._as_step().state = "sent"
                elif text.state in ("error", "canceled"):
                    message._fail("sms", text.pm_reason)
            elif message.channel == "email":
                if not mail or mail.state == "sent":
                    message._as_step().state = "sent"
                elif mail.state in ("exception", "cancel"):
                    message._fail("email", mail.failure_reason)
            else:
                # sent one by one by the job: another run was ended in the middle
                message._fail("interrupted")

    def _send_wechat(self):
        emergency = self.call_id.emergency_id
        account = self.env["pm.wechat.account"]._of_company(emergency.company_id)
        at = fields.Datetime.context_timestamp(
            self.with_context(tz=emergency.estate_id.tz or "UTC"), emergency.started_at
        )
        texts = {
            "title": self._reader()._text(),
            "estate": emergency.estate_id.name,
            "kind": emergency.type_id.name,
            # WeChat takes a time in this form only
            "time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        data = {name: texts[what] for what, name in account._template_fields().items()}
        try:
            account._send(self.address, data, self.call_id._link(), self.message_key)
        except wechat.WechatError as error:
            self._fail("wechat", str(error))
        else:
            self._as_step().state = "sent"

    def _fail(self, problem, detail=False):
        """List it as failed, and say so in the log where the way should have worked."""
        for message in self:
            message._as_step().write(
                {"state": "failed", "problem": problem, "detail": detail}
            )
            if not problem.startswith("no_"):
                emergency = message.call_id.emergency_id
                name = message.call_id.sudo().employee_id.name
                emergency._log("problem", f"{name} · {message.error}")
