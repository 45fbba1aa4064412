from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestAsked(ComplaintCase, MailCommon):
    """Whoever complained is asked how it was, by the page and without a login."""

    def asked(self, case):
        told = case.sudo().message_to_ids
        return told.filtered(lambda one: one.kind in ("rate", "verdict")).sorted("id")

    def test_with_the_answer(self):
        case = self.accepted(partner_id=False, reporter_email="li@example.com")
        case.action_reply("It is on again.")
        asked = self.asked(case)
        self.assertEqual(asked.kind, "rate")
        self.assertIn(case.sudo().access_code, asked._said())
        self.assertNotIn(case.sudo().access_code, asked.text)
        # another word of ours asks no more
        case.action_reply("And stays on.")
        self.assertEqual(self.asked(case), asked)

    def test_when_it_is_put_right(self):
        case = self.accepted(reporter_email="li@example.com")
        case.action_reply("We change the lamp.")
        self.assertEqual(self.asked(case).mapped("kind"), ["rate"])
        case.action_rectify("A new lamp", self.worker.id)
        case.action_reply("It comes tomorrow.")
        self.assertEqual(self.asked(case).mapped("kind"), ["rate"])
        measure = case.rectification_ids
        measure.with_user(self.worker).action_done("It is on.")
        measure.with_user(self.clerk).action_verify("Seen.")
        case.action_verify()
        self.assertEqual(self.asked(case).mapped("kind"), ["rate", "verdict"])

    def test_again_after_it_was_reopened(self):
        case = self.ready()
        before = self.asked(case)
        case.action_close()
        case.with_user(self.colleague).action_reopen("It is out again.")
        case.action_reply("A new one.")
        self.assertEqual(len(self.asked(case) - before), 1)

    def test_not_who_praises_or_has_said_it(self):
        case = self.accepted(kind="praise", reporter_email="li@example.com")
        case.action_reply("Thank you.")
        self.assertFalse(self.asked(case))

    def test_who_has_a_login_is_led_to_the_own_page(self):
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Resident",
                "login": "pm_resident_asked",
                "partner_id": self.owner.id,
                "group_ids": [self.env.ref("base.group_portal").id],
            }
        )
        self.owner.email = "wang@example.com"
        case = self.accepted()
        case.action_reply("It is on again.")
        said = self.asked(case)._said()
        self.assertTrue(said.endswith(f"/my/complaints/{case.id}"))

    def test_the_answer_stays_in_the_thread(self):
        """The code leaves in a mail of its own, and the answer beside it is one of
        the thread, where the customer can answer it."""
        case = self.accepted(partner_id=False, reporter_email="li@example.com").sudo()
        case.message_to_ids._as_step().state = "covered"
        case.with_user(self.clerk).action_reply("It is on again.")
        waiting = case.message_to_ids.filtered(lambda one: one.state == "outgoing")
        self.assertEqual(set(waiting.mapped("kind")), {"reply", "rate"})
        before = case.message_ids
        with self.mock_mail_gateway():
            waiting._send_together()
        self.assertEqual(set(waiting.mapped("state")), {"sent"})
        new = "".join((case.message_ids - before).mapped("body"))
        self.assertIn("It is on again.", new)
        self.assertNotIn(case.access_code, new)
        own = self.env["mail.mail"].search([("email_to", "=", "li@example.com")])
        self.assertIn(case.access_code, "".join(own.mapped("body_html")))
