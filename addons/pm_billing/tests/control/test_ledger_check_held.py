"""Money that is held: the ledger, and what receipts, deposits and payouts say."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10")
class TestLedgerCheckHeld(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.cashier = cls.make_staff("pm_held_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_held_2", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_held_m", "pm_core.group_pm_estate_manager")
        cls.keeper = cls.make_staff(
            "pm_held_k", "account.group_account_manager,account.group_account_user"
        )
        cls.prepayments = cls.company._pm_get_prepayment_account()
        cls.deposits = cls.company._pm_get_deposit_account()
        cls.make_fees()
        cls.bill()

    def check(self):
        self.env.flush_all()
        return self.env["pm.ledger.check"]._run(self.company)

    def held(self, check):
        """What is held by account: ledger and records."""
        return {
            (row.account_id, row.estate_id): (row.amount_ledger, row.amount_records)
            for row in check.balance_ids
        }

    def found(self, check):
        return [
            (row.kind, row._record(), row.amount_ledger, row.amount_found)
            for row in check.difference_ids.sorted("id")
        ]

    def deposit(self, amount=3000.0):
        deposit = (
            self.env["pm.deposit"]
            .with_user(self.cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "amount": amount,
                    "journal_id": self.cash.id,
                }
            )
        )
        deposit.action_receive()
        return deposit

    def give_back(self, deposit, kept=0.0):
        if kept:
            deposit.deduction_ids = [Command.create({"reason": "Door", "amount": kept})]
            deposit.findings = "Scratched"
        deposit.action_inspected()
        payout = self.env["pm.payout"].browse(deposit.action_give_back()["res_id"])
        return self.pay(payout.with_user(self.cashier))

    def pay(self, payout):
        payout.action_submit()
        payout.with_user(self.manager).validate_tier()
        payout.with_user(self.colleague).action_pay()
        return payout

    def refund(self, partner, amount, **vals):
        return self.pay(
            self.env["pm.payout"]
            .with_user(self.cashier)
            .create(
                {
                    "partner_id": partner.id,
                    "property_id": self.unit.id,
                    "amount": amount,
                    "reason": "Moves out",
                    "journal_id": self.cash.id,
                    **vals,
                }
            )
        )

    def entry(self, *lines, post=True):
        """An entry by hand: {account, partner, balance}."""
        move = self.env["account.move"].create(
            {
                "date": "2026-11-10",
                "line_ids": [
                    Command.create(
                        {
                            "name": "By hand",
                            "account_id": account.id,
                            "partner_id": partner and partner.id,
                            "balance": balance,
                        }
                    )
                    for account, partner, balance in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def other_account(self):
        return self.company_data["default_account_expense"]

    # ------------------------------------------------------------------

    def test_agrees(self):
        """Received, used, given back, came back, cancelled; deposits in each state."""
        self.receive(self.owner, 362.0)
        self.receive(self.owners[1], 562.0)
        self.assertEqual(
            self.held(self.check()),
            {(self.prepayments, self.estate): (400.0, 400.0)},
        )
        # 262.00 used, by hand and for the next bill
        self.bill("2026-12-01", "2026-12-31")
        other = self.owners[1]
        self.env["pm.receipt"]._use_prepayment(other, self.open_charges(other))
        check = self.check()
        self.assertEqual(self.found(check), [])
        key = self.prepayments, self.estate
        self.assertEqual(self.held(check)[key], (138.0, 138.0))
        # given back, and one that the bank returned
        self.refund(self.owner, 60.0)
        back = self.refund(
            self.owner, 40.0, journal_id=self.bank.id, other_way="Abroad"
        )
        back.reversal_reason = "Closed account"
        back.with_user(self.keeper).action_reverse()
        cancelled = self.receive(self.owners[2], 1000.0)
        cancelled._cancel("Wrong customer")
        held, kept, undone = (self.deposit(amount) for amount in (1000, 500, 70))
        self.give_back(kept, 120.0)
        undone.receipt_id._cancel("Wrong unit")
        check = self.check()
        self.assertEqual(self.found(check), [])
        self.assertEqual(check.state, "agrees")
        self.assertEqual(
            self.held(check),
            {
                key: (78.0, 78.0),
                (self.deposits, self.estate): (1000.0, 1000.0),
            },
        )
        self.give_back(held)
        self.assertEqual(self.found(self.check()), [])

    def test_a_dedicated_balance_agrees(self):
        wallets = [[self.service.id, self.unit.id, 100.0]]
        self.receive(self.owner, 462.0, wallets=wallets)
        self.bill("2026-12-01", "2026-12-31")
        self.env["pm.receipt"]._use_wallets(
            self.owner, self.open_charges(self.owner), "oldest"
        )
        check = self.check()
        self.assertEqual(self.found(check), [])
        # 100.00 and 100.00, all used
        self.assertEqual(
            self.held(check), {(self.prepayments, self.estate): (0.0, 0.0)}
        )

    def test_money_that_no_record_put_there(self):
        entry = self.entry(
            (self.prepayments, self.owner, -50.0), (self.other_account(), None, 50.0)
        )
        check = self.check()
        self.assertEqual(
            self.found(check),
            [("held", entry, 50.0, 0.0), ("left", self.owner, 50.0, 0.0)],
        )
        self.assertEqual(
            self.held(check),
            {(self.prepayments, self.env["pm.property"]): (50.0, 0.0)},
        )
        first = check.difference_ids[0]
        self.assertEqual(first.record_name, entry.display_name)
        action = first.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", entry.id)
        )

    def test_money_moved_from_one_customer_to_another(self):
        """The account stays as it was, and two customers do not."""
        self.receive(self.owner, 362.0)
        other = self.owners[1]
        entry = self.entry(
            (self.prepayments, self.owner, 100.0), (self.prepayments, other, -100.0)
        )
        left, held = [], []
        for row in self.found(self.check()):
            (held if row[0] == "held" else left).append(row[1:])
        self.assertCountEqual(held, [(entry, -100.0, 0.0), (entry, 100.0, 0.0)])
        self.assertCountEqual(
            left, [(self.owner, 0.0, 100.0), (other, 100.0, 0.0)]
        )

    def test_a_draft_entry_is_no_money(self):
        self.entry(
            (self.prepayments, self.owner, -50.0),
            (self.other_account(), None, 50.0),
            post=False,
        )
        self.assertEqual(self.check().state, "agrees")

    def test_money_that_left_without_a_payout(self):
        deposit = self.deposit()
        entry = self.entry(
            (self.deposits, self.owner, 3000.0), (self.other_account(), None, -3000.0)
        )
        self.assertEqual(self.found(self.check()), [("held", entry, -3000.0, 0.0)])
        # matched with the deposit: nothing is left of what is still held
        (entry + deposit.receipt_id.move_id).line_ids.filtered(
            lambda line: line.account_id == self.deposits
        ).reconcile()
        check = self.check()
        self.assertEqual(
            self.found(check),
            [("held", entry, -3000.0, 0.0), ("left", deposit.sudo(False), 0.0, 3000.0)],
        )
        row = check.difference_ids.filtered("deposit_id")
        self.assertEqual(row.estate_id, self.estate)
        self.assertEqual(row.action_open()["res_model"], "pm.deposit")
        self.assertEqual(
            self.held(check)[self.deposits, self.estate], (3000.0, 3000.0)
        )

    def test_a_receipt_that_says_something_else(self):
        receipt = self.receive(self.owner, 362.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_receipt SET amount_prepaid = 90 WHERE id = %s", [receipt.id]
        )
        self.env.invalidate_all()
        check = self.check()
        self.assertEqual(
            self.found(check),
            [("held", receipt, 100.0, 90.0), ("left", self.owner, 100.0, 90.0)],
        )
        self.assertEqual(check.difference_ids[0].record_name, receipt.name)

    def test_a_payout_whose_entry_is_gone(self):
        self.receive(self.owner, 362.0)
        payout = self.refund(self.owner, 60.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_payout SET move_id = NULL WHERE id = %s", [payout.id]
        )
        entry = payout.move_id
        self.env.invalidate_all()
        self.assertEqual(
            self.found(self.check()),
            [("held", payout.sudo(False), 0.0, -60.0), ("held", entry, -60.0, 0.0)],
        )

    def test_a_cancelled_receipt_that_was_not_reversed(self):
        receipt = self.receive(self.owner, 100.0, self.env["pm.charge"])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_receipt SET state = 'cancelled' WHERE id = %s", [receipt.id]
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.found(self.check()),
            [("held", receipt, 100.0, 0.0), ("left", self.owner, 100.0, 0.0)],
        )

    def test_a_deposit_that_is_held_no_more(self):
        deposit = self.deposit()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_deposit SET state = 'returned' WHERE id = %s", [deposit.id]
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.found(self.check()), [("left", deposit.sudo(False), 3000.0, 0.0)]
        )

    def test_an_account_that_was_exchanged(self):
        """The setting shows another account: what is held is not there."""
        receipt = self.receive(self.owner, 362.0)
        self.company.pm_prepayment_account_id = self.prepayments.copy()
        self.assertEqual(
            self.found(self.check()),
            [("held", receipt, 0.0, 100.0), ("left", self.owner, 0.0, 100.0)],
        )

    def test_each_company_and_estate_by_itself(self):
        elsewhere = self.make_estate("Elsewhere")
        unit = self.make_unit(elsewhere, "E-1")
        neighbour = self.make_partner("赵六")
        self.make_occupancy(unit, neighbour)
        self.receive(self.owner, 362.0)
        self.receive(neighbour, 30.0, self.env["pm.charge"], property_id=unit.id)
        check = self.check()
        self.assertEqual(
            self.held(check),
            {
                (self.prepayments, self.estate): (100.0, 100.0),
                (self.prepayments, elsewhere): (30.0, 30.0),
            },
        )
        other = self.env["res.company"].create({"name": "Other Company"})
        empty = self.env["pm.ledger.check"]._run(other)
        self.assertFalse(empty.balance_ids)
        self.assertEqual(empty.state, "agrees")

    def test_more_receipts_are_no_more_queries(self):
        """One question for all, however much there is."""
        Check = self.env["pm.ledger.check"]
        self.receive(self.owner, 262.0)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Check._balances(self.company)
            Check._differing_entries(self.company)
            Check._differing_left(self.company)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(5):
            self.receive(self.owners[1], 500.0)
            self.deposit(10.0)
        self.assertEqual(count(), few)
