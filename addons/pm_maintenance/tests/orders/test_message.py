import re
from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from ..common import OrderCase


class TestMessage(OrderCase):
    """What reporters hear: one message for each change, and no floods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.email = "wang@example.com"
        cls.messages = cls.env["pm.order.message"]

    def report(self, **values):
        return self.env["maintenance.request"]._report(
            self.unit,
            "Tap drips",
            category=self.category,
            **{"partner": self.owner, "channel": "portal", **values},
        )

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_tell").method_direct_trigger()
        self.env.invalidate_all()

    def send(self, minutes=0):
        """Let the job send; return the words of the messages that went out."""
        sent = []
        now = fields.Datetime.now() + timedelta(minutes=minutes)
        with (
            freeze_time(now),
            patch.object(
                self.env.registry["pm.order.message"],
                "_send_email",
                lambda self, text: sent.append(text),
            ),
        ):
            self.run_job()
        return sent

    def test_the_promise_is_told(self):
        order = self.report()
        (text,) = self.send()
        self.assertIn(order.number, text)
        self.assertIn(order.promise, text)

    def test_several_orders_are_one_message(self):
        orders = [self.report() for _number in range(5)]
        (text,) = self.send()
        for order in orders:
            self.assertIn(order.number, text)
        self.assertFalse(self.send(60))

    def test_news_may_wait_and_the_last_one_says_it(self):
        order = self.given_to(self.technician, self.report())
        self.send()
        order.action_accept()
        order.action_pause(self.reason.id)
        order.action_resume()
        order.sudo()._urge()
        self.assertFalse(self.send())
        (text,) = self.send(11)
        self.assertEqual(text.count("\n"), 0)
        self.assertEqual(
            self.messages.search([("state", "=", "covered")]).mapped("kind"),
            ["resume", "pause", "accept"],
        )

    def test_done_comes_at_once_and_covers_what_waited(self):
        order = self.given_to(self.technician, self.report())
        self.send()
        order.action_accept()
        order.action_arrive()
        order.action_done()
        (text,) = self.send()
        self.assertIn("accept the work", text)
        self.assertFalse(self.send(60))

    def test_who_has_no_address_is_listed(self):
        self.owner.email = False
        order = self.report()
        self.assertEqual(order.message_to_ids.state, "unreachable")
        self.assertFalse(self.send())

    def test_nobody_reported_and_nobody_is_told(self):
        order = self.report(partner=None)
        self.assertFalse(order.message_to_ids)

    def test_a_stranger_by_mail(self):
        order = self.report(partner=None, reporter={"email": "li@example.org"})
        self.assertEqual(order.message_to_ids.address, "li@example.org")
        self.run_job()
        self.assertEqual(order.message_to_ids.state, "sent")
        posted = order.message_ids.filtered("outgoing_email_to")
        self.assertEqual(posted.outgoing_email_to, "li@example.org")

    def test_by_sms_who_called(self):
        self.owner.phone = "13800000000"
        self.env["pm.sms.gateway"].create(
            {"name": "Gateway", "url": "https://sms.example.com"}
        )
        order = self.report(channel="phone")
        self.assertEqual(order.message_to_ids.channel, "sms")
        self.run_job()
        text = self.env["sms.sms"].search([], order="id desc", limit=1)
        self.assertIn(order.number, text.body)

    def test_a_failure_stops_no_other(self):
        other = self.make_partner("Li", email="li@example.com")
        self.report()
        second = self.report(partner=other)

        reason = "The server is away."

        def send(messages, text):
            if messages.partner_id == self.owner:
                raise UserError(reason)

        with patch.object(self.env.registry["pm.order.message"], "_send_email", send):
            self.run_job()
        self.assertEqual(second.message_to_ids.state, "sent")
        failed = self.messages.search([("state", "=", "failed")])
        self.assertEqual(failed.partner_id, self.owner)
        self.assertIn("away", failed.problem)

    def test_queries_do_not_grow_with_the_orders(self):
        def report(count):
            orders = self.env["maintenance.request"].create(
                [
                    {
                        "name": "Tap",
                        "property_id": self.unit.id,
                        "partner_id": self.owner.id,
                    }
                    for _number in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._tell_reporter("done")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        report(1)
        self.assertLessEqual(report(20), report(2) + 2)


class TestFollowUp(OrderCase):
    """Calling back by rule: soon, within a week, or when it has rained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category.follow_up = "all"

    def accepted(self, **values):
        order = self.done_by(self.technician, self.make_order(**values))
        order.with_user(self.dispatcher).action_verify()
        return order.sudo()

    def hours_until(self, order):
        return round((order.follow_up_due - order.verified_at) / timedelta(hours=1))

    def test_by_urgency(self):
        self.assertEqual(self.hours_until(self.accepted(urgency="urgent")), 24)
        self.assertEqual(self.hours_until(self.accepted()), 7 * 24)
        self.category.follow_up_hours = 48
        self.assertEqual(self.hours_until(self.accepted(urgency="danger")), 48)

    def test_after_rain(self):
        self.category.after_rain = True
        order = self.accepted()
        self.assertTrue(order.waits_for_rain)
        self.assertFalse(order.follow_up_due)
        rain = (
            self.env["pm.order.rain"]
            .with_user(self.service)
            .create({"estate_id": self.estate.id, "day": "2026-07-01"})
        )
        self.assertEqual(rain.waiting_ids, order)
        rain.action_apply()
        self.assertFalse(order.waits_for_rain)
        # the evening of the next day, by the clock of the estate
        self.assertEqual(
            fields.Datetime.context_timestamp(
                order.with_context(tz=self.estate.tz), order.follow_up_due
            ).date(),
            date(2026, 7, 2),
        )
        order.with_user(self.service).action_follow_up("5", "Tight")
        self.assertFalse(order.follow_up_due)

    def test_redo_forgets_the_call(self):
        order = self.accepted()
        order.with_user(self.dispatcher).action_redo("Drips again")
        self.assertEqual(order.follow_up_state, "none")
        self.assertFalse(order.follow_up_due)

    def test_who_is_called_is_not_asked_by_message(self):
        self.assertNotIn("rate", self.accepted().message_to_ids.mapped("kind"))


