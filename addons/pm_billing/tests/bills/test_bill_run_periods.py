from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillRunPeriods(BillingCase):
    """Each day of a fee is charged once, whatever runs meet."""

    def test_twice_bills_nothing_twice(self):
        self.make_fees()
        first = self.bill()
        again = self.bill()
        self.assertRecordValues(
            again, [{"charge_count": 0, "invoice_count": 0, "exception_count": 0}]
        )
        first.action_confirm()
        self.assertEqual(len(first.move_ids), 3)
        with self.assertRefused(UserError, "state Billed"):
            first.action_prepare()

    def test_two_prepared_runs(self):
        """The second finds what the first has prepared and leaves it alone."""
        self.make_fees()
        first, second = self.make_run(), self.make_run()
        first.action_prepare()
        second.action_prepare()
        self.assertEqual((first.charge_count, second.charge_count), (6, 0))
        second.action_confirm()
        first.action_confirm()
        self.assertEqual(len((first | second).move_ids), 3)

    def test_scopes_that_overlap(self):
        self.make_fees()
        flat = self.bill(scope=self.unit)
        whole = self.bill(scope=self.building)
        self.assertEqual(flat.charge_ids.property_id, self.unit)
        self.assertEqual(whole.charge_ids.property_id, self.units[1:])
        self.assertEqual(self.bill().charge_count, 0)

    def test_periods_that_overlap(self):
        self.make_fee(self.unit)
        self.bill("2026-10-01", "2026-11-30")
        later = self.bill("2026-11-01", "2026-12-31")
        self.assertEqual(self.days_of(later.charge_ids), [("2026-12-01", "2026-12-31")])
        inside = self.bill("2026-11-10", "2026-11-20")
        self.assertFalse(inside.charge_ids)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_charge(self):
        fee = self.make_fee(self.unit)
        charge = self.bill().charge_ids
        vals = {
            "fee_id": fee.id,
            "fee_item_id": self.service.id,
            "property_id": self.unit.id,
            "partner_id": self.owner.id,
            "amount": 1.0,
        }
        for first, last in [
            ("2026-11-30", "2026-12-31"),
            ("2026-10-01", "2026-11-01"),
            ("2026-11-10", "2026-11-10"),
        ]:
            with self.subTest(first=first), self.assertRaises(IntegrityError):
                self.env["pm.charge"].sudo()._as_step().create(
                    {**vals, "date_from": first, "date_to": last}
                )
        self.env["pm.charge"].sudo()._as_step().create(
            {**vals, "date_from": "2026-12-01", "date_to": "2026-12-31"}
        )
        self.assertEqual(len(charge), 1)

    def test_quarter_and_arrears(self):
        quarter = self.make_item("quarter", price=1, cycle=3)
        arrears = self.make_item("arrears", price=1, cycle=3, timing="arrears")
        self.make_fee(self.unit, quarter)
        self.make_fee(self.unit, arrears)
        found = {}
        for month in range(10, 13):
            run = self.bill(f"2026-{month}-01", f"2026-{month}-28")
            # December ends on the 31st: arrears fall due with it
            found[month] = [
                (row.fee_item_id.code, *self.days_of(row)[0]) for row in run.charge_ids
            ]
        run = self.bill("2026-12-29", "2026-12-31")
        found["end"] = [
            (row.fee_item_id.code, *self.days_of(row)[0]) for row in run.charge_ids
        ]
        self.assertEqual(
            found,
            {
                10: [("quarter", "2026-10-01", "2026-12-31")],
                11: [],
                12: [],
                "end": [("arrears", "2026-10-01", "2026-12-31")],
            },
        )

    def test_a_unit_sold_within_the_month(self):
        """Two fees tile the month: each pays the days it holds."""
        first = self.make_fee(self.unit, date_to="2026-11-14")
        second = self.make_fee(
            self.unit, date_from="2026-11-15", partner_id=self.owners[1].id
        )
        run = self.bill()
        amounts = {row.fee_id: row.amount for row in run.charge_ids}
        self.assertEqual(amounts, {first: 116.67, second: 133.33})
        self.assertEqual(run.amount_total, 250.0)
