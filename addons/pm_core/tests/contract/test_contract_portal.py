"""What parties see of their contracts, how they sign, and what is printed."""

from datetime import date

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import PropertyFactory
from ..visitor import VisitorMixin

# the smallest image there is
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awA"
    "AAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestContractPortal(VisitorMixin, PropertyFactory, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.estate = cls.make_estate("Portal Garden")
        cls.building = cls.make_building(cls.estate)
        cls.make_unit(cls.building, "1-101")
        cls.tenant = cls.make_partner("Tenant Co", email="tenant@example.com")
        cls.contract = cls.make_contract(
            cls.estate,
            title="Shop service",
            partner_id=cls.tenant.id,
            kind="tenant",
            date_to="2099-12-31",
        )
        cls.contract.line_ids = [
            fields.Command.create({"name": "Service fee", "price": 3.5})
        ]
        cls.contract.state = "approved"
        cls.contract._assign_number()
        cls.contract.clause_ids._freeze()
        cls.party = cls.contract.party_ids.filtered(lambda row: not row.is_company)
        cls.party._ensure_sign_token()
        cls.link = f"/property-contracts/sign/{cls.party.sign_token}"

    def portal_user(self, login, partner=None):
        return new_test_user(
            self.env,
            login=login,
            password=login,
            groups="base.group_portal",
            **({"partner_id": partner.id} if partner else {}),
        )

    def page(self, url, status=200):
        response = self.url_open(url)
        self.assertEqual(response.status_code, status, response.text[:500])
        return html.fromstring(response.content).text_content()

    def accept(self, name="Li Na", signature=SIGNATURE, link=None):
        return self.make_jsonrpc_request(
            f"{link or self.link}/accept", {"name": name, "signature": signature}
        )

    def test_the_list_shows_the_own_ones_only(self):
        self.portal_user("contract_tenant", self.tenant)
        self.portal_user("contract_stranger")
        draft = self.make_contract(
            self.estate, title="Not yet", partner_id=self.tenant.id, kind="tenant"
        )
        self.authenticate("contract_tenant", "contract_tenant")
        text = self.page("/my/property-contracts")
        # the way back names the list, none of its contracts
        self.assertNotIn("breadcrumb-item active text-truncate", text)
        self.assertIn("Shop service", text)
        self.assertNotIn("Not yet", text)
        self.assertIn("Shop service", self.page(self.contract.access_url))
        self.page(draft.access_url, 403)
        self.authenticate("contract_stranger", "contract_stranger")
        self.assertNotIn("Shop service", self.page("/my/property-contracts"))
        self.assertIn("not yours to see", self.page(self.contract.access_url, 403))

    def test_what_went_back_to_a_draft_is_not_shown(self):
        self.portal_user("contract_tenant", self.tenant)
        link = self.contract.get_portal_url()
        self.contract.action_revise()
        self.page(link, 403)
        self.authenticate("contract_tenant", "contract_tenant")
        self.assertNotIn("Shop service", self.page("/my/property-contracts"))
        self.page(self.contract.access_url, 403)

    def test_a_visitor_needs_the_token(self):
        self.page(self.contract.access_url, 403)
        self.page(f"{self.contract.access_url}?access_token=guess", 403)
        self.assertIn("Shop service", self.page(self.contract.get_portal_url()))
        self.page("/my/property-contracts/999999999", 403)

    def test_readers_get_no_secret(self):
        """Staff who may look at it get nothing that opens it outside."""
        self.contract._portal_ensure_token()
        self.make_user("contract_reader", "pm_core.group_pm_user", self.estate)
        self.authenticate("contract_reader", "contract_reader")
        page = self.url_open(self.contract.access_url)
        self.assertIn("Shop service", page.text)
        self.assertIn("report_type=pdf", page.text)
        self.assertNotIn(self.contract.access_token, page.text)
        # who came with it finds the print-out by it
        self.authenticate(None, None)
        page = self.url_open(self.contract.get_portal_url())
        self.assertIn(self.contract.access_token, page.text)

    def test_sign_by_link_without_an_account(self):
        text = self.page(self.link)
        self.assertIn("Tenant Co", text)
        self.assertIn("Service fee", text)
        self.assertIn("Enter the code", self.accept()["error"])
        self.identify(self.link)
        self.assertIn("Enter your name", self.accept(name=" ")["error"])
        self.assertIn("could not be read", self.accept(signature="%%%")["error"])
        self.assertIn("too large", self.accept(signature="A" * 2_000_001)["error"])
        self.assertFalse(self.party.signed_on)
        answer = self.accept()
        self.assertTrue(answer["force_refresh"])
        self.assertRecordValues(
            self.party,
            [
                {
                    "sign_method": "portal",
                    "signatory": "Li Na",
                    "signed_on": self.contract._today(),
                }
            ],
        )
        self.assertEqual(self.party.signature, SIGNATURE.encode())
        self.assertEqual(self.contract.state, "approved", "our side is missing")
        self.assertIn("Thank you", self.page(answer["redirect_url"]))
        # whoever has the link alone does not see what was signed
        self.opener.cookies.clear()
        link = self.contract.get_portal_url()
        self.assertIn("We send a code", self.page(link))
        self.assertIn("We send a code", self.page(f"{link}&report_type=pdf"))
        # once only
        text = self.page(self.link, 403)
        self.assertIn("signed already", text)
        self.assertIn("signed already", self.accept()["error"])

    def test_a_login_of_another_does_not_open_what_is_signed(self):
        """The link was passed on: neither with nor without a login is it enough."""
        link = self.contract.get_portal_url()
        self.portal_user("contract_stranger")
        self.portal_user("contract_tenant", self.tenant)
        far = self.make_user(
            "contract_far",
            "pm_core.group_pm_estate_manager",
            self.make_estate("Far Garden"),
        )
        self.authenticate("contract_stranger", "contract_stranger")
        self.assertIn("Shop service", self.page(link), "to be signed, it is open")
        self.party._sign(date(2026, 2, 3), "paper", "Li Na")
        for address in (link, f"{link}&report_type=pdf", f"{link}&report_type=html"):
            self.assertIn("not yours to see", self.page(address, 403))
        self.authenticate(far.login, far.login)
        self.assertIn("not yours to see", self.page(link, 403))
        self.authenticate("contract_tenant", "contract_tenant")
        self.assertIn("Shop service", self.page(link))

    def test_the_link_opens_no_messages(self):
        self.portal_user("contract_stranger")
        for login in (None, "contract_stranger"):
            self.authenticate(login, login)
            self.assertNoMessagesByLink(self.contract)

    def test_with_our_signature_it_is_in_force(self):
        self.party.search(
            [("contract_id", "=", self.contract.id), ("role", "=", "manager")]
        )._sign(date(2026, 1, 1), "paper", "Chen Li")
        self.identify(self.link)
        self.accept()
        self.assertEqual(self.contract.state, "active")

    def test_the_link_to_sign_shows_no_signature_of_others(self):
        """Once one party has signed, the link of the next opens nothing alone."""
        (self.contract.party_ids - self.party)._sign(
            date(2026, 1, 1), "portal", "Chen Li", None, SIGNATURE
        )
        for address in (self.link, f"{self.link}/pdf"):
            text = self.page(address)
            self.assertIn("We send a code", text)
            self.assertNotIn("Service fee", text)
        self.identify(self.link)
        self.assertIn("Service fee", self.page(self.link))
        self.assertPdf(self.url_open(f"{self.link}/pdf"))

    def test_a_code_of_somebody_else_does_not_sign(self):
        """Each answers for one party and one contract, and only in their session."""
        other = self.make_contract(
            self.estate, partner_id=self.tenant.id, kind="tenant", title="Other"
        )
        other.state = "approved"
        other._assign_number()
        party = other.party_ids.filtered(lambda row: not row.is_company)
        party._ensure_sign_token()
        link = f"/property-contracts/sign/{party.sign_token}"
        self.identify(link)
        self.assertIn("Enter the code", self.accept()["error"])
        self.assertIn("redirect_url", self.accept(link=link))
        self.opener.cookies.clear()
        self.assertFalse(self.party.signed_on)

    def test_a_wrong_code_does_not_sign(self):
        self.assertNotIn("code was sent", self.page(self.link))
        code, form = self.ask_for_code(self.link)
        page = self.page(self.link)
        self.assertRegex(page, r"code was sent to\s*t\*\*\*@example.com")
        wrong = "0" * 6 if code != "0" * 6 else "1" * 6
        page = self.url_open("/one-time-code/check", data={**form, "code": wrong})
        self.assertIn("not the code", page.text)
        self.assertIn("Enter the code", self.accept()["error"])
        form["form"] = form["form"][:-2]
        page = self.url_open("/one-time-code/check", data={**form, "code": code})
        self.assertEqual(page.status_code, 404)

    def test_a_party_that_cannot_be_reached(self):
        self.tenant.write({"email": False, "phone": False})
        self.assertIn("neither a telephone number", self.page(self.link))
        self.assertIn("Enter the code", self.accept()["error"])

    def test_no_secret_for_readers_and_drafts(self):
        """The address of a paper is no secret; what opens it without a login is."""
        guard = self.make_user("contract_guard", "pm_core.group_pm_user", self.estate)
        manager = self.make_user(
            "contract_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        token = self.contract.sudo()._portal_ensure_token()
        self.assertTrue(token)
        seen = self.contract.with_user(guard)
        self.assertEqual(seen.get_portal_url(), self.contract.access_url)
        self.assertNotIn(token, seen._get_share_url(redirect=True, pid=1))
        with self.assertRaises(AccessError):
            seen.read(["access_token"])
        self.assertIn(token, self.contract.with_user(manager).get_portal_url())
        draft = self.make_contract(self.estate, partner_id=self.tenant.id)
        for user in (guard, manager, self.env.user):
            url = draft.with_user(user).get_portal_url(report_type="pdf")
            self.assertEqual(url, f"{draft.access_url}?report_type=pdf")
        self.assertFalse(draft.access_token)
        draft.access_token = "known"
        self.page(f"{draft.access_url}?access_token=known", 403)
        self.page(f"{draft.access_url}?access_token=%F0%9F%98%80", 403)

    def test_colleagues_and_relatives_do_not_see_it(self):
        """A private holding is the person's own, a firm's is the firm's."""
        firm = self.make_partner("Firm", is_company=True)
        relative = self.make_partner("Father")
        for parent, login in ((firm, "colleague"), (relative, "relative")):
            self.tenant.parent_id = parent
            other = self.portal_user(login)
            other.partner_id.parent_id = parent
            self.authenticate(login, login)
            self.assertNotIn("Shop service", self.page("/my/property-contracts"))
            self.page(self.contract.access_url, 403)
        self.tenant.parent_id = False
        self.tenant.is_company = True
        other.partner_id.parent_id = self.tenant
        self.assertIn("Shop service", self.page("/my/property-contracts"))

    def test_the_link_of_somebody_else(self):
        self.portal_user("contract_stranger")
        self.authenticate("contract_stranger", "contract_stranger")
        text = self.page(self.link, 403)
        self.assertIn("for somebody else", text)
        self.assertIn("for somebody else", self.accept()["error"])
        self.assertFalse(self.party.signed_on)
        new_test_user(
            self.env,
            login="contract_staff",
            password="contract_staff",
            groups="pm_core.group_pm_company_manager",
        )
        self.authenticate("contract_staff", "contract_staff")
        self.assertIn("for somebody else", self.page(self.link, 403))

    def test_who_has_an_account_signs_with_it(self):
        self.portal_user("contract_tenant", self.tenant)
        response = self.url_open(self.link, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self.accept()["error"], "Log in first.")
        self.authenticate("contract_tenant", "contract_tenant")
        self.assertIn("Sign", self.page(self.contract.access_url))
        self.assertIn("asks", self.page(f"{self.contract.access_url}/sign"))
        self.accept()
        self.assertTrue(self.party.signed_on)
        self.page(f"{self.contract.access_url}/sign", 403)

    def test_links_that_are_void(self):
        self.assertIn("not valid", self.page("/property-contracts/sign/guess", 403))
        self.contract.action_revise()
        self.assertIn("not valid", self.page(self.link, 403))

    def test_the_portal_reads_nothing_else(self):
        tenant = self.portal_user("contract_tenant", self.tenant)
        for record in (self.contract, self.party, self.contract.line_ids):
            with self.subTest(model=record._name):
                self.assertFalse(record.with_user(tenant).has_access("read"))

    def test_the_printed_contract(self):
        self.contract.clause_ids.unlink()
        self.contract.clause_ids = [
            fields.Command.create(
                {"name": "Quality", "body": "<p>{party} is content.</p>"}
            )
        ]
        self.party._sign(date(2026, 2, 3), "portal", "Li Na", "Director", SIGNATURE)
        report = self.env["ir.actions.report"]
        content, kind = report._render_qweb_html(
            "pm_core.report_contract", self.contract.ids
        )
        self.assertEqual(kind, "html")
        text = html.fromstring(content).text_content()
        for words in (
            "Shop service",
            self.contract.name,
            "Party A",
            "Tenant Co",
            "Party B",
            self.estate.company_id.name,
            "Service fee",
            "Article 1  Quality",
            "Tenant Co is content.",
            "Li Na",
            "Director",
        ):
            self.assertIn(words, text)
        self.assertNotIn("not binding", text)
        self.assertIn(f"base64,{SIGNATURE}", content.decode())
        self.assertLess(text.index("Party A"), text.index("Party B"))

    def test_the_pdf(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = report._render_qweb_pdf(
            "pm_core.pm_contract_report", self.contract.ids
        )
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))
        self.assertGreater(len(pdf), 5000)

    def test_the_pdf_over_http(self):
        """On the portal, for who is logged in and for who has a link, and to sign."""
        self.portal_user("contract_tenant", self.tenant)
        by_link = self.contract.get_portal_url(report_type="pdf", download=True)
        self.assertPdf(self.url_open(by_link))
        self.authenticate("contract_tenant", "contract_tenant")
        for url in (
            f"{self.contract.access_url}?report_type=pdf",
            f"{self.link}/pdf",
        ):
            with self.subTest(url=url):
                self.assertPdf(self.url_open(url))

    def assertPdf(self, response):
        self.assertEqual(response.status_code, 200, response.text[:500])
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(".pdf", response.headers["Content-Disposition"])

    def test_a_supplier_is_party_b(self):
        contract = self.make_contract(
            self.estate, partner_id=self.tenant.id, kind="supplier"
        )
        self.assertEqual(
            [
                (label, party.partner_id)
                for label, party in contract._parties_in_order()
            ],
            [
                ("Party A", self.estate.company_id.partner_id),
                ("Party B", self.tenant),
            ],
        )
