"""Duty rosters: made from patterns, made again, published, covered."""

from datetime import date, datetime
from itertools import pairwise

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .roster_common import RosterCase

MANAGERS = "pm_core.group_pm_estate_manager"


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestRoster(RosterCase):
    def test_month_is_made_from_the_pattern(self):
        roster = self.make_roster([(self.guards[0], self.gate, self.days_4_2, 1)])
        roster.action_generate()
        # 1 November 2026 is 1035 days after 1 January 2024: day 4 of the cycle
        worked = [duty.date.day for duty in roster.duty_ids.sorted("date")]
        self.assertEqual(
            worked,
            [1, 4, 5, 6, 7, 10, 11, 12, 13, 16, 17, 18, 19, 22, 23, 24, 25]
            + [28, 29, 30],
        )
        first = roster.duty_ids.sorted("date")[0]
        self.assertEqual(first.start, datetime(2026, 11, 1, 0))
        self.assertEqual(first.stop, datetime(2026, 11, 1, 12))
        self.assertEqual(first.hours, 12)
        self.assertEqual(first.estate_id, self.estate)

    def test_months_follow_each_other(self):
        """4 on, 2 off holds over the turn of the year: no streak is longer."""
        rosters = [self.make_crew(month) for month in ("2026-12-01", "2027-01-01")]
        for roster in rosters:
            roster.action_generate()
        days = sorted(
            duty.date
            for roster in rosters
            for duty in roster.duty_ids
            if duty.employee_id == self.guards[0]
        )
        gaps = [(after - before).days for before, after in pairwise(days)]
        self.assertEqual(set(gaps), {1, 3})
        self.assertEqual({gaps[n : n + 4].count(3) for n in range(len(gaps) - 3)}, {1})

    def test_any_day_names_the_month(self):
        roster = self.make_crew("2026-11-17")
        self.assertEqual(roster.month, date(2026, 11, 1))
        self.assertEqual(roster.date_to, date(2026, 11, 30))
        self.assertEqual(roster.name, "Test Garden 2026-11")

    def test_making_again_changes_nothing(self):
        roster = self.make_crew()
        roster.action_generate()
        before = roster.duty_ids
        self.assertEqual(len(before), 60)
        roster.action_generate()
        self.assertEqual(roster.duty_ids, before)
        self.assertFalse(roster.skipped_note)

    def test_making_again_keeps_what_people_changed(self):
        roster = self.make_crew()
        roster.action_generate()
        mine = roster.duty_ids.filtered(lambda d: d.employee_id == self.guards[0])
        moved, confirmed, cancelled, absent, plain = mine.sorted("date")[:5]
        # guard A of 1 November is replaced, for example on the telephone
        stand_in = self.make_employees("Stand-in")
        moved.employee_id = stand_in
        confirmed.action_confirm()
        cancelled.action_cancel()
        absent.action_absent()
        kept = moved | confirmed | cancelled | absent
        roster.member_ids[0].start_day = 2
        roster.action_generate()
        self.assertEqual(kept.exists(), kept)
        self.assertEqual(moved.employee_id, stand_in)
        self.assertEqual(cancelled.state, "cancelled")
        days = roster.duty_ids.filtered(
            lambda d: d.member_id == roster.member_ids[0]
        ).mapped("slot_date")
        self.assertEqual(len(days), len(set(days)))
        # what nobody touched follows the new start day
        cycle = self.days_4_2._cycle()
        for duty in roster.duty_ids.filtered(lambda d: d._is_untouched()):
            self.assertEqual(
                cycle.on(duty.date, duty.member_id.start_day - 1), duty.shift_id
            )
        self.assertTrue(plain)

    def test_a_member_who_left_is_planned_no_more(self):
        roster = self.make_crew()
        roster.action_generate()
        roster.member_ids[0].unlink()
        roster.action_generate()
        self.assertNotIn(self.guards[0], roster.duty_ids.employee_id)
        self.assertEqual(len(roster.duty_ids), 40)

    def test_a_member_for_a_part_of_the_month(self):
        roster = self.make_crew()
        roster.member_ids[0].write({"date_from": "2026-11-10", "date_to": "2026-11-12"})
        roster.action_generate()
        mine = roster.duty_ids.filtered(lambda d: d.employee_id == self.guards[0])
        self.assertEqual(
            mine.sorted("date").mapped("date"),
            [date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12)],
        )

    def test_after_publication_the_past_stays(self):
        roster = self.make_crew()
        roster.action_generate()
        roster.action_publish()
        past = roster.duty_ids.filtered(lambda d: d.date < date(2026, 11, 15))
        with freeze_time("2026-11-15 02:00:00"):
            roster.member_ids[0].start_day = 2
            roster.action_generate()
        self.assertEqual(past.exists(), past)

    def test_nobody_is_planned_twice(self):
        """A duty in another estate's roster is respected, and named."""
        other = self.make_estate("Other Garden", tz="Asia/Shanghai")
        gate = self.make_post("Gate", [(self.day, 1)], other)
        self.make_duty(self.guards[0], "2026-11-04", post=gate)
        roster = self.make_crew().with_user(self.manager)
        roster.action_generate()
        self.assertEqual(len(roster.duty_ids), 59)
        self.assertIn("Guard A", roster.skipped_note)
        self.assertIn("11/04/2026", roster.warning_text)

    def test_pattern_without_days(self):
        pattern = self.env["pm.duty.pattern"].create({"name": "Empty"})
        roster = self.make_roster([(self.guards[0], self.gate, pattern, 1)])
        with self.assertRefused(UserError, "Guard A has no days"):
            roster.action_generate()

    def test_start_day_is_a_day_of_the_cycle(self):
        with self.assertRefused(ValidationError, "days 1 to 6"):
            self.make_roster([(self.guards[0], self.gate, self.days_4_2, 7)])

    def test_a_post_is_in_one_roster_a_month(self):
        self.make_crew()
        with self.assertRefused(ValidationError, "same month"):
            self.make_crew(post_ids=[Command.set(self.gate.ids)])
        desk = self.make_post("Desk", [(self.day, 1)])
        second = self.env["pm.duty.roster"].create(
            {"estate_id": self.estate.id, "month": "2026-11-01"}
        )
        self.assertEqual(second.post_ids, desk)

    def test_next_month_is_a_copy(self):
        roster = self.make_crew()
        roster.action_generate()
        copy = roster.copy()
        self.assertEqual(copy.month, date(2026, 12, 1))
        self.assertEqual(copy.name, "Test Garden 2026-12")
        self.assertEqual(copy.member_ids.employee_id, self.guards)
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.duty_ids)

    def test_month_stays_once_duties_are_made(self):
        roster = self.make_crew()
        roster.month = "2027-02-01"
        roster.action_generate()
        with self.assertRefused(UserError, "its month and estate stay"):
            roster.month = "2027-03-01"

    def test_published_is_not_deleted(self):
        roster = self.make_crew()
        roster.action_generate()
        roster.action_publish()
        with self.assertRefused(UserError, "is published"):
            roster.unlink()
        roster.action_revise()
        duties = roster.duty_ids
        worked = duties[0]
        worked.state = "done"
        roster.unlink()
        self.assertEqual(duties.exists(), worked)

    def test_publishing_needs_duties_and_happens_once(self):
        roster = self.make_crew()
        with self.assertRefused(UserError, "no duties yet"):
            roster.action_publish()
        roster.action_generate()
        roster.action_publish()
        with self.assertRefused(UserError, "published already"):
            roster.action_publish()

    def test_publishing_tells_the_members(self):
        user = self.give_login(self.guards[0])
        roster = self.make_crew()
        roster.action_generate()
        roster.action_publish()
        message = self.env["mail.message"].search(
            [("model", "=", roster._name), ("partner_ids", "in", user.partner_id.ids)]
        )
        self.assertEqual(len(message), 1)
        self.assertIn("Test Garden 2026-11", message.body)

    def test_members_are_proposed(self):
        desk = self.make_post("Desk", [(self.day, 1)])
        roster = self.make_roster().with_user(self.manager)
        self.assertEqual(roster.post_ids, self.gate | desk)
        roster.action_propose_members()
        self.assertEqual(roster.member_ids.employee_id, self.guards)
        self.assertEqual(roster.member_ids.post_id, self.gate)
        self.assertEqual(roster.member_ids.pattern_id, self.days_4_2)
        self.assertEqual(roster.member_ids.mapped("start_day"), [1, 2, 3])
        with self.assertRefused(UserError, "Nobody else works at Test Garden"):
            roster.action_propose_members()

    def test_form(self):
        """As a manager fills it in."""
        form = Form(self.env["pm.duty.roster"].with_user(self.manager))
        self.assertEqual(form.estate_id, self.estate)
        self.assertEqual(form.month, date(2026, 11, 1))
        self.assertEqual(form.post_ids[:], self.gate)
        with form.member_ids.new() as member:
            member.employee_id = self.guards[0]
            member.post_id = self.gate
            member.pattern_id = self.days_4_2
        roster = form.save()
        roster.action_generate()
        self.assertEqual(roster.duty_count, 20)

    def test_duties_of_a_month_are_made_in_one_go(self):
        """The number of queries does not grow with the people."""
        few, many = self.make_employees("x"), self.make_employees(*map(str, range(60)))
        counts = []
        for month, people in (("2027-03-01", few), ("2027-04-01", many)):
            roster = self.make_roster(
                [(one, self.gate, self.days_4_2, 1) for one in people], month
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            roster.action_generate()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(roster.duty_ids), 1200)
        # inserts go by blocks of some hundred rows
        self.assertLessEqual(counts[1], counts[0] + 12)
        self.assertLess(counts[1], 60)


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
class TestCoverage(RosterCase):
    def _row(self, day, shift=None):
        return self.env["pm.duty.coverage"].search(
            [
                ("post_id", "=", self.gate.id),
                ("date", "=", day),
                ("shift_id", "=", (shift or self.day).id),
            ]
        )

    def test_figures(self):
        roster = self.make_crew()
        self.assertEqual(roster.gap_count, 60)
        roster.action_generate()
        self.assertEqual(roster.gap_count, 0)
        self.assertFalse(roster.gap_ids)
        duty = roster.duty_ids.filtered(lambda d: d.date == date(2026, 11, 5))[0]
        duty.action_absent()
        roster.invalidate_recordset()
        row = self._row("2026-11-05")
        self.assertEqual((row.required, row.planned, row.missing), (2, 1, 1))
        self.assertEqual(row.color, 1)
        self.assertEqual(roster.gap_ids, row)
        self.assertEqual(roster.gap_count, 1)
        self.assertEqual(row.display_name, f"−1 Gate {self.day.code} 1/2")

    def test_who_is_on_leave_is_missing(self):
        roster = self.make_crew()
        roster.action_generate()
        duty = roster.duty_ids.filtered(lambda d: d.date == date(2026, 11, 5))[0]
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": duty.employee_id.resource_id.id,
                "date_from": "2026-11-05 01:00:00",
                "date_to": "2026-11-05 02:00:00",
            }
        )
        row = self._row("2026-11-05")
        self.assertEqual((row.planned, row.away, row.missing), (2, 1, 1))
        self.assertIn("Guard", roster.warning_text)

    def test_days_of_the_week(self):
        desk = self.make_post("Desk", [])
        desk.line_ids = [
            Command.create({"shift_id": self.day.id, "heads": 3, "days": "workdays"}),
            Command.create({"shift_id": self.day.id, "heads": 1, "days": "weekend"}),
        ]
        roster = self.make_roster()
        rows = roster.coverage_ids.filtered(lambda row: row.post_id == desk)
        self.assertEqual(len(rows), 30)
        by_day = {row.date: row.required for row in rows}
        self.assertEqual(by_day[date(2026, 11, 6)], 3)
        self.assertEqual(by_day[date(2026, 11, 7)], 1)

    @mute_logger("odoo.sql_db")
    def test_no_day_is_counted_twice(self):
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env["pm.duty.post.line"].create(
                {
                    "post_id": self.gate.id,
                    "shift_id": self.day.id,
                    "days": "weekend",
                }
            )
        self.assertEqual(caught.exception.pgcode, "23505")

    def test_surplus_is_no_gap(self):
        roster = self.make_crew()
        roster.action_generate()
        self.make_duty(self.make_employees("Extra"), "2026-11-05")
        self.assertEqual(self._row("2026-11-05").missing, 0)

    def test_only_rostered_months(self):
        self.make_crew()
        self.assertFalse(self._row("2026-12-01"))


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestRosterTable(RosterCase):
    """The month as a table, on the screen and on the wall."""

    def setUp(self):
        super().setUp()
        self.roster = self.make_crew()
        self.roster.action_generate()

    def block(self):
        self.roster.invalidate_recordset()
        (block,) = self.roster._grid()["posts"]
        return block

    def test_people_and_days(self):
        days = self.roster._grid()["days"]
        self.assertEqual(len(days), 30)
        self.assertEqual(
            [day["date"].day for day in days if day["weekend"]][:2], [1, 7]
        )
        rows = self.block()["rows"]
        self.assertEqual([row["employee"] for row in rows], list(self.guards))
        self.assertEqual([row["count"] for row in rows], [20, 20, 20])
        self.assertEqual([row["hours"] for row in rows], [240, 240, 240])
        first = rows[0]["cells"]
        self.assertEqual(first[date(2026, 11, 1)][0]["code"], self.day.code)
        self.assertNotIn(date(2026, 11, 2), first)
        self.assertFalse(self.block()["gaps"])

    def test_absent_leave_and_gap(self):
        worked = self.roster.duty_ids.filtered(
            lambda d: d.employee_id == self.guards[0]
        )
        ill, away = worked.sorted("date")[:2]
        ill.action_absent()
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.guards[0].resource_id.id,
                "date_from": away.start,
                "date_to": away.stop,
            }
        )
        block = self.block()
        cells = block["rows"][0]["cells"]
        self.assertEqual(block["rows"][0]["count"], 18)
        for duty in ill | away:
            self.assertTrue(cells[duty.date][0]["away"])
        (gap,) = block["gaps"]
        self.assertEqual(gap["missing"], {ill.date: 1, away.date: 1})

    def test_a_stand_in_and_a_cancelled_duty(self):
        stand_in = self.make_employees("Stand-in")
        self.make_duty(stand_in, "2026-11-05")
        cancelled = self.roster.duty_ids.sorted("date")[0]
        cancelled.action_cancel()
        rows = {row["employee"]: row for row in self.block()["rows"]}
        self.assertEqual(rows[stand_in]["count"], 1)
        self.assertNotIn(cancelled.date, rows[cancelled.employee_id]["cells"])

    def test_screen_and_sheet(self):
        roster = self.roster.with_user(self.manager)
        self.assertIn("Guard A", roster.grid_html)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_duty_roster", roster.ids
        )
        text = html.decode()
        for words in ("Guard C", "Gate", "November 2026", self.day.code):
            self.assertIn(words, text)
        self.assertFalse(self.env["pm.duty.roster"].new({}).grid_html)

    def test_queries_do_not_grow_with_the_people(self):
        counts = []
        for month, people in (
            ("2027-03-01", self.make_employees("x")),
            ("2027-04-01", self.make_employees(*map(str, range(40)))),
        ):
            roster = self.make_roster(
                [(one, self.gate, self.days_4_2, 1) for one in people], month
            )
            roster.action_generate()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            roster._grid()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


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
        user = self.make_user("pm_far", MANAGERS, self.estate, tz="Europe/Berlin")
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


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestStaffScreens(RosterCase):
    def test_guard_reads_duties_and_phone_numbers(self):
        user = self.give_login(self.guards[0])
        self.guards[1].mobile_phone = "13800000000"
        self.make_duty(self.guards[0], "2026-11-05")
        other = self.make_duty(self.guards[1], "2026-11-05")
        Duty = self.env["pm.duty"].with_user(user)
        self.assertEqual(
            Duty.search([("is_mine", "=", True)]).employee_id.ids, self.guards[0].ids
        )
        self.env.invalidate_all()
        self.assertEqual(other.with_user(user).phone, "13800000000")
        spec = {
            name: {} for name in ("phone", "is_mine", "can_swap", "on_leave", "hours")
        }
        spec["employee_id"] = {"fields": {"display_name": {}}}
        rows = Duty.search([]).web_read(spec)
        self.assertEqual([row["is_mine"] for row in rows], [True, False])
        self.assertEqual([row["can_swap"] for row in rows], [True, False])
