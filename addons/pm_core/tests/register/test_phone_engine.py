from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.phone import PhoneError, read_phone

MOBILE = "+8613900000001"
LANDLINE = "+862162345678"


@tagged("post_install", "-at_install")
class TestPhoneEngine(BaseCase):
    def test_one_number(self):
        """What people write, in the form that is dialled."""
        for text, e164, is_mobile, extension in [
            ("13900000001", MOBILE, True, ""),
            (" 139 0000 0001 ", MOBILE, True, ""),
            ("１３９００００００01", MOBILE, True, ""),
            ("+86 139-0000-0001", MOBILE, True, ""),
            ("8613900000001", MOBILE, True, ""),
            ("008613900000001", MOBILE, True, ""),
            ("021-62345678", LANDLINE, False, ""),
            ("(021)6234 5678", LANDLINE, False, ""),
            ("02162345678", LANDLINE, False, ""),
            ("021-62345678-801", LANDLINE, False, "801"),
            ("021-62345678转801", LANDLINE, False, "801"),
            ("021 6234 5678 ext. 12", LANDLINE, False, "12"),
            # as many digits as two numbers have
            ("0532-88888888-8003", "+8653288888888", False, "8003"),
            ("4008001234", "+864008001234", False, ""),
            ("+852 2345 6789", "+85223456789", False, ""),
        ]:
            with self.subTest(text=text):
                phone = read_phone(text)
                self.assertEqual(
                    (phone.e164, phone.is_mobile, phone.extension),
                    (e164, is_mobile, extension),
                )

    def test_country(self):
        self.assertEqual(read_phone("91234567", "HK").e164, "+85291234567")
        # a mobile of mainland China is one everywhere, other numbers are not
        self.assertEqual(read_phone("13900000001", "HK").e164, MOBILE)
        with self.assertRaises(PhoneError):
            read_phone("021-62345678", "HK")

    def test_no_number(self):
        for text in (None, "", " \u3000 "):
            self.assertIsNone(read_phone(text))

    def test_asked_about(self):
        for text, code in [
            ("13900000001/13900000002", "several_phones"),
            ("13900000001、021-62345678", "several_phones"),
            ("13900000001 13900000002", "several_phones"),
            ("1390000000113900000002", "several_phones"),
            ("13900000001/2", "several_phones"),
            ("13900000001(妻子)", "phone_note"),
            ("13900000001（妻）", "phone_note"),
            ("王先生13900000001", "phone_note"),
            ("13900000001-2", "phone_note"),
            ("1.39E+10", "phone_note"),
            # a landline without its area code is the number of many
            ("62345678", "phone_invalid"),
            ("1390000000", "phone_invalid"),
            ("139000000011", "phone_invalid"),
            ("95588", "phone_invalid"),
            ("-", "phone_invalid"),
        ]:
            with self.subTest(text=text):
                with self.assertRaises(PhoneError) as caught:
                    read_phone(text)
                self.assertEqual(
                    (caught.exception.code, caught.exception.text), (code, text)
                )

    @given(
        st.text(max_size=30) | st.from_regex(r"[-+0-9 ()./x转]{0,24}", fullmatch=True)
    )
    @settings(max_examples=400, deadline=None)
    def test_only_numbers_come_out(self, text):
        try:
            phone = read_phone(text)
        except PhoneError as error:
            self.assertIn(error.code, ("several_phones", "phone_note", "phone_invalid"))
            return
        if phone:
            self.assertRegex(phone.e164, r"^\+\d{7,15}$")
            # written once more it is the same number
            self.assertEqual(read_phone(phone.e164).e164, phone.e164)
