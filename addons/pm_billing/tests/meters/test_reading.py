"""Readings: what was used, what is held, what a bill run is given."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .meters_common import MeterCase


@freeze_time("2026-12-01 02:00:00")
class TestReading(MeterCase):
    def test_what_was_used(self):
        first, second, third = self.read_days(
            self.meter, ("2026-09-30", 100), ("2026-10-31", 120.5), ("2026-11-30", 130)
        )
        self.assertTrue(first.is_opening)
        self.assertEqual(first.quantity, 0)
        self.assertEqual(second.quantity, 20.5)
        self.assertEqual(third.quantity, 9.5)
        self.assertEqual(
            (str(second.date_from), str(second.date_to)), ("2026-10-01", "2026-10-31")
        )
        self.assertEqual(second.value_before, 100)
        self.assertEqual(
            (self.meter.last_value, self.meter.last_quantity), (130.0, 9.5)
        )

    def test_what_is_held(self):
        """Each with its reason; what is held counts for nothing."""
        self.read_days(
            self.meter, ("2026-08-31", 100), ("2026-09-30", 112), ("2026-10-31", 125)
        )
        day = "2026-11-30"
        cases = {
            "missing": {"has_value": False},
            "negative": {"value": -1},
            "digits": {"value": 100000},
            "lower": {"value": 124.9},
            "jump": {"value": 175},
            "future": {"value": 126, "date": "2026-12-02"},
            "twice": {"value": 126, "date": "2026-10-31"},
        }
        for code, vals in cases.items():
            with self.subTest(code=code):
                reading = self.read_meter(self.meter, **{"date": day, **vals})
                self.assertEqual((reading.state, reading.hold), ("held", code))
                self.assertTrue(reading.hold_text)
        self.assertEqual(self.meter.held_count, len(cases))
        self.assertEqual(self.meter.last_value, 125)
        # the run gets none of them, and a good one that comes later it does
        found = self.meter._billable(self.units, "water", "2026-11-01", "2026-11-30")
        self.assertFalse(found)
        missing = self.meter._missing(self.units, "water", "2026-11-01", "2026-11-30")
        self.assertEqual(missing, self.meters)
        good = self.read_meter(self.meter, day, 138)
        found = self.meter._billable(self.units, "water", "2026-11-01", "2026-11-30")
        self.assertEqual(found, {self.unit: good})

    def test_today_is_the_estates(self):
        """At 16:30 UTC it is the next day in Shanghai."""
        with freeze_time("2026-12-01 16:30:00"):
            self.read_days(self.meter, ("2026-12-02", 1))
            later = self.read_meter(self.meters[1], "2026-12-03", 1)
        self.assertEqual(later.hold, "future")

    def test_rollover(self):
        self.read_days(self.meter, ("2026-09-30", 99990), ("2026-10-31", 4))
        reading = self.meter.reading_ids[0]
        self.assertEqual((reading.quantity, reading.rolled_over), (14, True))

    def test_multiplier_and_registers(self):
        meter = self.make_meter(
            self.building,
            "E1",
            medium="electricity",
            kind="shared",
            multiplier=40,
            registers="three",
            has_demand=True,
        )
        vals = {"value_peak": 10, "value_flat": 20, "value_valley": 30}
        self.read_meter(meter, "2026-09-30", **vals, value_demand=3)
        reading = self.read_meter(
            meter,
            "2026-10-31",
            value_peak=11,
            value_flat=22.5,
            value_valley=33,
            value_demand=2.5,
        )
        self.assertEqual(reading.value, 66.5)
        self.assertEqual(reading.quantity, 260)
        self.assertEqual(
            reading.register_quantities,
            {"peak": 40, "flat": 100, "valley": 120, "demand": 100},
        )
        self.assertEqual(meter.unit, "kWh")

    def test_a_reading_that_comes_late(self):
        """The use until the next one becomes that from it on."""
        _first, second = self.read_days(
            self.meter, ("2026-09-30", 100), ("2026-11-30", 130)
        )
        self.assertEqual(second.quantity, 30)
        late = self.read_meter(self.meter, "2026-10-31", 118)
        self.assertEqual((late.state, late.quantity), ("good", 18))
        self.assertEqual(second.quantity, 12)
        self.assertEqual(str(second.date_from), "2026-11-01")
        higher = self.read_meter(self.meter, "2026-10-15", 119)
        self.assertEqual(higher.hold, "higher")

    def test_what_is_held_can_be_put_right(self):
        self.read_days(self.meter, ("2026-09-30", 100), ("2026-10-31", 110))
        reading = self.read_meter(self.meter, "2026-11-30", 12)
        reading.value = 120
        self.assertEqual((reading.state, reading.quantity), ("good", 10))
        with self.assertRaisesRegex(UserError, "correction"):
            reading.value = 121

    def test_a_bulk_costs_few_queries(self):
        units = self.env["pm.property"].concat(
            *(self.make_unit(self.building, f"2-{n}") for n in range(40))
        )
        meters = self.env["pm.meter"].concat(
            *(self.make_meter(unit, f"B{unit.id}") for unit in units)
        )

        def read(some, day, value):
            self.env["pm.meter.reading"].create(
                [{"meter_id": m.id, "date": day, "value": value} for m in some]
            )
            self.env.flush_all()

        read(meters, "2026-09-30", 1)
        read(meters[:2], "2026-10-30", 5)
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        read(meters[:4], "2026-10-31", 6)
        few = self.cr.sql_log_count - start
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        read(meters[4:], "2026-10-31", 6)
        self.assertLessEqual(self.cr.sql_log_count - start, few + 8)
