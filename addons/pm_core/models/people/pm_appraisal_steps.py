from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# while others judge, the employee does not see the appraisal
JUDGED = ("supervisor", "calibration", "approval")


class PmAppraisal(models.Model):
    """The steps of an appraisal: who takes each, what it needs, who is told."""

    _inherit = "pm.appraisal"

    def _check_all(self, allowed):
        """:raises AccessError: naming the first appraisal that is not allowed"""
        for appraisal in self:
            if not allowed(appraisal):
                raise AccessError(
                    self.env._(
                        "This step of the appraisal of %s is somebody else's.",
                        appraisal.employee_id.display_name,
                    )
                )

    def _check_scored(self, name):
        """:raises UserError: naming the lines in which the flag ``name`` is not set"""
        empty = self.line_ids.filtered(
            lambda line: not line.has_figure and not line[name]
        )
        if empty:
            raise UserError(
                self.env._(
                    "Score these lines first, or say in a remark why they get zero: %s",
                    ", ".join(empty.mapped("name")),
                )
            )

    def action_refresh(self):
        """Take the figures again, as long as nothing is decided."""
        self._check_in_state("draft", "self", "supervisor", "calibration")
        self._check_all(lambda row: row._is_keeper() or row._is_supervisor())
        self._take_figures()

    def action_start(self):
        """Let the employee assess themselves, or the supervisor begin.

        :raises UserError: weights that do not add up to 100 %
        """
        self._check_in_state("draft")
        self._check_all(lambda row: row._is_keeper())
        for appraisal in self:
            total = sum(appraisal.line_ids.mapped("weight"))
            if abs(total - 100) > 0.005:
                raise UserError(
                    self.env._(
                        "The weights in the appraisal of %(employee)s add up to "
                        "%(total)g %% and not to 100 %%. Change the lines, or the "
                        "KPIs and criteria of the post %(post)s.",
                        employee=appraisal.employee_id.display_name,
                        total=total,
                        post=appraisal.job_id.name or "-",
                    )
                )
        with_login = self.filtered("user_id")
        with_login._go("self", lambda row: row.user_id)
        # who has no login cannot write a self-assessment
        (self - with_login)._go("supervisor", lambda row: row.supervisor_id)

    def action_self_done(self):
        """Hand the self-assessment to the supervisor.

        :raises UserError: a score of zero without a word why
        """
        self._check_in_state("self")
        self._check_all(lambda row: row.can_assess)
        self._check_scored("has_self_score")
        self.sudo()._as_step().write({"self_date": fields.Date.context_today(self)})
        self._go("supervisor", lambda row: row.supervisor_id)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_appraisal_action"
            ),
            "target": "main",
        }

    def action_skip_self(self):
        """Go on without a self-assessment, for somebody who is away."""
        self._check_in_state("self")
        self._check_all(lambda row: row._is_keeper())
        self._go("supervisor", lambda row: row.supervisor_id)

    def action_supervisor_done(self):
        """Hand the supervisor's scores to HR.

        :raises UserError: a score of zero without a word why
        """
        self._check_in_state("supervisor")
        self._check_all(lambda row: row.can_supervise)
        self._check_scored("has_score")
        self.sudo()._as_step().write({"scored_by_id": self.env.uid})
        self._go("calibration", lambda row: row.env["res.users"])

    def action_back(self):
        """Give it back to the supervisor, to score again."""
        self._check_in_state("calibration")
        self._check_all(lambda row: row._is_keeper())
        self._go("supervisor", lambda row: row.supervisor_id)

    def _check_submittable(self):
        self._check_in_state("calibration")
        self._check_all(lambda row: row._is_keeper())
        self._check_scored_by_another()
        self._check_calibration()

    def _check_scored_by_another(self):
        """Scoring and calibrating are two people's.

        :raises AccessError: naming the appraisal and who can go on
        """
        for appraisal in self:
            if not appraisal._is_calibrator():
                raise AccessError(
                    self.env._(
                        "You scored the work of %s: somebody else of HR or a company "
                        "manager calibrates it and asks for approval.",
                        appraisal.employee_id.display_name,
                    )
                )

    def _check_calibration(self):
        for appraisal in self:
            if appraisal.is_calibrated and not appraisal.calibration_reason:
                raise UserError(
                    self.env._(
                        "Give the reason why the score of %s is changed.",
                        appraisal.employee_id.display_name,
                    )
                )

    def action_submit(self):
        self._check_submittable()
        return super(PmAppraisal, self.sudo()).action_submit()

    def action_withdraw(self):
        self._check_in_state("approval")
        self._check_all(lambda row: row._is_keeper())
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().state = "calibration"

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        for appraisal in self.sudo():
            if appraisal.state == "draft":
                appraisal._as_step().state = "calibration"
        return result

    def _approve(self):
        result = super()._approve()
        self._as_step().write({"done_date": fields.Date.context_today(self)})
        for appraisal in self.filtered("user_id"):
            appraisal._tell_employee(
                appraisal._for_employee().env._(
                    "Your appraisal is approved. You may appeal within %s days.",
                    appraisal.period_id.appeal_days,
                )
            )
        return result

    def _for_employee(self):
        return self.with_context(lang=self.user_id.lang or self.env.lang)

    def _tell_employee(self, text):
        self.message_post(body=text, partner_ids=self.user_id.partner_id.ids)

    def action_appeal(self):
        """Ask HR to look at the result again.

        :raises UserError: without a reason, or too late
        """
        self._check_in_state("done")
        self._check_all(lambda row: row._is_own())
        for appraisal in self:
            if appraisal.appeal_date:
                raise UserError(
                    self.env._(
                        "The appeal against %s has been decided already.",
                        appraisal.display_name,
                    )
                )
            if not appraisal._in_time():
                raise UserError(
                    self.env._(
                        "The time to appeal against %s is over.", appraisal.display_name
                    )
                )
            if not (appraisal.appeal_reason or "").strip():
                raise UserError(self.env._("Write first why you appeal."))
        self.sudo()._as_step().write({"appeal_date": fields.Date.context_today(self)})
        # the one of HR who opened the appraisal, unless it is about their scores;
        # the others find it by the filter
        self._go(
            "appealed",
            lambda row: row.create_uid.filtered("active") - row.scored_by_id,
        )

    def action_decide_appeal(self):
        """End the appeal; HR may have changed the score, with a reason.

        :raises UserError: without a decision
        """
        self._check_in_state("appealed")
        self._check_all(lambda row: row.can_decide)
        self._check_calibration()
        for appraisal in self:
            if not (appraisal.appeal_decision or "").strip():
                raise UserError(self.env._("Write first what you decide, and why."))
        self.sudo()._as_step().write({"appeal_decided_by": self.env.uid})
        self._go("done", lambda row: row.env["res.users"])
        for appraisal in self.sudo().filtered("user_id"):
            appraisal._tell_employee(
                appraisal._for_employee().env._("Your appeal is decided.")
            )

    def _go(self, state, whose):
        """Take a step; whoever is next has it among their activities."""
        rows = self.sudo()._as_step()
        rows.activity_feedback(["pm_core.mail_activity_type_appraisal"])
        rows.state = state
        if state in JUDGED:
            # an activity makes its user a follower: others now write about them
            rows.message_follower_ids.filtered(
                lambda follower: (
                    follower.partner_id
                    == rows.browse(follower.res_id).user_id.partner_id
                )
            ).unlink()
        for user, batch in rows.grouped(whose).items():
            if user:
                batch.with_context(mail_activity_quick_update=True).activity_schedule(
                    "pm_core.mail_activity_type_appraisal", user_id=user.id
                )
                batch._tell_next(user)

    def _tell_next(self, user):
        """One message to whoever is next, however many appraisals wait."""
        if user == self.env.user:
            return
        reader = self.with_context(lang=user.lang or self.env.lang)
        self[0].message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.env._("Your part of an appraisal"),
            body=reader.env._(
                "%(period)s: it is your turn in the appraisal of %(employees)s.",
                period=self[0].period_id.name,
                employees=", ".join(self.employee_id.mapped("name")),
            ),
        )
