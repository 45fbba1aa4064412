from odoo import fields, models
from odoo.fields import Domain

# why a notice did not leave, where that is the channel's fault and not the address's
OF_CHANNEL = ("wechat_unreachable", "wechat_setup", "wechat_quota", "wechat_off")


class PmChannelHealth(models.Model):
    """What each channel counts: ``_figures_``, ``_oldest_`` and ``_again_<kind>``."""

    _inherit = "pm.channel.health"

    # ------------------------------------------------------------------
    # Mail: one server and one queue for all companies
    # ------------------------------------------------------------------

    def _figures_mail(self):
        mails = self.env["mail.mail"]
        counts = dict(
            mails._read_group(
                Domain("state", "=", "outgoing")
                | (Domain("state", "=", "exception") & self._domain_recent()),
                ["state"],
                ["__count"],
            )
        )
        figures = {
            "is_set_up": True,
            "last_in": self._last_mail_in(),
            "last_out": self._last_mail_out(),
            "waiting": counts.get("outgoing", 0),
            "failed": counts.get("exception", 0),
        }
        return dict.fromkeys(self.company_id, figures)

    def _last_mail_in(self):
        last = self.env["mail.message"].search(
            [("message_type", "=", "email")], order="id desc", limit=1
        )
        return last.date

    def _last_mail_out(self):
        last = self.env["mail.notification"].search(
            [
                ("notification_type", "=", "email"),
                ("notification_status", "=", "sent"),
            ],
            order="id desc",
            limit=1,
        )
        return last.mail_message_id.date

    def _oldest_mail(self):
        mail = self.env["mail.mail"].search(
            Domain("state", "=", "outgoing")
            & (
                Domain("scheduled_date", "=", False)
                | Domain("scheduled_date", "<=", fields.Datetime.now())
            ),
            order="id",
            limit=1,
        )
        return mail.create_date or None

    def _again_mail(self):
        mails = self.env["mail.mail"].search(
            Domain("state", "=", "outgoing")
            | (Domain("state", "=", "exception") & self._domain_recent())
        )
        mails.mark_outgoing()
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    # ------------------------------------------------------------------
    # WeChat
    # ------------------------------------------------------------------

    def _figures_wechat(self):
        accounts = self.env["pm.wechat.account"]
        return {
            company: self._sum(
                {"is_set_up": bool(accounts._of_company(company))},
                self._outgoing_figures("wechat", company),
                self._incoming_figures("pm.wechat.message", company),
                self._notice_figures(company),
            )
            for company in self.company_id
        }

    def _domain_notices(self, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("channel", "=", "wechat")
            & Domain("state", "=", "failed")
            & Domain("problem", "in", OF_CHANNEL)
            & self._domain_recent()
        )

    def _notice_figures(self, company):
        deliveries = self.env["pm.notice.delivery"]
        return {"failed": deliveries.search_count(self._domain_notices(company))}

    def _oldest_wechat(self):
        oldest = (
            self._oldest_outgoing("wechat"),
            self._oldest_incoming("pm.wechat.message"),
        )
        return min(filter(None, oldest), default=None)

    def _again_wechat(self):
        self._again_outgoing("wechat")
        self._again_incoming("pm.wechat.message")
        deliveries = self.env["pm.notice.delivery"]
        deliveries.search(self._domain_notices(self.company_id))._as_step()._prepare()
        self.env["pm.notice"]._trigger_sending()

    # ------------------------------------------------------------------
    # SMS
    # ------------------------------------------------------------------

    def _figures_sms(self):
        return {
            company: self._sum(
                self._outgoing_figures("sms", company),
                self._incoming_figures("pm.sms.message", company),
                self._gateway_figures(company),
            )
            for company in self.company_id
        }

    def _gateway_figures(self, company):
        gateway = self.env["pm.sms.gateway"]._of_company(company)
        texts = self.env["sms.sms"]
        own = Domain("pm_company_id", "=", company.id)
        return {
            "is_set_up": bool(gateway),
            "last_out": gateway.last_sent_at,
            "waiting": texts.search_count(own & Domain("state", "=", "outgoing")),
            "failed": texts.search_count(
                own & Domain("state", "=", "error") & self._domain_recent()
            ),
        }

    def _oldest_sms(self):
        text = self.env["sms.sms"].search(
            [
                ("state", "=", "outgoing"),
                ("pm_company_id", "=", self.company_id.id),
            ],
            order="id",
            limit=1,
        )
        oldest = (
            text.create_date,
            self._oldest_outgoing("sms"),
            self._oldest_incoming("pm.sms.message"),
        )
        return min(filter(None, oldest), default=None)

    def _again_sms(self):
        self._again_outgoing("sms")
        self._again_incoming("pm.sms.message")
        texts = self.env["sms.sms"].search(
            Domain("pm_company_id", "=", self.company_id.id)
            & (
                Domain("state", "=", "outgoing")
                | (Domain("state", "=", "error") & self._domain_recent())
            )
        )
        texts._as_step().write({"pm_tries": 0, "pm_due_at": False, "to_delete": False})
        texts._update_sms_state_and_trackers("outgoing", failure_type=False)
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()

    # ------------------------------------------------------------------
    # API, webhooks, robots
    # ------------------------------------------------------------------

    def _figures_api(self):
        clients = self.env["pm.api.client"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        now = fields.Datetime.now()
        return {
            company: {
                "is_set_up": True,
                "last_in": max(filter(None, own.mapped("last_call_at")), default=False),
                "paused": len(own.filtered(lambda one: one._is_expired(now))),
            }
            for company, own in clients.grouped("company_id").items()
        }

    def _oldest_api(self):
        return None

    def _again_api(self):
        """They call us: there is nothing of ours to do again."""

    def _listener_figures(self, model):
        listeners = self.env[model].search([("company_id", "in", self.company_id.ids)])
        return {
            company: {
                "is_set_up": True,
                "last_out": max(
                    filter(None, own.mapped("last_sent_at")), default=False
                ),
                "waiting": sum(own.mapped("waiting_count")),
                "failed": sum(own.mapped("failed_count")),
                "paused": len(own.filtered("is_paused")),
            }
            for company, own in listeners.grouped("company_id").items()
        }

    def _oldest_listener(self, model):
        listeners = self.env[model].search([("company_id", "=", self.company_id.id)])
        return listeners._deliveries("outgoing")[:1].create_date or None

    def _again_listener(self, model):
        listeners = self.env[model].search([("company_id", "=", self.company_id.id)])
        # what somebody has paused stays so
        by_hand = listeners.filtered(lambda one: one.is_paused and not one.failures)
        (listeners - by_hand).action_try_again()

    def _figures_webhook(self):
        return self._listener_figures("pm.webhook")

    def _oldest_webhook(self):
        return self._oldest_listener("pm.webhook")

    def _again_webhook(self):
        self._again_listener("pm.webhook")

    def _figures_wecom(self):
        return self._listener_figures("pm.wecom.robot")

    def _oldest_wecom(self):
        return self._oldest_listener("pm.wecom.robot")

    def _again_wecom(self):
        self._again_listener("pm.wecom.robot")
