"""Who is told that a deadline comes near or has passed."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER
from .sla_common import MONDAY, SlaCase


@tagged("post_install", "-at_install")
class TestSlaEscalation(SlaCase):
    def activities(self, need):
        return {
            (activity.user_id.login, activity.summary) for activity in need.activity_ids
        }

    def test_levels_in_turn_and_once(self):
        with freeze_time(MONDAY):
            need = self.make_need()
        self.assertEqual(self.clock(need).escalate_at, MONDAY + timedelta(hours=3))
        with freeze_time(MONDAY + timedelta(hours=2, minutes=59)):
            self.watch()
            self.assertFalse(need.activity_ids)
        with freeze_time(MONDAY + timedelta(hours=3)):
            self.watch()
            self.watch()
            self.assertEqual({user for user, _ in self.activities(need)}, {"sla_clerk"})
            self.assertEqual(len(need.activity_ids), 1)
            self.assertIn("Response is due at", need.activity_ids.summary)
        # two working hours after two in the afternoon
        with freeze_time(MONDAY + timedelta(hours=7)):
            self.watch()
            self.watch()
        self.assertEqual(
            sorted(need.activity_ids.user_id.mapped("login")),
            ["sla_clerk", "sla_manager"],
        )
        self.assertEqual(len(self.clock(need).alert_ids), 2)
        self.assertFalse(self.clock(need).escalate_at)

    def test_a_warning_that_comes_late_says_so(self):
        with freeze_time(MONDAY):
            need = self.make_need()
        with freeze_time(MONDAY + timedelta(hours=5, minutes=30)):
            self.watch()
        self.assertIn("Response was due at", need.activity_ids.summary)

    def test_activities_end_with_the_clock(self):
        with freeze_time(MONDAY):
            need = self.make_need()
        with freeze_time(MONDAY + timedelta(hours=4)):
            self.watch()
            self.assertTrue(need.activity_ids)
            need.action_analyse()
        self.assertFalse(need.activity_ids)
        self.assertEqual(len(self.clock(need).alert_ids), 1)

    def test_nobody_to_tell_is_noted(self):
        with freeze_time(MONDAY):
            need = self.make_need(user_id=False)
        with freeze_time(MONDAY + timedelta(hours=4)):
            self.watch()
        self.assertEqual(self.clock(need).alert_ids.note, "Nobody to tell.")

    @mute_logger(CRON_LOGGER)
    def test_a_bad_document_stops_only_itself(self):
        with freeze_time(MONDAY):
            bad, good = self.make_need(title="bad"), self.make_need()
        Alert = type(self.env["pm.sla.alert"])
        summary = Alert._summary

        def fail_for_bad(alert, user):
            if alert.clock_id.res_id == bad.id:
                raise ValueError("no words")
            return summary(alert, user)

        self.patch(Alert, "_summary", fail_for_bad)
        with freeze_time(MONDAY + timedelta(hours=4)):
            self.watch()
            self.watch()
        self.assertEqual(len(good.activity_ids), 1)
        self.assertFalse(bad.activity_ids)
        self.assertEqual(self.clock(bad).alert_ids.note, "no words")

    def test_the_shipped_policy(self):
        policy = self.env.ref("pm_core.sla_policy_requirement")
        policy.active = True
        self.policy.active = False
        with freeze_time(MONDAY):
            need = self.make_need()
        self.assertEqual(need.sla_clock_ids.policy_id, policy)
        self.assertEqual(
            sorted(need.sla_clock_ids.target_id.mapped("code")), ["plan", "response"]
        )
