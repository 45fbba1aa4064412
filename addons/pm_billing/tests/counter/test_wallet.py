"""What was prepaid settles the bills of the next run by itself."""

from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestWallet(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill("2026-10-01", "2026-10-31")
        cls.company.pm_wallet_auto = True

    def use(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("pm_billing.ir_cron_use_prepayments")
            cron.method_direct_trigger()

    def test_the_next_run(self):
        self.receive(self.owner, 362.0)
        self.receive(self.owners[1], 862.0)
        self.bill()
        self.use()
        self.assertEqual(
            sum(self.open_charges(self.owner).mapped("amount_residual")), 162.0
        )
        self.assertFalse(self.open_charges(self.owners[1]))
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertEqual(self.owners[1].pm_prepaid, 338.0)
        receipts = self.env["pm.receipt"].search([("kind", "=", "prepaid")])
        self.assertEqual(sorted(receipts.mapped("amount")), [100.0, 262.0])
        self.assertTrue(all(receipts.mapped("name")))
        self.assertLedgerTies()
        self.use()
        self.assertEqual(
            self.env["pm.receipt"].search_count([("kind", "=", "prepaid")]), 2
        )

    def test_only_where_the_company_wants_it(self):
        self.company.pm_wallet_auto = False
        self.receive(self.owner, 362.0)
        self.bill()
        self.use()
        self.assertEqual(self.owner.pm_prepaid, 100.0)

    def test_a_deposit_is_no_prepayment(self):
        deposit = self.env["pm.deposit"].create(
            {
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "amount": 500.0,
                "journal_id": self.cash.id,
            }
        )
        deposit.action_receive()
        self.use()
        self.assertEqual(
            sum(self.open_charges(self.owner).mapped("amount_residual")), 262.0
        )
