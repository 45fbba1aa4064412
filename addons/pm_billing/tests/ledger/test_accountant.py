"""What an accountant can do in Odoo's own screens to what runs and receipts booked.

Each action is refused with a way out, or charges and receipts follow it. Charges,
receipts and the ledger agree after each of them, whichever it was.
"""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestAccountant(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill_run = cls.bill()
        cls.accountant = cls.make_staff(
            "pm_accountant",
            "account.group_account_manager,account.group_account_user",
        )
        # one bill is open, one is paid by a receipt with a rest kept as prepayment
        cls.open_bill, cls.paid_bill, cls.other_bill = (
            cls.bill_run.move_ids.filtered(
                lambda move, owner=owner: move.partner_id == owner
            )
            for owner in cls.owners
        )
        cls.receipt = cls.receive(cls.owners[1], 300.0)
        cls.payment = cls.receipt.payment_id
        cls.used = cls.receive(cls.owners[2], 400.0)
        cls.december = cls.bill("2026-12-01", "2026-12-31", scope=cls.units[2])
        cls.using = cls.env["pm.receipt"]._use_prepayment(
            cls.owners[2], cls.december.charge_ids
        )
        cls.cancelled = cls.receive(cls.owners[0], 10.0)
        cls.cancelled._cancel("Test")
        cls.undone = cls.bill("2027-01-01", "2027-01-31", scope=cls.units[0])
        cls.undone_bill = cls.undone.move_ids
        cls.undone.action_undo()
        cls.env.flush_all()

    def as_accountant(self, records):
        return records.with_user(self.accountant)

    def receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def part(self, move):
        lines = self.receivable_lines(move)
        return (lines.matched_debit_ids | lines.matched_credit_ids)[:1]

    def assertReceiptsTie(self):
        """A posted receipt has its entry in the books; a cancelled one has two."""
        for receipt in self.env["pm.receipt"].search(
            [("company_id", "=", self.company.id)]
        ):
            entry = receipt.move_id
            self.assertEqual(entry.state, "posted", receipt.name)
            if receipt.state == "cancelled":
                both = (entry | entry.reversal_move_ids).line_ids
                self.assertEqual(sum(both.mapped("balance")), 0.0)
                self.assertEqual(entry.reversal_move_ids.mapped("state"), ["posted"])
                continue
            settled = self.receivable_lines(entry)
            self.assertAlmostEqual(
                -sum(settled.mapped("balance")), receipt.amount_applied, 2
            )
            self.assertEqual(set(settled.mapped("reconciled")), {True}, receipt.name)
            if receipt.payment_id:
                self.assertEqual(receipt.payment_id.amount, receipt.amount)

    def test_refused(self):
        """Whoever calls it, by the button or by any other call."""
        bill, entry, payment = self.open_bill, self.receipt.move_id, self.payment
        debt = self.receivable_lines(bill)
        income = bill.invoice_line_ids[:1]
        reversal = self.cancelled.move_id.reversal_move_ids
        undo = self.undone_bill.reversal_move_ids
        run, receipt = "Undo the bill run", "Cancel the receipt"
        stays, closed = "stay as they are", "is not written by hand"
        actions = [
            ("bill: reset", bill, "button_draft", [], run),
            ("bill: cancel", bill, "button_cancel", [], run),
            ("bill: delete", bill, "unlink", [], run),
            ("bill: state", bill, "write", [{"state": "draft"}], run),
            ("bill: off", bill, "write", [{"state": "cancel"}], run),
            ("bill: payer", bill, "write", [{"partner_id": self.owners[2].id}], run),
            ("bill: run", bill, "write", [{"pm_bill_run_id": False}], closed),
            ("bill: line", income, "write", [{"price_unit": 1.0}], run),
            ("bill: line gone", income, "unlink", [], run),
            ("bill: debt", debt, "write", [{"partner_id": self.owners[2].id}], run),
            (
                "bill: lines",
                bill,
                "write",
                [{"invoice_line_ids": [Command.update(income.id, {"quantity": 9})]}],
                run,
            ),
            (
                "bill: account",
                debt,
                "write",
                [{"account_id": self.company_data["default_account_expense"].id}],
                run,
            ),
            ("paid bill: reset", self.paid_bill, "button_draft", [], run),
            (
                "paid bill: all credited",
                self.paid_bill,
                "_reverse_moves",
                [[{"invoice_date": date(2026, 11, 10)}], True],
                receipt,
            ),
            ("undone bill: reset", self.undone_bill, "button_draft", [], stays),
            ("undone bill: reverse", self.undone_bill, "_reverse_moves", [], stays),
            ("undo: reset", undo, "button_draft", [], stays),
            ("undo: apart", self.part(undo), "unlink", [], stays),
            ("payment: draft", payment, "action_draft", [], receipt),
            ("payment: cancel", payment, "action_cancel", [], receipt),
            ("payment: reject", payment, "action_reject", [], receipt),
            ("payment: delete", payment, "unlink", [], receipt),
            ("payment: amount", payment, "write", [{"amount": 1.0}], receipt),
            ("payment: state", payment, "write", [{"state": "draft"}], receipt),
            (
                "payment: payer",
                payment,
                "write",
                [{"partner_id": self.owners[0].id}],
                receipt,
            ),
            ("entry: reset", entry, "button_draft", [], receipt),
            ("entry: cancel", entry, "button_cancel", [], receipt),
            ("entry: delete", entry, "unlink", [], receipt),
            ("entry: reverse", entry, "_reverse_moves", [], receipt),
            ("entry: apart", self.part(entry), "unlink", [], receipt),
            (
                "entry: from the bill",
                self.paid_bill,
                "js_remove_outstanding_partial",
                [self.part(entry).id],
                receipt,
            ),
            ("entry: lines", entry.line_ids, "remove_move_reconcile", [], receipt),
            ("entry: line", entry.line_ids[:1], "write", [{"debit": 1.0}], receipt),
            ("use: reset", self.using.move_id, "button_draft", [], receipt),
            ("use: apart", self.part(self.using.move_id), "unlink", [], receipt),
            ("cancelled: reset", self.cancelled.move_id, "button_draft", [], stays),
            (
                "cancelled: payment",
                self.cancelled.payment_id,
                "action_draft",
                [],
                stays,
            ),
            ("cancellation: reset", reversal, "button_draft", [], stays),
            ("cancellation: reverse", reversal, "_reverse_moves", [], stays),
        ]
        context = {
            "force_delete": True,
            "skip_readonly_check": True,
            "check_move_validity": False,
            "pm_booking": "object",
        }
        for name, records, method, arguments, way_out in actions:
            for marks in ({}, context):
                with self.subTest(name, marks=bool(marks)):
                    self.assertTrue(records, name)
                    target = self.as_accountant(records).with_context(**marks)
                    with self.assertRefused(UserError, way_out):
                        getattr(target, method)(*arguments)
                    self.env.invalidate_all()
                    self.assertLedgerTies()
                    self.assertReceiptsTie()

    def test_a_line_more(self):
        lines = [
            {
                "move_id": self.open_bill.id,
                "account_id": self.company_data["default_account_revenue"].id,
                **amounts,
            }
            for amounts in ({"debit": 5.0}, {"credit": 5.0})
        ]
        with self.assertRefused(UserError, "Undo the bill run"):
            self.as_accountant(self.env["account.move.line"]).create(lines)

    def test_followed(self):
        """What charges follow: money, credits, write-offs, another due date."""
        bill = self.as_accountant(self.open_bill)
        charges = self.open_bill.pm_charge_ids

        def credit_note():
            note = bill._reverse_moves([{"invoice_date": date(2026, 11, 10)}])
            kept = note.invoice_line_ids[0]
            (note.invoice_line_ids - kept).unlink()
            kept.price_unit = 50.0
            note.action_post()
            return note

        note = credit_note()
        self.assertEqual(sum(charges.mapped("amount_credited")), 50.0)
        self.assertLedgerTies()
        # reset and posted again, changed in between: the charges follow each step
        note.button_draft()
        self.assertEqual(sum(charges.mapped("amount_credited")), 0.0)
        self.assertLedgerTies()
        note.invoice_line_ids.price_unit = 30.0
        note.action_post()
        self.receivable_lines(note | bill).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        self.assertEqual(sum(charges.mapped("amount_credited")), 30.0)
        self.assertLedgerTies()
        payment = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"amount": 100.0})
            ._create_payments()
        )
        self.assertEqual(sum(charges.mapped("amount_paid")), 100.0)
        self.assertLedgerTies()
        payment.action_draft()
        self.assertEqual(sum(charges.mapped("amount_paid")), 0.0)
        self.assertLedgerTies()
        payment.action_cancel()
        bill.invoice_date_due = date(2026, 12, 31)
        self.env.flush_all()
        self.assertEqual(set(charges.mapped("date_due")), {date(2026, 12, 31)})
        bill.invoice_line_ids[:1].name = "Said otherwise"
        self.assertLedgerTies()
        self.assertReceiptsTie()

    def test_a_draft_settles_nothing(self):
        debt = self.receivable_lines(self.open_bill)
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {"account_id": self.cash.default_account_id.id, "debit": 50.0}
                    ),
                    Command.create(
                        {
                            "account_id": debt.account_id.id,
                            "partner_id": self.owners[0].id,
                            "credit": 50.0,
                        }
                    ),
                ]
            }
        )
        lines = self.as_accountant(self.receivable_lines(entry) | debt)
        with self.assertRefused(UserError, "a draft settles no bill"):
            lines.reconcile()
        entry.action_post()
        lines.reconcile()
        self.assertEqual(self.open_bill.amount_residual, 212.0)
        charges = self.open_bill.pm_charge_ids
        self.assertEqual(sum(charges.mapped("amount_paid")), 50.0)
        self.assertLedgerTies()

    def test_a_credit_note_takes_back_what_is_open(self):
        for bill, is_refused in [(self.paid_bill, True), (self.open_bill, False)]:
            note = self.as_accountant(bill)._reverse_moves(
                [{"invoice_date": date(2026, 11, 10)}]
            )
            with self.subTest(bill=bill.partner_id.name):
                if is_refused:
                    with self.assertRefused(UserError, "Cancel the receipt"):
                        note.action_post()
                else:
                    note.action_post()
                    self.assertEqual(bill.amount_residual, 0.0)
                self.assertLedgerTies()

    def test_our_own_steps_go_on(self):
        """What is refused to others is done by cancelling and undoing."""
        self.receipt._cancel("Test")
        self.assertReceiptsTie()
        self.bill_run.action_undo()
        self.assertEqual(
            set((self.open_bill | self.paid_bill).pm_charge_ids.mapped("state")),
            {"cancelled"},
        )
        self.assertLedgerTies()
        self.assertReceiptsTie()