@tagged("post_install", "-at_install")
class TestRating(OrderCase, HttpCase):
    """The one question after the work: a link, stars, words, one answer."""

    def asked(self):
        order = self.done_by(self.technician)
        order.with_user(self.dispatcher).action_verify()
        return order.sudo()

    def answer(self, order, **data):
        path = f"/order/rate/{order.rate_token}"
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        data["csrf_token"] = token[1] if token else ""
        answer = self.url_open(f"{path}/send", data=data)
        order.invalidate_recordset()
        return answer

    def test_one_answer(self):
        order = self.asked()
        self.assertFalse(order.rating, "opening the link answers nothing")
        self.answer(order, rating="9")
        self.assertFalse(order.rating)
        self.answer(order, rating="4", text="Quick")
        self.assertEqual((order.rating, order.rating_text), ("4", "Quick"))
        with self.assertRefused(UserError, "answered already"):
            order._rate("1")
        self.assertEqual(order.rating, "4")

    def test_the_link_is_for_the_customer_alone(self):
        """Who did the work does not say how it was."""
        self.owner.email = "wang@example.com"
        order = self.asked()
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_tell").method_direct_trigger()
        self.env.invalidate_all()
        mail = self.env["mail.mail"].search([("email_to", "=", "wang@example.com")])
        self.assertIn(order.rate_token, "".join(mail.mapped("body_html")))
        read = [*order.message_to_ids.mapped("text"), *order.message_ids.mapped("body")]
        self.assertNotIn(order.rate_token, "".join(read))

    def test_code_on_paper(self):
        """Handed out by the desk, and not by who did the work."""
        self.owner.email = False
        order = self.asked()
        desk = order.with_env(self.env).with_user(self.dispatcher)
        report = self.env["ir.actions.report"].with_user(self.dispatcher)
        slip = "pm_maintenance.rating_slip"
        page, _kind = report._render_qweb_html(slip, desk.ids)
        self.assertIn(b"data:image/png;base64,", page)
        self.assertTrue(order.rate_token)
        # who has it in hand could answer: it is known who had
        step = order.step_ids[-1:]
        self.assertEqual((step.step, step.user_id), ("slip", self.dispatcher))
        with self.assertRefused(AccessError, "customer service and dispatchers"):
            desk.with_user(self.technician).action_print_rating_slip()
        self.technician.group_ids += self.env.ref("pm_core.group_pm_service")
        with self.assertRefused(AccessError, "done .* yourself"):
            desk.with_user(self.technician).action_print_rating_slip()
        self.answer(order, rating="5")
        with self.assertRefused(UserError, "has been rated"):
            desk.action_print_rating_slip()

    def test_low_score_is_followed_up(self):
        order = self.asked()
        self.answer(order, rating="2", text="Came too late")
        told = order.activity_ids.filtered(
            lambda activity: activity.user_id == self.dispatcher
        )
        # the words may be for others than those who read the order
        self.assertIn("not content", "".join(told.mapped("summary")))

    def test_after_it_is_on_file(self):
        order = self.asked()
        order.with_user(self.dispatcher).action_close()
        self.answer(order, rating="5")
        self.assertEqual(order.rating, "5")

    def test_unknown_link(self):
        for token in ("x", "unknown-token-1234567", "%00", "é" * 20):
            answer = self.url_open(f"/order/rate/{token}")
            self.assertIn(answer.status_code, (400, 404))

    def test_who_answered_on_the_portal_is_not_asked(self):
        order = self.done_by(self.technician).sudo()
        order._accept_by_customer("王小明", rating="1", text="Bad")
        self.assertFalse(order.rate_token)
        self.assertTrue(order.activity_ids)
