"""Notices by WeChat, against a server on this machine that stands for WeChat."""

from unittest.mock import patch

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import mute_logger

from ...tools import wechat
from .loopback import LoopbackServer
from .notice_common import NoticeCase, NoticeFactory

TOKEN, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/template/send"
SECRET = "the-secret-of-the-account"
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}


class FakeWechat(LoopbackServer):
    """Gives tokens T1, T2, …; ``refuse`` has what a customer's messages get."""

    def __init__(self):
        super().__init__(self._answer)
        self.reset()

    def reset(self):
        self.requests.clear()
        self.number = 1
        self.valid = {"T1"}
        self.refuse = {}
        self.token_answer = None
        self.status = 200

    def _answer(self, request):
        if self.status != 200:
            return self.status, "down"
        if request.path == TOKEN:
            return 200, self.token_answer or self._token(request.json)
        if request.path == SEND:
            return 200, self._take(request)
        if request.path == "/sns/oauth2/access_token":
            if request.query["code"] != "good":
                return 200, {"errcode": 40029, "errmsg": "invalid code"}
            return 200, {"openid": "o-new", "access_token": "x"}
        return 404, ""

    def _token(self, asked):
        if asked["secret"] != SECRET:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if asked["force_refresh"]:
            self.number += 1
            self.valid = {f"T{self.number}"}
        return {"access_token": f"T{self.number}", "expires_in": 7200}

    def _take(self, request):
        if request.query["access_token"] not in self.valid:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        code = self.refuse.get(request.json["touser"])
        if code:
            return {"errcode": code, "errmsg": "refused"}
        return {"errcode": 0, "errmsg": "ok", "msgid": 1}


class WechatFactory:
    """Beside a :class:`NoticeFactory`: the account, and two customers who bound."""

    @classmethod
    def _set_up_wechat(cls):
        cls.server = FakeWechat()
        cls.addClassCleanup(cls.server.close)
        cls.account = cls.env["pm.wechat.account"].create(
            {
                "name": "Garden Services",
                "app_id": "wx1",
                "secret": SECRET,
                "template_id": "TPL",
                "api_base": cls.server.url,
                "authorize_base": f"{cls.server.url}/authorize",
            }
        )
        cls.owner.pm_wechat_openid = "o-owner"
        cls.tenant.pm_wechat_openid = "o-tenant"

    def setUp(self):
        super().setUp()
        self.server.reset()


