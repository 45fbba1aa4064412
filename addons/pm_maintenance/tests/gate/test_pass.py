from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .gate_common import GateCase

CLOSED = "the account is closed"


@tagged("post_install", "-at_install")
class TestPass(GateCase):
    """How a pass comes to hold."""

    def test_number_and_no_secret_before_it_holds(self):
        one = self.make_pass(self.guard, confirmed=False)
        self.assertRegex(one.number, r"^AP\d{4}-\d{5}$")
        self.assertFalse(one.sudo().token)
        with self.assertRefused(UserError, "needs Confirmed"):
            one.action_share()

    def test_it_says_for_whom(self):
        for vals in (
            {"visitor_name": " "},
            {"kind": "vehicle"},
            {"kind": "goods", "goods": ""},
        ):
            with self.subTest(vals=vals), self.assertRefused(ValidationError, "Enter"):
                self.make_pass(self.guard, confirmed=False, **vals)

    @mute_logger("odoo.sql_db")
    def test_it_ends_after_it_begins(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.make_pass(valid_to="2020-01-01 00:00:00", confirmed=False)

    def test_the_host_is_asked(self):
        one = self.make_pass(self.guard, confirmed=False)
        one.action_ask()
        self.assertEqual(one.state, "asked")
        with self.assertRefused(UserError, "your answer"):
            one.sudo()._answer(self.make_partner("Somebody"), True)
        one.sudo()._answer(self.owner, True)
        self.assertEqual(
            (one.state, one.confirmed_how, one.confirmed_by),
            ("confirmed", "portal", "王小明"),
        )
        self.assertTrue(one.sudo().token)

    def test_the_host_is_told_by_the_way_that_is_seen(self):
        """WeChat by a job, SMS where there is none, e-mail where nothing else leads."""
        self.owner.phone = "13812345678"
        ways = {"email"}
        sent, queued = [], []

        def delayed(record, **options):
            queued.append(options)
            return record

        models = self.env.registry
        self.patch(
            models["pm.access.pass"],
            "_ways_of_companies",
            lambda self: {company: ways for company in self.company_id},
        )
        self.patch(models["pm.access.pass"], "with_delay", delayed)
        self.patch(
            models["pm.access.pass"],
            "_send_to_wechat",
            lambda self, person, openid: sent.append((person, openid)),
        )

        def ask():
            one = self.make_pass(self.guard, confirmed=False)
            one.action_ask()
            return one.sudo()

        def texts(one):
            return self.env["sms.sms"].search([("body", "ilike", one.number)])

        one = ask()
        mail = self.env["mail.message"].search(
            [("model", "=", one._name), ("res_id", "=", one.id)], limit=1
        )
        self.assertEqual(mail.notified_partner_ids, self.owner)
        self.assertIn(f"/my/passes/{one.id}", mail.body)
        ways.add("sms")
        one = ask()
        self.assertIn(f"/my/passes/{one.id}", texts(one).body)
        ways.add("wechat")
        self.assertTrue(texts(ask()), "the host has not bound WeChat")
        self.owner.with_company(one.company_id).pm_wechat_openid = "o-1"
        one = ask()
        self.assertEqual(sent, [(self.owner, "o-1")])
        self.assertTrue(queued)
        self.assertFalse(texts(one))

    def test_what_wechat_does_not_take_goes_by_sms(self):
        def refuse(self, person, openid):
            raise UserError(CLOSED)

        models = self.env.registry
        self.patch(
            models["pm.access.pass"],
            "_ways_of_companies",
            lambda self: {company: {"sms"} for company in self.company_id},
        )
        self.patch(models["pm.access.pass"], "_send_to_wechat", refuse)
        self.owner.phone = "13812345678"
        one = self.make_pass(self.guard, confirmed=False).sudo()
        one._as_step().state = "asked"
        with self.assertLogs("odoo.addons.pm_maintenance", "WARNING"):
            one._job_ask_by_wechat(self.owner.id, "o-1")
        texts = self.env["sms.sms"].search([("body", "ilike", one.number)])
        self.assertEqual(len(texts), 1)

    def test_the_host_says_no(self):
        one = self.make_pass(self.guard, confirmed=False)
        one.action_ask()
        one.sudo()._answer(self.owner, False, "I know nobody of this name")
        self.assertEqual(one.state, "refused")
        self.assertIn("refused", self.find(one.number)[0]["reason"])

    def test_the_host_says_yes_on_the_telephone(self):
        one = self.make_pass(self.guard, confirmed=False)
        with self.assertRefused(UserError, "who said yes"):
            one.action_confirm_phone()
        one.reason = "Mr Wang, 138****0000"
        one.action_confirm_phone()
        self.assertEqual(one.state, "confirmed")
        self.assertIn("pm_guard_a", one.confirmed_by)

    def test_what_was_agreed_stays(self):
        one = self.make_pass(self.guard)
        for name, value in (
            ("visitor_name", "Else"),
            ("valid_to", fields.Datetime.add(one.valid_to, days=90)),
            ("entries", 99),
            ("state", "draft"),
            ("entry_count", 5),
        ):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(AccessError, "by hand"),
            ):
                one.with_user(self.guard).write({name: value})

    def test_nobody_to_ask(self):
        one = self.make_pass(self.guard, confirmed=False, host_id=False)
        with self.assertRefused(UserError, "nobody is known"):
            one.action_ask()

    def test_what_has_ended_is_not_confirmed(self):
        one = self.make_pass(self.guard, confirmed=False, reason="Mr Wang")
        self.at(one, -1)
        with self.assertRefused(UserError, "has ended"):
            one.action_confirm_phone()

    def test_it_stays_on_record(self):
        one = self.make_pass()
        with self.assertRefused(UserError, "stays on record"):
            one.with_user(self.manager).unlink()


