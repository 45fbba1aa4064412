from odoo.addons.mail.tests.common import MailCommon

from ..common import OrderCase

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{reference}@example.com>
{headers}Content-Type: text/plain; charset=utf-8

Water drips from the ceiling.
"""


class TestMail(OrderCase, MailCommon):
    """Mail to the alias of a team becomes an order, replies stay with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.team.write({"alias_name": "repairs", "pm_estate_id": cls.estate.id})
        cls.owner.write({"email": "wang@example.com", "pm_estate_id": cls.estate.id})

    def receive(self, reference, sender="Wang <wang@example.com>", headers=""):
        before = self.env["maintenance.request"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "maintenance.request",
                MAIL.format(
                    sender=sender,
                    to=f"repairs@{self.alias_domain}",
                    subject="Leak",
                    reference=reference,
                    headers=headers,
                ),
            )
        return self.env["maintenance.request"].search([]) - before

    def test_customer(self):
        order = self.receive("one")
        self.assertEqual(order.partner_id, self.owner)
        self.assertEqual(order.property_id, self.unit)
        self.assertEqual(order.channel_id.code, "email")
        self.assertEqual(order.reporter_email, "wang@example.com")
        self.assertEqual(order.state, "reported")

    def test_stranger(self):
        order = self.receive("two", "Li <li@example.org>")
        self.assertFalse(order.partner_id)
        self.assertEqual(order.property_id, self.estate)
        self.assertEqual(order.reporter_name, "Li")

    def test_reply_stays(self):
        order = self.receive("three")
        first = order.message_ids.filtered("message_id")[-1:]
        again = self.receive("four", headers=f"In-Reply-To: {first.message_id}\n")
        self.assertFalse(again)
        self.assertIn("Water drips", "".join(order.message_ids.mapped("body")))

    def test_an_absence_note_is_no_report(self):
        """It answers what we wrote: without a thread, it was a new order each time."""
        order = self.receive("five")
        for number, headers in enumerate(
            (
                "Auto-Submitted: auto-replied\n",
                "Auto-Submitted: auto-replied; owner-email=x@example.com\n",
                "X-Autoreply: yes\n",
                "Precedence: auto_reply\n",
                "Auto-Submitted: auto-generated\nIn-Reply-To: <gone@example.com>\n",
            )
        ):
            with self.subTest(headers=headers):
                self.assertFalse(self.receive(f"away{number}", headers=headers))
                kept = order.message_ids.filtered(
                    lambda one, number=number: f"away{number}@" in one.message_id
                )
                self.assertIn("Water drips", kept.body)
                self.assertTrue(kept.subtype_id.internal)
        # of somebody who never wrote it is not kept, and makes nothing either
        stranger = self.receive(
            "away9", "Li <li@example.org>", "Auto-Submitted: auto-replied\n"
        )
        self.assertFalse(stranger)
        # a machine that reports by itself answers nobody
        alarm = self.receive(
            "alarm", "UPS <ups@example.org>", "Auto-Submitted: auto-generated\n"
        )
        self.assertEqual(alarm.reporter_email, "ups@example.org")

    def test_an_absence_note_in_the_thread(self):
        order = self.receive("six")
        first = order.message_ids.filtered("message_id")[-1:]
        headers = f"In-Reply-To: {first.message_id}\nAuto-Submitted: auto-replied\n"
        for _time in range(3):
            self.assertFalse(self.receive("away", headers=headers))
        kept = order.message_ids.filtered(lambda one: "away@" in one.message_id)
        self.assertEqual(len(kept), 1)

    def test_loop_stops(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        made = [self.receive(f"loop{number}") for number in range(8)]
        self.assertEqual(len([order for order in made if order]), 3)
