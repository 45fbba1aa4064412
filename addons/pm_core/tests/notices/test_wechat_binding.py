"""Residents bind their WeChat, against a server on this machine."""

from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .notice_common import NoticeFactory
from .test_wechat import PHONE, WechatFactory


@tagged("post_install", "-at_install")
class TestWechatBinding(WechatFactory, NoticeFactory, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_estate()
        cls._set_up_wechat()
        cls.owner.pm_wechat_openid = False
        new_test_user(
            cls.env, "wechat_resident", "base.group_portal", partner_id=cls.owner.id
        )

    def open_link(self, headers=None):
        """Open the link of the customer; return its path and the page."""
        path = urlsplit(self.owner._pm_wechat_link(self.env.company)).path
        return path, self.url_open(
            path, headers=headers or PHONE, allow_redirects=False
        )

    def bind(self):
        """Say yes in WeChat; return where WeChat's answer is wanted."""
        path, page = self.open_link()
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            path, data={"csrf_token": token}, headers=PHONE, allow_redirects=False
        )

    def finish(self, code="good"):
        """Bind, and come back with the answer of WeChat."""
        state = parse_qs(urlsplit(self.bind().headers["Location"]).query)["state"][0]
        return self.url_open(f"/wechat/bound?code={code}&state={state}", headers=PHONE)

    def bound_to(self):
        self.owner.invalidate_recordset()
        return self.owner.pm_wechat_openid

    def test_by_the_link_in_wechat(self):
        answer = self.bind()
        self.assertEqual(answer.status_code, 303)
        address = urlsplit(answer.headers["Location"])
        self.assertTrue(
            answer.headers["Location"].startswith(f"{self.server.url}/authorize?")
        )
        asked = {name: last[0] for name, last in parse_qs(address.query).items()}
        self.assertEqual(asked["appid"], "wx1")
        self.assertEqual(asked["scope"], "snsapi_base")
        self.assertEqual(address.fragment, "wechat_redirect")
        self.assertEqual(urlsplit(asked["redirect_uri"]).path, "/wechat/bound")
        page = self.url_open(
            f"/wechat/bound?code=good&state={asked['state']}", headers=PHONE
        )
        self.assertIn("WeChat is bound", page.text)
        self.assertIn("Garden Services", page.text)
        self.assertEqual(self.bound_to(), "o-new")
        # the answer is good once
        page = self.url_open(
            f"/wechat/bound?code=good&state={asked['state']}", headers=PHONE
        )
        self.assertIn("This link is over", page.text)

    def test_the_answer_to_another_question(self):
        self.bind()
        for query in ("code=good&state=guessed", "code=good", "state=x", ""):
            page = self.url_open(f"/wechat/bound?{query}", headers=PHONE)
            self.assertIn("This link is over", page.text)
        self.assertFalse(self.bound_to())

    @mute_logger("odoo.addons.pm_core.controllers.notices.portal_wechat")
    def test_wechat_does_not_confirm(self):
        self.assertIn("WeChat did not answer", self.finish("bad").text)
        self.assertFalse(self.bound_to())

    def test_nobody_is_bound_without_saying_so(self):
        """The link may be another's, sent on: it asks, and does not go to WeChat."""
        self.owner.name = "Fang Wei"
        path, page = self.open_link()
        self.assertEqual(page.status_code, 200)
        self.assertIn("F***", page.text)
        self.assertNotIn("Fang Wei", page.text)
        with mute_logger("odoo.http"):
            answer = self.url_open(path, data={"csrf_token": "guessed"}, headers=PHONE)
        self.assertEqual(answer.status_code, 400)
        page = self.url_open("/wechat/bound?code=good&state=", headers=PHONE)
        self.assertIn("This link is over", page.text)
        self.assertFalse(self.bound_to())

    def test_one_wechat_is_one_customer(self):
        """Who binds it last has it; what it is for another company stays."""
        other = self.env["res.company"].create({"name": "Second Company"})
        former = self.tenant | self.far
        former.pm_wechat_openid = "o-new"
        self.far.active = False
        self.tenant.with_company(other).pm_wechat_openid = "o-new"
        self.finish()
        former.invalidate_recordset()
        self.assertEqual(self.bound_to(), "o-new")
        self.assertEqual(former.mapped("pm_wechat_openid"), [False, False])
        self.assertEqual(self.tenant.with_company(other).pm_wechat_openid, "o-new")

    def test_a_forged_link(self):
        link = urlsplit(self.owner._pm_wechat_link(self.env.company)).path
        for path in (f"{link[:-4]}AAAA", "/wechat/bind/x", "/wechat/bind/%C3%A9"):
            self.assertIn("This link is over", self.url_open(path, headers=PHONE).text)

    def test_outside_of_wechat_there_is_a_code_to_scan(self):
        _path, page = self.open_link(headers={"User-Agent": "Firefox"})
        self.assertIn("Scan with WeChat", page.text)
        self.assertIn("data:image/png;base64,", page.text)

    def test_the_page_in_the_portal(self):
        self.authenticate("wechat_resident", "wechat_resident")
        page = self.url_open("/my/wechat").text
        self.assertIn("Garden Services", page)
        self.assertIn("data:image/png;base64,", page)
        self.assertIn("Bind WeChat", self.url_open("/my/wechat", headers=PHONE).text)
        self.owner.pm_wechat_openid = "o-owner"
        page = self.url_open("/my/wechat").text
        self.assertIn("Unbind WeChat", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open(
            f"/my/wechat/{self.account.id}/forget", data={"csrf_token": token}
        )
        self.assertFalse(self.bound_to())

    def test_not_offered_without_an_account(self):
        self.account.active = False
        self.authenticate("wechat_resident", "wechat_resident")
        self.assertIn("does not send notices by", self.url_open("/my/wechat").text)
        self.assertIn("This link is over", self.open_link()[1].text)

    def test_at_the_counter(self):
        with self.assertRefused(AccessError, "not allowed"):
            staff = self.make_user("st", "pm_core.group_pm_user", self.estate)
            self.owner.with_user(staff).action_pm_wechat_link()
        url = self.owner.with_user(self.clerk).action_pm_wechat_link()["url"]
        self.assertIn("Scan with WeChat", self.url_open(urlsplit(url).path).text)
        self.account.active = False
        self.owner.invalidate_recordset()
        with self.assertRefused(UserError, "has no WeChat account"):
            self.owner.with_user(self.clerk).action_pm_wechat_link()
