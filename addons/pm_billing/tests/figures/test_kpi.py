from datetime import date

from odoo.tests import tagged

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
