from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import PropertyCase

SUBJECT = "pm.contract,1"


@tagged("post_install", "-at_install")
class TestOneTimeCode(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Code = cls.env["pm.one.time.code"]
        cls.company = cls.estate.company_id
        cls.owner.write({"phone": "13800138000", "email": "wang@example.com"})

    def send(self, partner=None, subject=SUBJECT):
        """Send a code and return it, as it stands in the message."""
        codes = []
        text = type(self.Code)._text

        def listen(model, partner, company, code):
            codes.append(code)
            return text(model, partner, company, code)

        with patch.object(type(self.Code), "_text", listen):
            self.Code._send(partner or self.owner, subject, self.company)
        return codes[0]

    def check(self, code, partner=None, subject=SUBJECT):
        return self.Code._check(partner or self.owner, subject, code)

    def test_the_right_code_is_right_once(self):
        code = self.send()
        self.assertRegex(code, r"^\d{6}$")
        self.assertTrue(self.check(f" {code[:3]} {code[3:]} "))
        self.assertFalse(self.check(code))

    def test_only_its_hash_is_kept(self):
        code = self.send()
        kept = self.Code.search([], limit=1)
        self.assertNotIn(code, str(kept.read()))
        self.assertEqual(len(kept.code_hash), 64)

    def test_it_is_for_one_person_and_one_purpose(self):
        code = self.send()
        self.assertFalse(self.check(code, subject="pm.contract,2"))
        self.assertFalse(self.check(code, partner=self.make_partner("Other")))
        self.assertTrue(self.check(code))

    def test_five_tries(self):
        code = self.send()
        wrong = "0" * 6 if code != "0" * 6 else "1" * 6
        for _try in range(5):
            self.assertFalse(self.check(wrong))
        self.assertFalse(self.check(code))

    def test_what_is_no_code(self):
        self.send()
        for value in (None, "", "abc", "😀", "１２３４５６", "1" * 5000):
            self.assertFalse(self.check(value))

    def test_it_expires(self):
        now = fields.Datetime.now()
        code = self.send()
        with freeze_time(now + timedelta(minutes=11)):
            self.assertFalse(self.check(code))

    def test_another_code_ends_the_earlier(self):
        first = self.send()
        self.later(minutes=2)
        second = self.send()
        self.assertFalse(first != second and self.check(first))
        self.assertTrue(self.check(second))

    def later(self, **passed):
        """Let time pass for what was sent."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_one_time_code SET create_date = create_date - %s",
            [timedelta(**passed)],
        )
        self.env.invalidate_all()

    def test_one_a_minute_and_ten_a_day(self):
        self.send()
        with self.assertRefused(UserError, "moment ago"):
            self.send(subject="pm.contract,2")
        for _one in range(9):
            self.later(minutes=2)
            self.send()
        self.later(minutes=2)
        with self.assertRefused(UserError, "moment ago"):
            self.send()
        self.later(days=1)
        self.send()

    def test_by_mail_or_by_telephone(self):
        code = self.send()
        mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        self.assertIn(code, mail.body_html)
        self.assertIn("wang@example.com", mail.email_to)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(
            self.Code._masked(self.owner, self.company), "w***@example.com"
        )
        self.owner.email = False
        self.later(minutes=2)
        code = self.send()
        text = self.env["sms.sms"].search([], limit=1, order="id desc")
        self.assertIn(code, text.body)
        self.assertEqual(text.pm_company_id, self.company)
        self.assertEqual(self.Code._masked(self.owner, self.company), "*** 8000")
        self.owner.phone = False
        self.later(minutes=2)
        with self.assertRefused(UserError, "on paper"):
            self.send()

    def test_nobody_reads_codes(self):
        self.send()
        for role in ("user", "service", "estate_manager", "hr", "admin"):
            user = self.make_user(f"pm_code_{role}", f"pm_core.group_pm_{role}")
            with self.assertRaises(AccessError):
                self.Code.with_user(user).search([])

    def test_old_ones_go(self):
        self.send()
        self.later(days=3)
        self.Code._gc_codes()
        self.assertFalse(self.Code.search([]))
