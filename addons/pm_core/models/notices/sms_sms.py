from datetime import timedelta

from odoo import api, fields, models

from ...engine.phone import PhoneError

# Minutes until a text is tried again, each time that the gateway is not there.
WAITS = (2, 5, 15, 60, 240, 720)


class SmsSms(models.Model):
    """Texts go out by the gateway of their company where it has one."""

    _inherit = "sms.sms"

    pm_company_id = fields.Many2one(
        "res.company", "Sent by", ondelete="cascade", index="btree_not_null"
    )
    pm_reason = fields.Char("What the Gateway Said", readonly=True)
    pm_tries = fields.Integer("Tries without Gateway", readonly=True, copy=False)
    pm_good_until = fields.Datetime(
        "Of No Use after",
        copy=False,
        help="Later it is not tried again: an alarm, or a code that is over.",
    )
    pm_due_at = fields.Datetime("Next Try", readonly=True, copy=False)
    failure_type = fields.Selection(
        selection_add=[("pm_refused", "Refused by the SMS Gateway")]
    )

    @api.model
    def _process_queue(self):
        """As Odoo's, without texts that wait for a gateway that was not there."""
        domain = [
            ("state", "=", "outgoing"),
            ("to_delete", "!=", True),
            "|",
            ("pm_due_at", "=", False),
            ("pm_due_at", "<=", fields.Datetime.now()),
        ]
        size = self._get_send_batch_size()
        texts = self.search(domain, limit=size, order="id").try_lock_for_update()
        if not texts:
            return
        texts._send(unlink_failed=False, unlink_sent=True, raise_exception=False)
        left = self.search_count(domain) if len(texts) == size else 0
        self.env["ir.cron"]._commit_progress(len(texts), remaining=left)

    def _pm_send_later(self):
        """Put texts back into the queue that met no gateway; after a day's tries they
        stay failed."""
        queue = self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()
        now = fields.Datetime.now()
        again = self.filtered(lambda text: text.pm_tries < len(WAITS))
        for tries, texts in again.grouped("pm_tries").items():
            due = now + timedelta(minutes=WAITS[tries])
            texts = texts.filtered(
                lambda text, due=due: (text.pm_good_until or due) >= due
            )
            texts._as_step().write(
                {"pm_tries": tries + 1, "pm_due_at": due, "to_delete": False}
            )
            texts._update_sms_state_and_trackers("outgoing", failure_type=False)
            queue._trigger(due)

    def _get_sms_company(self):
        return self.pm_company_id[:1] or super()._get_sms_company()

    def _pm_by_gateway(self):
        """Yield (company that has a gateway or none, texts) of these texts."""
        by_company = self.grouped(lambda text: text._get_sms_company()[:1])
        others = self.browse()
        for company, texts in by_company.items():
            if self.env["pm.sms.gateway"]._of_company(company):
                yield company, texts
            else:
                others |= texts
        if others:
            yield self.env["res.company"], others

    def _split_by_api(self):
        for company, texts in self._pm_by_gateway():
            if company:
                yield (
                    company._get_sms_api_class()(self.with_company(company).env),
                    texts,
                )
            else:
                yield from super(SmsSms, texts)._split_by_api()

    def _pm_refuse_bad_numbers(self):
        """Return the texts that have the number of a mobile, written as it is dialled.

        The others fail with what is wrong with their number: nothing is sent to a
        field of two numbers, to a landline, to words.
        """
        sound, bad = self.browse(), {}
        for text in self:
            company = text._get_sms_company()[:1] or self.env.company
            try:
                phone = self._pm_read_phone(text.number, company.country_id)
            except PhoneError as error:
                bad[text] = self._pm_phone_problem(error)
                continue
            if not phone or not phone.is_mobile:
                bad[text] = self.env._("“%s” takes no texts.", text.number or "")
                continue
            if text.number != phone.e164:
                text.number = phone.e164
            sound |= text
        for text, reason in bad.items():
            text._as_step().pm_reason = reason
            failure = "sms_number_format" if text.number else "sms_number_missing"
            text._update_sms_state_and_trackers("error", failure_type=failure)
        return sound

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        self = self._pm_refuse_bad_numbers()
        if not self:
            return None
        # the scheduled job sends texts of all companies in one go
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for provider, texts in self._split_by_api():
            super(SmsSms, texts.with_context(sms_api=provider))._send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None

    def _get_send_batch_size(self):
        # a gateway takes them one by one: what a crash interrupts is little
        size = super()._get_send_batch_size()
        gateways_sudo = self.env["pm.sms.gateway"].sudo()
        return min(size, 10) if gateways_sudo.search_count([], limit=1) else size

    def _handle_call_result_hook(self, results):
        by_uuid = self.grouped("uuid")
        for result in results:
            text = by_uuid.get(result.get("uuid"))
            reason = result.get("failure_reason")
            if text and (reason or text.pm_reason):
                text._as_step().pm_reason = reason
        down = {one["uuid"] for one in results if one["state"] == "server_error"}
        self.filtered(lambda text: text.uuid in down)._pm_send_later()
        return super()._handle_call_result_hook(results)
