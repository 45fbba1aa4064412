"""Notices are sent once, and one bad recipient stops no other."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER
from .notice_common import NoticeCase


@tagged("post_install", "-at_install")
class TestNoticeSending(NoticeCase):
    def test_by_mail_and_sms(self):
        notice = self.publish(by_email=True, by_sms=True)
        # nothing is sent while publishing
        self.assertFalse(self.deliveries(notice).mail_id)
        self.assertEqual(notice.waiting_count, 4)
        self.assertEqual(notice.failed_count, 2)
        self.send()
        mails = self.deliveries(notice).mail_id
        self.assertEqual(
            sorted(mails.mapped("email_to")), ["tenant@example.com", "wang@example.com"]
        )
        self.assertIn("On Thursday", mails[0].body_html)
        texts = self.deliveries(notice, "sms").sms_id
        # with or without the country, as far as Odoo knows about numbers
        self.assertEqual(
            sorted(number[-11:] for number in texts.mapped("number")),
            ["13800000000", "13900000000"],
        )
        self.assertTrue(texts[0].body.startswith("【Test Garden】Water cut http"))
        without = notice.recipient_ids.filtered(lambda r: r.partner_id == self.far)
        self.assertEqual(without.error, "No valid e-mail address.")

    def test_each_gets_their_own_link(self):
        notice = self.publish(by_email=True)
        self.send()
        for delivery in self.deliveries(notice).filtered("mail_id"):
            self.assertIn(delivery.recipient_id._link(), delivery.mail_id.body_html)
        self.assertEqual(
            len(set(notice.recipient_ids.sudo().mapped("access_token"))), 3
        )

    def test_nothing_is_handed_over_twice(self):
        notice = self.publish(by_email=True)
        self.send()
        mails = self.deliveries(notice).mail_id
        self.send()
        self.assertEqual(self.deliveries(notice).mail_id, mails)
        self.assertEqual(
            self.env["mail.mail"].search_count([("subject", "ilike", "Water cut")]), 2
        )

    def test_what_became_of_it(self):
        notice = self.publish(by_email=True, by_sms=True)
        self.send()
        first, second = self.deliveries(notice).mail_id
        first.state = "sent"
        second.write({"state": "exception", "failure_reason": "mailbox full"})
        one, two = self.deliveries(notice, "sms").sms_id
        one.write({"state": "sent", "to_delete": True})
        two.write({"state": "error", "failure_type": "sms_credit"})
        self.send()
        self.assertEqual(notice.sent_count, 2)
        self.assertEqual(
            sorted(self.deliveries(notice).filtered("error").mapped("error")),
            ["No valid e-mail address.", "The e-mail could not be sent. mailbox full"],
        )
        self.assertIn(
            "Insufficient Credit", self.deliveries(notice, "sms").mapped("error")
        )
        self.assertFalse(first.exists())

    def test_failed_ones_are_sent_again_to_the_new_address(self):
        notice = self.publish(by_email=True)
        self.send()
        self.assertEqual(notice.failed_count, 1)
        self.far.email = "far@example.com"
        notice.with_user(self.clerk).action_resend_failed()
        self.send()
        self.assertEqual(len(self.deliveries(notice).mail_id), 3)
        self.assertEqual(notice.failed_count, 0)
        with self.assertRefused(UserError, "Nothing failed"):
            notice.with_user(self.clerk).action_resend_failed()

    @mute_logger(CRON_LOGGER)
    def test_a_bad_recipient_stops_no_other(self):
        notice = self.publish(by_email=True)
        Delivery = type(self.env["pm.notice.delivery"])
        values = Delivery._mail_values

        def fail_for_tenant(delivery):
            if delivery.recipient_id.partner_id == self.tenant:
                raise ValueError("no such template")
            return values(delivery)

        with patch.object(Delivery, "_mail_values", fail_for_tenant):
            self.send()
        states = {
            one.recipient_id.partner_id: one.state for one in self.deliveries(notice)
        }
        self.assertEqual(states[self.owner], "queued")
        self.assertEqual(states[self.tenant], "failed")
        self.assertIn("no such template", self.deliveries(notice).mapped("detail"))

    def test_killed_between_two_batches(self):
        notice = self.publish(by_email=True)
        # the job dies while it hands over: its transaction is rolled back
        Delivery = type(self.env["pm.notice.delivery"])
        done = []

        @contextmanager
        def dying():
            queue = Delivery._queue_email

            def die(deliveries):
                queue(deliveries)
                done.append(len(deliveries))
                raise KeyboardInterrupt

            with patch.object(Delivery, "_queue_email", die):
                yield

        waiting = self.deliveries(notice).filtered(lambda one: one.state == "outgoing")
        with dying(), self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            waiting._hand_over()
        self.env.invalidate_all()
        self.assertEqual(done, [2])
        self.assertFalse(waiting.mail_id)
        self.send()
        self.assertEqual(
            self.env["mail.mail"].search_count([("subject", "ilike", "Water cut")]), 2
        )

    def test_taking_back_stops_what_was_not_handed_over(self):
        notice = self.publish(by_email=True)
        with self.assertRefused(AccessError, "not allowed"):
            notice.with_user(
                self.make_user("st", "pm_core.group_pm_user", self.estate)
            ).action_cancel()
        notice.with_user(self.manager).action_cancel()
        self.assertEqual(notice.state, "cancelled")
        self.send()
        self.assertFalse(self.deliveries(notice).mail_id)
        self.assertFalse(
            self.env["mail.mail"].search([("subject", "ilike", "Water cut")])
        )

    def test_queries_for_the_figures_do_not_grow(self):
        notices = self.env["pm.notice"].union(*(self.publish() for _ in range(3)))
        notices.invalidate_recordset()
        with self.assertQueryCount(5):
            self.assertEqual(sum(notices.mapped("recipient_count")), 9)
