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


@freeze_time("2026-12-01 02:00:00")
class TestDecisions(MeterCase):
    def setUp(self):
        super().setUp()
        self.first, self.second = self.read_days(
            self.meter, ("2026-09-30", 100), ("2026-10-31", 112)
        )

    def test_release(self):
        reading = self.read_meter(self.meter, "2026-11-30", 200)
        self.assertEqual(reading.hold, "jump")
        with self.assertRaisesRegex(UserError, "reason"):
            reading.action_release(" ")
        reading.action_release("A pipe had burst; order 17")
        self.assertEqual((reading.state, reading.quantity), ("good", 88))
        self.assertEqual(reading.decided_by_id, self.env.user)
        self.assertIn("burst", reading.decision)
        found = self.meter._billable(self.units, "water", "2026-11-01", "2026-11-30")
        self.assertEqual(found, {self.unit: reading})

    def test_what_no_reason_makes_possible(self):
        for value, day in ((-1, "2026-11-30"), (113, "2026-12-24")):
            reading = self.read_meter(self.meter, day, value)
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "cannot"):
                reading.action_release("Please")

    def test_a_lower_one_began_again_at_zero(self):
        reading = self.read_meter(self.meter, "2026-11-30", 7)
        self.assertEqual(reading.hold, "lower")
        reading.action_release("Seen on the photo")
        # so much that it is held once more, for another reason
        self.assertEqual((reading.state, reading.hold), ("held", "jump"))
        reading.action_release("Yes, that much")
        self.assertEqual((reading.state, reading.quantity), ("good", 99895))
        self.assertTrue(reading.rolled_over)

    def test_several_doubts_are_said_at_once(self):
        reading = (
            self.env["pm.meter.reading"]
            ._as_step()
            .create(
                {
                    "meter_id": self.meter.id,
                    "date": "2026-11-30",
                    "value": 200,
                    "hold_facts": {
                        "told_before": 111,
                        "told_place": "9-9-901",
                        "resident": True,
                    },
                }
            )
        )
        self.assertEqual(reading.hold, "place")
        for part in ("9-9-901", "111", "88", "resident"):
            self.assertIn(part, reading.hold_text)
        reading.action_release("All of it was looked at")
        self.assertEqual(reading.state, "good")

    def test_set_aside(self):
        wrong = self.read_meter(self.meter, "2026-11-15", 128)
        after = self.read_meter(self.meter, "2026-11-30", 129)
        self.assertEqual(after.quantity, 1)
        wrong.action_set_aside("Read at the neighbour's")
        self.assertEqual(wrong.state, "rejected")
        self.assertEqual((after.quantity, after.value_before), (17, 112))

    def test_correction(self):
        after = self.read_meter(self.meter, "2026-11-30", 125)
        new = self.second.action_correct(110, "Misread by two")
        self.assertEqual(self.second.state, "replaced")
        self.assertEqual((new.state, new.kind, new.quantity), ("good", "corrected", 10))
        self.assertEqual(new.corrects_id, self.second)
        self.assertEqual(after.quantity, 15)
        with self.assertRaisesRegex(UserError, "higher"):
            new.action_correct(126, "Wrong")

    def test_estimate_and_what_was_really_used(self):
        """12 in 31 days are 11.613 in 30; what was read puts the estimate right."""
        estimate = self.meter._estimate("2026-11-30", "Nobody was at home")
        self.assertEqual(estimate.kind, "estimated")
        self.assertEqual((estimate.value, estimate.quantity), (123.613, 11.613))
        self.assertFalse(self.meter._estimate("2026-11-30"))
        with freeze_time("2027-01-01 02:00:00"):
            real = self.read_meter(self.meter, "2026-12-31", 118.1)
            self.assertEqual(real.hold, "lower")
            self.assertIn("estimate", real.hold_text)
            new = real.action_correct_estimates("Read again")
        # 6.1 in 61 days
        self.assertEqual((new.value, new.quantity), (115, 3))
        self.assertEqual(estimate.state, "replaced")
        self.assertEqual((real.state, real.quantity), ("good", 3.1))

    def test_what_was_not_read_can_be_estimated(self):
        gap = self.read_meter(self.meter, "2026-11-30", has_value=False)
        self.meter._estimate("2026-11-30")
        self.assertEqual(gap.state, "rejected")

    def test_replacement(self):
        """Both ends in one act; the flat is billed for both meters."""
        new = self.meter._replace(
            "2026-11-10", {"value": 116}, {"value": 2}, "Frost", name="W1-new"
        )
        self.assertEqual(str(self.meter.date_removed), "2026-11-10")
        self.assertEqual((new.replaces_id, new.property_id), (self.meter, self.unit))
        rest = self.read_meter(new, "2026-11-30", 8.5)
        found = self.meter._billable(self.units, "water", "2026-11-01", "2026-11-30")
        readings = found[self.unit]
        self.assertEqual(readings.mapped("quantity"), [4, 6.5])
        self.assertEqual(readings[1], rest)
        late = self.read_meter(self.meter, "2026-11-30", 120)
        self.assertEqual(late.hold, "outside")
        with self.assertRaisesRegex(UserError, "removed already"):
            self.meter._replace("2026-11-20", {"value": 117}, {"value": 0}, name="W1-x")

    def test_a_replacement_that_cannot_be_changes_nothing(self):
        for end, start in ((111, 0), (113, -1)):
            with (
                self.subTest(end=end, start=start),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.meter._replace(
                    "2026-11-10", {"value": end}, {"value": start}, name="W9"
                )
        self.assertFalse(self.meter.date_removed)
        self.assertFalse(self.meter.replaced_by_ids)

    def test_dials_stay(self):
        with self.assertRaisesRegex(UserError, "Replace the meter"):
            self.meter.multiplier = 10
        self.meter.jump_factor = 10
        with self.assertRaisesRegex(UserError, "stay on record"):
            self.meter.unlink()
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.second.unlink()
