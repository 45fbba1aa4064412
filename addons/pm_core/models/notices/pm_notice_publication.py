from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...tools.rights import check_manager


class PmNotice(models.Model):
    """How a notice comes to its readers, at once or later, and how it is taken back."""

    _inherit = "pm.notice"

    date_planned = fields.Datetime(
        "Publish at",
        copy=False,
        help="Residents are told at this time, if the notice is approved by then; "
        "empty: as soon as it is approved.",
    )
    date_published = fields.Datetime("Published on", readonly=True, copy=False)

    def _check_manager(self):
        self.check_access("write")
        check_manager(
            self.env,
            self.env._(
                "When residents are told, and that they are not, is for the manager of "
                "the estate to decide."
            ),
        )

    def _check_submittable(self):
        result = super()._check_submittable()
        now = fields.Datetime.now()
        for notice in self:
            if not notice._partners():
                raise UserError(
                    self.env._(
                        "%(notice)s would reach nobody: on this day nobody holds a "
                        "property in its scope in the chosen roles. Check the scope "
                        "and whom the notice is for.",
                        notice=notice.display_name,
                    )
                )
            if notice.date_to and max(now, notice.date_planned or now) > notice.date_to:
                raise UserError(
                    self.env._(
                        "%(notice)s would be published when what it is about is over. "
                        "Check the times.",
                        notice=notice.display_name,
                    )
                )
            if notice.by_wechat and not notice.wechat_offered:
                raise UserError(
                    self.env._(
                        "%(notice)s is to go out by WeChat, but %(company)s has no "
                        "WeChat account. Choose other ways.",
                        notice=notice.display_name,
                        company=notice.company_id.name,
                    )
                )
            if notice.by_sms and not (notice.sms_text or "").strip():
                raise UserError(
                    self.env._(
                        "%(notice)s is to go out by SMS: write the text of the SMS.",
                        notice=notice.display_name,
                    )
                )
        return result

    def action_cancel(self):
        """Take a notice back: it disappears from the portal, and sending stops.

        :raises UserError: not published
        """
        self._check_in_state("published")
        self._check_manager()
        deliveries = self.env["pm.notice.delivery"].sudo()._as_step()
        deliveries.search(
            [("notice_id", "in", self.ids), ("state", "=", "outgoing")]
        ).write({"state": "cancelled"})
        self.sudo()._as_step().state = "cancelled"
        self._raise_event("notice.cancel")

    def action_withdraw(self):
        """Take back the request, or stop a publication that was approved for later.

        What is changed then is approved anew.
        """
        scheduled = self.filtered(lambda notice: notice.state == "scheduled")
        if scheduled:
            scheduled.check_access("write")
            # a publication that has just begun is waited for, and found done
            scheduled.lock_for_update()
            scheduled.invalidate_recordset(["state"])
            scheduled._check_in_state("scheduled")
            scheduled._back_to_draft()
        others = self - scheduled
        return super(PmNotice, others).action_withdraw() if others else None

    def action_publish_now(self):
        """Tell residents now what was approved for later.

        :raises UserError: not waiting for its publication
        """
        self._check_in_state("scheduled")
        self._check_manager()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._check_in_state("scheduled")
        self.sudo()._as_step()._publish()

    def _approve(self):
        """Publish, or wait for the moment that was chosen."""
        now = fields.Datetime.now()
        later = self.filtered(lambda n: n.date_planned and n.date_planned > now)
        self._as_step().approval_date = now
        later._as_step().state = "scheduled"
        if later:
            cron_sudo = self.env.ref("pm_core.ir_cron_notice_publish").sudo()
            cron_sudo._trigger(at=later.mapped("date_planned"))
        (self - later)._publish()

    def _publish(self):
        """Freeze the recipients, tell them in the portal, and let the sending begin."""
        for notice in self:
            notice._as_step().write(
                {
                    "date_published": fields.Datetime.now(),
                    "name": self.env["ir.sequence"]
                    .with_company(notice.company_id)
                    .next_by_code("pm.notice", sequence_date=notice._today()),
                    "state": "published",
                }
            )
            notice._freeze_recipients()
        self._raise_event("notice.publish")
        if self:
            self._trigger_sending()

    def _back_to_draft(self):
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().write({"state": "draft", "approval_date": False})

    @api.model
    def _cron_publish(self):
        """Publish what was approved for a time that has come."""
        domain = Domain("state", "=", "scheduled") & Domain(
            "date_planned", "<=", fields.Datetime.now()
        )
        self.search(domain, order="date_planned, id")._cron_each(
            lambda notice: notice._publish(), domain
        )

    def _failure_reader(self):
        return self.user_id or self.create_uid

    def _tell_failure(self, message):
        """A notice that cannot be published goes back to who wrote it."""
        self._back_to_draft()
        author = self._failure_reader()
        notice = self.with_context(lang=author.lang)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=author.id,
            summary=notice.env._("Could not be published"),
            note=plaintext2html(message),
        )

    def action_resend_failed(self):
        """Try once more what could not be sent, with today's addresses.

        :raises UserError: nothing failed
        """
        self._check_in_state("published")
        self.check_access("write")
        failed = (
            self.env["pm.notice.delivery"]
            .sudo()
            .search([("notice_id", "in", self.ids), ("state", "=", "failed")])
        )
        if not failed:
            raise UserError(self.env._("Nothing failed: there is nothing to resend."))
        failed._as_step()._prepare()
        self._trigger_sending()

    def _trigger_sending(self):
        self.env.ref("pm_core.ir_cron_notice_send").sudo()._trigger()
