"""How an emergency ends, what is written down, and what follows."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestClosing(EmergencyCase):
    def ended(self):
        emergency = self.activate()
        emergency.with_user(self.guard.user_id).action_end()
        return emergency.with_user(self.manager)

    def review(self, emergency, **vals):
        emergency.write(
            {
                "cause": "A pipe burst.",
                "harm": "A wet cellar.",
                "went_well": "Everybody came.",
                "action_ids": [
                    Command.create(
                        {
                            "name": "Renew the pipe",
                            "user_id": self.engineer.user_id.id,
                            "date_due": fields.Date.today() + timedelta(days=7),
                        }
                    )
                ],
                **vals,
            }
        )

    def test_who_ends_it(self):
        emergency = self.activate()
        with self.assertRaises(AccessError):
            emergency.with_user(self.sleeper.user_id).action_end()
        emergency.with_user(self.sleeper.user_id).action_come()
        emergency.with_user(self.sleeper.user_id).action_end()
        self.assertEqual(emergency.state, "over")
        self.assertEqual(emergency.participant_ids, self.sleeper)
        self.assertIn(self.manager, emergency.activity_ids.user_id)

    def test_closing_names_all_that_is_missing(self):
        emergency = self.ended()
        with self.assertRaisesRegex(
            UserError, "Cause, Harm Done, What Went Well, What"
        ):
            emergency.action_close()
        self.review(emergency)
        emergency.action_close()
        self.assertEqual(emergency.state, "closed")
        self.assertEqual(emergency.closed_by_id, self.manager)
        with self.assertRaisesRegex(AccessError, "by hand"):
            emergency.cause = "Something else"

    def test_nothing_follows_with_a_reason(self):
        emergency = self.ended()
        self.review(emergency, action_ids=[], no_action_reason="Nothing to learn")
        emergency.action_close()
        self.assertEqual(emergency.state, "closed")

    def test_guards_do_not_close(self):
        emergency = self.ended()
        self.review(emergency)
        with self.assertRaises(AccessError):
            emergency.with_user(self.guard.user_id).action_close()

    def test_actions_have_owners_who_are_asked(self):
        emergency = self.ended()
        self.review(emergency)
        action = emergency.action_ids
        self.assertEqual(action.activity_ids.user_id, self.engineer.user_id)
        with self.assertRaises(AccessError):
            action.with_user(self.guard.user_id).action_done()
        action.with_user(self.engineer.user_id).action_done()
        self.assertEqual(action.state, "done")
        self.assertFalse(action.activity_ids)

    def test_who_carries_it_out_writes_the_result_and_no_more(self):
        emergency = self.ended()
        self.review(emergency)
        action = emergency.action_ids
        mine = action.with_user(self.engineer.user_id)
        mine.result = "Renewed it."
        for change in (
            {"name": "Look at the pipe"},
            {"user_id": self.guard.user_id.id},
            {"date_due": "2031-01-01"},
            {"result": "Nothing.", "name": "Nothing"},
        ):
            with (
                self.subTest(change=change),
                self.assertRefused(AccessError, "Ask a dispatcher"),
            ):
                mine.write(change)
        for theirs in (self.guard.user_id, self.sleeper.user_id):
            with self.assertRaises(AccessError):
                action.with_user(theirs).result = "Did it for him."
        self.assertEqual(action.result, "Renewed it.")
        with self.assertRaises(AccessError):
            mine.unlink()

    def test_the_result_stays_as_it_was_carried_out(self):
        emergency = self.ended()
        self.review(emergency)
        action = emergency.action_ids
        action.with_user(self.engineer.user_id).result = "Renewed it."
        action.with_user(self.engineer.user_id).action_done()
        for user in (self.engineer.user_id, self.manager):
            with (
                self.subTest(user=user.login),
                self.assertRefused(AccessError, "send a message about it"),
            ):
                action.with_user(user).result = "Nothing was done."
        with self.assertRefused(UserError, "was carried out and stays"):
            action.with_user(self.manager).unlink()
        self.assertEqual(action.result, "Renewed it.")

    def test_an_overdue_action_is_told_once(self):
        emergency = self.ended()
        self.review(emergency)
        action = emergency.action_ids.sudo()
        action.date_due = fields.Date.today() - timedelta(days=1)
        self.assertTrue(action.is_overdue)
        for _round in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "pm_maintenance.ir_cron_emergency_actions"
                ).method_direct_trigger()
        warnings = action.activity_ids.filtered(lambda one: one.user_id == self.manager)
        self.assertEqual(len(warnings), 1)

    def test_a_false_alarm_needs_a_reason(self):
        emergency = self.activate()
        with self.assertRaisesRegex(UserError, "Say why"):
            emergency.with_user(self.guard.user_id).action_false_alarm(" ")
        emergency.with_user(self.guard.user_id).action_false_alarm("Burnt toast")
        self.assertEqual(emergency.state, "false_alarm")

    def test_the_log_is_nobody_s_to_write(self):
        emergency = self.activate()
        line = emergency.log_ids[0].with_user(self.manager)
        with self.assertRaises(AccessError):
            line.text = "Nothing happened"
        with self.assertRaises(AccessError):
            line.unlink()
        with self.assertRaises(UserError):
            emergency.unlink()

    def test_the_print_out_has_the_log(self):
        emergency = self.ended()
        html, _kind = self.env.ref(
            "pm_maintenance.pm_emergency_report"
        )._render_qweb_html("pm_maintenance.report_emergency", emergency.ids)
        self.assertIn("Under control", html.decode())
        self.assertIn(self.guard.user_id.name, html.decode())
