"""A cashier's day: counted, closed, and closed for good."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestCashClose(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.cashier = cls.make_staff("pm_day_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_day_2", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_day_m", "pm_core.group_pm_estate_manager")
        cls.bank = cls.company_data["default_journal_bank"]
        Denomination = cls.env["pm.cash.denomination"]
        for value in (100, 50, 1):
            Denomination.create(
                {"value": value, "currency_id": cls.company.currency_id.id}
            )

    def take(self, amount, user=None, partner=None, journal=None, **extra):
        user = user or self.cashier
        partner = partner or self.owner
        return (
            self.env["pm.receipt"]
            .with_user(user)
            ._receive(
                partner,
                self.open_charges(partner).with_user(user),
                amount,
                (journal or self.cash).sudo(),
                **extra,
            )
        )

    def day(self, user=None, date="2026-11-10"):
        user = user or self.cashier
        return (
            self.env["pm.cash.close"]
            .with_user(user)
            .search([("user_id", "=", user.id), ("date", "=", date)])
        )

    def count(self, close, **pieces):
        """Enter how many there are of each value, as ``_100=2``."""
        for name, quantity in pieces.items():
            close.count_ids.filtered(
                lambda row, name=name: row.value == float(name[1:])
            ).quantity = quantity

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def test_a_day_with_two_methods(self):
        self.assertFalse(self.cashier.has_group("account.group_account_invoice"))
        Close = self.env["pm.cash.close"].with_user(self.cashier)
        self.assertFalse(Close.action_open_mine()["res_id"])
        close = Close.create({})
        self.assertEqual(Close.action_open_mine()["res_id"], close.id)
        close.opening = 100.0
        self.take(100.0)
        self.take(50.0, partner=self.owners[1])
        self.take(62.0, journal=self.bank, partner=self.owners[1])
        self.assertEqual(len(close.receipt_ids), 3)
        cash, bank = close.line_ids
        self.assertEqual((cash.expected, bank.expected), (250.0, 62.0))
        self.assertEqual((cash.counted, bank.counted), (0.0, 62.0))
        self.count(close, _100=2, _50=1)
        self.assertEqual(close.amount_difference, 0.0)
        close.action_close()
        self.assertEqual((close.state, close.amount_float), ("closed", 250.0))
        self.assertFalse(close.sudo().move_ids)

    def test_a_difference_is_booked_with_its_reason(self):
        self.take(101.0)
        close = self.day()
        self.count(close, _100=1)
        with self.assertRefused(UserError, "say why it differs"):
            close.action_close()
        close.line_ids.reason = "Change was given wrongly"
        before = self.balance(self.cash.default_account_id)
        close.action_close()
        move = close.sudo().move_ids
        self.assertEqual((move.state, move.amount_total), ("posted", 1.0))
        self.assertIn("Change was given wrongly", move.ref)
        self.assertEqual(self.balance(self.cash.default_account_id), before - 1.0)
        self.assertLedgerTies()
        with self.assertRefused(UserError, "closed day"):
            move.button_draft()

    def test_a_closed_day_takes_nothing_more(self):
        receipt = self.take(100.0)
        close = self.day()
        self.count(close, _100=1)
        close.action_close()
        with self.assertRefused(UserError, "is closed and takes no more"):
            self.take(50.0)
        for record, vals in (
            (close, {"note": "x"}),
            (close, {"opening": 1.0}),
            (close.count_ids[0], {"quantity": 3}),
            (close.line_ids, {"reason": "x"}),
        ):
            with self.subTest(vals=vals), self.assertRefused(UserError, "Closed"):
                record.write(vals)
        with self.assertRefused(UserError, "closed day"):
            receipt.memo = "later"
        with self.assertRefused(UserError, "Closed"):
            close.action_close()
        # a colleague, and the next day, are open
        self.take(10.0, user=self.colleague)
        with freeze_time("2026-11-11"):
            self.take(10.0)
        self.assertEqual(self.day(date="2026-11-11").opening, 100.0)

    def test_a_receipt_of_a_closed_day_takes_a_second_person(self):
        receipt = self.take(100.0)
        close = self.day()
        self.count(close, _100=1)
        close.action_close()
        request = (
            self.env["pm.receipt.cancellation"]
            .with_user(self.cashier)
            .create({"receipt_id": receipt.id, "reason": "Wrong unit"})
        )
        request.action_submit()
        self.assertEqual((request.state, receipt.state), ("approval", "posted"))
        request.with_user(self.manager).validate_tier()
        self.assertEqual(receipt.state, "cancelled")
        # the money leaves the next drawer of who gives it back
        self.assertEqual(close.line_ids.returned, 0.0)
        after = self.day(date="2026-11-11")
        self.assertEqual((after.opening, after.line_ids.expected), (100.0, 0.0))
        self.assertEqual(after.returned_ids, receipt)

    def test_given_back_on_the_same_day(self):
        receipt = self.take(100.0)
        receipt._cancel("A slip")
        close = self.day()
        self.assertEqual(close.line_ids.expected, 0.0)
        self.assertEqual((close.line_ids.received, close.line_ids.returned), (100, 100))
        close.action_close()

    def test_a_deposit_leaves_for_the_bank(self):
        self.take(250.0)
        close = self.day()
        self.count(close, _100=2, _50=1)
        close.amount_deposited = 300.0
        close.deposit_ref = "CK-1"
        with self.assertRefused(UserError, "than there is in the drawer"):
            close.action_close()
        close.write({"amount_deposited": 200.0, "deposit_ref": False})
        with self.assertRefused(UserError, "number of the deposit slip"):
            close.action_close()
        close.deposit_ref = "CK-1"
        close.action_close()
        self.assertEqual(close.amount_float, 50.0)
        self.assertEqual(self.balance(self.company.transfer_account_id), 200.0)
        self.assertEqual(self.balance(self.cash.default_account_id), 50.0)

    def test_handed_over_to_the_next_shift(self):
        self.take(100.0)
        close = self.day()
        self.count(close, _100=1)
        # who takes no money never opens a drawer: the float would be nobody's
        close.next_user_id = self.manager
        with self.assertRefused(UserError, "is no cashier"):
            close.action_close()
        close.next_user_id = self.colleague
        close.action_close()
        self.env["pm.cash.close"].with_user(self.colleague).create({})
        shift = self.day(self.colleague)
        self.assertEqual((shift.opening, shift.taken_from_ids.ids), (100.0, close.ids))
        with self.assertRefused(UserError, "handed over by the shift before"):
            shift.opening = 90.0
        with freeze_time("2026-11-11"):
            self.env["pm.cash.close"].with_user(self.cashier).create({})
        self.assertEqual(self.day(date="2026-11-11").opening, 0.0)

    def test_days_are_closed_in_turn(self):
        self.take(100.0, date="2026-11-09")
        self.take(50.0)
        with self.assertRefused(UserError, "Close .* first"):
            self.day().action_close()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_else_counts(self):
        self.take(100.0)
        close = self.day()
        for user in (self.colleague, self.manager):
            with self.subTest(user.login):
                with self.assertRefused(AccessError, "."):
                    close.with_user(user).action_close()
                with self.assertRefused(AccessError, "."):
                    close.count_ids[0].with_user(user).quantity = 1
        self.assertEqual(close.with_user(self.manager).amount_received, 100.0)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_calls_that_no_button_makes(self):
        self.take(100.0)
        close = self.day()
        for record, vals in (
            (close, {"state": "closed"}),
            (close, {"date": "2026-11-09"}),
            (close, {"user_id": self.colleague.id}),
            (close.line_ids, {"received": 1.0}),
            (
                close.count_ids[0],
                {"denomination_id": close.count_ids[-1].denomination_id.id},
            ),
        ):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "."):
                record.write(vals)
        with self.assertRefused(UserError, "notes and coins"):
            close.line_ids.counted = 100.0
        with self.assertRefused(AccessError, "."):
            close.unlink()
        with self.assertRefused(AccessError, "."):
            self.env["pm.cash.close"].with_user(self.cashier).create(
                {"user_id": self.colleague.id}
            )

    def test_what_came_otherwise_is_in_no_drawer(self):
        receipt = self.take(100.0, source="statement", journal=self.bank)
        self.assertFalse(receipt.close_id)
        self.assertFalse(self.day())
