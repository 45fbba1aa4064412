"""Single duties: their times, names, what speaks against them, who is on duty."""

from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .roster_common import RosterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestDuty(RosterCase):
    def test_night_ends_on_the_day_after(self):
        duty = self.make_duty(self.guards[0], "2026-11-30", self.night)
        self.assertEqual(duty.start, datetime(2026, 11, 30, 12))
        self.assertEqual(duty.stop, datetime(2026, 12, 1, 0))
        self.assertTrue(self.night.crosses_midnight)
        self.assertEqual(self.night.hour_to, 8)
        self.assertFalse(self.day.crosses_midnight)

    def test_clock_changes(self):
        self.estate.tz = "Europe/Berlin"
        spring = self.make_duty(self.guards[0], "2027-03-27", self.night)
        autumn = self.make_duty(self.guards[0], "2027-10-30", self.night)
        self.assertEqual((spring.hours, autumn.hours), (11, 13))
        self.assertEqual(spring.start, datetime(2027, 3, 27, 19))
        self.assertEqual(autumn.stop, datetime(2027, 10, 31, 7))

    def test_two_duties_at_once_are_refused(self):
        self.make_duty(self.guards[0], "2026-11-05", self.night)
        late = self.env.ref("pm_core.pm_duty_shift_late")
        with self.assertRefused(ValidationError, "Guard A has two duties"):
            self.make_duty(self.guards[0], "2026-11-05", late)
        small = self.env.ref("pm_core.pm_duty_shift_small_hours")
        with self.assertRefused(ValidationError, "Gate on 11/06/2026"):
            self.make_duty(self.guards[0], "2026-11-06", small)
        # relief at the same moment, another person, or a cancelled duty: fine
        self.make_duty(self.guards[0], "2026-11-06", self.day)
        self.make_duty(self.guards[1], "2026-11-05", self.night)
        self.make_duty(self.guards[0], "2026-11-05", late, state="cancelled")

    def test_overlap_by_change(self):
        first = self.make_duty(self.guards[0], "2026-11-05")
        second = self.make_duty(self.guards[1], "2026-11-05")
        with self.assertRefused(ValidationError, "two duties"):
            second.employee_id = self.guards[0]
        first.action_absent()
        second.employee_id = self.guards[0]
        with self.assertRefused(ValidationError, "two duties"):
            first.action_plan()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_it_too(self):
        duty = self.make_duty(self.guards[0], "2026-11-05")
        other = self.make_duty(self.guards[1], "2026-11-05")
        self.env.flush_all()
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE pm_duty SET employee_id = %s WHERE id = %s",
                [duty.employee_id.id, other.id],
            )
            self.env.cr.execute("SET CONSTRAINTS pm_duty_no_overlap IMMEDIATE")
        self.assertEqual(caught.exception.pgcode, "23P01")

    def test_overtime_is_written_on_the_duty(self):
        duty = self.make_duty(self.guards[0], "2026-11-05")
        duty.stop = datetime(2026, 11, 5, 14)
        self.assertEqual(duty.hours, 14)
        self.day.hours = 10
        self.env.flush_all()
        self.assertEqual(duty.hours, 14)

    def test_who_is_on_leave_is_flagged(self):
        duties = self.make_duty(self.guards[0], "2026-11-05") | self.make_duty(
            self.guards[0], "2026-11-06"
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": self.guards[0].resource_id.id,
                "date_from": "2026-11-05 10:00:00",
                "date_to": "2026-11-05 20:00:00",
            }
        )
        self.assertEqual(duties.mapped("on_leave"), [True, False])

    def test_states(self):
        duty = self.make_duty(self.guards[0], "2026-11-05")
        duty.action_confirm()
        with self.assertRefused(UserError, "cannot become Confirmed"):
            duty.action_confirm()
        duty.action_absent()
        with self.assertRefused(UserError, "stays on record"):
            duty.unlink()

    def test_what_is_over_is_done(self):
        roster = self.make_crew()
        roster.action_generate()
        draft = roster.duty_ids
        single = self.make_duty(self.make_employees("Extra"), "2026-11-01")
        late = self.make_duty(self.make_employees("Late"), "2026-11-01", self.night)
        with freeze_time("2026-11-01 12:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_pm_duty_finish").method_direct_trigger()
        self.assertEqual((single | late).mapped("state"), ["done", "planned"])
        self.assertEqual(set(draft.mapped("state")), {"planned"})


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestDutyNames(RosterCase):
    def test_by_what_is_asked(self):
        duty = self.make_duty(self.guards[0], "2026-11-05", self.night)
        for style, name in [
            ("post", f"Gate {self.night.code} Guard A"),
            ("own", f"{self.night.code} Gate"),
            ("when", "Thu, Nov 5 Night 12 h Gate"),
            (None, "Guard A · Gate · Night 12 h · 11/05/2026"),
        ]:
            with self.subTest(style=style):
                named = duty.with_context(pm_duty_name=style, lang="en_US")
                self.assertEqual(named.display_name, name)

    def test_time_on_the_clock_of_the_estate(self):
        duty = self.make_duty(self.guards[0], "2026-11-05", self.night)
        user = self.make_user(
            "pm_far", "pm_core.group_pm_estate_manager", self.estate, tz="Europe/Berlin"
        )
        self.assertEqual(duty.with_user(user).time_text, "20:00–08:00")
        duty.stop = datetime(2026, 11, 6, 1, 30)
        self.assertEqual(duty.time_text, "20:00–09:30")

    def test_red_who_is_not_there(self):
        duty = self.make_duty(self.guards[0], "2026-11-05")
        self.assertEqual(duty.color, self.day.color)
        duty.action_absent()
        self.assertEqual(duty.color, 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestRequiredCertificates(RosterCase):
    def setUp(self):
        super().setUp()
        self.gate.certificate_ids = self.guard_card
        self.certify(self.guards[0], self.guard_card, "2027-11-30")
        self.certify(self.guards[1], self.guard_card, "2026-11-15")

    def test_roster_names_who_lacks_what(self):
        roster = self.make_crew()
        roster.action_generate()
        self.assertNotIn("Guard A", roster.warning_text)
        self.assertIn("Guard B lacks Guard Card, needed at Gate.", roster.warning_text)
        self.assertIn("Guard C lacks Guard Card, needed at Gate.", roster.warning_text)
        roster.action_publish()
        self.assertIn("Guard C lacks", "".join(roster.message_ids.mapped("body")))

    def test_duty_on_the_last_day_of_validity(self):
        last = self.make_duty(self.guards[1], "2026-11-15")
        after = self.make_duty(self.guards[1], "2026-11-16")
        last.invalidate_recordset()
        self.assertFalse(last.lacks_certificate)
        self.assertTrue(after.lacks_certificate)

    def test_a_skill_is_no_certificate(self):
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Languages",
                "skill_ids": [Command.create({"name": "English"})],
                "skill_level_ids": [Command.create({"name": "B1"})],
            }
        )
        with self.assertRefused(ValidationError, "English is a skill"):
            self.gate.certificate_ids = kind.skill_ids


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestOnDuty(RosterCase):
    def _on_duty(self, at, place=None, **kwargs):
        employees = self.env["pm.duty"]._on_duty(place or self.estate, at, **kwargs)
        return sorted(employees.mapped("name"))

    def setUp(self):
        super().setUp()
        self.gate.line_ids = [Command.create({"shift_id": self.night.id, "heads": 1})]
        self.make_duty(self.guards[0], "2026-11-05", self.day)
        self.make_duty(self.guards[1], "2026-11-05", self.night)

    def test_at_instants(self):
        for at, expected in [
            (datetime(2026, 11, 4, 23, 59), []),
            (datetime(2026, 11, 5, 0, 0), ["Guard A"]),
            (datetime(2026, 11, 5, 11, 59), ["Guard A"]),
            (datetime(2026, 11, 5, 12, 0), ["Guard B"]),
            (datetime(2026, 11, 5, 16, 30), ["Guard B"]),
            (datetime(2026, 11, 5, 23, 59), ["Guard B"]),
            (datetime(2026, 11, 6, 0, 0), []),
        ]:
            with self.subTest(at=at):
                self.assertEqual(self._on_duty(at), expected)

    def test_now(self):
        with freeze_time("2026-11-05 16:30:00"):
            self.assertEqual(self._on_duty(None), ["Guard B"])
            found = self.env["pm.duty"].search([("is_now", "=", True)])
            self.assertEqual(found.employee_id, self.guards[1])
            self.assertTrue(found.is_now)

    def test_absent_and_drafts_do_not_count(self):
        at = datetime(2026, 11, 5, 1)
        self.make_duty(self.guards[2], "2026-11-05", self.day).action_absent()
        self.assertEqual(self._on_duty(at), ["Guard A"])
        extra = self.make_employees("Draft")
        roster = self.make_roster([(extra, self.gate, self.days_4_2, 1)])
        roster.action_generate()
        self.assertIn(date(2026, 11, 5), roster.duty_ids.mapped("date"))
        self.assertEqual(self._on_duty(at), ["Guard A"])
        roster.action_publish()
        self.assertEqual(self._on_duty(at), ["Draft", "Guard A"])

    def test_by_job_and_place(self):
        at = datetime(2026, 11, 5, 1)
        clerk_job = self.env["hr.job"].create({"name": "Clerk"})
        lobby = self.make_post(
            "Lobby", [(self.day, 1)], self.building, job_id=clerk_job.id
        )
        clerk = self.make_employees("Clerk", job_id=clerk_job.id)
        self.make_duty(clerk, "2026-11-05", post=lobby)
        self.assertEqual(self._on_duty(at), ["Clerk", "Guard A"])
        self.assertEqual(self._on_duty(at, job=clerk_job), ["Clerk"])
        # for a flat: the lobby of its building, and the posts of the whole estate
        self.assertEqual(self._on_duty(at, self.unit), ["Clerk", "Guard A"])
        other = self.make_building(self.estate, "2")
        self.gate.property_id = other
        self.assertEqual(self._on_duty(at, self.unit), ["Clerk"])
        # nobody near: whoever is there
        third = self.make_building(self.estate, "3")
        self.assertEqual(self._on_duty(at, third), ["Clerk", "Guard A"])

    def test_asked_by_staff_of_another_estate(self):
        """Dispatch must find people whatever the reader sees."""
        other = self.make_estate("Other Garden")
        user = self.make_user("pm_elsewhere", "pm_core.group_pm_user", other)
        found = (
            self.env["pm.duty"]
            .with_user(user)
            ._on_duty(self.estate.with_user(user).sudo(), datetime(2026, 11, 5, 1))
        )
        self.assertEqual(found, self.guards[0])
        self.assertEqual(found.env.user, user)
