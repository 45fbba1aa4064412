"""Deadlines on the working calendar."""

from datetime import datetime, timedelta

import pytz

from odoo.tests import freeze_time, tagged

from .sla_common import MONDAY, SlaCase


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
