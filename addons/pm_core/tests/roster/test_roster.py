"""Duty rosters: made from patterns, made again, published, printed."""

from datetime import date, datetime
from itertools import pairwise

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .roster_common import RosterCase


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

    def test_queries_for_the_check_of_posts_do_not_grow(self):
        rosters = self.env["pm.duty.roster"].concat(
            *(
                self.make_roster(month=f"{year}-{month:02}-01")
                for year in (2027, 2028)
                for month in range(1, 11)
            )
        )
        self.assertQueriesDoNotGrow(rosters, lambda some: some._check_posts())


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
