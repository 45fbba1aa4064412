"""Plan, do, check, act: who may take which step, and what the figure says."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .improvement_common import CHECK_DAY, TODAY, ImprovementCase


@tagged("post_install", "-at_install")
class TestImprovement(ImprovementCase):
    def setUp(self):
        super().setUp()
        frozen = freeze_time(TODAY)
        frozen.start()
        self.addCleanup(frozen.stop)

    # suggesting

    def test_every_member_of_the_staff_suggests_and_sees_the_own(self):
        mine = self.suggest()
        other = self.suggest(self.clerk)
        self.assertEqual(mine.suggested_by_id, self.worker)
        self.assertRegex(mine.number, r"^GJ/")
        seen = self.env["pm.improvement"].with_user(self.worker).search([])
        self.assertIn(mine, seen)
        self.assertNotIn(other, seen)
        asked = mine.sudo().activity_ids.user_id
        self.assertEqual(asked, self.manager)
        mine.problem = "They ring at night."
        mine.with_user(self.manager).action_accept()
        with self.assertRaises(AccessError):
            mine.write({"problem": "Mine again"})

    def test_nobody_suggests_elsewhere_or_in_another_s_name(self):
        elsewhere = self.far_manager.pm_estate_ids
        with self.assertRaises(AccessError):
            self.suggest(property_id=elsewhere.id)
        with self.assertRaises(AccessError):
            self.suggest(suggested_by_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.suggest(state="closed")

    def test_whoever_suggested_hears_what_became_of_it(self):
        improvement = self.suggest()
        improvement.with_user(self.manager).action_drop("The owners have decided.")
        told = self.env["mail.message"].search(
            [
                ("model", "=", "pm.improvement"),
                ("res_id", "=", improvement.id),
                ("message_type", "=", "user_notification"),
                ("body", "like", "What became of your suggestion"),
            ]
        )
        self.assertEqual(told.notified_partner_ids, self.worker.partner_id)
        self.assertIn("The owners have decided.", told.body)
        self.assertEqual(improvement.outcome, "dropped")
        self.assertEqual(improvement.close_reason, "The owners have decided.")
        with self.assertRefused(UserError, "is in state Closed"):
            improvement.with_user(self.manager).action_accept()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_are_for_the_managers_of_the_estate(self):
        improvement = self.led()
        steps = (
            ("action_accept", ()),
            ("action_plan", ()),
            ("action_start", ()),
            ("action_check", ()),
            ("action_take_before", ()),
            ("action_take_after", ()),
            ("action_judge", ("worked", "x")),
            ("action_new_version", ()),
            ("action_standardise", ("x",)),
            ("action_repeat", ("x",)),
            ("action_ineffective", ("x",)),
            ("action_drop", ("x",)),
            ("action_make_lesson", ()),
        )
        for user in (self.worker, self.clerk, self.quality, self.far_manager):
            for step, args in steps:
                with self.subTest(user=user.login, step=step):
                    with self.assertRaises(AccessError):
                        getattr(improvement.with_user(user), step)(*args)
        self.assertEqual(improvement.state, "draft")

    def test_what_is_for_the_company_is_led_by_the_company(self):
        improvement = self.suggest(property_id=False)
        self.assertEqual(improvement.company_id, self.env.company)
        with self.assertRaises(AccessError):
            improvement.with_user(self.manager).action_accept()
        improvement.with_user(self.company_manager).action_accept()
        self.assertEqual(improvement.user_id, self.company_manager)

    # plan

    def test_planning_names_all_that_is_missing(self):
        improvement = self.suggest().with_user(self.manager)
        with self.assertRefused(UserError, "the cause, a measure at least, the day"):
            improvement.action_plan()

    def test_the_figure_before_is_taken_when_it_is_planned(self):
        self.complain("2026-10-15", 4)
        self.complain("2026-11-05", 1)
        improvement = self.led()
        self.assertEqual(improvement.before_from, date(2026, 10, 1))
        self.assertEqual(improvement.after_from, date(2026, 12, 1))
        self.assertEqual(improvement.date_check, date(2027, 1, 1))
        self.assertEqual(improvement.target, 1)
        improvement.action_plan()
        self.assertEqual(improvement.state, "planned")
        self.assertTrue(improvement.has_before)
        self.assertEqual(improvement.value_before, 4)

    def test_days_after_begin_after_the_last_measure(self):
        improvement = self.led()
        improvement.write({"after_from": "2026-11-15", "after_to": "2026-12-15"})
        improvement.date_check = "2026-12-20"
        with self.assertRefused(UserError, "Let the figure after begin later"):
            improvement.action_plan()

    def test_a_kpi_without_estates_is_refused(self):
        kpi = self.kpi.copy({"name": "Of nobody", "estate_path": False})
        improvement = self.led(kpi_id=kpi.id)
        with self.assertRefused(UserError, "no figure of a single estate"):
            improvement.action_plan()

    # do

    def test_what_was_planned_is_not_changed_later(self):
        improvement = self.checking()
        self.assertEqual(improvement.state, "checking")
        for name, value in (("target", 99), ("date_check", "2027-05-01")):
            with self.subTest(name=name), self.assertRaises(AccessError):
                improvement.write({name: value})
        with self.assertRaises(AccessError):
            improvement.write({"effect": "worked"})

    def test_a_measure_is_done_by_who_is_responsible(self):
        improvement = self.led()
        measure = improvement.measure_ids
        improvement.action_plan()
        with self.assertRefused(UserError, "is in state Planned"):
            measure.with_user(self.worker).action_done("Too early")
        improvement.action_start()
        self.assertEqual(measure.activity_ids.user_id, self.worker)
        with self.assertRaises(AccessError):
            measure.with_user(self.clerk).action_done("Not mine")
        with self.assertRefused(UserError, "say what was done"):
            measure.with_user(self.worker).action_done()
        measure.with_user(self.worker).write({"result": "They are new."})
        with self.assertRaises(AccessError):
            measure.with_user(self.worker).write({"date_due": "2027-01-01"})
        with self.assertRefused(UserError, "not done yet: New springs"):
            improvement.action_check()
        measure.with_user(self.worker).action_done()
        self.assertEqual(measure.done_user_id, self.worker)
        self.assertFalse(measure.activity_ids)
        self.assertEqual(improvement.state, "checking")

    def test_what_was_done_is_not_changed_afterwards(self):
        measure = self.checking().measure_ids
        for user in (self.worker, self.manager):
            for values in (
                {"result": "Never"},
                {"evidence_ids": [Command.create({"name": "x.txt", "raw": b"x"})]},
            ):
                with self.assertRaises(AccessError):
                    measure.with_user(user).write(values)

    def test_a_measure_of_the_company(self):
        """A manager of one estate reports nothing about it."""
        measure = self.led().measure_ids.with_env(self.env)
        measure.improvement_id._as_step().property_id = False
        self.assertFalse(measure.estate_id)
        with self.assertRaises(AccessError):
            measure.with_user(self.manager).write({"result": "x"})
        measure.with_user(self.company_manager).write({"result": "x"})

    def test_what_is_sent_back_is_done_again(self):
        improvement = self.checking()
        measure = improvement.measure_ids
        with self.assertRefused(UserError, "what is missing"):
            measure.action_redo()
        measure.action_redo("The cellar too")
        self.assertEqual(measure.state, "open")
        self.assertEqual(improvement.state, "doing")

    # check

    def test_the_figure_after_is_taken_at_its_day(self):
        self.complain("2026-10-15", 4)
        improvement = self.checking()
        self.complain("2026-12-15", 1)
        self.run_check()
        self.assertFalse(improvement.effect)
        with self.assertRefused(UserError, "is known from"):
            improvement.action_take_after()
        with freeze_time(CHECK_DAY):
            self.run_check()
            self.run_check()
        self.assertEqual(improvement.effect, "worked")
        self.assertEqual((improvement.value_before, improvement.value_after), (4, 1))
        self.assertEqual(improvement.effect_text, "It Worked: 4 → 1 , target 1")
        self.assertEqual(len(improvement.check_ids), 1)
        task = improvement.activity_ids
        self.assertEqual(task.user_id, self.manager)
        self.assertIn("It Worked", task.summary)

    def test_a_missed_target_did_not_work(self):
        self.complain("2026-10-15", 2)
        improvement = self.checking()
        self.complain("2026-12-15", 2)
        with freeze_time(CHECK_DAY):
            self.run_check()
        self.assertEqual(improvement.effect, "not_worked")
        with self.assertRefused(UserError, "not been found to work"):
            improvement.action_standardise("x")
        with self.assertRefused(UserError, "is judged by"):
            improvement.action_judge("worked", "I like it")
        with self.assertRefused(UserError, "what was learnt"):
            improvement.action_ineffective(" ")
        improvement.action_ineffective("Springs are not the cause.")
        self.assertEqual(improvement.outcome, "ineffective")

    def test_no_data_is_no_figure(self):
        self.kpi.write({"zero_if_empty": False})
        improvement = self.checking()
        self.assertFalse(improvement.has_before)
        with freeze_time(CHECK_DAY):
            self.run_check()
        self.assertEqual(improvement.effect, "no_figure")
        self.assertFalse(improvement.has_after)
        improvement.action_judge("worked", "Nobody was woken up.")
        self.assertEqual(improvement.effect, "worked")
        self.assertEqual(
            improvement.check_ids.mapped("effect"), ["no_figure", "worked"]
        )

    def test_open_measures_on_the_day_are_told_of_once(self):
        improvement = self.led()
        improvement.action_plan()
        improvement.action_start()
        with freeze_time(CHECK_DAY):
            self.run_check()
            self.run_check()
            self.assertFalse(improvement.effect)
            self.assertEqual(len(improvement.activity_ids), 1)
            self.assertIn("measures are open", improvement.activity_ids.summary)
            improvement.measure_ids.with_user(self.worker).action_done("Late")
            self.run_check()
        self.assertEqual(improvement.effect, "worked")

    def test_what_no_kpi_tells_is_judged(self):
        improvement = self.led(kpi_id=False, success="Nobody is woken up")
        self.assertFalse(improvement.after_from)
        improvement.date_check = "2026-12-01"
        improvement.action_plan()
        improvement.action_start()
        improvement.measure_ids.with_user(self.worker).action_done("New")
        with freeze_time(CHECK_DAY):
            self.run_check()
        self.assertIn("Nobody is woken up", improvement.activity_ids.summary)
        self.assertFalse(improvement.effect)
        with self.assertRefused(UserError, "Say whether it worked"):
            improvement.action_judge("maybe", "x")
        improvement.action_judge("not_worked", "They ring as ever.")
        self.assertEqual(improvement.effect, "not_worked")

    # act

    def worked(self, **vals):
        improvement = self.checking(**vals)
        with freeze_time(CHECK_DAY):
            self.run_check()
        self.assertEqual(improvement.effect, "worked")
        return improvement

    def test_another_round_keeps_the_figures(self):
        self.complain("2026-10-15", 4)
        improvement = self.checking()
        self.complain("2026-12-15", 3)
        with freeze_time(CHECK_DAY):
            self.run_check()
            improvement.action_repeat("Bells with a switch")
            self.assertEqual((improvement.state, improvement.cycle), ("planned", 2))
            self.assertFalse(improvement.effect)
            self.assertEqual(improvement.value_before, 4)
            with self.assertRefused(UserError, "Missing"):
                improvement.action_start()
            improvement.measure_ids = [
                Command.create(
                    {
                        "name": "Switches",
                        "user_id": self.worker.id,
                        "date_due": "2027-01-10",
                    }
                )
            ]
            self.assertEqual(improvement.date_check, date(2027, 3, 1))
            improvement.action_start()
            improvement.measure_ids.filtered(lambda one: one.state == "open").with_user(
                self.worker
            ).action_done("They have")
        with freeze_time("2027-03-01 03:00:00"):
            self.run_check()
        self.assertEqual(
            improvement.check_ids.mapped("effect"), ["not_worked", "worked"]
        )

    def test_what_worked_needs_something_that_keeps_it(self):
        improvement = self.worked()
        with self.assertRefused(UserError, "a new version is made, or"):
            improvement.action_standardise()
        improvement.action_standardise("In the plan of the caretaker")
        self.assertEqual(improvement.outcome, "standardised")
        self.assertEqual(
            improvement.step_ids.mapped("step"),
            ["suggest", "accept", "plan", "start", "check", "checked", "standardise"],
        )

    def test_the_estate_gets_its_own_standard_of_a_shared_one(self):
        standard = self.env["pm.service.standard"].search(
            [("state", "=", "in_force"), ("estate_id", "=", False)], limit=1
        )
        improvement = self.worked(standard_id=standard.id)
        opened = improvement.action_new_version()
        draft = improvement.new_standard_id
        self.assertEqual(opened["res_id"], draft.id)
        self.assertEqual((draft.state, draft.estate_id), ("draft", self.estate))
        self.assertEqual(draft.change_reason, improvement.display_name)
        self.assertEqual(standard.state, "in_force")
        improvement.action_new_version()
        self.assertEqual(improvement.new_standard_id, draft)
        improvement.action_standardise()

    def test_a_policy_gets_its_next_version(self):
        policy = self.env["pm.policy"].create(
            {
                "code": "T-1",
                "name": "Bells",
                "body": "<p>Ring.</p>",
                "type_id": self.env["pm.policy.type"].search([], limit=1).id,
                "estate_ids": self.estate.ids,
            }
        )
        policy._as_step()._approve()
        improvement = self.worked(policy_id=policy.id)
        improvement.action_new_version()
        draft = improvement.new_policy_id
        self.assertEqual((draft.previous_id, draft.state), (policy, "draft"))
        shared = policy.copy({"code": "T-2", "estate_ids": False})
        shared._as_step()._approve()
        other = self.worked(policy_id=shared.id)
        with self.assertRaises(AccessError):
            other.action_new_version()

    # origins

    def test_a_cluster_leads_to_one_improvement(self):
        cluster = self.env["pm.complaint.cluster"].create(
            {
                "property_id": self.building.id,
                "category_id": self.category.id,
                "cause": "The springs are old.",
            }
        )
        own = cluster.with_user(self.manager)
        improvement = self.env["pm.improvement"].browse(own.action_improve()["res_id"])
        self.assertEqual(improvement.origin, "cluster")
        self.assertEqual(improvement.cause, "The springs are old.")
        self.assertEqual(
            improvement.with_user(self.manager).origin_name, cluster.display_name
        )
        self.assertEqual(own.action_improve()["res_id"], improvement.id)
        self.assertEqual(own.improvement_count, 1)
        with self.assertRefused(UserError, "has led to the improvement"):
            cluster.with_user(self.clerk).action_improve()
        with self.assertRaises(AccessError):
            cluster.with_user(self.far_manager).action_improve()

    def test_what_is_hidden_leads_nowhere(self):
        complaint = self.make_complaint(self.clerk)
        complaint.with_user(self.clerk).action_improve()
        improvement = self.env["pm.improvement"].search(
            [("origin_model", "=", "pm.complaint")]
        )
        self.assertNotIn(complaint.name, improvement.name)
        complaint.with_env(self.env).concerned_user_ids = self.manager
        self.assertFalse(improvement.origin_model or improvement.origin_res_id)
        with self.assertRefused(UserError, "not for everybody"):
            complaint.with_user(self.clerk).action_improve()
        with self.assertRefused(UserError, "not for everybody"):
            self.env["pm.lesson"].create(
                {
                    "name": "x",
                    "what_happened": "x",
                    "what_now": "x",
                    "complaint_id": complaint.id,
                }
            )

    def test_a_category_that_hides_cuts_it_off(self):
        complaint = self.make_complaint(self.clerk)
        complaint.with_user(self.clerk).action_improve()
        improvement = self.env["pm.improvement"].search(
            [("origin_res_id", "=", complaint.id)]
        )
        self.assertTrue(improvement)
        complaint.with_env(self.env).category_id = self.env.ref(
            "pm_complaints.complaint_category_staff"
        )
        self.assertFalse(improvement.origin_model or improvement.origin_res_id)

    def test_other_origins(self):
        campaign = self.env["pm.survey.campaign"].create(
            {
                "name": "Autumn",
                "property_id": self.estate.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-20",
            }
        )
        result = self.env["pm.kpi.result"].create(
            {
                "kpi_id": self.kpi.id,
                "estate_id": self.estate.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
                "value": 4,
            }
        )
        clock = self.make_complaint().sla_clock_ids[:1]
        for record, origin in (
            (campaign, "score"),
            (result, "figure"),
            (clock, "clock"),
        ):
            with self.subTest(origin=origin):
                opened = record.with_user(self.manager).action_improve()
                improvement = self.env["pm.improvement"].browse(opened["res_id"])
                self.assertEqual(improvement.origin, origin)
                self.assertEqual(improvement.estate_id, self.estate)
        result.write(
            {
                "level": "employee",
                "employee_id": self.env["hr.employee"].create({"name": "Wang"}).id,
            }
        )
        with self.assertRefused(UserError, "belongs in the appraisal"):
            result.action_improve()

    # reviews of policies

    def test_reviews_of_a_policy_are_kept(self):
        owner = self.worker
        policy = self.env["pm.policy"].create(
            {
                "code": "R-1",
                "name": "Doors",
                "body": "<p>Shut.</p>",
                "type_id": self.env["pm.policy.type"].search([], limit=1).id,
                "user_id": owner.id,
            }
        )
        policy._as_step()._approve()
        self.assertEqual(policy.review_date, date(2027, 11, 10))
        own = policy.with_user(owner)
        with self.assertRefused(UserError, "kept, changed or withdrawn"):
            own.action_review()
        with self.assertRefused(UserError, "is to come"):
            own.action_review("kept", date_next="2026-01-01")
        own.action_review("kept", "It holds.", "2027-06-01")
        self.assertEqual(policy.review_date, date(2027, 6, 1))
        self.assertEqual(policy.last_review, "kept")
        with self.assertRaises(AccessError):
            policy.with_user(self.clerk).action_review("kept")
        with self.assertRaises(AccessError):
            own.action_review("changed", "Cats")
        opened = policy.with_user(self.quality).action_review("changed", "Cats")
        draft = policy.browse(opened["res_id"])
        self.assertEqual((draft.previous_id, draft.change_reason), (policy, "Cats"))
        self.assertEqual(policy.review_date, date(2027, 11, 10))
        policy.with_user(self.quality).action_review("withdrawn", "No doors left")
        self.assertEqual(policy.state, "withdrawn")
        self.assertEqual(
            policy.review_result_ids.sorted("id").mapped("result"),
            ["kept", "changed", "withdrawn"],
        )
        self.assertFalse(policy.review_date)
