"""Service-level clocks: working hours, pauses, verdicts, and who is told once."""

from datetime import datetime, timedelta

import pytz
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

# Monday, nine o'clock in Shanghai
MONDAY = datetime(2026, 11, 23, 1)
CLOCK_LOGGER = "odoo.addons.pm_core.models.sla.pm_sla_clock"


class SlaCase(PropertyCase):
    """Needs of an estate that works 9-12 and 13-18 on weekdays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pm.sla.policy"].search([]).active = False
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "day_period": period,
                                "hour_from": start,
                                "hour_to": end,
                            }
                        )
                        for day in range(5)
                        for period, start, end in (
                            ("morning", 9, 12),
                            ("afternoon", 13, 18),
                        )
                    ),
                ],
            }
        )
        cls.estate.write(
            {"resource_calendar_id": cls.calendar.id, "tz": "Asia/Shanghai"}
        )
        cls.clerk = cls.make_user("sla_clerk", "pm_core.group_pm_service", cls.estate)
        cls.manager = cls.make_user(
            "sla_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.stranger = cls.make_user(
            "sla_stranger",
            "pm_core.group_pm_estate_manager",
            cls.make_estate("Far Garden"),
        )
        cls.category = cls.env.ref("pm_core.service_category_security")
        cls.policy = cls.make_policy()

    @classmethod
    def make_policy(cls, **vals):
        model = cls.env["ir.model"]._get("pm.requirement")
        return cls.env["pm.sla.policy"].create(
            {
                "name": "Needs",
                "model_id": model.id,
                "pause_domain": "[('priority', '=', '1')]",
                "stop_domain": "[('state', '=', 'declined')]",
                "target_ids": [
                    Command.create(
                        {
                            "name": "Response",
                            "code": "response",
                            "hours": 4,
                            "warn_hours": 1,
                            "reach_domain": "[('state', '!=', 'new')]",
                        }
                    ),
                    Command.create(
                        {
                            "name": "Plan",
                            "code": "plan",
                            "hours": 16,
                            "warn_hours": 2,
                            "reach_domain": "[('state', 'in', ('planned', 'done'))]",
                        }
                    ),
                ],
                "level_ids": [
                    Command.create(
                        {
                            "timing": "warning",
                            "recipient": "field",
                            "field_id": cls.env["ir.model.fields"]
                            ._get("pm.requirement", "user_id")
                            .id,
                        }
                    ),
                    Command.create(
                        {
                            "timing": "overdue",
                            "hours": 2,
                            "recipient": "group",
                            "group_id": cls.env.ref(
                                "pm_core.group_pm_estate_manager"
                            ).id,
                        }
                    ),
                ],
                **vals,
            }
        )

    @classmethod
    def make_need(cls, **vals):
        return cls.env["pm.requirement"].create(
            {
                "title": "More lamps",
                "partner_id": cls.owner.id,
                "property_id": cls.unit.id,
                "category_id": cls.category.id,
                "user_id": cls.clerk.id,
                **vals,
            }
        )

    def clock(self, need, code="response"):
        return need.sla_clock_ids.filtered(lambda clock: clock.target_id.code == code)

    def watch(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_sla_watch").method_direct_trigger()
        self.env.invalidate_all()


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
        with self.assertRefused(AccessError, "follow from its document"):
            clock.deadline = MONDAY
        with self.assertRefused(AccessError, "follow from its document"):
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


@tagged("post_install", "-at_install")
class TestSlaCalendar(SlaCase):
    """What is elapsed is what Odoo's working calendar counts."""

    def check(self, start, end):
        with freeze_time(start):
            need = self.make_need()
        with freeze_time(end):
            clock = self.clock(need)
            clock.invalidate_recordset()
            expected = self.calendar.get_work_hours_count(
                pytz.utc.localize(start), pytz.utc.localize(end)
            )
            self.assertAlmostEqual(clock.elapsed_hours, expected, 6)
        return expected

    def leave(self, start, end):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": start,
                "date_to": end,
            }
        )

    def test_night_weekend_holiday_month_end(self):
        # National Day, 1 to 7 October in Shanghai
        self.leave("2026-09-30 16:00:00", "2026-10-07 15:59:59")
        self.assertEqual(
            self.check(datetime(2026, 11, 23, 9), datetime(2026, 11, 24, 2)), 2.0
        )
        self.assertEqual(
            self.check(datetime(2026, 11, 20, 9), datetime(2026, 11, 23, 2)), 2.0
        )
        self.assertEqual(
            self.check(datetime(2026, 9, 30, 9), datetime(2026, 10, 8, 2)), 2.0
        )
        self.assertEqual(
            self.check(datetime(2028, 2, 28, 1), datetime(2028, 3, 1, 10)), 24.0
        )

    def test_daylight_saving(self):
        for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"):
            self.calendar.tz = self.estate.tz = zone
            for start in (datetime(2026, 3, 6, 14), datetime(2026, 10, 2, 14)):
                with self.subTest(zone=zone, start=start):
                    self.check(start, start + timedelta(days=31, hours=5))

    def test_night_shift_to_midnight(self):
        line = self.calendar.attendance_ids[-1]
        line.write({"hour_from": 13, "hour_to": 24})
        self.check(datetime(2026, 11, 20, 1), datetime(2026, 12, 7, 1))

    def test_a_holiday_entered_later_moves_the_deadline(self):
        with freeze_time(MONDAY):
            need = self.make_need()
            clock = self.clock(need)
            # Monday is taken off
            self.leave("2026-11-22 16:00:00", "2026-11-23 15:59:59")
            self.watch()
            self.assertEqual(clock.deadline, MONDAY + timedelta(days=1, hours=5))

    def test_around_the_clock(self):
        self.policy.hours = "always"
        with freeze_time(datetime(2026, 11, 21, 20)):
            clock = self.clock(self.make_need())
        self.assertEqual(clock.deadline, datetime(2026, 11, 22, 0))


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

    @mute_logger(CLOCK_LOGGER)
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
