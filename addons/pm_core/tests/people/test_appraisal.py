from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .appraisal_common import AppraisalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-05")
class TestAppraisalFlow(AppraisalCase):
    def test_lines_come_from_the_post(self):
        appraisal = self.open_one()
        by_kpi, by_word = appraisal.line_ids
        self.assertEqual(by_kpi.kpi_id, self.kpi)
        self.assertEqual((by_kpi.figure, by_kpi.target, by_kpi.weight), (50, 80, 60))
        self.assertTrue(by_kpi.has_figure)
        self.assertEqual(by_kpi.score, 62.5)
        self.assertEqual((by_kpi.result, by_word.result), ("50 / 80 %", False))
        self.assertEqual((by_word.name, by_word.weight), ("Manners", 40))
        self.assertEqual(appraisal.supervisor_id, self.captain)
        self.assertEqual(appraisal.estate_id, self.estate)

    def test_own_target_and_level_of_the_post(self):
        other = self.make_employee("Other")
        self.make_readings(other, 2)
        self.post.pm_kpi_ids.write({"own_target": True, "target": 50, "level": "job"})
        line = self.open_one().line_ids[0]
        self.assertEqual((line.figure, line.target, line.score), (75, 50, 100))

    def test_from_self_assessment_to_the_grade(self):
        appraisal = self.open_one(state="done")
        # 62.5 × 60 % + 90 × 40 %
        self.assertEqual(appraisal.score, 73.5)
        self.assertEqual(appraisal.self_total, 75.5)
        self.assertEqual(appraisal.grade_id, self.env.ref("pm_core.grade_improve"))
        self.assertEqual(appraisal.done_date, date(2026, 11, 5))

    def test_each_step_is_somebodys(self):
        everybody = {
            self.guard,
            self.captain,
            self.hr,
            self.manager,
            self.company,
            self.stranger,
        }
        for state, method, allowed in [
            ("draft", "action_start", {self.hr, self.company}),
            ("self", "action_self_done", {self.guard}),
            ("self", "action_skip_self", {self.hr, self.company}),
            ("supervisor", "action_supervisor_done", {self.captain}),
            ("calibration", "action_submit", {self.hr, self.company}),
            ("calibration", "action_back", {self.hr, self.company}),
            ("done", "action_appeal", {self.guard}),
        ]:
            appraisal = self.open_one(state=state)
            remarks = {"self_comment": "x", "supervisor_comment": "x"}
            appraisal.line_ids[1].write(remarks)
            if state == "done":
                appraisal.appeal_reason = "x"
            for user in everybody - allowed:
                with self.subTest(method=method, user=user.login):
                    with self.assertRefused(AccessError, "."):
                        getattr(appraisal.with_user(user), method)()
                    self.assertEqual(appraisal.state, state)
            for user in allowed:
                with self.subTest(method=method, user=user.login):
                    with self.env.cr.savepoint() as savepoint:
                        getattr(appraisal.with_user(user), method)()
                        self.assertNotEqual(appraisal.state, state)
                        savepoint.rollback()
                    self.env.invalidate_all()
            appraisal.state = "draft"
            appraisal.unlink()

    def test_each_writes_their_own_part_in_their_own_step(self):
        parts = {
            "self_score": ("line", {"self": {self.guard}}),
            "supervisor_score": ("line", {"supervisor": {self.captain}}),
            "weight": ("line", {"draft": {self.hr, self.company}}),
            "computed_score": ("line", {}),
            "plan": ("head", {"supervisor": {self.captain}}),
            "calibrated_score": ("head", {"calibration": {self.hr, self.company}}),
            "appeal_reason": ("head", {"done": {self.guard}}),
        }
        users = [self.guard, self.captain, self.hr, self.manager, self.stranger]
        for state in ("draft", "self", "supervisor", "calibration", "done"):
            appraisal = self.open_one(state=state)
            for name, (place, allowed) in parts.items():
                record = appraisal if place == "head" else appraisal.line_ids[1]
                value = "x" if name in ("plan", "appeal_reason") else 77
                for user in users:
                    with self.subTest(state=state, name=name, user=user.login):
                        if user in allowed.get(state, ()):
                            record.with_user(user).write({name: value})
                        else:
                            with self.assertRefused(AccessError, "."):
                                record.with_user(user).write({name: value})
            with self.assertRefused(AccessError, "."):
                appraisal.with_user(self.hr).state = "done"
            appraisal.state = "draft"
            appraisal.unlink()

    def test_nobody_sees_what_is_being_decided_about_oneself(self):
        for state, seen in [
            ("self", True),
            ("supervisor", False),
            ("calibration", False),
            ("done", True),
        ]:
            appraisal = self.open_one(state=state)
            for record in (appraisal, appraisal.line_ids[0]):
                self.assertEqual(record.with_user(self.guard).has_access("read"), seen)
                self.assertTrue(record.with_user(self.captain).has_access("read"))
                self.assertFalse(record.with_user(self.stranger).has_access("read"))
            appraisal.state = "draft"
            appraisal.unlink()

    def test_hr_does_not_calibrate_or_open_ones_own(self):
        hr = self.make_employee("HR", user_id=self.hr.id, parent_id=self.chief.id)
        appraisal = self.open_one(hr)
        for method in ("action_start", "action_refresh"):
            with self.assertRefused(AccessError, "."):
                getattr(appraisal.with_user(self.hr), method)()
        appraisal.with_user(self.company).action_start()
        appraisal.line_ids.with_user(self.hr).self_score = 90
        appraisal.with_user(self.hr).action_self_done()
        self.assertFalse(appraisal.with_user(self.hr).has_access("read"))
        with self.assertRefused(AccessError, "."):
            self.env["pm.appraisal"].with_user(self.hr).create(
                {
                    "period_id": self.period.copy({"name": "Again"}).id,
                    "employee_id": hr.id,
                }
            )

    def test_zero_needs_a_word(self):
        appraisal = self.open_one(state="supervisor").with_user(self.captain)
        with self.assertRefused(UserError, "Manners"):
            appraisal.action_supervisor_done()
        appraisal.line_ids[1].supervisor_comment = "Never greets"
        appraisal.action_supervisor_done()
        self.assertEqual(appraisal.sudo().score, 37.5)

    def test_the_own_part_is_whole_or_missing(self):
        appraisal = self.open_one(state="self")
        criterion = appraisal.line_ids[1]
        self.assertFalse(criterion.has_self_score)
        with self.assertRefused(UserError, "Manners"):
            appraisal.with_user(self.guard).action_self_done()
        criterion.with_user(self.guard).self_comment = "I was away"
        self.assertTrue(criterion.has_self_score)
        appraisal.with_user(self.guard).action_self_done()
        self.assertEqual(appraisal.self_date, date(2026, 11, 5))
        skipped = self.open_one(self.chief)
        skipped.with_user(self.hr).action_start()
        skipped.with_user(self.hr).action_skip_self()
        self.assertFalse(skipped.self_date or skipped.line_ids[1].has_self_score)
        html = self._printed(skipped)
        self.assertNotIn(">0.0<", html)

    def test_the_employee_is_told_when_it_is_decided_and_not_before(self):
        appraisal = self.open_one(state="supervisor", opened_by=self.hr)
        person = self.guard.partner_id
        self.assertNotIn(person, appraisal.message_partner_ids)
        self.step(appraisal, "supervisor")
        self.step(appraisal, "calibration")
        self.assertIn(person, appraisal.message_ids.notified_partner_ids)
        appraisal.with_user(self.guard).appeal_reason = "x"
        appraisal.with_user(self.guard).action_appeal()
        self.assertEqual(appraisal.activity_ids.user_id, self.hr)
        appraisal.with_user(self.hr).appeal_decision = "No"
        appraisal.with_user(self.hr).action_decide_appeal()
        told = appraisal.message_ids.filtered(
            lambda message: "appeal is decided" in message.body
        )
        self.assertEqual(told.notified_partner_ids, person)
        # once
        self.assertFalse(appraisal.with_user(self.guard).can_appeal)
        with self.assertRefused(UserError, "decided already"):
            appraisal.with_user(self.guard).action_appeal()

    def test_nobody_supervises_oneself(self):
        with self.assertRefused(ValidationError, "Guard.*own work"):
            self.open_one().supervisor_id = self.guard
        self.employee.parent_id = self.employee
        self.assertFalse(self.open_one().supervisor_id)

    def test_nobody_takes_the_supervisors_place(self):
        """Who keeps appraisals and calibrates does not score as well."""
        for state in ("draft", "self", "supervisor", "calibration"):
            appraisal = self.open_one(state=state).with_user(self.hr)
            for supervisor in (False, self.hr.id):
                with (
                    self.subTest(state=state, supervisor=supervisor),
                    self.assertRefused(AccessError, "name somebody else"),
                ):
                    appraisal.supervisor_id = supervisor
            with self.assertRefused(AccessError, "."):
                appraisal.employee_id = self.chief
            appraisal.supervisor_id = self.manager
            self.assertEqual(appraisal.supervisor_id, self.manager)
            appraisal.with_env(self.env).state = "draft"
            appraisal.with_env(self.env).unlink()
        for supervisor in (False, self.hr.id):
            with self.assertRefused(AccessError, "name somebody else"):
                self.env["pm.appraisal"].with_user(self.hr).create(
                    {
                        "period_id": self.period.id,
                        "employee_id": self.employee.id,
                        "supervisor_id": supervisor,
                    }
                )

    def test_nobody_calibrates_what_they_scored(self):
        """HR writes who leads whom, and scores where nobody does: what counts is
        who did score."""
        head = self.make_employee("HR", user_id=self.hr.id)
        for leader in (head, head.browse()):
            self.employee.with_user(self.hr).parent_id = leader
            appraisal = self.open_one(state="self", opened_by=self.hr)
            mine = appraisal.with_user(self.hr)
            with self.subTest(leader=leader.name):
                self._score_alone(mine)
                self.assertEqual(appraisal.scored_by_id, self.hr)
                appraisal.with_user(self.company).action_submit()
                self.assertEqual(appraisal.state, "done")
            appraisal.state = "draft"
            appraisal.unlink()

    def _score_alone(self, mine):
        mine.action_skip_self()
        mine.line_ids[1].supervisor_score = 100
        mine.action_supervisor_done()
        self.assertFalse(mine.can_calibrate)
        with self.assertRefused(AccessError, "."):
            mine.write({"is_calibrated": True, "calibrated_score": 100})
        with self.assertRefused(AccessError, "Guard.*somebody else of HR"):
            mine.action_submit()
        with self.assertRefused(AccessError, "."):
            mine.scored_by_id = self.captain

    def test_an_appeal_is_not_decided_by_who_scored(self):
        self.employee.parent_id = self.make_employee("HR", user_id=self.hr.id)
        appraisal = self.open_one(state="supervisor", opened_by=self.hr)
        appraisal.line_ids[1].with_user(self.hr).supervisor_score = 10
        appraisal.with_user(self.hr).action_supervisor_done()
        appraisal.with_user(self.company).action_submit()
        guard = appraisal.with_user(self.guard)
        guard.appeal_reason = "x"
        guard.action_appeal()
        self.assertFalse(appraisal.activity_ids)
        with self.assertRefused(AccessError, "."):
            appraisal.with_user(self.hr).appeal_decision = "No"
        other = appraisal.with_user(self.company)
        other.appeal_decision = "Granted"
        other.action_decide_appeal()
        self.assertEqual(appraisal.state, "done")

    def test_taking_a_login_away_makes_nobody_a_stranger(self):
        """The appraisal remembers whose it is; nobody scores the own work."""
        hr = self.make_employee("HR", user_id=self.hr.id)
        appraisal = self.open_one(hr)
        self.assertFalse(appraisal.supervisor_id)
        appraisal.with_user(self.company).action_start()
        appraisal.with_user(self.company).action_skip_self()
        with self.assertRefused(AccessError, "has a login"):
            hr.with_user(self.hr).user_id = False
        # even if an administrator took it away
        hr.user_id = False
        self.assertEqual(appraisal.user_id, self.hr)
        self.assertFalse(appraisal.with_user(self.hr).sudo().can_supervise)
        self.assertFalse(appraisal.with_user(self.hr).has_access("write"))

    def test_a_supervisor_who_became_the_employee_does_not_score(self):
        appraisal = self.open_one(state="supervisor")
        self.employee.user_id = False
        self.chief.user_id = False
        self.employee.user_id = self.captain
        self.assertFalse(appraisal.with_user(self.captain).sudo().can_supervise)

    def test_without_a_figure_the_supervisor_scores(self):
        self.env["pm.policy.acknowledgement"].search([]).state = "void"
        appraisal = self.open_one(state="supervisor")
        self.assertFalse(appraisal.line_ids[0].has_figure)
        self.assertEqual(appraisal.line_ids[0].score, 0)
        rows = appraisal.with_user(self.captain).line_ids
        rows.write({"supervisor_score": 80})
        appraisal.with_user(self.captain).action_supervisor_done()
        self.assertEqual(appraisal.score, 80)

    def test_who_has_no_login_is_scored_by_the_supervisor_at_once(self):
        other = self.make_employee("Cleaner", parent_id=self.chief.id)
        appraisal = self.open_one(other)
        appraisal.with_user(self.hr).action_start()
        self.assertEqual(appraisal.state, "supervisor")
        self.assertEqual(appraisal.activity_ids.user_id, self.captain)

    def test_without_a_supervisor_the_manager_scores(self):
        appraisal = self.open_one(self.make_employee("Cleaner"))
        appraisal.with_user(self.hr).action_start()
        appraisal.line_ids.with_user(self.manager).write({"supervisor_score": 70})
        appraisal.with_user(self.manager).action_supervisor_done()
        self.assertEqual(appraisal.state, "calibration")

    def test_weights_are_checked_before_it_starts(self):
        appraisal = self.open_one()
        appraisal.line_ids[1].weight = 30
        with self.assertRefused(UserError, "Guard.*90.*Test Guard"):
            appraisal.with_user(self.hr).action_start()

    def test_calibration_keeps_reason_and_history(self):
        appraisal = self.open_one(state="calibration")
        # what is new is not tracked until it is committed
        self.env.cr.precommit.run()
        hr = appraisal.with_user(self.hr).with_context(tracking_disable=False)
        hr.write({"is_calibrated": True, "calibrated_score": 88})
        hr.flush_recordset()
        self.env.cr.precommit.run()
        with self.assertRefused(UserError, "reason"):
            hr.action_submit()
        hr.calibration_reason = "Stood in for two colleagues"
        hr.flush_recordset()
        hr.action_submit()
        self.env.cr.precommit.run()
        self.assertEqual((appraisal.score, appraisal.supervisor_total), (88, 73.5))
        self.assertEqual(appraisal.grade_id, self.env.ref("pm_core.grade_good"))
        changed = appraisal.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("calibrated_score", changed)
        self.assertIn("calibration_reason", changed)

    def test_levels_of_approval(self):
        level = self.env["tier.definition"].create(
            {
                "name": "Company",
                "model_id": self.env["ir.model"]._get_id("pm.appraisal"),
                "review_type": "individual",
                "reviewer_id": self.company.id,
            }
        )
        self.assertTrue(level)
        appraisal = self.open_one(state="calibration")
        appraisal.with_user(self.hr).action_submit()
        self.assertEqual(appraisal.state, "approval")
        appraisal.with_user(self.hr).action_withdraw()
        self.assertEqual(appraisal.state, "calibration")
        appraisal.with_user(self.hr).action_submit()
        appraisal.invalidate_recordset()
        appraisal.with_user(self.company).reject_tier()
        self.assertEqual(appraisal.state, "calibration")
        appraisal.with_user(self.hr).action_submit()
        appraisal.invalidate_recordset()
        appraisal.with_user(self.company).validate_tier()
        self.assertEqual(appraisal.state, "done")

    def test_an_appeal_is_decided_with_a_reason(self):
        appraisal = self.open_one(state="done")
        guard = appraisal.with_user(self.guard)
        with self.assertRefused(UserError, "why you appeal"):
            guard.action_appeal()
        guard.appeal_reason = "The figure lacks my readings on paper"
        guard.action_appeal()
        self.assertEqual(appraisal.state, "appealed")
        hr = appraisal.with_user(self.hr)
        with self.assertRefused(UserError, "what you decide"):
            hr.action_decide_appeal()
        hr.write(
            {
                "is_calibrated": True,
                "calibrated_score": 85,
                "calibration_reason": "Two readings were on paper",
                "appeal_decision": "Granted",
            }
        )
        hr.action_decide_appeal()
        self.assertEqual((appraisal.state, appraisal.score), ("done", 85))
        self.assertEqual(appraisal.appeal_decided_by, self.hr)
        self.assertEqual(guard.appeal_decision, "Granted")

    def test_too_late_to_appeal(self):
        appraisal = self.open_one(state="done")
        with freeze_time("2026-11-13"):
            with self.assertRefused(AccessError, "."):
                appraisal.with_user(self.guard).appeal_reason = "x"
            appraisal.appeal_reason = "x"
            with self.assertRefused(UserError, "over"):
                appraisal.with_user(self.guard).action_appeal()

    def test_what_has_begun_stays(self):
        appraisal = self.open_one(state="self")
        with self.assertRefused(UserError, "stays on record"):
            appraisal.with_user(self.hr).unlink()

    def test_scores_lie_between_0_and_100(self):
        line = self.open_one(state="self").line_ids[1].with_user(self.guard)
        with self.assertConstraint("scores_in_range"):
            line.self_score = 101
            line.flush_recordset()

    def test_the_guard_uses_the_form(self):
        appraisal = self.open_one(state="self")
        with Form(appraisal.with_user(self.guard)) as form:
            with form.line_ids.edit(1) as line:
                line.self_score = 91
                line.self_comment = "No complaint"
        self.assertEqual(appraisal.line_ids[1].self_score, 91)

    def test_printed(self):
        appraisal = self.open_one(state="done")
        html = self._printed(appraisal)
        for text in ("Guard", "Manners", "73.5"):
            self.assertIn(text, html)

    def _printed(self, appraisal):
        return (
            self.env["ir.actions.report"]
            ._render_qweb_html("pm_core.report_appraisal", appraisal.ids)[0]
            .decode()
        )
