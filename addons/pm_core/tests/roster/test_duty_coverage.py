"""Whether the posts of a roster are manned."""

from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .roster_common import RosterCase


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
