"""One payment is booked once, whatever is pressed how often, and in which window."""

from odoo.exceptions import RedirectWarning
from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestCounterOnce(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.cashier = cls.make_staff("pm_once", "pm_billing.group_pm_cashier")

    def window(self, **vals):
        """A form as it stands after it was opened and saved."""
        window = (
            self.env["pm.counter"]
            .with_user(self.cashier)
            .create({"property_id": self.unit.id, **vals})
        )
        window.flush_recordset()
        return window

    def receipts(self):
        return self.env["pm.receipt"].search([("partner_id", "=", self.owner.id)])

    def test_two_clicks(self):
        window = self.window()
        first = window.action_pay()["res_id"]
        self.env.invalidate_all()
        self.assertEqual(window.action_pay()["res_id"], first)
        self.assertEqual(window.action_pay_print()["report_type"], "qweb-pdf")
        self.assertEqual(self.receipts().ids, [first])
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertLedgerTies()

    def test_two_clicks_that_save_twice(self):
        """Each click may save a record of its own; the key is of the form."""
        form = self.window()
        first = form.action_pay()["res_id"]
        again = self.window(
            request_key=form.request_key,
            shown_debt=form.shown_debt,
            amount=form.amount,
        )
        self.assertEqual(again.action_pay()["res_id"], first)
        self.assertEqual(len(self.receipts()), 1)

    def test_two_windows(self):
        first, second = self.window(), self.window()
        first.action_pay()
        self.env.invalidate_all()
        with self.assertRefused(RedirectWarning, "has changed since"):
            second.action_pay()
        self.assertEqual(len(self.receipts()), 1)
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        # what the error leads to shows what is owed now
        anew = self.window()
        self.assertEqual((anew.amount_open, anew.amount), (0.0, 0.0))
        self.assertLedgerTies()

    def test_two_windows_of_who_owes_nothing(self):
        """Paying ahead changes no charge; the prepayment tells."""
        self.window().action_pay()
        first, second = self.window(amount=100.0), self.window(amount=100.0)
        first.action_pay()
        self.env.invalidate_all()
        with self.assertRefused(RedirectWarning, "has changed since"):
            second.action_pay()
        self.assertEqual(self.owner.pm_prepaid, 100.0)

    def test_what_changes_the_debt(self):
        charge = self.open_charges(self.owner)[:1]

        def cancelled():
            self.receive(self.owner, 10.0)._cancel("Wrong person")

        def billed():
            self.bill("2026-12-01", "2026-12-31")

        def paid_elsewhere():
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=charge.move_id.ids
            ).create({"amount": 20.0})._create_payments()

        for change, is_refused in [
            (billed, True),
            (paid_elsewhere, True),
            # what is taken and given back leaves the debt as it was shown
            (cancelled, False),
        ]:
            with self.subTest(change=change.__name__):
                window = self.window()
                change()
                self.env.invalidate_all()
                if is_refused:
                    with self.assertRefused(RedirectWarning, "Nothing was booked"):
                        window.action_pay()
                else:
                    window.action_pay()
                self.assertLedgerTies()

    def test_a_form_that_shows_nothing_books_nothing(self):
        window = self.window()
        for shown in (False, "", "0" * 64):
            window.shown_debt = shown
            with self.assertRefused(RedirectWarning, "has changed since"):
                window.action_pay()
        self.assertFalse(self.receipts())

    def test_one_form_with_two_amounts(self):
        window = self.window()
        window.action_pay()
        window.amount = 50.0
        with self.assertRefused(RedirectWarning, "was booked already"):
            window.action_pay()
        self.assertEqual(len(self.receipts()), 1)

    def test_the_key_of_somebody_else(self):
        window = self.window()
        window.action_pay()
        other = self.make_staff("pm_once_other", "pm_billing.group_pm_cashier")
        stolen = (
            self.env["pm.counter"]
            .with_user(other)
            .create({"property_id": self.unit.id, "request_key": window.request_key})
        )
        stolen.amount = 262.0
        with self.assertRefused(RedirectWarning, "was booked already"):
            stolen.action_pay()

    def test_a_key_stands_for_itself(self):
        """One with the database's sign for anything names no other receipt."""
        self.window().action_pay()
        # as of one that used what was prepaid for one fee item
        self.receipts().sudo()._as_step().request_key = "counter-other/w1-0"
        self.assertFalse(self.window(request_key="%")._booked())

    def test_prepayment_and_money_in_one(self):
        self.window(amount=300.0).action_pay()
        self.bill("2026-12-01", "2026-12-31")
        window = self.window()
        self.assertEqual((window.amount_prepaid, window.amount), (38.0, 224.0))
        last = window.action_pay()["res_id"]
        self.env.invalidate_all()
        self.assertEqual(window.action_pay()["res_id"], last)
        self.assertEqual(len(self.receipts()), 3)
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertLedgerTies()

    def test_the_form_carries_both(self):
        """As the browser does: the values come from the form, not from the server."""
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        key, shown = form.request_key, form.shown_debt
        self.assertTrue(key and shown)
        saved = form.save()
        self.assertEqual((saved.request_key, saved.shown_debt), (key, shown))
