from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase


class TestReceiptNumber(BillingCase):
    def numbers(self, *dates):
        return [self.receive(self.owner, 1.0, date=day).name for day in dates]

    def test_one_after_the_other_by_year(self):
        self.assertEqual(
            self.numbers("2026-11-10", "2027-01-01", "2026-11-09", "2027-01-02"),
            [
                "RC/2026/000001",
                "RC/2027/000001",
                "RC/2026/000002",
                "RC/2027/000002",
            ],
        )

    def test_what_is_rolled_back_leaves_no_gap(self):
        self.assertEqual(self.numbers("2026-11-10"), ["RC/2026/000001"])
        for _attempt in range(3):
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                self.receive(self.owner, 1.0, date="2026-11-10")
                raise ZeroDivisionError
        with self.assertRefused(UserError, "above zero"):
            self.receive(self.owner, 0.0, date="2026-11-10")
        self.assertEqual(self.numbers("2026-11-10"), ["RC/2026/000002"])

    def test_by_company(self):
        self.numbers("2026-11-10")
        other = self.setup_other_company()
        company = other["company"]
        receipt = (
            self.env["pm.receipt"]
            .with_company(company)
            ._receive(
                self.make_partner("Elsewhere"),
                self.env["pm.charge"],
                1.0,
                other["default_journal_cash"],
                date="2026-11-10",
            )
        )
        self.assertEqual(
            (receipt.company_id, receipt.name), (company, "RC/2026/000001")
        )

    def test_a_number_that_is_taken_is_passed_over(self):
        """As if another booking had taken it since this one began."""
        first = self.receive(self.owner, 1.0, date="2026-11-10")
        second = self.receive(self.owner, 1.0, date="2026-11-10")
        self.assertFalse(
            second._take_number(first.series, first.number, first.name),
        )
        self.assertTrue(second._take_number(first.series, 3, "RC/2026/000003"))

    @freeze_time("2026-11-10")
    def test_the_format_is_that_of_the_sequence(self):
        sequence = self.env.ref("pm_billing.sequence_pm_receipt")
        sequence.write({"prefix": "SJ%(range_year)s-", "suffix": "号", "padding": 4})
        receipt = self.receive(self.owner, 1.0)
        self.assertEqual(receipt.name, "SJ2026-0001号")
        sequence.unlink()
        with self.assertRefused(UserError, "no sequence"):
            self.receive(self.owner, 1.0)

    @freeze_time("2026-11-10")
    def test_the_entry_carries_it(self):
        receipt = self.receive(self.owner, 300.0)
        self.assertEqual(receipt.move_id.ref, receipt.name)
        self.assertEqual(receipt.payment_id.memo, receipt.name)

    @freeze_time("2026-11-10")
    def test_old_numbers_are_kept(self):
        receipts = self.receive(self.owner, 1.0) + self.receive(self.owner, 1.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_receipt SET series = NULL, number = NULL, turn = NULL,"
            " name = 'RC/2026/000300' WHERE id = %s",
            [receipts[0].id],
        )
        self.migrate("pm_billing", "19.0.1.3.0/post-receipt_number")
        self.env.invalidate_all()
        self.assertRecordValues(
            receipts[0],
            [{"name": "RC/2026/000300", "series": "RC/2026/", "number": 300}],
        )
        self.assertEqual(self.receive(self.owner, 1.0).name, "RC/2026/000301")
