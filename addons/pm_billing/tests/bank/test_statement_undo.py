"""What was matched and is taken back: its money is on a list again, and can be used."""

from unittest.mock import patch

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from . import statement_samples as samples
from .bank_case import BankCase


@freeze_time("2026-11-10")
class TestStatementUndo(BankCase):
    def make_receipt(self, line, partner=None):
        """What *Make Receipt* does."""
        dialog = self.env["pm.statement.payer"].create(
            {"line_id": line.id, "partner_id": (partner or self.owner).id}
        )
        self.assertEqual(dialog.amount, line._pm_left())
        dialog.action_make()
        return self.env["pm.receipt"].search(
            [("request_key", "=", f"statement-{line.id}"), ("state", "=", "posted")]
        )

    def assertOpen(self, line, amount):
        """Its money stands on the suspense account, on the list of what is left."""
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.pm_matched_by)
        self.assertEqual(line._pm_left(), amount)
        _liquidity, suspense, _other = line._seek_for_lines()
        self.assertEqual(sum(suspense.mapped("balance")), -amount)

    def test_a_cancelled_receipt_opens_its_line(self):
        receipt = self.take(262.0, self.bank)
        line = self.read_transfers(("转账", 262.0, "", receipt.name)).line_ids
        self.assertTrue(receipt.is_matched)
        receipt._cancel("Wrong customer")
        self.assertOpen(line, 262.0)
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 0.0)
        made = self.make_receipt(line, self.owners[1])
        self.assertEqual((made.partner_id, made.amount), (self.owners[1], 262.0))
        self.assertEqual((line.is_reconciled, made.is_matched), (True, True))
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 0.0)
        self.assertLedgerTies()

    def test_a_receipt_of_a_line_is_made_again(self):
        """Its key is free again when it was cancelled, and only then."""
        line = self.read_transfers(("转账", 262.0, "甲", "")).line_ids
        first = self.make_receipt(line)
        same = {"request_key": first.request_key, "source": "statement"}
        with mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            self.take(5.0, self.bank, **same)
        first._cancel("Wrong customer")
        again = self.make_receipt(line, self.owners[1])
        self.assertEqual(again.request_key, first.request_key)
        self.assertEqual((first.state, again.state), ("cancelled", "posted"))

    def test_unreconciled_on_the_clearing_account(self):
        """*Unreconcile* in the list of journal items opens the line as well: it would
        say that it is matched, and nothing stood for its money."""
        receipt = self.take(262.0, self.bank)
        line = self.read_transfers(("转账", 262.0, "", receipt.name)).line_ids
        items = receipt._clearing_line()
        items.with_context(active_ids=items.ids).action_unreconcile_match_entries()
        self.assertOpen(line, 262.0)
        self.assertFalse(receipt.is_matched)
        self.assertEqual(receipt.state, "posted")
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 262.0)
        line._pm_settle_receipts("reference", receipt)
        self.assertTrue(line.is_reconciled and receipt.is_matched)
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 0.0)
        self.assertLedgerTies()

    def test_a_line_taken_apart_by_hand(self):
        """The receipt stands: it is matched again, and no second one is made."""
        line = self.read_transfers(("转账", 262.0, "甲", "")).line_ids
        receipt = self.make_receipt(line)
        line.unreconcile_bank_line()
        self.assertOpen(line, 262.0)
        self.assertFalse(receipt.is_matched)
        with self.assertRefused(UserError, "receipted already"):
            self.make_receipt(line, self.owners[1])
        self.assertEqual(self.make_receipt(line), receipt)
        self.assertEqual((line.is_reconciled, receipt.is_matched), (True, True))
        self.assertEqual(
            self.env["pm.receipt"].search_count([("source", "=", "statement")]), 1
        )

    def test_an_entry_set_to_draft(self):
        """What is not in the books shows no money."""
        receipt = self.take(262.0, self.bank)
        line = self.read_transfers(("转账", 262.0, "", receipt.name)).line_ids
        line.move_id.button_draft()
        receipt.invalidate_recordset()
        self.assertFalse(receipt.is_matched)
        self.assertFalse(receipt.statement_line_id)
        line.move_id.action_post()
        self.assertOpen(line, 262.0)
        line.pm_file_id.action_match()
        receipt.invalidate_recordset()
        self.assertTrue(receipt.is_matched)
        self.assertLedgerTies()

    def settlement(self):
        """Two payments of WeChat that the bank shows as one, less the fees."""
        receipts = self.take(262.0, self.wechat, channel_ref="4200001")
        receipts |= self.take(100.0, self.wechat, self.owners[1], channel_ref="4200002")
        trades = self.read_in(
            self.wechat,
            samples.wechat_trade(
                [
                    ("2026-11-09 10:01:02", "4200001", "X1", 262.0, 1.572),
                    ("2026-11-09 12:30:00", "4200002", "X2", 100.0, 0.6),
                ]
            ),
        )
        line = self.read_transfers(("财付通结算款", 359.83, "财付通", "")).line_ids
        self.assertEqual(trades.row_ids.settled_by_id, line)
        return receipts, trades, line

    def test_one_receipt_of_a_settlement(self):
        """Only its part is open; the other payment and the fee stay matched."""
        receipts, trades, line = self.settlement()
        receipts[1]._cancel("Wrong customer")
        self.assertOpen(line, 100.0)
        rows = {row.key: row for row in trades.row_ids}
        self.assertEqual(rows["4200001"].settled_by_id, line)
        self.assertFalse(rows["4200002"].settled_by_id)
        self.assertEqual(rows["4200002"].state, "open")
        self.assertIn("was cancelled", rows["4200002"].reason)
        self.assertTrue(receipts[0].is_matched)
        self.assertEqual(self.balance(self.wechat.pm_fee_account_id), 2.17)
        self.assertEqual(self.balance(self.wechat.pm_clearing_account_id), 0.0)
        self.assertLedgerTies()
        again = self.take(100.0, self.wechat, self.owners[2])
        trades.action_match()
        self.assertEqual(
            (rows["4200002"].state, rows["4200002"].receipt_id), ("matched", again)
        )

    def test_a_settlement_taken_apart(self):
        receipts, trades, line = self.settlement()
        line.unreconcile_bank_line()
        self.assertOpen(line, 359.83)
        self.assertFalse(trades.row_ids.settled_by_id)
        line.pm_file_id.action_match()
        self.assertEqual(line.pm_matched_by, "settlement")
        self.assertEqual(trades.row_ids.settled_by_id, line)
        self.assertTrue(all(receipts.mapped("is_matched")))

    def test_money_that_went_back(self):
        """A cancelled receipt and its refund: both rows are answered."""
        receipt = self.take(262.0, self.wechat, channel_ref="4200001")
        paid = ("2026-11-10 10:01:02", "4200001", "X1", 262.0, 1.572)
        file = self.read_in(self.wechat, samples.wechat_trade([paid]))
        receipt._cancel("Paid twice")
        self.assertEqual(file.open_count, 1)
        back = ("2026-11-10 12:00:00", "4200001", "X1", 262.0, -1.572, "503")
        refund = self.read_in(self.wechat, samples.wechat_trade([paid, back]))
        self.assertEqual((refund.new_count, refund.known_count), (1, 1))
        self.assertEqual(refund.row_ids.receipt_id, receipt)
        self.assertEqual((file.open_count, refund.open_count), (0, 0))

    # -- one line that fails stops no other ---------------------------------

    def test_a_line_of_a_closed_day(self):
        """The others are matched, and the line says why it is left."""
        bills = self.open_charges(self.owner).move_id
        other = self.open_charges(self.owners[1]).move_id
        late = ("2026-11-09", "转账", 262.0, 262.0, "某", f"{bills.name} 款")
        sound = ("2026-11-10", "转账", 262.0, 524.0, "某", f"{other.name} 款")
        with patch.object(type(self.env["account.bank.statement.line"]), "_pm_match"):
            file = self.read_in(self.bank, samples.bank_csv([late, sound]))
        # as where an exception to the lock date has ended meanwhile
        with patch.object(type(self.company), "_validate_locks"):
            self.company.fiscalyear_lock_date = "2026-11-09"
        file.action_match()
        first, second = file.line_ids.sorted("date")
        self.assertOpen(first, 262.0)
        self.assertIn("books of", first.pm_problem)
        self.assertEqual((second.pm_matched_by, second.pm_problem), ("bill", False))
        self.assertEqual(file.open_count, 1)
        self.assertTrue(self.open_charges(self.owner))
        self.company.fiscalyear_lock_date = False
        file.action_match()
        self.assertEqual((first.pm_matched_by, first.pm_problem), ("bill", False))
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_a_file_of_a_closed_month(self):
        """It can be read; what cannot be receipted is a list."""
        self.company.fiscalyear_lock_date = "2026-10-31"
        bill = self.open_charges(self.owner).move_id
        rows = [
            ("2026-10-30", "转账", 262.0, 262.0, "某", f"{bill.name} 款"),
            ("2026-11-10", "转账", 5.0, 267.0, "某", ""),
        ]
        file = self.read_in(self.bank, samples.bank_csv(rows))
        self.assertEqual((file.state, file.new_count), ("read", 2))

    def test_a_receipt_whose_statement_is_closed(self):
        receipt = self.take(262.0, self.bank)
        self.read_transfers(("转账", 262.0, "", receipt.name))
        self.company.fiscalyear_lock_date = "2026-11-10"
        with self.assertRefused(UserError, "books are closed"):
            receipt._cancel("Wrong customer")

    # -- rows of trade bills that are held ------------------------------------

    def test_a_known_number_with_another_amount(self):
        """It is another transaction, and no word of it would be lost money."""
        row = ("2026-11-10 10:01:02", "4200001", "X1", 262.0, 1.572)
        self.read_in(self.wechat, samples.wechat_trade([row]))
        other = ("2026-11-10 11:01:02", "4200001", "X2", 99.0, 0.6)
        file = self.read_in(self.wechat, samples.wechat_trade([other]))
        self.assertEqual(
            (file.row_count, file.new_count, file.known_count, file.held_count),
            (1, 0, 0, 1),
        )
        self.assertIn("earlier file", file.row_ids.reason)
        self.assertIn("99.00", file.row_ids.text)

    def test_the_reasons_are_words(self):
        """Each code of the readers has its text."""
        for row, said in (
            (("", 300, "a"), "is missing"),
            ((float("4200001234202611091234567890"), 300, "a"), "has rounded"),
            (("7", "2,8", "a"), "may be 2.8"),
            (("7", 300, True), "neither a text nor a number"),
            (("7", 300, "#N/A"), "shows the error"),
            (("7", "=Other!A1", "a"), "has no result"),
        ):
            with self.subTest(said):
                file = self.read_in(
                    self.alipay, samples.alipay_rows(row), name="a.xlsx"
                )
                self.assertEqual((file.new_count, file.held_count), (0, 1))
                self.assertIn(said, file.row_ids.reason)
        for content, said in (
            (b"\x1f\x8bxx", "is damaged"),
            (b"hello", "no table with the headings"),
            (
                samples.bank_csv([]).replace(
                    "附言".encode("gbk"), "余额".encode("gbk")
                ),
                "stands there twice",
            ),
        ):
            with self.subTest(said), self.assertRefused(UserError, said):
                self.read_in(self.bank, content)
