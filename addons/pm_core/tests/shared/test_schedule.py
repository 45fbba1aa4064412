"""Recurring plans: the days of the estate, in words, and what is refused."""

from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@tagged("post_install", "-at_install")
class TestSchedule(TransactionCase):
    """On the mixin itself: what uses it tests its own generation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Monday to Friday",
                "tz": "Asia/Shanghai",
                "company_id": cls.env.company.id,
                "global_leave_ids": [
                    Command.create(
                        {
                            "name": "Labour Day",
                            # 1 to 5 May 2026 in Shanghai
                            "date_from": "2026-04-30 16:00:00",
                            "date_to": "2026-05-05 15:59:59",
                        }
                    )
                ],
            }
        )
        cls.env.company.resource_calendar_id = cls.calendar
        cls.env.user.tz = "Asia/Shanghai"
        cls.Plan = cls.env["pm.schedule.mixin"]

    def plan(self, start, unit=False, *days, **vals):
        vals = {f"schedule_{name}": value for name, value in vals.items()}
        vals.update(dict.fromkeys(days, True))
        return self.Plan.new(
            {
                "schedule_start": start,
                "schedule_unit": unit,
                "schedule_every": 1,
                "schedule_shift": "same",
                **vals,
            }
        )

    def slots(self, plan, first, last):
        (found,) = plan._schedule_slots(
            date.fromisoformat(first), date.fromisoformat(last)
        ).values()
        return [
            (number, planned.isoformat(), works.isoformat())
            for number, planned, works in found
        ]

    def test_twice_a_week_every_other_week(self):
        plan = self.plan("2026-01-05", "week", "mon", "thu", every=2)
        self.assertEqual(
            self.slots(plan, "2026-01-08", "2026-01-31"),
            [
                (1, "2026-01-08", "2026-01-08"),
                (2, "2026-01-19", "2026-01-19"),
                (3, "2026-01-22", "2026-01-22"),
            ],
        )

    def test_last_weekday_of_the_month(self):
        plan = self.plan("2026-01-01", "month", "fri", nth="-1")
        self.assertEqual(
            self.slots(plan, "2026-01-01", "2026-02-28"),
            [
                (0, "2026-01-30", "2026-01-30"),
                (1, "2026-02-27", "2026-02-27"),
            ],
        )

    def test_weekdays_that_do_not_apply_are_left_aside(self):
        plan = self.plan("2026-01-31", "month", "mon", "tue")
        self.assertEqual(
            self.slots(plan, "2026-02-01", "2026-02-28"),
            [(1, "2026-02-28", "2026-02-28")],
        )

    def test_a_day_off_is_moved_or_left_out(self):
        days = {
            "same": [(4, "2026-05-01", "2026-05-01")],
            "next": [(4, "2026-05-01", "2026-05-06")],
            "previous": [(4, "2026-05-01", "2026-04-30")],
            "skip": [],
        }
        for shift, expected in days.items():
            with self.subTest(shift=shift):
                plan = self.plan("2026-01-01", "month", shift=shift)
                self.assertEqual(self.slots(plan, "2026-05-01", "2026-05-31"), expected)

    def test_windows_that_meet_neither_lose_nor_repeat(self):
        plan = self.plan("2026-01-01", "day", shift="next", every=3)
        whole = self.slots(plan, "2026-01-01", "2026-06-30")
        parts = self.slots(plan, "2026-01-01", "2026-05-02") + self.slots(
            plan, "2026-05-03", "2026-06-30"
        )
        self.assertEqual(parts, whole)
        self.assertEqual([slot[0] for slot in whole], list(range(len(whole))))

    def test_once_and_never(self):
        once = self.plan("2026-03-01", shift="next")
        self.assertEqual(
            self.slots(once, "2026-01-01", "2026-12-31"),
            [(0, "2026-03-01", "2026-03-02")],
        )
        self.assertEqual(self.slots(once, "2026-03-02", "2026-12-31"), [])
        never = self.plan(False, "day")
        self.assertEqual(self.slots(never, "2026-01-01", "2026-12-31"), [])

    def test_it_ends(self):
        plan = self.plan("2026-01-01", "day", until="2026-01-02")
        self.assertEqual(len(self.slots(plan, "2025-01-01", "2027-01-01")), 2)

    def test_a_calendar_without_working_days_is_named(self):
        self.calendar.attendance_ids.unlink()
        plan = self.plan("2026-01-01", "day", shift="next")
        with self.assertRaisesRegex(ValidationError, "no working day within"):
            self.slots(plan, "2026-01-01", "2026-01-31")

    def test_queries_do_not_grow_with_the_plans(self):
        plans = self.Plan.concat(
            *(self.plan("2026-01-01", "day", shift="next") for _ in range(20))
        )
        window = (date(2026, 1, 1), date(2026, 12, 31))
        plans[:1]._schedule_slots(*window)
        with self.assertQueryCount(4):
            slots = plans._schedule_slots(*window)
        self.assertEqual(len(slots), 20)

    def test_in_words(self):
        cases = {
            "once on 03/01/2026": self.plan("2026-03-01"),
            "every day": self.plan("2026-03-01", "day"),
            "every 2 weeks on Monday and Thursday": self.plan(
                "2026-03-01", "week", "mon", "thu", every=2
            ),
            "every week on Sunday until 12/31/2026": self.plan(
                "2026-03-01", "week", until="2026-12-31"
            ),
            "every month on the last Friday": self.plan(
                "2026-03-01", "month", "fri", nth="-1"
            ),
            "every 3 months on day 31; on a day off the next working day": self.plan(
                "2026-03-31", "month", every=3, shift="next"
            ),
            "every year from 03/01/2026; left out on a day off": self.plan(
                "2026-03-01", "year", shift="skip"
            ),
        }
        for words, plan in cases.items():
            self.assertEqual(plan.schedule_summary, words)
        self.assertFalse(self.plan(False).schedule_summary)

    def test_a_weekday_of_the_month_needs_one_weekday(self):
        for days in ((), ("mon", "tue")):
            with self.assertRaisesRegex(ValidationError, "exactly one weekday"):
                self.plan("2026-01-01", "month", *days, nth="1")._check_schedule_nth()
        self.plan("2026-01-01", "month", "mon", nth="1")._check_schedule_nth()
