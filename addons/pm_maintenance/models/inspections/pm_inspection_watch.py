from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .pm_inspection import OPEN


class PmInspection(models.Model):
    """The watch over rounds: warned while they can be made good, noted when not."""

    _inherit = "pm.inspection"

    @api.model
    def _cron_watch(self):
        """Every few minutes: warn of what is missing, note what is missed."""
        now = fields.Datetime.now()
        over = Domain("state", "in", OPEN) & Domain("date_limit", "<=", now)
        missed = self.search(over, limit=2000)
        missed._cron_each(lambda round_: round_._miss(), over)
        warn = (
            Domain("state", "in", OPEN)
            & Domain("alerted_at", "=", False)
            & Domain("date_to", "<=", now + self._longest_alert())
            & Domain("date_limit", ">", now)
        )
        due = self.search(warn, limit=2000).filtered(
            lambda round_: round_.date_to - round_._alert_time() <= now
        )
        due._cron_each(lambda round_: round_._alert(), warn)

    @api.model
    def _longest_alert(self):
        ((minutes,),) = self.env["pm.inspection.plan"]._read_group(
            [], aggregates=["alert_minutes:max"]
        )
        return timedelta(minutes=minutes or 0)

    def _alert_time(self):
        """How long before its end a round is warned of; never before it begins."""
        minutes = timedelta(minutes=self.plan_id.alert_minutes)
        return min(minutes, self.date_to - self.date_from)

    def _miss(self):
        """Note that the round cannot be made good any more; tell once a plan."""
        self._as_step().state = "missed"
        self.activity_ids.unlink()
        plan = self.plan_id
        if plan and not plan.activity_search(["mail.mail_activity_data_warning"]):
            reader = plan._failure_reader()
            plan = plan.with_context(lang=reader.lang or self.env.lang)
            plan.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=plan.env._("Rounds are missed"),
                note=plan.env._(
                    "%(round)s: %(done)s of %(count)s points were visited.",
                    round=self.display_name,
                    done=self.point_done,
                    count=self.point_count,
                ),
                user_id=reader.id,
            )

    def _alert(self):
        """Warn whoever walks of the points that are missing; once."""
        self._as_step().alerted_at = fields.Datetime.now()
        missing = self._points_unvisited()
        if not missing:
            return
        for user in self._walkers() or self.plan_id._failure_reader():
            round_ = self.with_context(lang=user.lang or self.env.lang)
            round_.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=self.estate_id._today(),
                summary=round_.env._("Points are missing"),
                note=round_.env._(
                    "%(count)s points are still to be visited: %(names)s",
                    count=len(missing),
                    names=", ".join(
                        missing.with_env(round_.env)[:10].mapped("display_name")
                    ),
                ),
                user_id=user.id,
            )

    def _walkers(self):
        """The users who can still walk this round now."""
        if self.user_id or self.employee_id:
            return self.user_id or self.employee_id.user_id
        if not self.post_id:
            return self.env["res.users"]
        now = fields.Datetime.now()
        duties = self.env["pm.duty"].sudo()
        on_duty = duties.search(
            duties._domain_on_duty(now) & Domain("post_id", "=", self.post_id.id)
        )
        return on_duty.employee_id.user_id

    def _failure_reader(self):
        return self.plan_id._failure_reader() if self.plan_id else self.env.user
