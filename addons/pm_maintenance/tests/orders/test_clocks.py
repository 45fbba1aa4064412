"""Deadlines of orders, worked out by hand beside the calendar on the wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import freeze_time

from ..common import OrderCase

UTC = ZoneInfo("UTC")


def utc(text, tz="Asia/Shanghai"):
    """A moment by the clock of a place, as it is stored."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz))
    return local.astimezone(UTC).replace(tzinfo=None)


class TestClocks(OrderCase):
    """Monday to Friday from 8 to 12 and from 13 to 17, in Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hours = [
            Command.create(
                {
                    "name": f"{day} {begins}",
                    "dayofweek": str(day),
                    "hour_from": begins,
                    "hour_to": ends,
                    "day_period": period,
                }
            )
            for day in range(5)
            for begins, ends, period in ((8, 12, "morning"), (13, 17, "afternoon"))
        ]
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "company_id": cls.env.company.id,
                "attendance_ids": [Command.clear(), *hours],
            }
        )
        cls.estate.resource_calendar_id = cls.calendar
        cls.estate.tz = "Asia/Shanghai"
        cls.waiting = cls.env["pm.pause.reason"].create(
            {"name": "Tea", "stops_clock": False}
        )

    def clock(self, order, code):
        return order.sudo().sla_clock_ids.filtered(
            lambda clock: clock.target_id.code == code and clock.state != "stopped"
        )

    def due(self, order, code):
        return self.clock(order, code).deadline

    def make(self, at, tz="Asia/Shanghai", **vals):
        with freeze_time(utc(at, tz)):
            return self.make_order(**vals)

    def test_table(self):
        """(reported, urgency, step, due), all by the clock of the estate."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "New Year's Day",
                "calendar_id": self.calendar.id,
                "date_from": utc("2027-01-01 00:00"),
                "date_to": utc("2027-01-01 23:59:59"),
            }
        )
        for at, urgency, code, due in (
            # a night, and over midnight
            ("2026-11-24 02:00", "danger", "response", "2026-11-24 02:05"),
            ("2026-11-24 23:50", "danger", "arrival", "2026-11-25 00:05"),
            ("2026-11-24 23:50", "urgent", "arrival", "2026-11-25 00:10"),
            # around the clock: a weekend and a holiday are no excuse
            ("2026-12-31 20:00", "urgent", "finish", "2027-01-01 20:00"),
            ("2026-11-27 18:00", "ordinary", "finish", "2026-11-30 18:00"),
            # working hours: over noon, the night, the weekend, the holiday
            ("2026-11-24 11:00", "appointment", "response", "2026-11-24 16:00"),
            ("2026-11-24 15:00", "appointment", "response", "2026-11-25 10:00"),
            ("2026-11-27 15:00", "appointment", "response", "2026-11-30 10:00"),
            ("2026-11-28 10:00", "appointment", "response", "2026-11-30 12:00"),
            ("2026-12-31 15:00", "appointment", "response", "2027-01-04 10:00"),
            ("2026-12-31 08:00", "appointment", "arrival", "2027-01-04 17:00"),
        ):
            with self.subTest(at=at, urgency=urgency, code=code):
                order = self.make(at, urgency=urgency)
                self.assertEqual(self.due(order, code), utc(due))

    def test_daylight_saving(self):
        """Clocks go back on 25 October 2026 and forward on 28 March 2027."""
        berlin = "Europe/Berlin"
        self.estate.tz = self.calendar.tz = berlin
        for at, urgency, code, due in (
            # 24 hours that pass are 23 or 25 on the wall
            ("2026-10-24 12:00", "urgent", "finish", "2026-10-25 11:00"),
            ("2027-03-27 12:00", "urgent", "finish", "2027-03-28 13:00"),
            # working hours are those on the wall
            ("2026-10-23 15:00", "appointment", "response", "2026-10-26 10:00"),
            ("2027-03-26 15:00", "appointment", "response", "2027-03-29 10:00"),
        ):
            with self.subTest(at=at, code=code):
                order = self.make(at, berlin, urgency=urgency)
                self.assertEqual(self.due(order, code), utc(due, berlin))

    def pause(self, order, at, reason):
        with freeze_time(utc(at)):
            order.with_user(self.technician).action_pause(reason.id)

    def resume(self, order, at):
        with freeze_time(utc(at)):
            order.with_user(self.technician).action_resume()

    def test_pauses(self):
        """A pause moves the deadline by as much, if its reason says so."""
        order = self.make("2026-11-24 10:00", urgency="urgent")
        with freeze_time(utc("2026-11-24 10:05")):
            self.given_to(self.technician, order).action_accept()
        self.pause(order, "2026-11-24 11:00", self.reason)
        self.assertFalse(self.due(order, "finish"))
        self.resume(order, "2026-11-24 14:30")
        self.assertEqual(self.due(order, "finish"), utc("2026-11-25 13:30"))
        self.pause(order, "2026-11-24 15:00", self.waiting)
        self.resume(order, "2026-11-24 18:00")
        self.assertEqual(self.due(order, "finish"), utc("2026-11-25 13:30"))

    def test_a_pause_over_a_night_of_working_hours(self):
        """Of a pause from 16:00 to 9:00 two hours are working time."""
        order = self.make("2026-11-24 09:00", urgency="appointment")
        with freeze_time(utc("2026-11-24 10:00")):
            self.given_to(self.technician, order).action_accept()
        # 16 working hours from Tuesday 9:00
        self.assertEqual(self.due(order, "arrival"), utc("2026-11-26 09:00"))
        self.pause(order, "2026-11-24 16:00", self.reason)
        self.resume(order, "2026-11-25 09:00")
        self.assertEqual(self.due(order, "arrival"), utc("2026-11-26 11:00"))

    def test_done_late_is_told_by_the_minute(self):
        for at, state in (("11:59", "met"), ("12:01", "missed")):
            order = self.make("2026-11-24 10:00", urgency="danger")
            with freeze_time(utc(f"2026-11-24 {at}")):
                self.done_by(self.technician, order)
            self.assertEqual(self.clock(order, "finish").state, state)

    # -- appointments --------------------------------------------------------

    def test_nobody_is_late_before_the_appointment(self):
        order = self.make(
            "2026-11-24 10:00",
            urgency="appointment",
            appointment=utc("2026-12-08 09:00"),
        )
        self.assertEqual(self.due(order, "response"), utc("2026-11-24 15:00"))
        self.assertEqual(self.due(order, "arrival"), utc("2026-12-10 09:00"))
        with freeze_time(utc("2026-12-07 18:00")):
            self.assertFalse(self.clock(order, "arrival").is_overdue)

    def test_the_appointment_is_put_off_and_dropped(self):
        order = self.make(
            "2026-11-24 08:00",
            urgency="appointment",
            appointment=utc("2026-12-08 08:00"),
        )
        order.appointment = utc("2026-12-09 08:00")
        self.assertEqual(self.due(order, "arrival"), utc("2026-12-10 17:00"))
        order.appointment = False
        self.assertEqual(self.due(order, "arrival"), utc("2026-11-25 17:00"))
        # what turns out to be urgent does not wait for it
        order.appointment = utc("2026-12-09 08:00")
        order.urgency = "urgent"
        self.assertEqual(self.due(order, "arrival"), utc("2026-11-24 08:20"))
        self.assertEqual(len(order.sudo().sla_clock_ids._open()), 3)
