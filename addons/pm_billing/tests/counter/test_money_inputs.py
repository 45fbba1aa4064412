"""What no screen sends: whatever is asked for by calls, nothing is booked by halves."""

from psycopg2 import DatabaseError

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time

from ..common import BillingCase

HOSTILE = (
    float("nan"),
    float("inf"),
    float("-inf"),
    1e308,
    1e16,
    -1,
    0,
    0.001,
    "abc",
    "12,5",
    [1],
    {"a": 1},
    None,
)


# by us, by Odoo, by the reading of a number, by the database
REFUSALS = (UserError, ValueError, TypeError, ArithmeticError, DatabaseError)


@freeze_time("2026-11-10")
class TestMoneyInputs(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.cashier = cls.make_staff("pm_in_1", "pm_billing.group_pm_cashier")
        cls.bank = cls.company_data["default_journal_bank"]

    def booked(self):
        self.env.flush_all()
        counts = [
            self.env[model].search_count([])
            for model in ("pm.receipt", "account.payment", "account.move")
        ]
        states = self.env["pm.deposit"].search([]).mapped("state")
        asked = self.env["pm.payout"].search([]).mapped("state")
        return (
            counts,
            states,
            asked,
            self.open_charges(self.owner).mapped("amount_paid"),
        )

    def call(self, model, method, *args):
        return call_kw(self.env[model].with_user(self.cashier), method, list(args), {})

    def assertNothing(self, act, *values):
        """The call is refused, and leaves nothing behind it."""
        before = self.booked()
        try:
            with self.cr.savepoint():
                act(*values)
                self.env.flush_all()
        except REFUSALS:
            pass
        else:
            self.fail(f"booked: {values}")
        self.env.invalidate_all()
        self.assertEqual(self.booked(), before)

    def pay(self, **vals):
        form = self.call("pm.counter", "create", {"property_id": self.unit.id, **vals})
        return self.call("pm.counter", "action_pay", [form])

    def deposit(self, amount):
        vals = {
            "property_id": self.unit.id,
            "partner_id": self.owner.id,
            "journal_id": self.cash.id,
            "amount": amount,
        }
        deposit = self.call("pm.deposit", "create", vals)
        self.call("pm.deposit", "action_receive", [deposit])

    def payout(self, amount):
        vals = {
            "property_id": self.unit.id,
            "partner_id": self.owner.id,
            "journal_id": self.cash.id,
            "reason": "x",
            "amount": amount,
        }
        payout = self.call("pm.payout", "create", vals)
        self.call("pm.payout", "action_submit", [payout])

    def test_hostile_amounts(self):
        for value in HOSTILE:
            with self.subTest(value=value):
                self.assertNothing(lambda amount: self.pay(amount=amount), value)
                row = {"journal_id": self.cash.id, "amount": value}
                self.assertNothing(lambda row: self.pay(split_ids=[[0, 0, row]]), row)
                self.assertNothing(self.deposit, value)
        # with something that may be given back, and that covers what is open
        self.receive(self.owner, 300.0, self.env["pm.charge"])
        for value in HOSTILE:
            with self.subTest(payout=value):
                self.assertNothing(self.payout, value)
        self.assertNothing(lambda amount: self.pay(amount=amount), -1)

    def test_one_method_that_cannot_be_booked_stops_all(self):
        """Cash and a method without an account, together or not at all."""
        nowhere = self.env["account.journal"].create(
            {"name": "Nowhere", "code": "NOW", "type": "bank"}
        )
        nowhere.default_account_id = False
        rows = [
            [0, 0, {"journal_id": self.cash.id, "amount": 100.0}],
            [0, 0, {"journal_id": nowhere.id, "amount": 162.0}],
        ]
        self.assertNothing(lambda: self.pay(split_ids=rows))

    def test_journals_of_others(self):
        """Money is not put into the drawer of another company, nor into its bank."""
        other = self.setup_other_company()["company"]
        journals = self.env["account.journal"].sudo()
        theirs = journals.search(
            [("company_id", "=", other.id), ("type", "in", ("cash", "bank"))]
        )
        self.assertTrue(theirs)
        for journal in theirs:
            with self.subTest(journal=journal.name):
                self.assertNothing(lambda one: self.pay(journal_id=one.id), journal)
                self.assertNothing(
                    lambda one: self.pay(
                        split_ids=[[0, 0, {"journal_id": one.id, "amount": 262.0}]]
                    ),
                    journal,
                )

    def test_a_journal_in_another_currency(self):
        """What is owed is in the currency of the company: so is what is booked, or
        it is refused."""
        dollars = self.env["account.journal"].create(
            {
                "name": "Dollars",
                "code": "USDB",
                "type": "bank",
                "currency_id": self.setup_other_currency("EUR").id,
            }
        )
        self.assertNothing(lambda: self.pay(journal_id=dollars.id))

    def test_no_method_of_sales_or_entries(self):
        """A journal that holds no money takes none."""
        for journal in (
            self.company_data["default_journal_sale"],
            self.company_data["default_journal_misc"],
        ):
            with self.subTest(journal=journal.name):
                self.assertNothing(lambda one: self.pay(journal_id=one.id), journal)

    def test_what_cashiers_do_not_call(self):
        """Receipts are made by the counter; amounts are not written into them."""
        receipt = self.receive(self.owner, 262.0)
        for method, args in (
            ("create", [{"partner_id": self.owner.id, "amount": 1.0}]),
            ("write", [receipt.ids, {"amount": 1.0}]),
            ("write", [receipt.ids, {"state": "cancelled"}]),
            ("unlink", [receipt.ids]),
            ("copy", [receipt.ids]),
        ):
            with self.subTest(method=method, args=args):
                self.assertNothing(
                    lambda name, values: self.call("pm.receipt", name, *values),
                    method,
                    args,
                )
        with self.assertRefused(UserError, "."):
            receipt.unlink()
