import re
from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestPassPortal(GateCase, HttpCase):
    """Residents invite; visitors show the code without a login."""

    def token_of(self, response):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.text)[1]

    def login(self, partner):
        login = f"pm_resident_{partner.id}"
        new_test_user(self.env, login, "base.group_portal", partner_id=partner.id)
        self.authenticate(login, login)

    def newest(self):
        return self.env["pm.access.pass"].search([], order="id desc", limit=1)

    def send(self, **data):
        page = self.url_open(f"/my/passes/new?kind={data.get('kind', 'visitor')}")
        self.assertEqual(page.status_code, 200)
        values = {
            "csrf_token": self.token_of(page),
            "kind": "visitor",
            "property_id": self.unit.id,
            "visitor_name": "孙客人",
            **data,
        }
        return self.url_open("/my/passes/send", data=values)

    def step(self, one, step, **data):
        page = self.url_open("/my/passes/new")
        return self.url_open(
            f"/my/passes/{one.id}/{step}",
            data={"csrf_token": self.token_of(page), **data},
        )

    def test_invite_and_show(self):
        self.login(self.owner)
        page = self.send()
        one = self.newest()
        self.assertEqual(
            (one.state, one.visitor_name, one.host_id, one.source),
            ("confirmed", "孙客人", self.owner, "portal"),
        )
        self.assertIn(one.sudo().token, page.text)
        self.assertIn(one.number, self.url_open("/my/passes").text)
        self.logout()
        public = self.url_open(f"/pass/{one.sudo().token}")
        self.assertEqual(public.status_code, 200)
        self.assertIn(one.number, public.text)
        self.assertIn("data:image/png;base64", public.text)
        for secret in (self.owner.name, "孙客人"):
            self.assertNotIn(secret, public.text)
        self.assertEqual(public.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.find(one._url())[0]["id"], one.id)

    def test_days(self):
        self.login(self.owner)
        self.estate.tz = "Asia/Shanghai"
        today = self.estate._today()
        self.send(when="week")
        one = self.newest()
        self.assertEqual(str(one.valid_to)[11:], "15:59:59")
        self.assertEqual(one.valid_to.date(), today + timedelta(days=6))
        before = self.newest()
        for bad in (
            {"when": "days"},
            {"when": "days", "date_from": "soon"},
            {"when": "days", "date_from": "2020-01-01", "date_to": "2020-01-02"},
            {
                "when": "days",
                "date_from": str(today),
                "date_to": str(today + timedelta(days=90)),
            },
            {"entries": "0"},
            {"entries": "999"},
            {"entries": "²"},
            {"kind": "army"},
            {"visitor_name": " "},
            {"property_id": self.other_unit.id},
            {"property_id": "x"},
        ):
            with self.subTest(bad=bad):
                answer = self.send(**bad)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual(self.newest(), before)

    def test_closed_fields_are_not_heard(self):
        self.login(self.owner)
        self.send(state="confirmed", token="mine", confirmed_by="Mayor", firm="Evil")
        one = self.newest().sudo()
        self.assertNotEqual(one.token, "mine")
        self.assertEqual(one.confirmed_by, self.owner.name)
        self.assertFalse(one.firm)

    def test_passes_of_others(self):
        one = self.make_pass(confirmed=False)
        one.action_ask()
        self.login(self.make_partner("Stranger"))
        self.assertEqual(self.url_open(f"/my/passes/{one.id}").status_code, 404)
        page = self.url_open("/my/passes")
        self.assertNotIn(one.number, page.text)
        self.logout()
        neighbour = self.make_partner("Neighbour")
        self.make_occupancy(self.other_unit, neighbour)
        self.login(neighbour)
        for step in ("agree", "refuse", "cancel"):
            self.assertEqual(self.step(one, step).status_code, 404)
        self.assertEqual(one.state, "asked")

    def test_the_host_confirms_and_cancels(self):
        one = self.make_pass(confirmed=False)
        one.action_ask()
        self.login(self.owner)
        self.assertIn(f"/my/passes/{one.id}", self.url_open("/my/passes").text)
        self.step(one, "agree")
        self.assertEqual(one.state, "confirmed")
        self.step(one, "cancel")
        self.assertEqual(one.state, "cancelled")
        page = self.url_open(f"/my/passes/{one.id}")
        self.assertNotIn(one.sudo().token, page.text)

    def test_goods_of_a_tenant(self):
        tenant = self.make_partner("李租客")
        self.make_occupancy(self.unit, tenant, role="tenant", share=0)
        self.login(tenant)
        page = self.send(kind="goods", goods="Sofa")
        one = self.newest()
        self.assertEqual(one.state, "asked")
        self.assertNotIn("/pass/", page.text)
        self.step(one, "agree")
        self.assertEqual(one.state, "asked")
        self.logout()
        self.login(self.owner)
        self.assertIn(f"/my/passes/{one.id}", self.url_open("/my/passes").text)
        page = self.step(one, "agree")
        self.assertEqual(one.state, "confirmed")
        # the code is the tenant's
        self.assertNotIn(one.sudo().token, page.text)

    def test_too_many(self):
        self.login(self.owner)
        self.patch(
            __import__(
                "odoo.addons.pm_maintenance.models.gate.pm_access_pass_steps",
                fromlist=["MOST_OPEN"],
            ),
            "MOST_OPEN",
            2,
        )
        codes = [self.send().status_code for _number in range(3)]
        self.assertEqual(codes, [200, 200, 400])

    def test_wrong_codes_are_counted(self):
        one = self.make_pass()
        for token in ("x", "a" * 24, "é" * 24, "a%00b"):
            self.assertIn(self.url_open(f"/pass/{token}").status_code, (400, 404))
        for number in range(40):
            last = self.url_open(f"/pass/wrong-token-number-{number:04d}")
        self.assertEqual(last.status_code, 429)
        # also the right one: guessing has an end
        right = self.url_open(f"/pass/{one.sudo().token}")
        self.assertEqual(right.status_code, 429)

    def test_a_draft_has_no_page(self):
        one = self.make_pass(confirmed=False)
        self.assertFalse(one.sudo().token)
        self.assertEqual(self.url_open("/pass/False").status_code, 404)
