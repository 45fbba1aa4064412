from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.formulas import Formula, FormulaError

NUMBERS = st.decimals("-1000", "1000", places=2)


def value(text, **quantities):
    return Formula(text).value(quantities)


@tagged("post_install", "-at_install")
class TestFormulas(BaseCase):
    def test_numbers_and_signs(self):
        for text, expected in (
            ("1 + 2 * 3", 7),
            ("(1 + 2) * 3", 9),
            ("-2 * -3", 6),
            ("7 - 2 - 1", 4),
            ("8 / 4 / 2", 1),
            (".5 * 2", 1),
            ("max(1, 5, 3) - min(2, 4)", 3),
            ("round(2.345, 0.01)", "2.35"),
            ("round(2.5)", 3),
            ("round(2.3, 0.5)", "2.5"),
            ("round(17.3, 10)", 20),
            ("floor(2.9) + ceil(2.1)", 5),
            ("if(3 >= 2, 10, 1 / 0)", 10),
        ):
            self.assertEqual(value(text), Decimal(expected), text)

    def test_named_quantities(self):
        """Lift power by a coefficient of the floor: 1 + (N − 1) × 0.2 (chap-o.com)."""
        coefficient = Formula("1 + (floor_band - 1) * 0.2")
        self.assertEqual(coefficient.names, {"floor_band"})
        self.assertEqual(coefficient.value({"floor_band": 4}), Decimal("1.6"))

    def test_as_typed_on_a_chinese_keyboard(self):
        found = Formula("（建筑面积＋2）×单价÷2")
        self.assertEqual(found.names, {"建筑面积", "单价"})
        self.assertEqual(found.value({"建筑面积": 8, "单价": 3}), 15)
        self.assertEqual(value("if(x≥2，1，0)", x=2), 1)

    def test_what_is_wrong_is_said_and_never_zero(self):
        for text, reason in (
            ("", "ends_early"),
            ("1 +", "ends_early"),
            ("(1", "missing"),
            ("1 2", "unexpected"),
            ("a.b", "unexpected"),
            ("__import__('os')", "unexpected"),
            ("open(1)", "unknown_function"),
            ("round(1, 2, 3)", "arguments"),
            # two decimals are meant, and even numbers would come out
            ("round(2.345, 2)", "rounding"),
            ("round(2.345, -1)", "rounding"),
            ("round(2.345, 1 / 0)", "rounding"),
            ("1 ** 2", "unexpected"),
            ("2 < 3", "unexpected"),
            ("if(1, 2, 3)", "missing"),
            ("(" * 60 + "1" + ")" * 60, "too_deep"),
            ("1+" * 600 + "1", "too_long"),
        ):
            with self.subTest(text=text), self.assertRaises(FormulaError) as caught:
                Formula(text)
            self.assertEqual(caught.exception.reason, reason)

    def test_values_that_cannot_be_worked_out(self):
        for text, reason in (
            ("x / 0", "no_number"),
            ("x + y", "no_value"),
            ("round(2.345, x + 1)", "rounding"),
            ("9999999 " + "* 9999999 " * 99, "too_large"),
        ):
            formula = Formula(text)
            with self.subTest(text=text), self.assertRaises(FormulaError) as caught:
                formula.value({"x": 1})
            self.assertEqual(caught.exception.reason, reason)

    @settings(max_examples=100, deadline=None)
    @given(NUMBERS, NUMBERS, NUMBERS)
    def test_as_python_reckons(self, a, b, c):
        self.assertEqual(
            value("a + b * c - (a - b) * 2", a=a, b=b, c=c), a + b * c - (a - b) * 2
        )

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=30))
    def test_any_text_is_a_formula_or_an_error(self, text):
        with suppress(FormulaError):
            Formula(text).value({})
