import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..complaints.complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestQualityReportPage(ComplaintCase, HttpCase):
    """Owners, and with them their committee, read what is published, and its PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reports = cls.env["pm.quality.report"]
        cls.report = reports.create(
            {
                "property_id": cls.estate.id,
                "month": reports._last_month(cls.estate._today()),
                "comment": "We hang up new bells.",
            }
        )
        cls.users = {
            role: new_test_user(
                cls.env, f"pm_reader_{role}", "base.group_portal", partner_id=partner.id
            )
            for role, partner in (
                ("owner", cls.owner),
                ("tenant", cls.make_partner("Tenant")),
                ("committee", cls.make_partner("Chair")),
            )
        }
        cls.make_occupancy(cls.unit, cls.users["tenant"].partner_id, role="tenant")

    def publish(self):
        self.report._as_step().write(
            {
                "state": "published",
                "published_at": self.report.composed_at,
                "pdf": base64.b64encode(b"%PDF-1.4"),
            }
        )

    def read_as(self, role):
        login = self.users[role].login
        self.authenticate(login, login)
        page = self.url_open(f"/my/quality-reports/{self.report.id}")
        pdf = self.url_open(f"/my/quality-reports/{self.report.id}/pdf")
        listed = self.url_open("/my/quality-reports").text
        link = f'href="/my/quality-reports/{self.report.id}"'
        self.assertEqual(link in listed, page.status_code == 200)
        self.assertEqual(page.status_code, pdf.status_code)
        return page, pdf

    def test_owners_once_it_is_published(self):
        self.assertEqual(self.read_as("owner")[0].status_code, 404)
        self.publish()
        page, pdf = self.read_as("owner")
        self.assertIn("We hang up new bells.", page.text)
        self.assertEqual(pdf.content, b"%PDF-1.4")
        self.assertIn("attachment", pdf.headers["Content-Disposition"])
        self.assertEqual(self.read_as("tenant")[0].status_code, 404)
        self.assertEqual(self.read_as("committee")[0].status_code, 404)

    def test_who_stands_for_the_side_of_the_owners(self):
        self.publish()
        chair = self.users["committee"].partner_id
        contract = self.make_contract(self.estate, kind="owners", partner_id=chair.id)
        self.assertEqual(self.read_as("committee")[0].status_code, 404)
        contract._as_step().write({"state": "active", "is_numbered": True})
        self.assertEqual(self.read_as("committee")[0].status_code, 200)

    def test_link_of_the_committee(self):
        """It opens one published report until it ends, and is told to managers only."""
        report = self.report.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Draft"):
            report.action_make_link()
        self.publish()
        with self.assertRaises(AccessError):
            report.with_user(self.clerk).action_make_link()
        report.action_make_link()
        with self.assertRaises(AccessError):
            report.with_user(self.clerk).read(["link"])
        path = "/quality-report/" + self.report.link_token
        self.assertTrue(report.link.endswith(path))
        self.env.flush_all()
        page = self.url_open(path)
        self.assertIn("We hang up new bells.", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertEqual(self.url_open(f"{path}/pdf").content, b"%PDF-1.4")
        report.action_make_link()
        self.assertEqual(self.url_open(path).status_code, 404)
        path = "/quality-report/" + self.report.link_token
        self.report._as_step().link_until = "2020-01-01"
        self.assertEqual(self.url_open(path).status_code, 404)
        report.action_make_link()
        path = "/quality-report/" + self.report.link_token
        report.action_end_link()
        for one in (path, f"{path}/pdf", "/quality-report/x", "/quality-report/x/pdf"):
            self.assertEqual(self.url_open(one).status_code, 404)
