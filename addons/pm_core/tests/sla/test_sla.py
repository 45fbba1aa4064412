"""Service-level clocks: started, paused and ended with their document."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .sla_common import MONDAY, SlaCase


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestSla(SlaCase):
    def test_clocks_start_with_the_document(self):
        need = self.make_need()
        self.assertRecordValues(
            need.sla_clock_ids.sorted("deadline"),
            [
                {
                    "target_id": self.policy.target_ids[0].id,
                    "started": MONDAY,
                    # 9-12, 13-14
                    "deadline": MONDAY + timedelta(hours=5),
                    "warn_at": MONDAY + timedelta(hours=3),
                    "state": "running",
                    "estate_id": self.estate.id,
                },
                {
                    "target_id": self.policy.target_ids[1].id,
                    "started": MONDAY,
                    # all of Monday and of Tuesday
                    "deadline": MONDAY + timedelta(days=1, hours=9),
                    "warn_at": MONDAY + timedelta(days=1, hours=7),
                    "state": "running",
                    "estate_id": self.estate.id,
                },
            ],
        )
        self.assertEqual(need.sla_state, "running")
        self.assertEqual(need.sla_deadline, MONDAY + timedelta(hours=5))

    def test_reached_in_time_and_late(self):
        need = self.make_need()
        with freeze_time(MONDAY + timedelta(hours=5)):
            need.action_analyse()
        self.assertEqual(self.clock(need).state, "met")
        self.assertAlmostEqual(self.clock(need).taken_hours, 4)
        self.assertEqual(self.clock(need, "plan").state, "running")
        with freeze_time(MONDAY + timedelta(days=1, hours=9, seconds=1)):
            self.assertEqual(need.sla_state, "overdue")
            need.state = "planned"
            self.assertEqual(self.clock(need, "plan").state, "missed")
            need.invalidate_recordset()
            self.assertEqual(need.sla_state, "missed")

    def test_a_paused_clock_stands_still(self):
        need = self.make_need()
        clock = self.clock(need)
        with freeze_time(MONDAY + timedelta(hours=1)):
            need.priority = "1"
        self.assertEqual(clock.state, "paused")
        self.assertFalse(clock.deadline)
        self.assertFalse(clock.escalate_at)
        with freeze_time(MONDAY + timedelta(days=3)):
            clock.invalidate_recordset()
            self.assertAlmostEqual(clock.elapsed_hours, 1)
            self.assertEqual(need.sla_state, "paused")
            need.priority = "0"
        self.assertEqual(clock.state, "running")
        # three of four hours are left, on Thursday from nine to twelve
        self.assertEqual(clock.deadline, MONDAY + timedelta(days=3, hours=3))
        self.assertRecordValues(
            clock.pause_ids,
            [
                {
                    "date_from": MONDAY + timedelta(hours=1),
                    "date_to": MONDAY + timedelta(days=3),
                    "automatic": True,
                }
            ],
        )

    def test_a_pause_by_a_program_outlives_the_condition(self):
        need = self.make_need()
        need._sla_pause("Waits for a part")
        need.title = "More lamps in the hall"
        self.assertEqual(self.clock(need).state, "paused")
        self.assertEqual(self.clock(need).pause_ids.reason, "Waits for a part")
        need._sla_resume()
        self.assertEqual(self.clock(need).state, "running")

    def test_what_the_editor_leaves_behind_is_no_rule(self):
        self.policy.write({"pause_domain": "[]", "stop_domain": "[]"})
        self.policy.target_ids.write({"reach_domain": "[]"})
        need = self.make_need()
        self.assertEqual(set(need.sla_clock_ids.mapped("state")), {"running"})

    def test_a_program_reports_a_target(self):
        need = self.make_need()
        need._sla_reach("response")
        self.assertEqual(self.clock(need).state, "met")
        self.assertEqual(self.clock(need, "plan").state, "running")

    def test_reopened_time_in_between_does_not_count(self):
        need = self.make_need()
        with freeze_time(MONDAY + timedelta(hours=2)):
            need._sla_reach("response")
        with freeze_time(MONDAY + timedelta(days=1)):
            need._sla_reopen("response")
        clock = self.clock(need)
        self.assertEqual(clock.state, "running")
        self.assertFalse(clock.reached)
        self.assertEqual(clock.deadline, MONDAY + timedelta(days=1, hours=2))

    def test_what_is_declined_ends_without_verdict(self):
        need = self.make_need(decline_reason="Not ours")
        need.action_decline()
        self.assertEqual(self.clock(need).state, "met")
        self.assertEqual(self.clock(need, "plan").state, "stopped")
        self.assertEqual(need.sla_state, "met")

    def test_another_policy_comes_to_hold(self):
        urgent = self.make_policy(
            name="Urgent",
            sequence=1,
            domain="[('priority', '=', '2')]",
            hours="always",
        )
        need = self.make_need()
        old = self.clock(need)
        self.assertEqual(old.policy_id, self.policy)
        with freeze_time(MONDAY + timedelta(hours=1)):
            need.action_analyse()
            need.priority = "2"
        new = need.sla_clock_ids.filtered(lambda clock: clock.policy_id == urgent)
        # the response was given; the plan goes on from the same start
        self.assertEqual(new.target_id.code, "plan")
        self.assertEqual(new.started, MONDAY)
        self.assertEqual(new.deadline, MONDAY + timedelta(hours=16))
        self.assertEqual(self.clock(need, "plan").mapped("state").count("stopped"), 1)

    def test_the_first_policy_that_fits_holds(self):
        elsewhere = self.make_policy(
            name="Elsewhere",
            sequence=1,
            estate_ids=[Command.set(self.stranger.pm_estate_ids.ids)],
        )
        need = self.make_need()
        self.assertEqual(need.sla_clock_ids.policy_id, self.policy)
        self.policy.domain = "[('title', '=', 'never')]"
        self.assertFalse(self.make_need().sla_clock_ids)
        elsewhere.estate_ids = False
        self.assertEqual(self.make_need().sla_clock_ids.policy_id, elsewhere)

    def test_a_document_that_fits_later_starts_then(self):
        self.policy.domain = "[('priority', '!=', '0')]"
        need = self.make_need()
        self.assertEqual(need.sla_state, "none")
        with freeze_time(MONDAY + timedelta(hours=1)):
            need.priority = "2"
        self.assertEqual(self.clock(need).started, MONDAY + timedelta(hours=1))

    def test_a_deleted_document_takes_its_clocks_along(self):
        need = self.make_need()
        clocks = need.sla_clock_ids
        need.unlink()
        self.assertFalse(clocks.exists())

    def test_states_are_found(self):
        running = self.make_need()
        paused = self.make_need(priority="1")
        met = self.make_need()
        met.action_analyse()
        met.state = "planned"
        with freeze_time(MONDAY - timedelta(days=7)):
            overdue = self.make_need()
        with freeze_time(MONDAY - timedelta(days=3, hours=-6)):
            # four working hours are over on Monday at ten
            warned = self.make_need()
        self.policy.domain = "[('title', '=', 'never')]"
        none = self.make_need()
        needs = running | paused | met | overdue | warned | none
        needs.invalidate_recordset()
        expected = {
            "running": running,
            "paused": paused,
            "met": met,
            "overdue": overdue,
            "warning": warned,
            "none": none,
            "missed": none.browse(),
        }
        for state, records in expected.items():
            with self.subTest(state=state):
                for record in records:
                    self.assertEqual(record.sla_state, state)
                found = needs.search(
                    [("id", "in", needs.ids), ("sla_state", "=", state)]
                )
                self.assertEqual(found, records)
        others = needs.search(
            [("id", "in", needs.ids), ("sla_state", "not in", ("running", "met"))]
        )
        self.assertEqual(others, paused | overdue | warned | none)
        late = self.env["pm.sla.clock"].search([("is_overdue", "=", True)])
        self.assertEqual(late, overdue.sla_clock_ids)

    def test_clocks_are_not_edited_by_hand(self):
        clock = self.clock(self.make_need()).with_user(self.clerk)
        clock.reason = "Night shift was ill"
        with self.assertRefused(AccessError, "by hand"):
            clock.deadline = MONDAY
        with self.assertRefused(AccessError, "by hand"):
            clock.state = "met"

    def test_conditions_are_checked(self):
        with self.assertRefused(ValidationError, "does not fit the document"):
            self.make_policy(domain="[('no_such_field', '=', 1)]")
        with self.assertRefused(ValidationError, "does not fit the document"):
            self.policy.pause_domain = "priority = 1"
        with self.assertRefused(ValidationError, "Reached When"):
            self.policy.target_ids[0].reach_domain = "[('nowhere', '=', 1)]"

    def test_conditions_are_switched_on_and_off(self):
        with Form(self.policy) as form:
            self.assertTrue(form.has_pause and form.has_stop)
            form.has_pause = False
        self.assertFalse(self.policy.pause_domain)
        self.assertTrue(self.policy.stop_domain)
        self.assertFalse(self.policy.has_pause)
        # on without a condition means never, and is shown as off
        self.policy.has_pause = True
        self.policy.invalidate_recordset()
        self.assertFalse(self.policy.has_pause)

    def test_a_target_with_clocks_stays(self):
        self.make_need()
        with self.assertRefused(UserError, "Archive the policy"):
            self.policy.target_ids[0].unlink()

    def test_one_clock_for_each_target(self):
        need = self.make_need()
        need._sla_start()
        self.assertEqual(len(need.sla_clock_ids), 2)
        clock = self.clock(need)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            clock.copy()

    def test_queries_do_not_grow_with_the_clocks(self):
        needs = self.env["pm.requirement"].union(*(self.make_need() for _ in range(20)))
        clocks = needs.sla_clock_ids
        clocks[:1]._evaluate()
        self.env.flush_all()
        self.calendar.attendance_ids.filtered(
            lambda line: line.day_period == "afternoon"
        ).hour_to = 17
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.assertEqual(clocks._evaluate(), 20)
