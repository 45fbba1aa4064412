from lxml import html

from odoo.tests import HttpCase, freeze_time, new_test_user

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillPortal(BillingCase, HttpCase):
    """Residents read of bills; an invoice is something else to them."""

    def test_words(self):
        self.make_fees(self.unit)
        run = self.bill()
        bill = run.charge_ids.move_id
        new_test_user(
            self.env,
            login="bill_owner",
            password="bill_owner",
            groups="base.group_portal",
            partner_id=self.owner.id,
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.authenticate("bill_owner", "bill_owner")
        home = html.fromstring(self.url_open("/my/home").content)
        cards = {
            link.get("href").partition("?")[0]: link.text_content()
            for link in home.xpath("//div[@id='portal_client_category']//a")
        }
        self.assertIn("My Bills", cards["/my/invoices"])
        self.assertIn("My Tax Invoices", cards["/my/tax-invoices"])
        listed = self.url_open("/my/invoices").text
        self.assertIn("<title>My Bills</title>", listed)
        self.assertIn(bill.name, listed)
        self.assertNotIn("Invoice", listed)
        page = self.url_open(bill.get_portal_url()).text
        self.assertIn(f"<title>Bill {bill.name}</title>", page)
        self.assertNotIn("Salesperson", page)
        paper = self.url_open(bill.get_portal_url(report_type="html")).text
        self.assertIn(bill.name, paper)
        self.assertNotIn("Invoice</", paper)
        self.assertNotIn("Proforma", paper)
        self.assertEqual(
            self.url_open(bill.get_portal_url(report_type="pdf")).status_code, 200
        )
