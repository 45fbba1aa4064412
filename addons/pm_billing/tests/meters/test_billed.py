"""What a bill run is given, and readings that were billed."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .meters_common import MeterCase

NOVEMBER = ("2026-11-01", "2026-11-30")


@freeze_time("2026-12-01 02:00:00")
class TestBilled(MeterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before, cls.reading = cls.read_days(
            cls.meter, ("2026-10-31", 100), ("2026-11-30", 110)
        )
        cls.make_fees(cls.unit)
        cls.bill_run = cls.bill()
        cls.charge = cls.bill_run.charge_ids[0]
        cls.reading._as_step().charge_id = cls.charge

    def billable(self):
        return self.meter._billable(self.units, "water", *NOVEMBER)

    def test_once(self):
        self.assertFalse(self.billable())
        self.reading._as_step().charge_id = False
        self.assertEqual(self.billable(), {self.unit: self.reading})
        self.assertFalse(self.meter._billable(self.units, "gas", *NOVEMBER))
        self.assertFalse(self.meter._billable(self.units[1:], "water", *NOVEMBER))

    def test_a_run_that_is_undone_frees_it(self):
        self.bill_run.action_undo()
        self.assertEqual(self.charge.state, "cancelled")
        self.assertEqual(self.billable(), {self.unit: self.reading})

    def test_what_comes_late_does_not_change_it(self):
        late = self.read_meter(self.meter, "2026-11-15", 105)
        self.assertEqual((late.state, late.hold), ("held", "billed"))
        self.assertEqual(self.reading.quantity, 10)

    def test_it_is_corrected_and_not_set_aside(self):
        with self.assertRaisesRegex(UserError, "billed"):
            self.reading.action_set_aside("Wrong")
        new = self.reading.action_correct(109, "Misread")
        self.assertEqual(self.billable(), {self.unit: new})
        self.assertEqual(new.corrects_id.charge_id, self.charge)
        self.assertEqual(new.quantity, 9)

    def test_what_a_later_bill_counts_from_stays(self):
        with self.assertRaisesRegex(UserError, "billed already"):
            self.before.action_correct(99, "Misread")

    def test_what_is_missing(self):
        missing = self.meter._missing(self.units, "water", *NOVEMBER)
        self.assertEqual(missing, self.meters[1:])
        # one that stands from the last day on has nothing to give yet
        self.meters[1].date_installed = "2026-11-30"
        # one that has only begun was not read, unless it begins on the last day
        self.read_days(self.meters[2], ("2026-11-10", 1))
        missing = self.meter._missing(self.units, "water", *NOVEMBER)
        self.assertEqual(missing, self.meters[2])
        self.read_days(self.meters[2], ("2026-11-30", 2))
        self.assertFalse(self.meter._missing(self.units, "water", *NOVEMBER))

    def test_of_a_replaced_meter_the_new_one_is_missing(self):
        new = self.meters[1]._replace(
            "2026-11-12", {"value": 5}, {"value": 0}, name="W2-new"
        )
        missing = self.meter._missing(self.units, "water", *NOVEMBER)
        self.assertEqual(missing, self.meters[2] + new)

    def test_held_is_missing(self):
        self.read_meter(self.meters[1], "2026-11-30", -1)
        missing = self.meter._missing(self.units, "water", *NOVEMBER)
        self.assertIn(self.meters[1], missing)

    def test_wizards(self):
        """Missing meters are estimated, decisions taken, a meter replaced."""
        second, third = self.meters[1:]
        self.read_days(second, ("2026-09-30", 10), ("2026-10-31", 41))
        wizard = self.env["pm.meter.estimate"].create(
            {
                "property_id": self.estate.id,
                "date_from": NOVEMBER[0],
                "date_to": NOVEMBER[1],
                "reason": "No access",
            }
        )
        self.assertEqual(wizard.meter_ids, second + third)
        wizard.action_estimate()
        estimate = second.reading_ids[0]
        self.assertEqual((estimate.value, estimate.decision), (71, "No access"))
        # nothing is known of the third yet
        self.assertFalse(third.reading_ids)
        decision = self.env["pm.meter.decision"].create(
            {"reading_ids": estimate.ids, "do": "correct", "reason": "Looked again"}
        )
        self.assertEqual(decision.value, 71)
        decision.value = 70
        decision.action_apply()
        states = second.reading_ids.sorted("id").mapped("state")
        self.assertEqual(states[-2:], ["replaced", "good"])
        replacement = self.env["pm.meter.replacement"].create(
            {"meter_id": second.id, "end": 71, "start": 2, "name": "W2-new"}
        )
        self.assertEqual(str(replacement.date), "2026-12-01")
        new = self.env["pm.meter"].browse(replacement.action_apply()["res_id"])
        self.assertEqual((new.last_value, second.last_value), (2, 71))
        gone = self.env["pm.meter.replacement"].create(
            {"meter_id": third.id, "end": 9, "is_replaced": False}
        )
        gone.action_apply()
        self.assertTrue(third.date_removed)
