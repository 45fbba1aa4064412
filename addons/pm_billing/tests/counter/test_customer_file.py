"""The bills on the customer's page and in the printed file."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestCustomerBills(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.clerk = cls.make_user(
            "file_bills",
            "pm_core.group_pm_service",
            cls.estate,
            company_id=cls.company.id,
        )
        cls.elsewhere = cls.make_user(
            "file_elsewhere",
            "pm_core.group_pm_service",
            cls.make_estate("Elsewhere"),
            company_id=cls.company.id,
        )

    def test_open_amount_of_own_estates(self):
        self.assertEqual(self.owner.with_user(self.clerk).pm_amount_open, 262.0)
        self.receive(self.owner, 62.0)
        self.env.invalidate_all()
        self.assertEqual(self.owner.with_user(self.clerk).pm_amount_open, 200.0)
        self.assertEqual(len(self.owner.with_user(self.clerk).pm_receipt_ids), 1)
        # the customer holds something there too, the bills stay apart
        far = self.make_unit(self.elsewhere.pm_estate_ids, "far")
        self.make_occupancy(far, self.owner)
        self.env.invalidate_all()
        partner = self.owner.with_user(self.elsewhere)
        self.assertEqual(partner.pm_amount_open, 0.0)
        self.assertFalse(partner.pm_charge_ids)

    def test_staff_see_no_bills(self):
        staff = self.make_user(
            "file_no_bills",
            "pm_core.group_pm_user",
            self.estate,
            company_id=self.company.id,
        )
        for field in ("pm_amount_open", "pm_charge_ids", "pm_receipt_ids"):
            with self.assertRaises(AccessError):
                self.owner.with_user(staff).read([field])

    def test_one_query_for_all_customers(self):
        counts = []
        for partners in (self.owner, self.owners):
            partners = partners.with_user(self.clerk)
            partners.mapped("pm_amount_open")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.mapped("pm_amount_open")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_printed(self):
        html = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html("pm_core.report_customer_file", self.owner.ids)[0]
            .decode()
        )
        self.assertIn("262.00", html)
