"""What goes through a master meter and is counted by none behind it."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from .meters_common import MeterCase


@freeze_time("2026-12-01 02:00:00")
class TestLoss(MeterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.master = cls.make_meter(cls.estate, "M1", kind="master")
        cls.meters.parent_id = cls.master
        for meter, first, second in (
            (cls.master, 1000, 1050),
            (cls.meters[0], 100, 120),
            (cls.meters[1], 100, 125),
        ):
            cls.read_days(meter, ("2026-09-30", first), ("2026-10-31", second))

    def test_loss(self):
        """50 through the master, 45 through those read: 5 lost, 10 %."""
        loss = self.env["pm.meter.loss"].search([("meter_id", "=", self.master.id)])
        self.assertRecordValues(
            loss,
            [
                {
                    "quantity": 50,
                    "below": 45,
                    "loss": 5,
                    "rate": 10,
                    "meter_count": 3,
                    "read_count": 2,
                }
            ],
        )
        self.assertEqual(self.master.loss_rate, 10)
        self.assertEqual(self.master.child_count, 3)

    def test_the_kpi_counts_months_that_were_read_whole(self):
        """The third flat is read late: before, its water would look lost."""
        kpi = self.env.ref("pm_billing.kpi_water_loss")
        october = (date(2026, 10, 1), date(2026, 10, 31))
        scope = {"estate": self.estate}
        self.assertIsNone(kpi._measure(*october, scope))
        self.read_days(self.meters[2], ("2026-09-30", 0), ("2026-10-31", 3))
        self.assertEqual(kpi._measure(*october, scope)[:2], (2.0, 50.0))
        self.assertEqual(kpi._measure(*october, scope).value, 4)
        power = self.env.ref("pm_billing.kpi_power_loss")
        self.assertIsNone(power._measure(*october, scope))

    def test_a_rate_of_all_is_weighted(self):
        other = self.make_meter(self.building, "M2", kind="master")
        inner = self.make_meter(self.building, "S2", kind="shared", parent_id=other.id)
        self.read_days(other, ("2026-09-30", 0), ("2026-10-31", 150))
        self.read_days(inner, ("2026-09-30", 0), ("2026-10-31", 105))
        [(rate, loss)] = self.env["pm.meter.loss"]._read_group(
            [("meter_id", "in", (self.master + other).ids)],
            [],
            ["rate:avg", "loss:sum"],
        )
        self.assertEqual((loss, rate), (50, 25))

    def test_a_replaced_meter_counts_with_the_new_one(self):
        new = self.meters[0]._replace(
            "2026-11-10", {"value": 124}, {"value": 0}, name="W1-new"
        )
        self.assertEqual(new.parent_id, self.master)
        self.read_days(new, ("2026-11-30", 6))
        self.read_days(self.meters[1], ("2026-11-30", 140))
        self.read_days(self.master, ("2026-11-30", 1075))
        loss = self.env["pm.meter.loss"].search(
            [("meter_id", "=", self.master.id), ("month", "=", "2026-11-01")]
        )
        self.assertEqual((loss.quantity, loss.below), (25, 25))

    def test_a_new_master_has_the_meters_behind_it(self):
        new = self.master._replace(
            "2026-11-10", {"value": 1060}, {"value": 0}, name="M1-new"
        )
        self.assertEqual(self.meters.parent_id, new)

    def test_a_tree(self):
        power = self.make_meter(self.unit, "E1", medium="electricity")
        with self.assertRaisesRegex(ValidationError, "medium"):
            power.parent_id = self.master
        # behind itself
        with self.assertRaises(UserError):
            self.master.parent_id = self.meters[0]
