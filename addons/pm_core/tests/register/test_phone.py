from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPhone(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cn")
        cls.wife = cls.make_partner("Wang", phone="139 0000 0077")
        cls.two = cls.make_partner("Li", phone="13900000088/13900000099")
        cls.office = cls.make_partner("Office", phone="021-62345678转801")

    def find(self, text):
        Partner = self.env["res.partner"]
        box = Partner.search([("pm_phone", "ilike", text)])
        self.assertEqual(
            Partner.browse([id_ for id_, _name in Partner.name_search(text)]) & box, box
        )
        return box

    def test_found_however_it_was_written(self):
        for text in ("13900000077", "+86 139-0000-0077", "008613900000077", "139 0000"):
            with self.subTest(text=text):
                self.assertIn(self.wife, self.find(text))
        self.assertIn(self.office, self.find("(021) 6234 5678"))
        # what is no number is still found as it stands
        self.assertIn(self.two, self.find("13900000099"))

    def test_odoo_reads_numbers_the_same_way(self):
        self.assertEqual(self.wife.phone_sanitized, "+8613900000077")
        self.assertFalse(self.two.phone_sanitized)
        self.assertEqual(self.office.phone_sanitized, "+862162345678")

    def test_an_extension_is_not_cut_off(self):
        with_extension = self.office._phone_format(
            fname="phone", force_format="INTERNATIONAL"
        )
        self.assertEqual(with_extension, "021-62345678转801")

    def test_what_is_wrong_is_said(self):
        for number, pattern in [
            ("13900000088/13900000099", "more than one"),
            ("13900000088(妻)", "not only a phone number"),
            ("62345678", "area code"),
        ]:
            with self.subTest(number=number), self.assertRefused(UserError, pattern):
                self.wife._phone_format(number=number, raise_exception=True)

    def test_texts_go_to_mobiles_only(self):
        """Whoever made them: what is no mobile fails, and the others leave."""
        numbers = {
            "139 0000 0077": ("+8613900000077", False),
            "13900000088/13900000099": (None, "sms_number_format"),
            "021-62345678": (None, "sms_number_format"),
            "": (None, "sms_number_missing"),
        }
        texts = self.env["sms.sms"].create(
            [{"number": number, "body": "x"} for number in numbers]
        )
        sound = texts._pm_refuse_bad_numbers()
        for text, (number, (e164, failure)) in zip(texts, numbers.items(), strict=True):
            with self.subTest(number=number):
                self.assertEqual(text in sound, bool(e164))
                self.assertEqual(text.failure_type, failure)
                if e164:
                    self.assertEqual(text.number, e164)
                else:
                    self.assertEqual(text.state, "error")
                    self.assertTrue(text.pm_reason)
