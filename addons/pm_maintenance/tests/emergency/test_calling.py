"""Who is told, by which ways, who follows whom; and that nobody is told twice."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestCalling(EmergencyCase):
    def wait(self, emergency, minutes=4):
        """Let some minutes pass, and the job look."""
        told = emergency.call_ids.filtered(lambda call: call.state == "told")
        for call in told:
            call._as_step().deadline -= timedelta(minutes=minutes)
        self.look_after()

    def test_those_on_duty_are_told_and_nobody_else(self):
        emergency = self.activate(self.manager)
        self.assertEqual(
            self.states(emergency),
            {"em_g1": "told", "em_g2": "waiting", "em_e1": "told"},
        )
        self.assertNotIn(self.sleeper, emergency.call_ids.employee_id)

    def test_every_way_is_tried(self):
        emergency = self.activate(self.manager)
        call = self.call_of(emergency, self.guard)
        ways = {message.channel: message for message in call.message_ids}
        self.assertEqual(ways["sms"].address, "+8613800000001")
        self.assertEqual(ways["sms"].sms_id.pm_company_id, self.env.company)
        self.assertIn(call.access_token, ways["sms"].sms_id.body)
        self.assertEqual(ways["email"].mail_id.email_to, "em_g1@example.com")
        self.assertEqual(ways["app"].state, "sent")
        self.assertEqual(ways["wechat"].problem, "no_wechat")
        self.assertIn(self.guard.user_id, emergency.activity_ids.user_id)

    def test_who_is_silent_is_followed_by_the_next(self):
        emergency = self.activate(self.manager)
        self.call_of(emergency, self.engineer).with_user(
            self.engineer.user_id
        ).action_answer()
        self.look_after()
        self.assertEqual(self.states(emergency)["em_g2"], "waiting")
        self.wait(emergency)
        states = self.states(emergency)
        self.assertEqual((states["em_g1"], states["em_g2"]), ("silent", "told"))
        # the answer that comes late counts too
        self.call_of(emergency, self.guard).with_user(
            self.guard.user_id
        ).action_answer()
        self.assertEqual(self.states(emergency)["em_g1"], "answered")

    def test_nobody_is_told_twice_whatever_runs_again(self):
        emergency = self.activate(self.manager)
        self.wait(emergency)
        told = emergency.call_ids.mapped("told_at")
        messages = emergency.call_ids.message_ids
        for _round in range(3):
            self.look_after()
        self.assertEqual(emergency.call_ids.mapped("told_at"), told)
        self.assertEqual(emergency.call_ids.message_ids, messages)
        self.assertEqual(len(emergency.call_ids), 3)

    def test_a_job_that_breaks_off_goes_on_where_it_was(self):
        """The first run dies when it has just asked; the next one repeats nothing."""
        emergency = self.activate(self.manager)
        for call in emergency.call_ids.filtered("deadline"):
            call._as_step().deadline -= timedelta(minutes=5)
        Calls = self.env.registry["pm.emergency.call"]
        with (
            patch.object(Calls, "_tell", side_effect=ValueError("killed")),
            mute_logger(
                "odoo.addons.pm_core.models.shared.pm_cron_mixin",
            ),
        ):
            self.look_after()
        self.assertEqual(self.states(emergency)["em_g1"], "told")
        self.look_after()
        states = self.states(emergency)
        self.assertEqual((states["em_g1"], states["em_g2"]), ("silent", "told"))

    def test_who_cannot_come_is_followed_at_once(self):
        emergency = self.activate(self.manager)
        self.call_of(emergency, self.guard).with_user(
            self.guard.user_id
        ).action_decline()
        self.assertEqual(self.states(emergency)["em_g2"], "told")

    def test_off_duty_at_the_moment_of_the_follow_up(self):
        """Whose shift has ended meanwhile is left out; who came on duty is asked."""
        emergency = self.activate(self.manager)
        duties = self.env["pm.duty"].search(
            [("employee_id", "=", self.second_guard.id)]
        )
        duties.action_cancel()
        self.put_on_duty(self.sleeper, self.guard_post)
        self.wait(emergency)
        states = self.states(emergency)
        self.assertEqual(states["em_g2"], "off_duty")
        self.assertEqual(states["em_off"], "told")

    def test_a_gateway_that_is_down_is_shown_and_the_next_one_asked(self):
        emergency = self.activate(self.manager)
        call = self.call_of(emergency, self.guard)
        for message in call.message_ids:
            if message.sms_id:
                message.sms_id.write({"state": "error", "failure_type": "sms_server"})
            if message.mail_id:
                message.mail_id.write(
                    {"state": "exception", "failure_reason": "No mail server"}
                )
        self.look_after()
        states = self.states(emergency)
        self.assertEqual(states["em_g1"], "unreachable")
        self.assertEqual(states["em_g2"], "told")
        self.assertIn("No mail server", call.problem)
        problems = emergency.log_ids.filtered(lambda line: line.kind == "problem")
        self.assertTrue(problems)

    def test_a_way_that_breaks_stops_nothing(self):
        Messages = self.env.registry["pm.emergency.message"]
        logger = "odoo.addons.pm_maintenance.models.emergency.pm_emergency_message"
        with (
            patch.object(Messages, "_queue_sms", side_effect=ValueError("Broken")),
            mute_logger(logger),
        ):
            emergency = self.activate(self.manager)
        call = self.call_of(emergency, self.guard)
        self.assertEqual(call.state, "told")
        self.assertIn("Broken", call.problem)
        mail = call.message_ids.filtered(lambda one: one.channel == "email")
        self.assertEqual(mail.state, "queued")

    def test_one_way_that_works_is_enough_to_wait(self):
        emergency = self.activate(self.manager)
        call = self.call_of(emergency, self.guard)
        call.message_ids.sms_id.write({"state": "error", "failure_type": "sms_server"})
        self.look_after()
        self.assertEqual(self.states(emergency)["em_g1"], "told")

    def test_nobody_left_tells_the_managers_in_the_program(self):
        emergency = self.activate(self.engineer.user_id)
        self.wait(emergency)
        self.wait(emergency)
        self.assertTrue(emergency.is_untold)
        self.assertIn(self.manager, emergency.activity_ids.user_id)
        texts = self.env["sms.sms"].search([("body", "ilike", "Trouble")])
        self.assertNotIn(self.manager.partner_id, texts.partner_id)

    def test_nobody_on_duty_at_all(self):
        self.env["pm.duty"].search([]).action_cancel()
        emergency = self.activate(self.manager)
        self.assertFalse(emergency.call_ids)
        self.assertTrue(emergency.is_untold)

    def test_a_person_on_call_at_home_has_to_be_named(self):
        self.env["pm.emergency.plan.call"].create(
            {
                "plan_id": self.plan.id,
                "employee_id": self.sleeper.id,
                "mode": "reserve",
                "is_off_duty_too": True,
                "sequence": 90,
            }
        )
        emergency = self.activate(self.manager)
        self.assertEqual(self.states(emergency)["em_off"], "waiting")

    def test_the_nearest_comes_first(self):
        post = self.env["pm.duty.post"].create(
            {
                "name": "Desk",
                "property_id": self.building.id,
                "job_id": self.guard_job.id,
            }
        )
        near = self.make_person("em_near", post)
        emergency = self.activate(self.manager)
        self.assertEqual(self.call_of(emergency, near).state, "told")
        self.assertEqual(self.states(emergency)["em_g1"], "waiting")

    def test_people_answer_for_themselves(self):
        emergency = self.activate(self.manager)
        call = self.call_of(emergency, self.guard)
        with self.assertRaises(AccessError):
            call.with_user(self.engineer.user_id).action_answer()
        # by radio: a manager notes it
        call.with_user(self.manager).action_answer()
        self.assertEqual(call.answered_by_id, self.manager)
        self.assertNotIn(self.guard.user_id, emergency.activity_ids.user_id)

    def test_who_comes_without_being_called_is_on_the_list(self):
        emergency = self.activate(self.manager)
        emergency.with_user(self.sleeper.user_id).action_come()
        self.assertEqual(self.states(emergency)["em_off"], "answered")
        emergency.with_user(self.guard.user_id).action_come()
        self.assertEqual(self.states(emergency)["em_g1"], "answered")
        self.assertEqual(len(emergency.call_ids), 4)

    def test_after_the_end_nobody_is_asked(self):
        emergency = self.activate(self.manager)
        emergency.with_user(self.manager).action_end()
        before = self.states(emergency)
        self.wait(emergency)
        self.assertEqual(self.states(emergency), before)
        types = self.env.ref("pm_maintenance.mail_activity_emergency")
        self.assertNotIn(types, emergency.activity_ids.activity_type_id)

    def test_finding_people_costs_the_same(self):
        emergency = self.activate(self.manager)
        emergency._people_on_duty()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        emergency._people_on_duty()
        few = self.env.cr.sql_log_count - before
        for number in range(5):
            self.make_person(f"em_more_{number}", self.guard_post)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        emergency._people_on_duty()
        self.assertLessEqual(self.env.cr.sql_log_count - before, few)
