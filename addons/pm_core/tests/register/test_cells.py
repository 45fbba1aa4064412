from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.cells import (
    EXCEL_EPOCH,
    FIRST_SERIAL,
    LAST_SERIAL,
    CellError,
    to_code,
    to_date,
    to_decimal,
    to_integer,
    to_text,
)

FULL_WIDTH = str.maketrans("0123456789.-,/", "０１２３４５６７８９．－，／")
BLANKS = st.text(alphabet=" \t\u3000\u00a0", max_size=3)
DATES = st.dates(date(1950, 1, 1), date(2099, 12, 31))
MONEY = st.decimals("-1e9", "1e9", places=2)


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def assertCellError(self, code, reader, value):
        with self.assertRaises(CellError) as caught:
            reader(value)
        self.assertEqual(caught.exception.code, code)
        self.assertEqual(caught.exception.value, value)

    def test_text(self):
        for value, expected in [
            (None, None),
            ("", None),
            (" \u3000 ", None),
            ("  王\u3000小明 ", "王 小明"),
            (101.0, "101"),
            (101.5, "101.5"),
            (101, "101"),
            ("ＡＢ１２", "AB12"),
            (datetime(2026, 1, 31), "2026-01-31"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(to_text(value), expected)

    def test_code_has_no_blank(self):
        self.assertEqual(to_code(" 1 - 2\u3000- 1001"), "1-2-1001")
        self.assertIsNone(to_code("\u3000"))

    def test_decimal(self):
        for value, expected in [
            (None, None),
            (" ", None),
            (12, "12"),
            (0.1, "0.1"),
            ("1,234.50", "1234.50"),
            ("１２３．４５", "123.45"),
            (" 88 . 5 ", "88.5"),
            ("-3", "-3"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(to_decimal(value), expected and Decimal(expected))

    def test_no_number(self):
        for value in ("约90", "12㎡", "1.2.3", "nan", "Infinity", True, "1e999999"):
            with self.subTest(value=value):
                self.assertCellError("not_a_number", to_decimal, value)

    def test_integer(self):
        self.assertEqual(to_integer("１８"), 18)
        self.assertEqual(to_integer(18.0), 18)
        self.assertIsNone(to_integer(None))
        self.assertCellError("not_an_integer", to_integer, 1.5)
        self.assertCellError("not_a_number", to_integer, "十八")
        # no column of the database holds it
        for value in (2**31, -(10**10)):
            self.assertCellError("not_an_integer", to_integer, value)

    def test_date(self):
        expected = date(2026, 1, 5)
        for value in (
            *["2026-01-05", "2026-1-5", "2026/1/5", "2026.01.05", "2026年1月5日"],
            *[" ２０２６－０１－０５ ", "2026-01-05 00:00:00", "2026-01-05T08:30"],
            *[46027, 46027.75, "46027", date(2026, 1, 5), datetime(2026, 1, 5, 9)],
        ):
            with self.subTest(value=value):
                self.assertEqual(to_date(value), expected)
        self.assertIsNone(to_date(" "))

    def test_no_date(self):
        for value in ("2026-02-30", "2026-13-01", "soon", 12, 99999999, "26-1-5"):
            with self.subTest(value=value):
                self.assertCellError("not_a_date", to_date, value)

    @given(number=MONEY, before=BLANKS, after=BLANKS, grouped=st.booleans())
    @settings(max_examples=200, deadline=None)
    def test_any_way_to_write_a_number(self, number, before, after, grouped):
        text = f"{number:,}" if grouped else str(number)
        self.assertEqual(to_decimal(before + text + after), number)
        wide = text.translate(FULL_WIDTH)
        self.assertEqual(to_decimal(before + wide + after), number)

    @given(number=st.integers(-(10**9), 10**9))
    @settings(max_examples=100, deadline=None)
    def test_whole_number_as_float_or_text(self, number):
        for value in (number, float(number), str(number), f"{number}.0"):
            self.assertEqual(to_integer(value), number)
        self.assertEqual(to_code(float(number)), to_code(str(number)))

    @given(day=DATES, separator=st.sampled_from("-/."), padded=st.booleans())
    @settings(max_examples=200, deadline=None)
    def test_any_way_to_write_a_date(self, day, separator, padded):
        parts = [f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"]
        if not padded:
            parts = [str(day.year), str(day.month), str(day.day)]
        text = separator.join(parts)
        self.assertEqual(to_date(text), day)
        self.assertEqual(to_date(text.translate(FULL_WIDTH)), day)
        self.assertEqual(to_date(f" {text} 00:00:00"), day)

    @given(serial=st.integers(FIRST_SERIAL, LAST_SERIAL - 1))
    @settings(max_examples=200, deadline=None)
    def test_serial_dates(self, serial):
        day = EXCEL_EPOCH + timedelta(days=serial)
        self.assertEqual(to_date(serial), day)
        self.assertEqual(to_date(str(serial)), day)
        self.assertEqual(to_date(serial + 0.5), day)

    @given(value=st.text(max_size=20) | st.floats() | st.integers())
    @settings(max_examples=300, deadline=None)
    def test_readers_raise_nothing_else(self, value):
        for reader in (to_decimal, to_integer, to_date):
            try:
                reader(value)
            except CellError as error:
                self.assertIn(
                    error.code, ("not_a_number", "not_an_integer", "not_a_date")
                )
