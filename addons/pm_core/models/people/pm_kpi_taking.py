from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

from .pm_kpi import FAILURES


class PmKpi(models.Model):
    """When the figures of a KPI are taken, and what becomes of one that fails."""

    _inherit = "pm.kpi"

    computed_to = fields.Date(
        "Taken up to",
        readonly=True,
        copy=False,
        help="The end of the last period whose figures were taken.",
    )
    active_from = fields.Date(
        "In Use from",
        required=True,
        default=fields.Date.context_today,
        copy=False,
        help="A figure without a date cannot be had for periods that ended before.",
    )
    last_error = fields.Text(readonly=True, copy=False)
    last_error_date = fields.Datetime("Noticed on", readonly=True, copy=False)

    def _companies(self):
        """The companies in which the KPI is taken: its own, or those with estates."""
        return self.company_id or self.env["res.company"].browse(
            company.id
            for (company,) in self.env["pm.property"]._read_group(
                [("kind", "=", "estate")], ["company_id"]
            )
        )

    def _take(self, day):
        """Take, or take again, the figures of the period in which ``day`` lies.

        A KPI that fails keeps the reason and does not stop the others.

        :returns: {KPI: why its figures could not be taken}
        :raises LockError: somebody else is taking them
        """
        problems = {}
        for kpi in self:
            kpi_sudo = kpi.sudo()._as_step()
            kpi_sudo.lock_for_update(allow_referencing=True)
            date_from, date_to = kpi._period_of(day)
            if kpi.kind == "manual":
                continue
            if not kpi._can_be_taken(date_to):
                problems[kpi] = kpi._why_too_late(date_from, date_to)
                continue
            kpi_sudo._note_problem(kpi_sudo._try_period(date_from, date_to))
            if kpi_sudo.last_error:
                problems[kpi] = kpi.problem
        return problems

    def _why_too_late(self, date_from, date_to):
        return self.env._(
            "Its records have no date, so that the figure of %(date_from)s – "
            "%(date_to)s was to be had until a few days after its end only. Take the "
            "running period instead; each that ends from now on is taken in time.",
            date_from=format_date(self.env, date_from),
            date_to=format_date(self.env, date_to),
        )

    def _try_period(self, date_from, date_to):
        """Take the figures of a period; return the error, or False."""
        try:
            with self.env.cr.savepoint():
                self._take_period(date_from, date_to)
        except FAILURES as error:
            return str(error).strip() or repr(error)
        return False

    def _take_period(self, date_from, date_to):
        for company in self._companies():
            figures = {
                key: figure
                for key, sums in self._sums_by_level(
                    date_from, date_to, company
                ).items()
                if (figure := self._to_figure(sums))
            }
            self.env["pm.kpi.result"]._store(self, company, date_from, date_to, figures)
        if self.computed_to and self.computed_to >= date_to:
            return
        if date_to < fields.Date.context_today(self):
            self.computed_to = date_to

    def _note_problem(self, error):
        """Keep the error, or that there is none, and tell who is responsible once."""
        if error == self.last_error:
            return
        self._as_step().write(
            {
                "last_error": error,
                "last_error_date": error and fields.Datetime.now(),
            }
        )
        if not error:
            self.activity_unlink(["mail.mail_activity_data_warning"])
        elif self.owner_id and not self.activity_ids:
            reader = self.with_context(lang=self.owner_id.lang or self.env.lang)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.owner_id.id,
                summary=reader.env._("This figure cannot be taken"),
                note=plaintext2html(reader.problem),
            )

    def _due_days(self, today):
        """Return a day in each period that the cron has still to take.

        What has a date is caught up with since the last period that was taken.
        """
        self.ensure_one()
        last_from, last_to = self._last_period(today)
        if self.computed_to and self.computed_to >= last_to:
            return []
        if not self.date_field:
            known = last_to >= self.active_from and self._can_be_taken(last_to)
            return [last_to] if known else []
        days, day = [], last_from
        if self.computed_to:
            day = self.computed_to + timedelta(days=1)
        while day <= last_to:
            days.append(day)
            day = self._period_of(day)[1] + timedelta(days=1)
        return days

    @api.model
    def _cron_take(self):
        """Take the figures of the periods that have ended, each once."""
        today = fields.Date.context_today(self)
        due = self.search([("kind", "!=", "manual")]).filtered(
            lambda kpi: kpi._due_days(today)
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for kpi in due:
            if kpi.try_lock_for_update(allow_referencing=True):
                for day in kpi._due_days(today):
                    if kpi._take(day):
                        break
            if not cron._commit_progress(1):
                break

    def action_take_last(self):
        """Take the figures of the last period that has ended, again if need be."""
        today = fields.Date.context_today(self)
        return self._take_and_show(lambda kpi: kpi._last_period(today)[1])

    def action_take_running(self):
        """Take the figures of the period that is running, as they are up to now."""
        today = fields.Date.context_today(self)
        return self._take_and_show(lambda kpi: today)

    def _take_and_show(self, day_of):
        self.check_access("read")
        self.env["pm.kpi.result"].check_access("create")
        problems = {}
        for kpi in self:
            problems |= kpi._take(day_of(kpi))
        if len(self) == 1:
            self._refuse(problems)
        if problems:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "sticky": True,
                    "title": self.env._("Not all figures could be taken"),
                    "message": "\n".join(
                        f"{kpi.name}: {reason}" for kpi, reason in problems.items()
                    ),
                    "next": self.action_view_results(),
                },
            }
        return self.action_view_results()

    @api.model
    def _refuse(self, problems):
        """:raises UserError: naming a KPI that could not be taken, and why"""
        for kpi, reason in problems.items():
            raise UserError(
                self.env._(
                    "KPI %(kpi)s could not be taken: %(reason)s",
                    kpi=kpi.name,
                    reason=reason,
                )
            )
