import io
import unicodedata

from psycopg2 import IntegrityError
from PyPDF2 import PdfReader

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestReceipt(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.october = cls.bill("2026-10-01", "2026-10-31")
        cls.november = cls.bill("2026-11-01", "2026-11-30")

    def lines(self, receipt):
        return [
            (line.date_from.month, line.fee_item_id.code, line.amount, line.is_full)
            for line in receipt.line_ids.sorted(
                lambda line: (line.date_from, line.charge_id.id)
            )
        ]

    def test_all_that_is_open(self):
        receipt = self.receive(self.owner, 524.0)
        self.assertRegex(receipt.name, r"^RC/2026/\d{6}$")
        self.assertRecordValues(
            receipt,
            [
                {
                    "amount": 524.0,
                    "amount_applied": 524.0,
                    "amount_prepaid": 0.0,
                    "state": "posted",
                    "kind": "money",
                    "journal_id": self.cash.id,
                    "estate_id": self.estate.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual(
            self.lines(receipt),
            [
                (10, "service", 250.0, True),
                (10, "facilities", 12.0, True),
                (11, "service", 250.0, True),
                (11, "facilities", 12.0, True),
            ],
        )
        # the money is in the till, not outstanding
        money = receipt.move_id.line_ids.filtered("debit")
        self.assertEqual(money.account_id, self.cash.default_account_id)
        self.assertEqual(
            set(
                self.october.move_ids.filtered("pm_charge_ids").mapped("payment_state")
            ),
            {"paid", "not_paid"},
        )
        self.assertEqual(receipt.payment_id.state, "paid")
        self.assertLedgerTies()

    def test_oldest_first(self):
        receipt = self.receive(self.owner, 300.0)
        self.assertEqual(
            self.lines(receipt),
            [
                (10, "service", 250.0, True),
                (10, "facilities", 12.0, True),
                (11, "service", 38.0, False),
            ],
        )
        receipt = self.receive(self.owner, 212.0)
        self.assertEqual(self.lines(receipt), [(11, "service", 212.0, True)])
        self.assertLedgerTies()

    def test_over_payment_is_a_liability(self):
        receipt = self.receive(self.owner, 600.0)
        self.assertRecordValues(
            receipt, [{"amount_applied": 524.0, "amount_prepaid": 76.0}]
        )
        account = self.company.pm_prepayment_account_id
        self.assertEqual(account.account_type, "liability_current")
        line = receipt.move_id.line_ids.filtered(lambda row: row.account_id == account)
        self.assertRecordValues(line, [{"balance": -76.0, "partner_id": self.owner.id}])
        self.assertEqual(self.prepaid(), 76.0)
        self.assertEqual(self.owner.pm_prepaid, 76.0)
        self.assertEqual(self.owners[1].pm_prepaid, 0.0)
        self.assertLedgerTies()

    def test_nothing_open(self):
        """Who pays ahead has a prepayment and owes nothing less for it."""
        self.receive(self.owner, 524.0)
        receipt = self.receive(self.owner, 1000.0, property_id=self.unit.id)
        self.assertRecordValues(
            receipt,
            [{"amount_applied": 0.0, "amount_prepaid": 1000.0, "line_ids": []}],
        )
        self.assertEqual(self.prepaid(), 1000.0)
        self.assertEqual(self.owner.pm_prepaid, 1000.0)
        self.assertLedgerTies()

    def test_use_of_a_prepayment(self):
        self.receive(self.owner, 524.0)
        self.receive(self.owner, 300.0, property_id=self.unit.id)
        self.bill("2026-12-01", "2027-01-31")
        receipt = self.env["pm.receipt"]._use_prepayment(
            self.owner, self.open_charges(self.owner)
        )
        self.assertRecordValues(
            receipt,
            [
                {
                    "kind": "prepaid",
                    "amount": 300.0,
                    "amount_applied": 300.0,
                    "amount_prepaid": 0.0,
                    "journal_id": False,
                }
            ],
        )
        self.assertEqual(self.lines(receipt)[0], (12, "service", 250.0, True))
        self.assertEqual(self.prepaid(), 0.0)
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertEqual(sum(receipt.line_ids.mapped("amount")), 300.0)
        self.assertLedgerTies()
        self.assertFalse(
            self.env["pm.receipt"]._use_prepayment(
                self.owner, self.open_charges(self.owner)
            )
        )

    def test_a_prepayment_is_used_as_far_as_something_is_open(self):
        self.receive(self.owner, 1024.0)
        self.bill("2026-12-01", "2026-12-31")
        receipt = self.env["pm.receipt"]._use_prepayment(
            self.owner, self.open_charges(self.owner)
        )
        self.assertEqual(receipt.amount, 262.0)
        self.assertEqual(self.prepaid(), 238.0)
        self.assertEqual(self.owner.pm_prepaid, 238.0)
        self.assertLedgerTies()

    # -- cancel --------------------------------------------------------------

    def test_cancel_reopens(self):
        receipt = self.receive(self.owner, 600.0)
        receipt._cancel("Test")
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(
            sum(self.open_charges(self.owner).mapped("amount_residual")), 524.0
        )
        self.assertEqual(self.prepaid(), 0.0)
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        till = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.cash.default_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertAlmostEqual(sum(till.mapped("balance")), 0.0, 2)
        self.assertLedgerTies()
        # what it had settled stays readable; a second time changes nothing
        self.assertEqual(len(receipt.line_ids), 4)
        receipt._cancel("Test")
        self.assertLedgerTies()

    def test_cancel_keeps_the_books(self):
        """The entry is reversed, not taken out: an earlier month may be closed."""
        receipt = self.receive(self.owner, 100.0)
        entry, payment = receipt.move_id, receipt.payment_id
        receipt._cancel("Test")
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.reversal_move_ids.state, "posted")
        self.assertEqual(payment.state, "canceled")
        both = (entry + entry.reversal_move_ids).line_ids
        for account, lines in both.grouped("account_id").items():
            self.assertEqual(sum(lines.mapped("balance")), 0.0, account.name)

    def test_cancel_of_a_used_prepayment_is_refused(self):
        receipt = self.receive(self.owner, 600.0)
        self.bill("2026-12-01", "2026-12-31")
        used = self.env["pm.receipt"]._use_prepayment(
            self.owner, self.open_charges(self.owner)
        )
        with self.assertRefused(UserError, "Cancel the receipts that used it"):
            receipt._cancel("Test")
        self.assertEqual(receipt.state, "posted")
        used._cancel("Test")
        self.assertEqual(self.owner.pm_prepaid, 76.0)
        self.assertEqual(
            sum(self.open_charges(self.owner).mapped("amount_residual")), 262.0
        )
        self.assertLedgerTies()
        receipt._cancel("Test")
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertEqual(self.prepaid(), 0.0)
        self.assertLedgerTies()

    def test_a_prepayment_given_back_can_be_used_again(self):
        self.receive(self.owner, 600.0)
        self.bill("2026-12-01", "2026-12-31")
        Receipt = self.env["pm.receipt"]
        Receipt._use_prepayment(self.owner, self.open_charges(self.owner))._cancel(
            "Test"
        )
        again = Receipt._use_prepayment(self.owner, self.open_charges(self.owner))
        self.assertEqual(again.amount, 76.0)
        self.assertEqual(self.prepaid(), 0.0)
        self.assertLedgerTies()

    # -- merged ----------------------------------------------------------------

    def test_customers_who_become_one(self):
        """Both have paid; their receipts, bills and prepayments come together."""
        receipts = self.receive(self.owner, 600.0) + self.receive(self.owners[1], 10.0)
        self.assertEqual(receipts.mapped("turn"), [1, 1])
        names = receipts.mapped("name")
        root = self.env.ref("base.user_root")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(root)
        wizard.create({})._merge(
            (self.owner | self.owners[1]).ids, self.owner, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(receipts.partner_id, self.owner)
        self.assertEqual(receipts.mapped("name"), names)
        self.receive(self.owner, 20.0)
        self.assertEqual(self.owner.pm_prepaid, 76.0)
        self.assertLedgerTies()

    # -- refused -------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_no_amount(self):
        for amount in (0, -5, 0.001):
            with self.subTest(amount=amount):
                with self.assertRefused(UserError, "above zero"):
                    self.receive(self.owner, amount)
        with self.assertRaises(IntegrityError):
            self.receive(self.owner, 1.0).sudo()._as_step().amount = -1
            self.env.flush_all()

    def test_a_journal_without_an_account(self):
        journal = self.env["account.journal"].create(
            {"name": "Broken", "code": "BRK", "type": "cash"}
        )
        journal.default_account_id = False
        with self.assertRefused(UserError, "has no account"):
            self.env["pm.receipt"]._receive(
                self.owner, self.open_charges(self.owner), 10.0, journal
            )

    def test_receipts_stay_on_record(self):
        receipt = self.receive(self.owner, 10.0)
        with self.assertRefused(ValidationError, "stay on record"):
            receipt.sudo().unlink()

    # -- printed -------------------------------------------------------------

    def test_printed(self):
        receipt = self.receive(self.owner, 600.0, memo="十一月")
        self.assertEqual(
            receipt.action_print()["report_name"], "pm_billing.report_receipt"
        )
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("pm_billing.pm_receipt_report", receipt.ids)
        )
        self.assertEqual((kind, content[:4]), ("pdf", b"%PDF"))
        pdf = PdfReader(io.BytesIO(content))
        self.assertEqual(len(pdf.pages), 1)
        # fonts share the glyphs of some characters with those of radicals
        text = unicodedata.normalize("NFKC", pdf.pages[0].extract_text())
        for part in ("王小明", "十一月", receipt.name, "600.00", "76.00", "250.00"):
            with self.subTest(part=part):
                self.assertIn(part, text)
