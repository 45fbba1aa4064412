import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac
from odoo.tools.misc import consteq

SCOPE = "pm_one_time_code"
DIGITS = 6
VALID = timedelta(minutes=10)
# one a minute, and so many in a day, whatever sessions they are asked from
PAUSE = timedelta(minutes=1)
A_DAY = 10
TRIES = 5


class PmOneTimeCode(models.Model):
    """A number that is sent to a person, to see that it is that person who acts.

    Who signs or accepts without a login gets it by SMS or e-mail, at the telephone or
    address that we have. It holds for one purpose (``subject``: what is signed), for
    ten minutes and for five tries; asking for another one ends the earlier. What is
    kept is its hash, so that nobody who reads the database can use it. Nobody has
    rights on the model.
    """

    _name = "pm.one.time.code"
    _description = "One-Time Code"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )
    subject = fields.Char(required=True)
    code_hash = fields.Char(required=True)
    expires_at = fields.Datetime(required=True)
    tries = fields.Integer(default=0, required=True)
    used_at = fields.Datetime()

    _subject_idx = models.Index("(partner_id, subject, id)")

    @api.model
    def _hash(self, partner, subject, code):
        return hmac(self.env(su=True), SCOPE, (partner.id, subject, code))

    @api.model
    def _channel(self, partner, company):
        """Return 'sms', 'email' or False: how the person is reached."""
        has_gateway = self.env["pm.sms.gateway"]._of_company(company)
        if partner.phone and (has_gateway or not partner.email):
            return "sms"
        return "email" if partner.email else False

    @api.model
    def _masked(self, partner, company):
        """Return where a code goes, so that its owner knows it and nobody else does."""
        channel = self._channel(partner, company)
        if channel == "sms":
            digits = "".join(filter(str.isdigit, partner.phone))
            return f"*** {digits[-4:]}" if len(digits) > 7 else "***"
        if channel == "email":
            name, _at, domain = partner.email.partition("@")
            return f"{name[:1]}***@{domain}"
        return False

    @api.model
    def _send(self, partner, subject, company):
        """Send a code to ``partner`` for ``subject``; it ends those before.

        :raises UserError: there is no way to reach the person, or too many were sent
        """
        partner = partner.sudo()
        # who asks at the same time waits, and then sees what was sent
        partner.lock_for_update()
        channel = self._channel(partner, company)
        if not channel:
            raise UserError(
                self.env._(
                    "We have neither a telephone number nor an e-mail address of "
                    "yours. Ask the property management to enter one, or sign on paper."
                )
            )
        now = fields.Datetime.now()
        today = self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("create_date", ">", now - timedelta(days=1)),
            ]
        )
        if len(today) >= A_DAY or (today and today[0].create_date > now - PAUSE):
            raise UserError(
                self.env._(
                    "A code was sent a moment ago, or too many today. Look for it, or "
                    "ask for another one later."
                )
            )
        today.filtered(lambda one: one.subject == subject).expires_at = now
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        self.sudo().create(
            {
                "partner_id": partner.id,
                "subject": subject,
                "code_hash": self._hash(partner, subject, code),
                "expires_at": now + VALID,
            }
        )
        getattr(self, f"_send_{channel}")(partner, company, code)

    @api.model
    def _text(self, partner, company, code):
        return self.with_context(lang=partner.lang or self.env.lang).env._(
            "%(code)s is your code for %(company)s. It holds for %(minutes)s minutes. "
            "Tell it to nobody, not to our staff either.",
            code=code,
            company=company.name,
            minutes=int(VALID.total_seconds() // 60),
        )

    @api.model
    def _send_sms(self, partner, company, code):
        self.env["sms.sms"].sudo().create(
            {
                "number": partner._phone_format(fname="phone") or partner.phone,
                "body": self._text(partner, company, code),
                "partner_id": partner.id,
                "pm_company_id": company.id,
                "pm_good_until": fields.Datetime.now() + VALID,
            }
        )
        self._hurry("sms.ir_cron_sms_scheduler_action")

    @api.model
    def _send_email(self, partner, company, code):
        self.env["mail.mail"].sudo().create(
            {
                "subject": self._text(partner, company, code).split(".")[0],
                "body_html": self._text(partner, company, code),
                "email_from": company.email_formatted or company.catchall_formatted,
                "email_to": partner.email_formatted,
                "author_id": company.partner_id.id,
                "auto_delete": True,
            }
        )
        self._hurry("mail.ir_cron_mail_scheduler_action")

    @api.model
    def _hurry(self, cron):
        """Have the queue emptied now: somebody waits."""
        self.env.ref(cron).sudo()._trigger()

    @api.model
    def _check(self, partner, subject, code):
        """Tell whether ``code`` is the right one; the right one is right once.

        A wrong one counts, also when it comes twice at the same moment.
        """
        latest = self.sudo().search(
            [("partner_id", "=", partner.id), ("subject", "=", subject)], limit=1
        )
        if not latest:
            return False
        latest.lock_for_update()
        latest.invalidate_recordset()
        now = fields.Datetime.now()
        if latest.used_at or latest.expires_at <= now or latest.tries >= TRIES:
            return False
        latest.tries += 1
        given = "".join(filter(str.isdigit, code or ""))
        if not consteq(latest.code_hash, self._hash(partner, subject, given)):
            return False
        latest.used_at = now
        return True

    @api.autovacuum
    def _gc_codes(self):
        old = fields.Datetime.now() - timedelta(days=2)
        self.sudo().search([("create_date", "<", old)]).unlink()