@tagged("post_install", "-at_install")
class TestGoods(GateCase):
    """Goods leave when an owner of the place says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = cls.make_partner("李租客")
        cls.make_occupancy(cls.unit, cls.tenant, role="tenant", share=0)

    def goods(self, host=None, user=None, **vals):
        return self.make_pass(
            user or self.service,
            confirmed=False,
            kind="goods",
            goods="Sofa 1",
            visitor_name=False,
            host_id=(host or self.tenant).id,
            **vals,
        )

    def test_the_owner_is_asked_and_not_the_tenant(self):
        one = self.goods()
        self.assertTrue(one.needs_owner)
        one.action_ask()
        with self.assertRefused(UserError, "your answer"):
            one.sudo()._answer(self.tenant, True)
        one.sudo()._answer(self.owner, True)
        self.assertEqual(one.state, "confirmed")

    def test_an_owner_needs_nobody_else(self):
        self.assertFalse(self.goods(self.owner).needs_owner)

    def test_the_guard_does_not_release_goods_alone(self):
        one = self.goods(user=self.guard, reason="Owner on the phone")
        with self.assertRaises(AccessError):
            one.action_confirm_phone()
        one.with_user(self.service).action_confirm_phone()
        self.assertEqual(one.state, "confirmed")

    def test_open_fees(self):
        """What knows of money says what is open; the company decides what follows."""
        model = self.env.registry["pm.access.pass"]
        self.patch(model, "_goods_matters", lambda one: ["Deposit of 2,000"])
        one = self.goods(self.owner, reason="Paper 7")
        self.assertFalse(one.open_matters)
        self.estate.company_id.pm_goods_check = "block"
        with self.assertRefused(UserError, "Deposit of 2,000"):
            one.action_confirm_paper()
        self.estate.company_id.pm_goods_check = "warn"
        one.invalidate_recordset()
        self.assertIn("Deposit", one.open_matters)
        one.action_confirm_paper()
        self.assertIn("Deposit", one.warning)
        self.estate.company_id.pm_goods_check = "block"
        answer = self.find(one.number)[0]
        self.assertEqual((answer["ok"], answer["code"]), (False, "open"))

    def test_goods_go_out_and_are_counted(self):
        one = self.goods(self.owner)
        one.sudo()._confirm("paper", "Owner")
        self.assertEqual(self.find(one.number)[0]["direction"], "out")
        self.assertTrue(self.move(one, "out")["done"])
        self.assertEqual((one.entry_count, one.is_inside), (1, False))
        with self.assertRefused(UserError, "as often as"):
            self.move(one, "out")


@tagged("post_install", "-at_install")
class TestPassJobs(GateCase):
    """Overstays and old passes."""

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"pm_maintenance.{name}").method_direct_trigger()

    def test_an_overstay_is_told_once_to_whoever_is_on_duty(self):
        one, home = self.make_pass(), self.make_pass()
        self.move(one)
        self.at(one | home, -1)
        for _round in range(2):
            self.run_cron("ir_cron_overstays")
        self.assertEqual(one.activity_ids.user_id, self.guard)
        self.assertEqual(len(one.activity_ids), 1)
        self.assertFalse(home.activity_ids)
        listed = self.env["pm.access.pass"].search([("is_overstay", "=", True)])
        self.assertEqual(listed & (one | home), one)
        # nobody is kept inside for a date
        self.assertTrue(self.move(one, "out")["done"])
        self.assertFalse(one.activity_ids)

    def test_nobody_on_duty_tells_the_manager(self):
        one = self.make_pass()
        self.move(one)
        self.at(one, -1)
        self.env["pm.duty"].search([("post_id", "=", self.gate.id)]).action_cancel()
        self.run_cron("ir_cron_overstays")
        self.assertIn(self.manager, one.activity_ids.user_id)

    def test_personal_data_goes_after_its_time(self):
        company = self.estate.company_id
        company.pm_gate_keep_days = 90
        old, young = self.make_pass(plate="沪A12345"), self.make_pass()
        for one in old, young:
            self.move(one)
            self.move(one, "out")
        body = "赵来访 was loud"
        old.message_post(body=body)
        old.message_notify(partner_ids=self.owner.ids, subject=body, body=body)
        self.at(old, -24 * 91)
        self.at(young, -24 * 89)
        for _round in range(2):
            self.run_cron("ir_cron_gate_forget")
        self.assertTrue(old.forgotten_at)
        for name in ("visitor_name", "plate", "plate_key", "host_id", "confirmed_by"):
            self.assertFalse(old[name], name)
        self.assertFalse(
            self.env["mail.message"].search_count(
                [("model", "=", old._name), ("res_id", "=", old.id)]
            )
        )
        self.assertFalse(old.sudo().token)
        self.assertEqual(old.log_ids.mapped("direction"), ["out", "in"])
        self.assertEqual((old.entry_count, young.visitor_name), (1, "赵来访"))

    def test_kept_for_ever(self):
        self.estate.company_id.pm_gate_keep_days = 0
        one = self.make_pass()
        self.at(one, -24 * 4000)
        self.run_cron("ir_cron_gate_forget")
        self.assertTrue(one.visitor_name)

    def test_a_visitor_asks_to_be_forgotten(self):
        one = self.make_pass()
        with self.assertRefused(UserError, "still in use"):
            one.with_user(self.manager).action_forget()
        self.at(one, -1)
        one.with_user(self.manager).action_forget()
        self.assertFalse(one.visitor_name)

    def test_queries_do_not_grow(self):
        passes = self.env["pm.access.pass"].union(
            *(self.make_pass() for _number in range(6))
        )

        def show(some):
            some.read(
                ["display_name", "validity", "is_overstay", "needs_owner", "host_id"]
            )

        self.assertQueriesDoNotGrow(passes, show)
        self.env["pm.access.pass"].with_user(self.guard).gate_today(self.gate.id)

    def test_today(self):
        here, used, later = self.make_pass(), self.make_pass(), self.make_pass()
        self.move(used)
        self.at(later, 24 * 4)
        today = self.env["pm.access.pass"].with_user(self.guard).gate_today()
        self.assertEqual(today["post_id"], self.gate.id)
        self.assertEqual(today["duty"]["post"], "North Gate")
        self.assertEqual([row["id"] for row in today["expected"]], here.ids)
        self.assertEqual([row["id"] for row in today["inside"]], used.ids)
        away = self.env["pm.access.pass"].with_user(self.colleague).gate_today()
        self.assertFalse(away["duty"])
        self.assertEqual(away["post_id"], self.gate.id)

    def test_soon(self):
        one = self.make_pass()
        one.sudo()._as_step().valid_from = fields.Datetime.now() + timedelta(hours=2)
        self.assertEqual(one.validity, "early")
