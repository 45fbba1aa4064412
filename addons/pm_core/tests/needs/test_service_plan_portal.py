"""The customer looks at a plan, accepts it or sends it back; nobody else does."""

import base64
from io import BytesIO

from PIL import Image

from odoo import Command, http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..visitor import VisitorMixin
from .service_plan_common import PlanFactory


def signature():
    stream = BytesIO()
    Image.new("RGB", (120, 40), "white").save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestServicePlanPortal(VisitorMixin, PlanFactory, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_plans(cls.make_estate("Portal Garden"))
        cls.plan = cls.present(cls.make_plan())
        cls.customer = new_test_user(
            cls.env,
            "pm_plan_customer",
            "base.group_portal",
            password="pm_plan_customer",
        )
        cls.customer.partner_id.parent_id = cls.firm
        new_test_user(
            cls.env, "pm_plan_other", "base.group_portal", password="pm_plan_other"
        )

    def url(self, plan=None, token=True, suffix=""):
        plan = plan or self.plan
        token = plan.sudo().access_token if token is True else token
        query = f"?access_token={token}" if token else ""
        return f"/my/service-plans/{plan.id}{suffix}{query}"

    def accept(self, name="Ms Wang", image=None, **where):
        return self.make_jsonrpc_request(
            self.url(suffix="/accept", **where),
            {"name": name, "signature": signature() if image is None else image},
        )

    def assertRefusedPage(self, response):
        self.assertEqual(response.status_code, 403)
        self.assertIn("This service plan cannot be opened", response.text)
        self.assertNotIn("Daily cleaning", response.text)

    def test_the_link(self):
        page = self.url_open(self.plan.share_link)
        self.assertEqual(page.status_code, 200)
        for text in ("Daily cleaning", "No dust", "You have a login", "800.00"):
            self.assertIn(text, page.text)
        self.assertNotIn("Accept and Sign", page.text)
        self.assertIn("Log in", self.accept()["error"])

    def test_the_link_opens_no_messages(self):
        for login in (None, "pm_plan_other"):
            self.authenticate(login, login)
            self.assertNoMessagesByLink(self.plan)

    def test_without_a_login_a_code_says_who_accepts(self):
        self.customer.partner_id.parent_id = False
        self.firm.email = "firm@example.com"
        self.assertNotIn("Accept and Sign", self.url_open(self.url()).text)
        self.assertIn("Enter the code", self.accept()["error"])
        page = self.identify(self.url())
        self.assertIn("Accept and Sign", page.text)
        answer = self.accept()
        self.assertTrue(answer["force_refresh"])
        message = self.plan.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.firm)
        self.assertIn(
            "You have accepted the plan", self.url_open(answer["redirect_url"]).text
        )
        # whoever has the link alone does not see what was accepted
        self.opener.cookies.clear()
        page = self.url_open(self.url())
        self.assertIn("We send a code", page.text)
        self.assertNotIn("Daily cleaning", page.text)

    def test_no_secret_for_readers_and_drafts(self):
        guard = self.make_user("plan_guard", "pm_core.group_pm_user", self.estate)
        seen = self.plan.with_user(guard)
        token = self.plan.sudo().access_token
        self.assertNotIn(token, seen.get_portal_url())
        self.assertNotIn(token, seen.share_link)
        with self.assertRaises(AccessError):
            seen.read(["access_token"])
        with self.assertRaises(AccessError):
            seen.action_send()
        self.assertIn(token, self.plan.with_user(self.service).share_link)
        draft = self.make_plan()
        self.assertEqual(draft.get_portal_url(), draft.access_url)
        self.assertFalse(draft.sudo().access_token)

    def test_a_link_of_somebody_else(self):
        for token in (False, "wrong", self.plan.sudo().access_token[:-1]):
            with self.subTest(token=token):
                self.assertRefusedPage(self.url_open(self.url(token=token)))
                answer = self.accept(token=token)
                self.assertIn("not yours", answer["error"])
        self.authenticate("pm_plan_other", "pm_plan_other")
        # even with the right token: another customer is logged in
        self.assertRefusedPage(self.url_open(self.url()))
        self.assertIn("not yours", self.accept()["error"])
        self.assertEqual(self.plan.state, "presented")
        page = self.url_open("/my/service-plans")
        self.assertNotIn(self.plan.name, page.text)
        self.assertRefusedPage(self.url_open("/my/service-plans/999999999"))

    def test_the_firm_s_people_need_no_token(self):
        self.authenticate("pm_plan_customer", "pm_plan_customer")
        page = self.url_open("/my/service-plans").text
        self.assertIn(self.plan.name, page)
        # the way back names the list, none of its plans
        self.assertNotIn("breadcrumb-item active text-truncate", page)
        page = self.url_open(self.url(token=False))
        self.assertIn("Daily cleaning", page.text)
        answer = self.accept(token=False)
        self.assertTrue(answer["force_refresh"])
        self.assertEqual(self.plan.state, "accepted")
        # rights on the records themselves there are none
        self.assertFalse(self.plan.with_user(self.customer).has_access("read"))

    def test_accepted_with_name_and_signature(self):
        self.authenticate("pm_plan_customer", "pm_plan_customer")
        self.assertIn("name", self.accept(name=" ")["error"])
        self.assertIn("sign", self.accept(image="")["error"])
        self.assertIn("error", self.accept(image="no picture"))
        drawing = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        self.assertIn("read", self.accept(image=drawing.decode())["error"])
        self.assertEqual(self.plan.state, "presented")
        answer = self.accept()
        self.assertTrue(answer["force_refresh"])
        self.assertEqual(
            (self.plan.state, self.plan.signed_by), ("accepted", "Ms Wang")
        )
        self.assertTrue(self.plan.signature)
        message = self.plan.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.customer.partner_id)
        self.assertIn("Ms Wang", message.body)
        page = self.url_open(answer["redirect_url"])
        self.assertIn("You have accepted the plan", page.text)
        self.assertNotIn("Accept and Sign", page.text)
        again = self.accept()
        self.assertIn("in state Accepted", again["error"])

    def test_a_revision_is_asked_for(self):
        self.authenticate("pm_plan_customer", "pm_plan_customer")
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "comment": "Once a week\nis enough <b>",
        }
        page = self.url_open(self.url(token=False, suffix="/revise"), data=data)
        self.assertIn("come back with a", page.text)
        self.assertEqual(self.plan.revision_comment, data["comment"])
        self.assertEqual(self.plan.activity_ids.user_id, self.service)
        # asked again, it is one thing to do
        self.url_open(self.url(token=False, suffix="/revise"), data=data)
        self.assertEqual(len(self.plan.activity_ids), 1)
        body = self.plan.message_ids.filtered(
            lambda message: (
                message.author_id == self.customer.partner_id and message.body
            )
        )[:1].body
        self.assertIn("Once a week<br>is enough &lt;b&gt;", body)
        # the new version, and what changed
        new = self.env["pm.service.plan"].browse(
            self.plan.action_new_version()["res_id"]
        )
        new.line_ids[0].write({"frequency": "Once a week", "price": 1})
        self.assertRefusedPage(self.url_open(self.url(new, token=False)))
        self.present(new)
        old_page = self.url_open(self.url(token=False)).text
        self.assertIn("This version was replaced by version", old_page)
        self.assertNotIn("Accept and Sign", old_page)
        self.assertIn("in state Replaced", self.accept(token=False)["error"])
        page = self.url_open(self.url(new, token=False)).text
        self.assertIn("What changed since version", page)
        self.assertIn("Once a week", page)
        self.accept(plan=new, token=False)
        self.assertEqual((self.plan.state, new.state), ("replaced", "accepted"))

    def test_a_version_for_somebody_else_is_not_told_to_the_customer_before(self):
        new = self.env["pm.service.plan"].browse(
            self.plan.action_new_version()["res_id"]
        )
        new.partner_id = self.make_partner(
            "Somebody Else", pm_estate_id=new.estate_id.id
        )
        new.line_ids[0].price = 1
        self.present(new)
        old_page = self.url_open(self.url()).text
        self.assertIn(self.plan.name, old_page)
        self.assertNotIn(new.access_token, old_page)
        self.assertNotIn("was replaced by version", old_page)
        new_page = self.url_open(self.url(new)).text
        self.assertIn(new.name, new_page)
        self.assertNotIn("What changed since version", new_page)

    def test_readers_are_led_to_the_newer_version_without_its_secret(self):
        new = self.env["pm.service.plan"].browse(
            self.plan.action_new_version()["res_id"]
        )
        new.line_ids[0].price = 1
        self.present(new)
        new._portal_ensure_token()
        self.make_user("pm_plan_reader", "pm_core.group_pm_user", self.plan.estate_id)
        self.authenticate("pm_plan_reader", "pm_plan_reader")
        page = self.url_open(self.url(token=False)).text
        self.assertIn(f'href="{new.access_url}"', page)
        self.assertNotIn(new.access_token, page)

    def test_an_expired_plan_is_not_accepted(self):
        self.plan.valid_until = "2020-01-01"
        self.authenticate("pm_plan_customer", "pm_plan_customer")
        page = self.url_open(self.url())
        self.assertIn("This plan was valid until", page.text)
        self.assertNotIn("Accept and Sign", page.text)
        self.assertIn("was valid until", self.accept()["error"])

    def test_staff_look_and_do_not_accept(self):
        far = self.make_user(
            "pm_plan_far",
            "pm_core.group_pm_service",
            self.make_estate("Far"),
            password="pm_plan_far",
        )
        self.service.password = "pm_plan_service"
        self.authenticate("pm_plan_service", "pm_plan_service")
        page = self.url_open(self.url(token=False))
        self.assertIn("This is what the customer sees", page.text)
        self.assertNotIn("Accept and Sign", page.text)
        self.assertIn("staff", self.accept()["error"])
        self.authenticate(far.login, far.login)
        self.assertRefusedPage(self.url_open(self.url()))

    def test_pdf(self):
        # without a browser at hand a test prints HTML, see ir.actions.report
        page = self.url_open(self.url() + "&report_type=pdf")
        self.assertIn("Total a Year", page.text)
        self.assertRefusedPage(self.url_open(self.url(token="x") + "&report_type=pdf"))
        pdf, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("pm_core.report_service_plan_action", self.plan.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_the_printed_offer(self):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_service_plan", self.plan.ids
        )
        text = html.decode()
        for part in ("Daily cleaning", "No dust", "800.00", "9,600.00", self.plan.name):
            self.assertIn(part, text)
        self.assertIn(self.plan.company_id.name, text)

    def test_sending_presents(self):
        plan = self.approve(self.make_plan())
        action = plan.action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.service)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.firm)
        composer.action_send_mail()
        self.assertEqual(plan.state, "presented")
        self.assertIn(plan.sudo().access_token, plan.message_ids[0].body)
        self.assertEqual(len(plan.message_ids[0].attachment_ids), 1)

    def test_the_requirements_tab_makes_planned_needs(self):
        plan = self.make_plan(
            requirement_ids=[
                Command.create(
                    {
                        "title": "A need",
                        "partner_id": self.firm.id,
                        "property_id": self.office.id,
                    }
                )
            ]
        )
        self.assertEqual(plan.requirement_ids.state, "planned")
