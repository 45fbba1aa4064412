"""Nothing is booked on a closed day, nor on another one than was shown."""

from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase

LOCKS = {
    "fiscalyear_lock_date": ("bills", "money"),
    "tax_lock_date": ("bills",),
    "sale_lock_date": ("bills",),
    "purchase_lock_date": (),
    "hard_lock_date": ("bills", "money"),
}


@freeze_time("2026-11-10")
class TestLockDates(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.october = cls.bill("2026-10-01", "2026-10-31")
        cls.taken = cls.receive(cls.owner, 10.0)
        cls.clerk = cls.make_staff("pm_lock_clerk", "pm_billing.group_pm_billing_clerk")
        cls.cashier = cls.make_staff("pm_lock_cashier", "pm_billing.group_pm_cashier")

    def lock(self, name, day):
        self.env.cr.execute("SAVEPOINT pm_lock")
        self.company[name] = day
        self.addCleanup(self.env.invalidate_all)

    def unlock(self):
        self.env.flush_all()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT pm_lock")
        self.env.invalidate_all()

    def test_each_lock(self):
        today = date(2026, 11, 10)
        run = self.make_run(date_invoice=today)
        run.action_prepare()
        self.env.flush_all()
        as_clerk = run.with_user(self.clerk)
        as_cashier = self.env["pm.receipt"].with_user(self.cashier)
        charges = self.open_charges(self.owners[1])
        steps = {
            "bills": as_clerk.action_confirm,
            "undo": self.october.with_user(self.clerk).action_undo,
            "money": lambda: as_cashier._receive(
                self.owners[1], charges.with_user(self.cashier), 1.0, self.cash.sudo()
            ),
            "cancel": lambda: self.taken.with_user(self.cashier)._cancel("Test"),
        }
        groups = {"bills": ("bills", "undo"), "money": ("money", "cancel")}
        for name, locked in LOCKS.items():
            refused = {step for kind in locked for step in groups[kind]}
            for step, call in steps.items():
                with self.subTest(lock=name, step=step):
                    self.lock(name, today)
                    if step in refused:
                        with self.assertRefused(UserError, "11/10/2026"):
                            call()
                        self.assertEqual(run.state, "prepared")
                    else:
                        call()
                    self.unlock()
        self.lock("fiscalyear_lock_date", today - timedelta(days=1))
        for step in ("money", "bills", "cancel", "undo"):
            with self.subTest("the day after", step=step):
                steps[step]()
        self.assertEqual(set(run.move_ids.mapped("date")), {today})
        self.assertLedgerTies()

    def test_an_exception_for_one_user(self):
        today = date(2026, 11, 10)
        self.company.fiscalyear_lock_date = today
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": self.cashier.id,
                "fiscalyear_lock_date": date(2026, 10, 31),
                # Odoo asks the clock of the database, which stands still for no test
                "end_datetime": datetime(9000, 1, 1),
            }
        )
        Receipt = self.env["pm.receipt"]
        nobody = self.env["pm.charge"]
        receipt = Receipt.with_user(self.cashier)._receive(
            self.owner, nobody.with_user(self.cashier), 1.0, self.cash.sudo()
        )
        self.assertEqual(receipt.sudo().move_id.date, today)
        other = self.make_staff("pm_lock_other", "pm_billing.group_pm_cashier")
        with self.assertRefused(UserError, "are closed on"):
            Receipt.with_user(other)._receive(
                self.owner, nobody.with_user(other), 1.0, self.cash.sudo()
            )

    def test_a_run_proposes_an_open_day(self):
        for locks, proposed in [
            ({}, date(2026, 11, 10)),
            ({"fiscalyear_lock_date": date(2026, 11, 9)}, date(2026, 11, 10)),
            ({"sale_lock_date": date(2026, 11, 10)}, date(2026, 11, 11)),
            ({"tax_lock_date": date(2026, 11, 30)}, date(2026, 12, 1)),
            (
                {
                    "sale_lock_date": date(2026, 11, 12),
                    "fiscalyear_lock_date": date(2026, 11, 20),
                },
                date(2026, 11, 21),
            ),
        ]:
            with self.subTest(locks=locks):
                self.company.write(
                    {
                        "sale_lock_date": False,
                        "tax_lock_date": False,
                        "fiscalyear_lock_date": False,
                        **locks,
                    }
                )
                self.assertEqual(self.make_run().date_invoice, proposed)

    def test_locked_between_confirming_and_billing(self):
        """The job finds the day closed: bills are listed, none is on another day."""
        run = self.make_run(date_invoice="2026-11-10")
        run.action_prepare()
        self.company.sale_lock_date = date(2026, 11, 10)
        run._begin_confirm()
        self.assertFalse(run.move_ids)
        self.assertEqual(run.exception_count, 3)
        self.assertIn("are closed on", run.exception_ids[0].message)
        # and go on once it is open
        self.company.sale_lock_date = False
        run.action_confirm()
        self.assertEqual(set(run.move_ids.mapped("date")), {date(2026, 11, 10)})
        self.assertFalse(run.exception_count)
        self.assertLedgerTies()
