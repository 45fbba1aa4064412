from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.i18n import format_list

from .pm_improvement import ACTIVITY, COMPANY, MANAGER, WORKING

# what whoever suggested it hears about
TOLD = ("accept", "plan", "checked", "standardise", "repeat", "ineffective", "drop")


class PmImprovement(models.Model):
    """The steps of an improvement: who takes which, and when."""

    _inherit = "pm.improvement"

    # who may, and what a step leaves

    def _check_lead(self):
        """Managers lead the improvements of their estates; those of the whole company
        are led by company managers.

        :raises AccessError: the user does not
        """
        user = self.env.user
        if self.env.su:
            return
        for improvement in self.sudo():
            group = MANAGER if improvement.estate_id else COMPANY
            if not user.has_group(group):
                raise AccessError(
                    self.env._(
                        "%s is led by the managers of its estate, or of the company "
                        "where it is for all of them.",
                        improvement.number,
                    )
                )
        self.check_access("write")

    def _need(self, value, what):
        """:raises UserError: a step lacks what it needs"""
        if not isinstance(value, str) or not value.strip():
            raise UserError(
                self.env._(
                    "%(improvement)s: enter %(what)s.",
                    improvement=self.display_name,
                    what=what,
                )
            )
        return value.strip()

    def _take_step(self, step, state=None, note=None, **values):
        """Write what a step changes, leave who took it, and tell who suggested it."""
        if state:
            values["state"] = state
        self.sudo()._as_step().write(values)
        self._log_step(step, note)
        if step in TOLD:
            self._tell_suggester(step, note)

    def _log_step(self, step, note=None):
        self.env["pm.improvement.step"].sudo()._as_step().create(
            [
                {
                    "improvement_id": improvement.id,
                    "step": step,
                    "state": improvement.state,
                    "cycle": improvement.cycle,
                    "user_id": self.env.uid,
                    "at": fields.Datetime.now(),
                    "note": note,
                }
                for improvement in self.sudo()
            ]
        )

    def _tell_suggester(self, step, note=None):
        """Whoever had the idea hears what became of it."""
        for improvement in self.sudo():
            reader = improvement.suggested_by_id
            if reader == self.env.user or not reader.active:
                continue
            own = improvement.with_context(lang=reader.lang or self.env.lang)
            labels = dict(own.step_ids._fields["step"]._description_selection(own.env))
            own.message_notify(
                partner_ids=reader.partner_id.ids,
                subject=own.env._(
                    "%(improvement)s: %(step)s",
                    improvement=own.display_name,
                    step=labels[step],
                ),
                body=Markup("<p>%s</p><p>%s</p>")
                % (
                    own.env._(
                        "What became of your suggestion “%(name)s”: %(step)s.",
                        name=own.name,
                        step=labels[step],
                    ),
                    note or "",
                ),
            )

    def _ask_managers(self):
        """A new suggestion is looked at by the managers of the estate."""
        for improvement in self:
            group = self.env.ref(MANAGER if improvement.estate_id else COMPANY)
            users = group._pm_members(improvement.estate_id)
            if improvement.suggested_by_id in users and improvement.origin != "lesson":
                continue
            for user in users:
                own = improvement.with_context(lang=user.lang or self.env.lang)
                improvement.activity_schedule(
                    ACTIVITY,
                    user_id=user.id,
                    summary=own.env._("Take it up, or say why not"),
                )

    def action_ask(self):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.improvement.act"]._open({"default_improvement_id": self.id})

    # plan

    def action_accept(self):
        """Take a suggestion up; who does so leads it, where nobody else does."""
        self._check_lead()
        self._check_in_state("draft")
        for improvement in self.filtered(lambda one: not one.is_accepted):
            improvement._take_up()
            improvement._take_step("accept")

    def _take_up(self):
        """Somebody leads it from now on; an estate that was offered it has agreed."""
        self.sudo()._as_step().write(
            {"is_accepted": True, "user_id": self.user_id.id or self.env.uid}
        )
        self.sudo().activity_unlink([ACTIVITY])
        self.sudo().offer_ids._answer("accepted", self.env.user)

    def action_plan(self):
        """Cause, measures and what shall come out are settled; the figure before is
        taken.

        :raises UserError: naming all that is missing
        """
        self._check_lead()
        self._check_in_state("draft")
        for improvement in self:
            improvement._check_plan()
            if not improvement.is_accepted:
                improvement._take_up()
            improvement._take_before()
            improvement._take_step("plan", "planned")

    def _missing_for_plan(self):
        """Return in words what is to be entered before it is planned."""
        missing = []
        if not (self.cause_id or (self.cause or "").strip() or self.why_ids):
            missing.append(self.env._("the cause"))
        if not self.measure_ids._standing():
            missing.append(self.env._("a measure at least"))
        if not self.date_check:
            missing.append(self.env._("the day on which it is checked"))
        if not self.kpi_id and not (self.success or "").strip():
            missing.append(
                self.env._("the KPI that shall move, or by what else one sees it")
            )
        if self.kpi_id and not (self.after_from and self.after_to):
            missing.append(self.env._("the days of the figure after"))
        return missing

    def _check_plan(self):
        missing = self._missing_for_plan()
        if missing:
            raise UserError(
                self.env._(
                    "%(improvement)s is not planned yet. Missing: %(missing)s.",
                    improvement=self.display_name,
                    missing=format_list(self.env, missing),
                )
            )
        self._check_kpi()
        last = max(self.measure_ids._standing().mapped("date_due"))
        if self.kpi_id and self.after_from <= last:
            raise UserError(
                self.env._(
                    "%(improvement)s: the last measure is due on %(due)s. Let the "
                    "figure after begin later, or it counts days before it.",
                    improvement=self.display_name,
                    due=format_date(self.env, last),
                )
            )

    # do

    def action_start(self):
        """Those who are responsible for the measures are asked to begin.

        :raises UserError: naming all that is missing
        """
        self._check_lead()
        self._check_in_state("planned")
        for improvement in self:
            improvement._check_plan()
            if not improvement.measure_ids.filtered(lambda one: one.state == "open"):
                raise UserError(
                    self.env._(
                        "%s: all measures are done. Enter what is done now.",
                        improvement.display_name,
                    )
                )
            improvement._take_step("start", "doing")
            improvement.measure_ids.sudo()._ask_responsible()

    # check

    def action_check(self):
        """All measures are done: what remains is to see whether it worked.

        :raises UserError: naming the measures that are open
        """
        self._check_lead()
        self._check_in_state("doing")
        for improvement in self:
            left = improvement.measure_ids.filtered(lambda one: one.state == "open")
            if left:
                raise UserError(
                    self.env._(
                        "%(improvement)s: these measures are not done yet: "
                        "%(measures)s.",
                        improvement=improvement.display_name,
                        measures=format_list(self.env, left.mapped("name")),
                    )
                )
            improvement._begin_check()

    def _begin_check(self):
        self._take_step("check", "checking", is_asked=False)

    # act

    def action_standardise(self, note=None):
        """What worked is the rule from now on.

        :param note: where it is laid down; needed without a new version of a standard
            or policy
        :raises UserError: it did not work, or nothing keeps it
        """
        self._check_lead()
        self._check_in_state("checking")
        for improvement in self:
            if improvement.effect != "worked":
                raise UserError(
                    self.env._(
                        "%s has not been found to work. Repeat it otherwise, or close "
                        "it as not effective.",
                        improvement.display_name,
                    )
                )
            if not (improvement.new_standard_id or improvement.new_policy_id):
                improvement._need(
                    note,
                    self.env._(
                        "the standard or policy of which a new version is made, or "
                        "where else it is laid down"
                    ),
                )
            improvement._close("standardise", "standardised", note)

    def action_repeat(self, reason=None):
        """Go round again, with other measures; the figures so far stay on file.

        :param reason: what is done otherwise
        """
        self._check_lead()
        self._check_in_state("checking")
        for improvement in self:
            reason = improvement._need(reason, self.env._("what is done otherwise"))
            improvement._take_step(
                "repeat",
                "planned",
                reason,
                cycle=improvement.cycle + 1,
                effect=False,
                has_after=False,
                value_after=0,
                after_from=False,
                after_to=False,
                date_check=False,
                is_asked=False,
            )
            improvement.sudo().activity_unlink([ACTIVITY])

    def action_ineffective(self, reason=None):
        """End what did not work.

        :param reason: what was learnt from it
        :raises UserError: it was not checked, or it did work
        """
        self._check_lead()
        self._check_in_state("checking")
        for improvement in self:
            if improvement.effect not in ("not_worked", "no_figure"):
                raise UserError(
                    self.env._(
                        "%s has not been found to be without effect.",
                        improvement.display_name,
                    )
                )
            reason = improvement._need(reason, self.env._("what was learnt from it"))
            improvement._close("ineffective", "ineffective", reason)

    def action_drop(self, reason=None):
        """It is not pursued, or not any more.

        :param reason: why; whoever suggested it reads this
        """
        self._check_lead()
        self._check_in_state(*WORKING)
        for improvement in self:
            reason = improvement._need(reason, self.env._("why it is not pursued"))
            if not improvement.is_accepted:
                improvement.sudo().offer_ids._answer("declined", self.env.user, reason)
            improvement.measure_ids.sudo()._call_off(reason)
            improvement._close("drop", "dropped", reason)

    def _close(self, step, outcome, note=None):
        self._take_step(
            step,
            "closed",
            note,
            outcome=outcome,
            close_reason=note,
            closed_at=fields.Datetime.now(),
        )
        self.sudo().activity_unlink([ACTIVITY])

    def action_make_lesson(self):
        """Write down what was learnt, so that others find it."""
        self.ensure_one()
        self._check_lead()
        return self.env["pm.lesson"]._new_form(
            {
                "default_name": self.name,
                "default_improvement_id": self.id,
                "default_estate_id": self.estate_id.id,
                "default_company_id": self.company_id.id,
                "default_what_happened": self.problem,
                "default_why": self.cause or "\n".join(self.why_ids.mapped("answer")),
                "default_what_now": "\n".join(
                    self.measure_ids._standing().mapped("name")
                ),
            }
        )
