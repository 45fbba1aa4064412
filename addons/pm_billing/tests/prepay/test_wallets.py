"""Balances of customers: general, and dedicated to one fee item."""

from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestWallets(BillingCase):
    """250.00 service and 12.00 facilities of November."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees(cls.unit)
        cls.cashier = cls.make_staff("pm_wallets", "pm_billing.group_pm_cashier")

    def keep(self, amount, item=None):
        self.receive(
            self.owner,
            amount,
            self.env["pm.charge"],
            wallets=item and [[item.id, False, amount]],
        )

    def use(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("pm_billing.ir_cron_use_prepayments")
            cron.method_direct_trigger()

    def balances(self):
        return {
            wallet.item.code or "": left
            for wallet, left in self.owner._pm_wallets().items()
        }

    def open_of(self, item):
        charges = self.open_charges(self.owner)
        charges = charges.filtered(lambda charge: charge.fee_item_id == item)
        return sum(charges.mapped("amount_residual"))

    def test_dedicated_first_and_only_for_its_item(self):
        self.company.pm_wallet_auto = True
        self.keep(30.0, self.facilities)
        self.keep(100.0)
        self.assertEqual(self.balances(), {"facilities": 30.0, "": 100.0})
        self.assertEqual(self.owner.pm_prepaid, 130.0)
        self.bill()
        self.use()
        self.assertEqual(self.open_of(self.facilities), 0.0)
        self.assertEqual(self.open_of(self.service), 150.0)
        self.assertEqual(self.balances(), {"facilities": 18.0})
        self.assertEqual(self.prepaid(), 18.0)
        receipts = self.env["pm.receipt"].search([("kind", "=", "prepaid")])
        self.assertEqual(sorted(receipts.mapped("amount")), [12.0, 100.0])
        self.assertLedgerTies()
        self.use()
        self.assertEqual(len(self.env["pm.receipt"].search([])), 4)

    def test_dedicated_without_the_setting_of_the_company(self):
        """What was paid for a fee is used for it; the general balance waits."""
        self.keep(300.0, self.service)
        self.keep(100.0)
        self.bill()
        self.use()
        self.assertEqual(self.balances(), {"service": 50.0, "": 100.0})
        self.assertEqual(self.open_of(self.facilities), 12.0)

    def test_at_the_counter(self):
        self.keep(300.0, self.service)
        self.bill()
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        # 50.00 of it are for nothing that is open
        self.assertEqual((form.amount_prepaid, form.amount_usable), (300.0, 250.0))
        self.assertEqual(form.amount, 12.0)
        form.amount = 20.0
        form.kept_for_id = self.facilities
        counter = form.save()
        receipts = counter._book()
        self.assertEqual(receipts.mapped("kind"), ["prepaid", "money"])
        self.assertEqual(counter._book(), receipts)
        self.assertEqual(self.balances(), {"service": 50.0, "facilities": 8.0})
        self.assertIn("8.00", receipts[-1].wallet_text)
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_cancelled_it_is_back(self):
        self.keep(300.0, self.service)
        self.bill()
        self.use()
        used = self.env["pm.receipt"].search([("kind", "=", "prepaid")])
        used._cancel("Wrong")
        self.assertEqual(self.balances(), {"service": 300.0})
        self.assertEqual(self.open_of(self.service), 250.0)
        self.assertLedgerTies()

    def test_a_payout_takes_the_general_one_first(self):
        self.keep(300.0, self.service)
        self.keep(100.0)
        payout = (
            self.env["pm.payout"]
            .sudo()
            ._as_step()
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": 150.0,
                    "reason": "Moves out",
                    "journal_id": self.cash.id,
                    "paid_on": "2026-11-10",
                }
            )
        )
        payout.move_id = payout._book_prepayment()
        self.assertEqual(self.balances(), {"service": 250.0})
        self.assertEqual(self.prepaid(), 250.0)
