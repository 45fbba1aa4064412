import logging

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.tools import wechat

_logger = logging.getLogger(__name__)

# somebody stands at the gate: what is seen at once comes first
WAYS = ("wechat", "sms")


class PmAccessPass(models.Model):
    """How a host learns that somebody waits: WeChat, else SMS, else e-mail.

    The question itself is on the portal; the message leads there.
    """

    _name = "pm.access.pass"
    _inherit = ["pm.access.pass", "pm.reported.mixin"]

    def _tell_host(self, person, ways=WAYS):
        """Tell one person of the question, by the first way that leads there.

        WeChat is asked by a job, so that nobody at the gate waits for its server.
        """
        self.ensure_one()
        had = self._ways_of_companies()[self.company_id]
        for way in ways:
            address = way in had and self._address_of(
                way, person, person.email, person.phone
            )
            if address:
                getattr(self, f"_ask_by_{way}")(person, address)
                return
        text = self._ask_text(person)
        self.message_notify(
            partner_ids=person.ids,
            subject=text.split(":")[0],
            body=text,
            author_id=self.company_id.partner_id.id,
        )

    def _ask_text(self, person):
        return self.with_context(lang=person.lang or self.env.lang).env._(
            "Please confirm pass %(number)s for %(place)s: %(what)s. %(link)s",
            number=self.number,
            place=self.property_id.display_name,
            what=self.visitor_name or self.plate or self.goods,
            link=self._ask_link(),
        )

    def _ask_link(self):
        return f"{self.get_base_url()}/my/passes/{self.id}"

    def _ask_by_sms(self, person, number):
        self.env["sms.sms"].create(
            {
                "number": number,
                "body": self._ask_text(person),
                "partner_id": person.id,
                "pm_company_id": self.company_id.id,
            }
        )

    def _ask_by_wechat(self, person, openid):
        self.with_delay(
            description=f"{self.number}: WeChat", max_retries=1
        )._job_ask_by_wechat(person.id, openid)

    def _job_ask_by_wechat(self, person_id, openid):
        """Called by the queue; what WeChat does not take goes by SMS or e-mail."""
        one, person = self.exists(), self.env["res.partner"].browse(person_id).exists()
        if not one or not person or one.state != "asked":
            return
        try:
            with self.env.cr.savepoint():
                one._send_to_wechat(person, openid)
        except OperationalError:
            # the queue tries again
            raise
        except Exception as error:
            expected = isinstance(error, (UserError, wechat.WechatError))
            _logger.warning(
                "pass %s by WeChat: %s", one.number, error, exc_info=not expected
            )
            one._tell_host(person, ways=("sms",))

    def _send_to_wechat(self, person, openid):
        account = self.env["pm.wechat.account"]._of_company(self.company_id)
        if not account:
            raise UserError(self.env._("The company has no WeChat account."))
        at = fields.Datetime.context_timestamp(
            self.with_context(tz=self.estate_id.tz), fields.Datetime.now()
        )
        words = {
            "title": self._ask_text(person).split(":")[0],
            "estate": self.estate_id.name,
            "kind": self.number,
            "time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        account._send(
            openid,
            {name: words[what] for what, name in account._template_fields().items()},
            self._ask_link(),
            f"pass-{self.id}-{person.id}",
        )