@tagged("post_install", "-at_install")
class TestWechatSending(WechatFactory, NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_wechat()

    def sent_to(self):
        return sorted(request.json["touser"] for request in self.server.of(SEND))

    def of(self, notice, partner):
        return self.deliveries(notice, "wechat").filtered(
            lambda one: one.recipient_id.partner_id == partner
        )

    def test_only_offered_with_an_account(self):
        self.kind.by_wechat = True
        self.assertTrue(self.make_notice().by_wechat)
        self.account.active = False
        notice = self.make_notice()
        self.assertFalse(notice.wechat_offered)
        self.assertFalse(notice.by_wechat)
        with self.assertRefused(UserError, "has no WeChat account"):
            self.make_notice(by_wechat=True).action_submit()

    def test_each_gets_the_template_with_their_own_link(self):
        notice = self.publish(by_wechat=True, date_from="2026-12-03 01:00:00")
        self.assertEqual(notice.preview_no_wechat, 0)
        # nothing is sent while publishing
        self.assertFalse(self.server.requests)
        self.send()
        self.assertEqual(self.sent_to(), ["o-owner", "o-tenant"])
        message = self.server.of(SEND)[0].json
        self.assertEqual(message["template_id"], "TPL")
        self.assertEqual(
            message["data"],
            {
                "thing1": {"value": "Water cut"},
                "thing2": {"value": "Test Garden"},
                "time3": {"value": "2026年12月3日 09:00"},
            },
        )
        links = {request.json["url"] for request in self.server.of(SEND)}
        self.assertEqual(
            links,
            {self.of(notice, who).recipient_id._link() for who in self.bound()},
        )
        self.assertEqual(notice.sent_count, 2)
        without = self.of(notice, self.far)
        self.assertEqual(without.error, "WeChat is not bound.")

    def bound(self):
        return self.owner | self.tenant

    def test_the_token_is_kept(self):
        self.publish(by_wechat=True)
        self.send()
        self.publish(by_wechat=True)
        self.send()
        self.assertEqual(len(self.server.of(TOKEN)), 1)
        self.assertNotIn("secret", self.server.of(TOKEN)[0].query)
        with freeze_time("2099-01-01"):
            self.account._get_token()
        self.assertEqual(len(self.server.of(TOKEN)), 2)

    def test_a_token_that_ended_early_is_renewed_once(self):
        self.account._get_token()
        self.server.valid = set()
        self.publish(by_wechat=True)
        self.send()
        # the same token came again, so a new one was forced
        self.assertEqual(
            [request.json["force_refresh"] for request in self.server.of(TOKEN)],
            [False, False, True],
        )
        # refused, then taken; the second message is taken at once
        self.assertEqual(len(self.server.of(SEND)), 3)
        self.assertEqual(self.account.token, "T2")

    def test_tokens_that_are_never_taken(self):
        notice = self.publish(by_wechat=True)
        with patch.object(FakeWechat, "_token", lambda *a: {"access_token": "bad"}):
            self.send()
        # once more with a new token, and then not for each customer
        self.assertEqual(len(self.server.of(SEND)), 2)
        self.assertEqual(notice.failed_count, 3)

    def test_who_does_not_follow_is_listed(self):
        self.server.refuse = {"o-tenant": 43004, "o-owner": 40003}
        notice = self.publish(by_wechat=True)
        self.send()
        tenant = self.of(notice, self.tenant)
        self.assertEqual(tenant.state, "failed")
        self.assertEqual(
            tenant.error,
            "The customer does not follow the WeChat account. 43004 refused",
        )
        self.assertEqual(self.of(notice, self.owner).problem, "wechat_openid")
        self.send()
        self.assertEqual(len(self.server.of(SEND)), 2)
        # follows now, and staff send again: with a key that WeChat has not seen
        self.server.refuse = {}
        notice.with_user(self.clerk).action_resend_failed()
        self.send()
        self.assertEqual(tenant.state, "sent")
        self.assertFalse(tenant.error)
        keys = [request.json["client_msg_id"] for request in self.server.of(SEND)]
        self.assertEqual(len(set(keys)), 4)

    def test_the_problem_is_told_in_the_language_of_the_reader(self):
        notice = self.publish(by_wechat=True)
        far = self.of(notice, self.far)
        self.env["res.lang"]._activate_lang("fr_FR")
        selection = self.env["ir.model.fields.selection"].search(
            [
                (
                    "field_id",
                    "=",
                    self.env.ref("pm_core.field_pm_notice_delivery__problem").id,
                ),
                ("value", "=", "no_wechat"),
            ]
        )
        selection.with_context(lang="fr_FR").name = "Pas de WeChat"
        self.assertEqual(far.with_context(lang="fr_FR").error, "Pas de WeChat")
        self.assertEqual(far.error, "WeChat is not bound.")

    def test_a_wrong_secret_fails_all_without_asking_for_each(self):
        self.account.secret = "wrong"
        notice = self.publish(by_wechat=True)
        self.send()
        self.assertEqual(len(self.server.of(TOKEN)), 1)
        self.assertFalse(self.server.of(SEND))
        self.assertEqual(notice.failed_count, 3)
        self.assertEqual(self.of(notice, self.owner).problem, "wechat_setup")

    def test_a_passing_problem_is_tried_again(self):
        self.server.status = 503
        with freeze_time("2026-11-24 08:00:00"):
            notice = self.publish(by_wechat=True)
            self.send()
            self.send()
        owner = self.of(notice, self.owner)
        # one asked, the others wait with it
        self.assertEqual(len(self.server.requests), 1)
        self.assertEqual(notice.waiting_count, 2)
        self.assertEqual(str(owner.retry_at), "2026-11-24 08:02:00")
        self.server.status = 200
        with freeze_time("2026-11-24 08:02:00"):
            self.send()
        self.assertEqual(self.sent_to(), ["o-owner", "o-tenant"])
        self.assertEqual(notice.waiting_count, 0)

    def test_a_problem_that_does_not_pass_is_listed(self):
        self.server.refuse = {"o-owner": -1}
        notice = self.publish(by_wechat=True)
        for minute in (0, 2, 6, 10):
            with freeze_time(f"2099-11-24 08:{minute:02}:00"):
                self.send()
        owner = self.of(notice, self.owner)
        self.assertEqual(owner.problem, "wechat_unreachable")
        keys = {
            request.json["client_msg_id"]
            for request in self.server.of(SEND)
            if request.json["touser"] == "o-owner"
        }
        self.assertEqual(keys, {owner.message_key})
        self.assertEqual(self.of(notice, self.tenant).state, "sent")

    def test_killed_while_sending_nothing_goes_out_twice(self):
        notice = self.publish(by_wechat=True)
        Delivery = type(self.env["pm.notice.delivery"])
        send = Delivery._send_wechat

        def die(delivery):
            send(delivery)
            raise OperationalError("killed")

        owner = self.of(notice, self.owner)
        owner._as_step().state = "queued"
        with patch.object(Delivery, "_send_wechat", die):
            with self.assertRaises(OperationalError), self.env.cr.savepoint():
                owner._send_alone()
        self.env.invalidate_all()
        self.assertEqual(self.sent_to(), ["o-owner"])
        self.send()
        self.assertEqual(self.sent_to(), ["o-owner", "o-tenant"])
        self.assertEqual(owner.problem, "interrupted")
        self.assertEqual(owner.state, "failed")

    def test_taken_back_before_it_was_sent(self):
        notice = self.publish(by_wechat=True)
        notice.with_user(self.manager).action_cancel()
        self.send()
        self.assertFalse(self.server.requests)

    def test_secrets_are_in_no_log(self):
        self.server.refuse = {"o-owner": 43004}
        self.server.number = 7
        self.server.valid = {"T7"}
        self.publish(by_wechat=True)
        with self.assertLogs(level="DEBUG") as logs:
            self.send()
            self.server.status = 500
            with self.assertRaises(wechat.WechatError) as failed:
                self.account._client().fetch_openid("code")
        mine = "\n".join(line for line in logs.output if "urllib3" not in line)
        for hidden in (SECRET, "access_token=T7", "o-owner"):
            self.assertNotIn(hidden, mine)
        self.assertEqual(str(failed.exception), "HTTP 500")
        self.assertIsNone(failed.exception.__cause__)

    def test_texts_are_cut_to_what_a_template_takes(self):
        self.assertEqual(wechat.fit("thing12", "停" * 30), "停" * 19 + "…")
        self.assertEqual(wechat.fit("phrase1", "已发布"), "已发布")
        self.assertEqual(wechat.fit("thing1", " a \n b "), "a b")
        self.assertEqual(wechat.fit("thing1", ""), "-")

    def test_queries_for_who_is_bound_do_not_grow(self):
        companies = self.env["res.company"].create(
            [{"name": f"Company {number}"} for number in range(5)]
        )
        accounts = self.account | self.env["pm.wechat.account"].concat(
            *(
                self.account.copy(
                    {"company_id": company.id, "app_id": "wx", "secret": "x"}
                )
                for company in companies
            )
        )
        self.owner.with_company(companies[0]).sudo().pm_wechat_openid = "other"
        self.assertEqual(accounts[1].bound_count, 1)
        self.assertEqual(accounts[2].bound_count, 0)
        self.assertQueriesDoNotGrow(accounts, lambda some: some.mapped("bound_count"))


@tagged("post_install", "-at_install")
class TestWechatAccount(WechatFactory, NoticeFactory, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_estate()
        cls._set_up_wechat()
        cls.admin = cls.make_user("wechat_admin", "pm_core.group_pm_admin")

    def test_the_check_says_what_is_wrong(self):
        account = self.account.with_user(self.admin)
        self.assertEqual(account.action_check()["params"]["type"], "success")
        account.secret = "wrong"
        with self.assertRefused(UserError, "invalid appsecret"):
            account.action_check()

    def test_secrets_are_for_administrators(self):
        for user in (self.clerk, self.manager):
            with self.assertRefused(AccessError, "not allowed"):
                self.account.with_user(user).read(["secret"])
            with self.assertRefused(AccessError, "access"):
                self.owner.with_user(user).read(["pm_wechat_openid"])
        self.assertTrue(self.owner.with_user(self.clerk).pm_wechat_bound)

    def test_who_keeps_no_accounts_changes_none(self):
        """Not even one of which somebody else has read the App ID just now."""
        for name in ("app_id", "secret", "api_base"):
            with (
                self.subTest(name=name),
                self.assertRefused(AccessError, "not allowed"),
            ):
                self.assertEqual(self.account.app_id, "wx1")
                self.account.with_user(self.clerk).write({name: "x"})
        self.assertEqual(self.account.secret, SECRET)

    def test_one_a_company(self):
        with (
            self.assertRefused(UniqueViolation, "one_per_company"),
            mute_logger("odoo.sql_db"),
        ):
            self.account.copy({"app_id": "wx2", "secret": "x"})

    def test_another_account_does_not_know_who_bound_the_last_one(self):
        self.account.with_user(self.admin).name = "New Name"
        self.assertEqual(self.account.bound_count, 2)
        self.account.with_user(self.admin).app_id = "wx2"
        self.assertFalse(self.owner.pm_wechat_openid)
        self.account.invalidate_recordset(["bound_count"])
        self.assertEqual(self.account.bound_count, 0)

    def test_a_template_without_fields(self):
        with self.assertRefused(ValidationError, "at least one field"):
            self.account.write(
                {"field_title": "", "field_estate": " ", "field_time": False}
            )

    def test_binding_holds_in_its_company_only(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        self.assertFalse(self.owner.with_company(other).pm_wechat_openid)
        self.assertFalse(self.owner.with_company(other).pm_wechat_bound)
