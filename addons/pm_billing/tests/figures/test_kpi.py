from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import date_utils

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestCollectionKpi(BillingCase):
    def test_received_of_billed(self):
        kpi = self.env.ref("pm_billing.kpi_collection_rate")
        november = (date(2026, 11, 1), date(2026, 11, 30))
        self.make_fees()
        self.assertIsNone(kpi._measure(*november, {"estate": self.estate}))
        self.bill(date_invoice="2026-11-01", date_due="2026-11-20")
        self.receive(self.owner, 262.0)
        self.receive(self.owners[1], 100.0)
        figure = kpi._measure(*november, {"estate": self.estate})
        self.assertEqual(figure[:2], (362.0, 786.0))
        self.assertAlmostEqual(figure.value, 100 * 362 / 786)
        self.assertIsNone(kpi._measure(date(2026, 10, 1), date(2026, 10, 31)))

    def test_posts_that_answer_for_it_still_add_up(self):
        for name in ("manager", "service", "cashier"):
            post = self.env.ref(f"pm_core.job_{name}")
            with self.subTest(post=name):
                self.assertEqual(post.pm_weight, 100)
                self.assertIn(
                    self.env.ref("pm_billing.kpi_collection_rate"),
                    post.pm_kpi_ids.kpi_id,
                )

    def test_days_on_which_the_cash_differs(self):
        """Measured, where it was entered by hand; by the cashier whose day it is."""
        # what is shipped is not written over in a database that has the figure
        self.migrate("pm_billing", "19.0.1.5.0/post-kpi")
        kpi = self.env.ref("pm_core.kpi_cash")
        november = (date(2026, 11, 1), date(2026, 11, 30))
        scope = {"estate": self.estate}
        self.assertEqual(kpi._measure(*november, scope).value, 0)
        days = self.env["pm.cash.close"]
        for number, counted in enumerate((100.0, 90.0, 100.0), 2):
            days += (
                days.sudo()
                ._as_step()
                .create(
                    {
                        "date": f"2026-11-0{number}",
                        "estate_id": self.estate.id,
                        "opening": 100.0,
                        "note": str(counted),
                    }
                )
            )
        for day in days.sudo():
            day.line_ids._as_step().write({"counted": float(day.note)})
        days.sudo()[:2]._as_step().write({"state": "closed"})
        self.assertEqual(kpi._measure(*november, scope).value, 1)
        mine = self.env["hr.employee"].create(
            {
                "name": "Cashier",
                "user_id": self.env.uid,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(kpi._measure(*november, {"employee": mine}).value, 1)
        self.assertEqual(kpi._measure(date(2026, 10, 1), date(2026, 10, 31)).value, 0)

    def test_receipts_that_were_cancelled(self):
        """One of two, of the cashier who wrote them."""
        self.make_fees()
        self.bill(date_invoice="2026-11-01", date_due="2026-11-20")
        kpi = self.env.ref("pm_billing.kpi_receipt_cancelled")
        receipts = self.receive(self.owner, 262.0) + self.receive(self.owners[1], 1.0)
        day = receipts[0].date
        month = day.replace(day=1), day
        scope = {"estate": self.estate}
        self.assertEqual(kpi._measure(*month, scope).value, 0)
        receipts[1]._cancel("Wrong person")
        self.assertEqual(kpi._measure(*month, scope).value, 50)

    def test_a_figure_entered_by_hand_is_measured_after_an_update(self):
        """One that the company made its own stays as it is."""
        kpi = self.env.ref("pm_core.kpi_cash")
        own = {"kind": "manual", "model_id": False, "domain": "[]"}
        kpi.write(own)
        self.migrate("pm_billing", "19.0.1.5.0/post-kpi")
        self.assertEqual((kpi.kind, kpi.model), ("measure", "pm.cash.close"))
        self.assertEqual(kpi.aggregate, "count")
        kpi.domain = "[('state', '=', 'open')]"
        self.migrate("pm_billing", "19.0.1.5.0/post-kpi")
        self.assertEqual(kpi.domain, "[('state', '=', 'open')]")

    @freeze_time("2027-02-10")
    def test_old_arrears_apart(self):
        """750.00 of 2026: 100.00 come in in January, 50.00 in February, and what is let
        go is no money. The current year has a figure of its own."""
        kpi = self.env.ref("pm_billing.kpi_old_arrears")
        for unit in self.units:
            self.make_fee(unit)
        old = self.bill("2026-11-01", "2026-11-30", date_invoice="2026-11-05")
        self.bill("2027-01-01", "2027-01-31", date_invoice="2027-01-01")
        charges = old.charge_ids.sorted("id")
        for day, amount, charge in (
            ("2026-12-20", 150.0, charges[1]),
            ("2027-01-15", 100.0, charges[0]),
            ("2027-02-05", 50.0, charges[0]),
        ):
            with freeze_time(day):
                self.receive(charge.partner_id, amount, charge)
        scope = {"estate": self.estate}
        months = {
            "2026-12-01": None,
            "2027-01-01": (100.0, 600.0),
            "2027-02-01": (50.0, 500.0),
        }
        for month, expected in months.items():
            first = date.fromisoformat(month)
            figure = kpi._measure(first, date_utils.end_of(first, "month"), scope)
            with self.subTest(month=month):
                self.assertEqual(figure and figure[:2], expected)
        year = kpi._measure(date(2027, 1, 1), date(2027, 12, 31), scope)
        self.assertEqual(year[:2], (150.0, 600.0))
        self.assertEqual(year.value, 25.0)
        rows = kpi._sums_by_level(date(2027, 1, 1), date(2027, 1, 31), self.company)
        nobody = self.env["hr.employee"]
        own = rows["estate", self.estate, self.env["hr.job"], nobody]
        self.assertEqual(own[:2], (100.0, 600.0))

    def test_old_arrears_count_for_the_manager(self):
        """As an update finds it: the rate of this year makes room, and where the
        company weighs in its own way nothing is weighed anew."""
        old = self.env.ref("pm_billing.job_kpi_manager_old_arrears")
        current = self.env.ref("pm_billing.job_kpi_manager_collection")
        policy = self.env.ref("pm_core.policy_finance")
        self.assertEqual((current.weight, old.weight), (15, 5))
        policy.kpi_ids -= old.kpi_id
        for before, after in (((20, 5), (15, 5)), ((30, 5), (30, 0))):
            with self.subTest(before=before):
                current.weight, old.weight = before
                self.migrate("pm_billing", "19.0.1.6.0/post-arrears")
                self.assertEqual((current.weight, old.weight), after)
                self.assertIn(old.kpi_id, policy.kpi_ids)
