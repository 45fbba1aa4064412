"""Statements against receipts and bills: nothing twice, and what is left is a list."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from . import statement_samples as samples
from .bank_case import BankCase


@freeze_time("2026-11-10")
class TestStatementMatching(BankCase):
    # -- bank ------------------------------------------------------------

    def test_by_reference_payer_and_amount(self):
        receipts = [
            self.take(262.0, self.bank),
            self.take(200.0, self.bank, self.owners[1]),
            self.take(100.0, self.bank, self.owners[2]),
        ]
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 562.0)
        file = self.read_in(
            self.bank,
            samples.bank_csv(
                self.transfers(
                    ("转账", 262.0, "", f"收据 {receipts[0].name}"),
                    ("转账", 200.0, self.owners[1].name, ""),
                    ("转账", 100.0, "", ""),
                    ("手续费", -5.0, "", ""),
                )
            ),
        )
        self.assertEqual(
            file.line_ids.sorted("sequence").mapped("pm_matched_by"),
            ["reference", "payer", "amount", "fee"],
        )
        self.assertEqual((file.row_count, file.new_count, file.open_count), (4, 4, 0))
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 0.0)
        self.assertEqual(self.balance(self.bank.default_account_id), 557.0)
        self.assertEqual(self.balance(self.bank.pm_fee_account_id), 5.0)
        for receipt in receipts:
            self.assertTrue(receipt.is_matched)
            self.assertEqual(receipt.statement_line_id.amount, receipt.amount)
        self.assertLedgerTies()

    def test_nothing_twice(self):
        """The same file, an overlapping one, and the workbook of the same days."""
        first = self.transfers(("转账", 262.0, "甲", ""), ("转账", 262.0, "甲", ""))
        file = self.read_in(self.bank, samples.bank_csv(first))
        self.assertEqual((file.new_count, file.known_count), (2, 0))
        more = [*first, ("2026-11-11", "转账", 10.0, 534.0, "乙", "")]
        for content, new in (
            (samples.bank_csv(first), 0),
            (samples.bank_csv(more), 1),
            (samples.bank_xlsx(more), 0),
        ):
            again = self.read_in(self.bank, content)
            self.assertEqual(again.new_count, new)
        lines = self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.bank.id)]
        )
        self.assertEqual(sum(lines.mapped("amount")), 534.0)

    def test_two_receipts_of_one_amount_are_not_guessed(self):
        self.take(100.0, self.bank)
        self.take(100.0, self.bank, self.owners[1])
        file = self.read_in(
            self.bank, samples.bank_csv(self.transfers(("转账", 100.0, "", "")))
        )
        self.assertEqual(file.open_count, 1)
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 200.0)

    def test_the_receipt_of_somebody_else_is_not_taken(self):
        self.take(100.0, self.bank)
        file = self.read_in(
            self.bank,
            samples.bank_csv(self.transfers(("转账", 100.0, self.owners[1].name, ""))),
        )
        self.assertEqual(file.open_count, 1)

    def test_money_that_names_a_bill(self):
        bill = self.open_charges(self.owner).move_id
        file = self.read_in(
            self.bank,
            samples.bank_csv(
                self.transfers(("转账", 262.0, "某某", f"{bill.name} 款"))
            ),
        )
        self.assertEqual(file.line_ids.pm_matched_by, "bill")
        self.assertFalse(self.open_charges(self.owner))
        receipt = self.env["pm.receipt"].search([("partner_id", "=", self.owner.id)])
        self.assertEqual((receipt.source, receipt.amount), ("statement", 262.0))
        self.assertFalse(receipt.close_id)
        self.assertEqual(self.balance(self.bank.pm_clearing_account_id), 0.0)
        self.assertLedgerTies()

    def test_a_payer_is_learnt(self):
        file = self.read_in(
            self.bank, samples.bank_csv(self.transfers(("转账", 262.0, "王 大明", "")))
        )
        line = file.line_ids
        accountant = self.make_staff(
            "pm_bank_a", "account.group_account_invoice,account.group_account_readonly"
        )
        context = line.action_pm_receipt()["context"]
        dialog = (
            self.env["pm.statement.payer"]
            .with_user(accountant)
            .with_context(**context)
            .create({"partner_id": self.owner.id})
        )
        self.assertEqual(dialog.amount_open, 262.0)
        dialog.action_make()
        self.assertEqual((line.pm_matched_by, line.is_reconciled), ("hand", True))
        self.assertFalse(self.open_charges(self.owner))
        with self.assertRefused(UserError, "matched already"):
            dialog.action_make()
        self.bill("2026-12-01", "2026-12-31")
        again = self.read_in(
            self.bank,
            samples.bank_csv([("2026-12-05", "转账", 262.0, 524.0, "王大明", "")]),
        )
        self.assertEqual(again.line_ids.pm_matched_by, "rule")
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_a_name_of_two_customers_is_forgotten(self):
        Rule = self.env["pm.payer.rule"]
        Rule._learn("Agent", self.owner, self.company)
        self.assertEqual(Rule._who(" a gent", self.company), self.owner)
        Rule._learn("Agent", self.owners[1], self.company)
        self.assertFalse(Rule._who("Agent", self.company))

    def test_held_rows_are_on_the_list(self):
        rows = self.transfers(("转账", 100.0, "甲", ""))
        rows.append(("sometime", "转账", 1.0, 1.0, "乙", ""))
        file = self.read_in(self.bank, samples.bank_csv(rows))
        self.assertEqual((file.new_count, file.held_count), (1, 1))
        held = file.row_ids
        self.assertEqual(held.reason, "“sometime” is no date.")
        held.note = "A line of the title"
        held.action_looked_into()
        self.assertEqual((held.state, file.held_count), ("settled", 0))

    # -- channels --------------------------------------------------------

    def test_a_trade_bill_is_no_statement(self):
        paid = self.take(262.0, self.wechat, channel_ref="4200001")
        near = self.take(100.0, self.wechat, self.owners[1], date=date(2026, 11, 9))
        file = self.read_in(
            self.wechat,
            samples.wechat_trade(
                [
                    ("2026-11-10 10:01:02", "4200001", "X1", 262.0, 1.572),
                    ("2026-11-09 23:30:00", "4200002", "X2", 100.0, 0.6),
                    ("2026-11-09 12:00:00", "4200003", "X3", 77.0, 0.462),
                    ("2026-11-10 12:00:00", "4200001", "X1", 62.0, -0.372, "503"),
                ]
            ),
        )
        self.assertFalse(file.line_ids)
        rows = {row.key: row for row in file.row_ids}
        self.assertEqual(rows["4200001"].receipt_id, paid)
        self.assertEqual(rows["4200002"].receipt_id, near)
        self.assertEqual(rows["4200002"]._local_day(), date(2026, 11, 9))
        self.assertIn("no receipt of this payment", rows["4200003"].reason)
        self.assertIn("the receipt", rows["R503"].reason)
        self.assertEqual(file.open_count, 2)
        again = self.read_in(
            self.wechat,
            samples.wechat_trade(
                [("2026-11-10 10:01:02", "4200001", "X1", 262.0, 1.572)]
            ),
        )
        self.assertEqual((again.new_count, again.known_count), (0, 1))

    def test_a_fund_bill_ties_the_account_of_the_channel(self):
        """Its balance is 账户结余; the withdrawal arrives at the bank."""
        self.company.transfer_account_id.reconcile = True
        self.take(262.0, self.wechat, channel_ref="4200001")
        self.take(100.0, self.wechat, self.owners[1], channel_ref="4200002")
        file = self.read_in(
            self.wechat,
            samples.wechat_fund(
                [
                    ("2026-11-10 10:00:00", "1", "交易", True, 262.0, 262.0, "4200001"),
                    (
                        "2026-11-10 10:00:01",
                        "2",
                        "扣除交易手续费",
                        False,
                        1.57,
                        260.43,
                        "",
                    ),
                    (
                        "2026-11-10 11:00:00",
                        "3",
                        "交易",
                        True,
                        100.0,
                        360.43,
                        "4200002",
                    ),
                    (
                        "2026-11-10 11:00:01",
                        "4",
                        "扣除交易手续费",
                        False,
                        0.6,
                        359.83,
                        "",
                    ),
                    ("2026-11-10 23:00:00", "5", "提现", False, 300.0, 59.83, ""),
                ]
            ),
        )
        self.assertEqual(
            file.line_ids.sorted("sequence").mapped("pm_matched_by"),
            ["reference", "fee", "reference", "fee", "transfer"],
        )
        self.assertEqual(self.balance(self.wechat.default_account_id), 59.83)
        self.assertEqual(self.balance(self.wechat.pm_clearing_account_id), 0.0)
        self.assertEqual(self.balance(self.wechat.pm_fee_account_id), 2.17)
        self.assertEqual(self.balance(self.company.transfer_account_id), 300.0)
        self.read_in(
            self.bank,
            samples.bank_csv(self.transfers(("财付通提现", 300.0, "财付通", ""))),
        )
        self.assertEqual(self.balance(self.company.transfer_account_id), 0.0)
        self.assertEqual(self.balance(self.bank.default_account_id), 300.0)
        self.assertLedgerTies()

    def test_net_settlement(self):
        """The bank shows what a day came to, less the fees."""
        self.take(262.0, self.wechat, channel_ref="4200001")
        self.take(100.0, self.wechat, self.owners[1], channel_ref="4200002")
        self.read_in(
            self.wechat,
            samples.wechat_trade(
                [
                    ("2026-11-09 10:01:02", "4200001", "X1", 262.0, 1.572),
                    ("2026-11-09 12:30:00", "4200002", "X2", 100.0, 0.6),
                ]
            ),
        )
        file = self.read_in(
            self.bank,
            samples.bank_csv(self.transfers(("财付通结算款", 359.83, "财付通", ""))),
        )
        self.assertEqual(file.line_ids.pm_matched_by, "settlement")
        self.assertEqual(self.balance(self.wechat.pm_clearing_account_id), 0.0)
        self.assertEqual(self.balance(self.wechat.pm_fee_account_id), 2.17)
        self.assertEqual(self.balance(self.bank.default_account_id), 359.83)

    def test_a_fund_bill_of_alipay(self):
        self.take(262.0, self.alipay, channel_ref="RC-77")
        file = self.read_in(
            self.alipay,
            samples.alipay_fund(
                [
                    ("111", "RC-77", 262.0, 262.0, "在线支付"),
                    ("112", "", -1.57, 260.43, "收费"),
                ]
            ),
            name="2088.zip",
        )
        self.assertEqual(
            file.line_ids.sorted("sequence").mapped("pm_matched_by"),
            ["reference", "fee"],
        )
        self.assertEqual(self.balance(self.alipay.default_account_id), 260.43)

    # -- refusals --------------------------------------------------------

    def test_what_is_refused(self):
        bad_sum = samples.wechat_trade(
            [("2026-11-10 10:01:02", "1", "X1", 262.0, 1.5)], total="999.00"
        )
        for journal, content, text in (
            (self.wechat, bad_sum, "does not add up"),
            (self.bank, samples.wechat_trade([]), "kind WeChat Pay Trade Bill"),
            (self.bank, b"hello", "cannot be read"),
        ):
            with self.subTest(text), self.assertRefused(UserError, text):
                self.read_in(journal, content)

    def test_it_is_read_once(self):
        file = self.read_in(
            self.bank, samples.bank_csv(self.transfers(("转账", 100.0, "甲", "")))
        )
        with self.assertRefused(UserError, "this step needs"):
            file.action_read()
        with self.assertRefused(UserError, "this step needs"):
            file.unlink()
