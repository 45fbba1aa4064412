from odoo import models
from odoo.tools import email_normalize

from ...engine.phone import PhoneError

# by which way somebody is told who came by that one, and by which else
WAYS = {
    "phone": ("sms", "wechat", "email"),
    "sms": ("sms", "wechat", "email"),
    "wechat": ("wechat", "sms", "email"),
    "email": ("email",),
}
USUAL = ("wechat", "email", "sms")


class PmReportedMixin(models.AbstractModel):
    """Something that people report, and about which they are answered.

    The document has ``channel_id``, ``partner_id``, ``reporter_email``,
    ``reporter_phone`` and ``company_id``. The way of an answer is the one by which the
    report came, if it leads back.
    """

    _name = "pm.reported.mixin"
    _description = "Is Reported by Somebody"

    def _ways_of_companies(self):
        """Return {company: ways by which it reaches people}, asked for once."""
        wechat, sms = self.env["pm.wechat.account"], self.env["pm.sms.gateway"]
        return {
            company: {
                "email",
                *(["wechat"] if wechat._of_company(company) else []),
                *(["sms"] if sms._of_company(company) else []),
            }
            for company in self.company_id
        }

    def _reporter_way(self, ways):
        """Return (channel, address), of the way by which the reporter came if it
        leads back, else of another; (False, False) if nothing does."""
        for way in WAYS.get(self.channel_id.code, USUAL):
            if way in ways[self.company_id] and (
                address := self._address_of(
                    way, self.partner_id, self.reporter_email, self.reporter_phone
                )
            ):
                return way, address
        return False, False

    def _address_of(self, way, partner, email, phone):
        """Where that way leads to, if the person has it."""
        company = self.company_id
        if way == "email":
            return email_normalize(email or partner.email or "", strict=False)
        if way == "wechat":
            return partner.with_company(company).pm_wechat_openid
        try:
            read = self._pm_read_phone(phone or partner.phone, company.country_id)
        except PhoneError:
            return False
        return read.e164 if read and read.is_mobile else False
