from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase

NO_ACCOUNT = "no such account"


@freeze_time("2026-11-10")
class TestPeers(BillingCase):
    """What breaks bill runs elsewhere does not break this one.

    Each test names where it was reported. What two processes do at the same moment is
    in ``tests/test_jobs.py``, what accountants do in ``ledger/test_accountant.py``.
    """

    def test_one_bad_record_blocks_nothing(self):
        """OCA contract pull 1459, issues 781, 782: one bad contract blocks the batch,
        and accountants cannot see which."""
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        bad = self.units[1]
        plain = type(run)._prepare_invoice

        def broken(run, charges):
            if charges.property_id == bad:
                raise UserError(NO_ACCOUNT)
            return plain(run, charges)

        with patch.object(type(run), "_prepare_invoice", broken):
            run.action_confirm()
        self.assertEqual(run.invoice_count, 2)
        self.assertIn(bad.display_name, run.exception_ids.message)
        run.action_retry_failed()
        self.assertEqual((run.invoice_count, run.exception_count), (3, 0))

    def test_a_fee_without_an_end(self):
        """OCA contract pull 1456: one without a next date rolled back every invoice."""
        fee = self.make_fee(self.unit)
        self.assertFalse(fee.date_to)
        self.assertEqual(len(self.bill().charge_ids), 1)

    def test_backlog_in_one_bill(self):
        """OCA contract pull 1512: one period a run only."""
        self.make_fee(self.unit)
        run = self.bill("2026-08-01", "2026-11-30")
        self.assertEqual(len(run.move_ids), 1)
        self.assertEqual(len(run.charge_ids), 4)

    def test_pressed_again(self):
        """OCA contract pull 1473: two invoices for one period."""
        self.make_fees()
        run = self.bill()
        run.action_confirm()
        self.assertFalse(self.bill().charge_ids)
        self.assertEqual(len(run.move_ids), 3)

    def test_undone_opens_exactly_its_period(self):
        """OCA contract issues 381, 512: what was deleted leaves the next date wrong."""
        self.make_fee(self.unit)
        self.bill("2026-10-01", "2026-10-31")
        run = self.bill()
        run.action_undo()
        again = self.bill("2026-10-01", "2026-12-31")
        self.assertEqual(
            self.days_of(again.charge_ids),
            [("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31")],
        )

    def test_ended(self):
        """OCA contract pulls 853, 739: an ended line stays invoiceable, or breaks."""
        fee = self.make_fee(self.unit)
        fee.date_to = "2026-11-15"
        self.assertEqual(self.bill().charge_ids.amount, 125.0)
        self.assertFalse(self.bill("2026-12-01", "2026-12-31").charge_ids)

    def test_another_cycle_or_timing(self):
        """PropMS pulls 56, 83: changing the days in advance re-dated what was there.
        Here no day is charged twice and none is lost."""
        fee = self.make_fee(self.unit, date_from="2026-01-01")
        self.bill("2026-01-01", "2026-05-31")
        self.service.cycle = 3
        self.bill("2026-01-01", "2026-12-31")
        self.service.write({"cycle": 1, "timing": "arrears"})
        self.bill("2026-01-01", "2026-12-31")
        days = []
        for charge in fee.charge_ids:
            length = (charge.date_to - charge.date_from).days + 1
            days += [charge.date_from + timedelta(days=day) for day in range(length)]
        self.assertEqual(len(days), len(set(days)))
        self.assertEqual(
            set(days), {date(2026, 1, 1) + timedelta(days=day) for day in range(365)}
        )

    def test_a_part_of_a_month(self):
        """OCA contract issue 197: a full month billed for five days."""
        self.make_fee(self.unit, date_from="2026-11-26")
        self.assertEqual(self.bill().charge_ids.amount, 41.67)

    def test_lines_and_their_sum(self):
        """OCA OCB issue 1221: ten lines of one are 38.00, one of ten is 37.98. What is
        rounded is a setting, and invoice and charges agree at each."""
        for number in range(10):
            item = self.make_item(f"n{number}", method="fixed", surcharge=3.798)
            self.make_fee(self.unit, item)
        run = self.bill()
        self.assertEqual(run.amount_total, run.move_ids.amount_total)
        self.assertLedgerTies()

    def test_the_day_is_the_estates(self):
        """InvoiceShelf issue 491: bills of the first are dated yesterday."""
        self.estate.tz = "Asia/Shanghai"
        with freeze_time("2026-11-30 17:00:00"):
            run = (
                self.env["pm.bill.run"]
                .with_context(tz="Asia/Shanghai")
                .create({"property_id": self.estate.id})
            )
        self.assertEqual(str(run.date_from), "2026-12-01")
