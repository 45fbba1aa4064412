from datetime import date, datetime, time, timedelta
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
    to_digits,
    to_flag,
    to_integer,
    to_text,
)

FULL_WIDTH = str.maketrans("0123456789.-,/", "０１２３４５６７８９．－，／")
BLANKS = st.text(alphabet=" \t\u3000\u00a0", max_size=3)
DATES = st.dates(date(1950, 1, 1), date(2099, 12, 31))
READERS = (to_text, to_code, to_digits, to_decimal, to_integer, to_date, to_flag)
CODES = {
    "not_a_text",
    "not_a_code",
    "not_a_number",
    "not_an_integer",
    "not_a_date",
    "not_a_flag",
    "error_value",
    "formula",
    "scientific",
    "digits_lost",
    "decimal_comma",
}
ANY_CELL = (
    st.none()
    | st.booleans()
    | st.text(max_size=20)
    | st.floats()
    | st.integers()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
)
MONEY = st.decimals("-1e9", "1e9", places=2)


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def assertCellError(self, code, reader, value):
        with self.assertRaises(CellError) as caught:
            reader(value)
        self.assertEqual(caught.exception.code, code)
        # not compared: NaN equals nothing
        self.assertIs(caught.exception.value, value)

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
            ("'1-2", "1-2"),
        ]:
            with self.subTest(value=value):
                self.assertEqual(to_text(value), expected)

    def test_no_text(self):
        """What the spreadsheet program made of a text is refused, never guessed."""
        for value in (
            True,
            datetime(2026, 1, 31),
            date(2026, 1, 31),
            time(1, 2),
            timedelta(hours=30),
            object(),
            float("nan"),
            float("inf"),
        ):
            with self.subTest(value=value):
                self.assertCellError("not_a_text", to_text, value)
                self.assertCellError("not_a_text", to_code, value)

    def test_error_values(self):
        """In every kind of column."""
        for value in ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "＃N/A", "#n/a"):
            for reader in READERS:
                with self.subTest(value=value, reader=reader.__name__):
                    self.assertCellError("error_value", reader, value)

    def test_formula_without_a_result(self):
        for reader in READERS:
            with self.subTest(reader=reader.__name__):
                self.assertCellError("formula", reader, "=VLOOKUP(A1,B:B,1)")

    def test_code_is_text_or_whole(self):
        for value in (0.5, 101.5):
            self.assertCellError("not_a_code", to_code, value)
        # in a text they are what somebody typed
        self.assertEqual(to_code("12E05"), "12E05")
        self.assertCellError("digits_lost", to_code, 110101198601010011)

    def test_digits(self):
        self.assertEqual(to_digits("'110101198001010038"), "110101198001010038")
        self.assertEqual(to_digits(13900000001.0), "13900000001")
        for value in ("1.10101E+17", "1.39e10", "1E17"):
            self.assertCellError("scientific", to_digits, value)

    def test_flag(self):
        for value, expected in [
            (True, True),
            ("有", True),
            (" 是 ", True),
            (1, True),
            ("y", True),
            (False, False),
            ("无", False),
            (0, False),
            ("", None),
            (None, None),
        ]:
            with self.subTest(value=value):
                self.assertIs(to_flag(value), expected)
        self.assertCellError("not_a_flag", to_flag, "maybe")

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

    def test_decimal_comma(self):
        for value, plain in [
            ("2,8", "2.8"),
            ("2，80", "2.80"),
            ("1.234,56", "1234.56"),
            ("89,5", "89.5"),
            ("0,123", "0.123"),
            ("1234,567", "1234.567"),
        ]:
            with self.subTest(value=value):
                self.assertCellError("decimal_comma", to_decimal, value)
                with self.assertRaises(CellError) as caught:
                    to_decimal(value)
                self.assertEqual(caught.exception.hint, plain)

    def test_grouping(self):
        for value, expected in [
            ("1,234.56", "1234.56"),
            ("1,234", "1234"),
            ("1 234 567", "1234567"),
        ]:
            self.assertEqual(to_decimal(value), Decimal(expected))
        for value in ("1,00,5", "12,34,567", "1_5", "1 23", "1e5", "￥2.80", "."):
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
            "2026-01-05",
            "2026-1-5",
            "2026/1/5",
            "2026.01.05",
            "2026年1月5日",
            " ２０２６－０１－０５ ",
            "2026-01-05 00:00:00",
            "2026-01-05T08:30",
            46027,
            46027.75,
            "46027",
            date(2026, 1, 5),
            datetime(2026, 1, 5, 9),
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
        for reader in READERS:
            try:
                reader(value)
            except CellError as error:
                self.assertIn(error.code, CODES)

    @given(value=ANY_CELL)
    @settings(max_examples=300, deadline=None)
    def test_only_text_and_numbers_become_text(self, value):
        """Nothing that people did not type gets into a name or a code."""
        for reader in (to_text, to_code, to_digits):
            try:
                text = reader(value)
            except CellError:
                continue
            self.assertIsInstance(value, str | int | float | None)
            self.assertNotIsInstance(value, bool)
            if text is not None:
                self.assertEqual(text, text.strip())
                self.assertFalse(text.startswith(("=", "#N/A", "#REF!")))

    @given(
        whole=st.integers(0, 10**6),
        fraction=st.from_regex(r"[0-9]{1,2}", fullmatch=True),
    )
    @settings(max_examples=200, deadline=None)
    def test_a_decimal_comma_is_never_thousands(self, whole, fraction):
        self.assertCellError("decimal_comma", to_decimal, f"{whole},{fraction}")
