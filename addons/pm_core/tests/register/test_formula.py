from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.formula import FormulaError, evaluate

CELLS = {"A1": 10, "B1": "2.5", "C1": "=A1*B1", "D1": None, "E1": "text", "F1": "=F1"}
NUMBERS = st.decimals("-1e6", "1e6", places=3)


@tagged("post_install", "-at_install")
class TestFormula(BaseCase):
    def test_values(self):
        for formula, expected in [
            ("=1+2*3", "7"),
            ("=(1+2)*3", "9"),
            ("=0.1+0.2", "0.3"),
            ("=-A1", "-10"),
            ("=+A1", "10"),
            ("=A1*B1", "25"),
            ("=$A$1/4", "2.5"),
            ("=C1+1", "26"),
            ("=D1+1", "1"),
            ("=sum(A1,B1,0.5)", "13"),
            ("=ROUND(2.345,2)", "2.35"),
            ("=ROUND(12345,-2)", "12300"),
            ("= A1 + 1 ", "11"),
        ]:
            with self.subTest(formula=formula):
                self.assertEqual(evaluate(formula, CELLS.get), Decimal(expected))

    def test_refused(self):
        for formula in (
            "=E1+1",
            "=F1",
            "=1/0",
            "=A1 B1",
            "=VLOOKUP(A1,B1,2)",
            "=SUM(A1:B1)",
            "=Sheet2!A1",
            "=2**9",
            "=2^9",
            "=",
            '="a"',
            "=A1>1",
            "=ROUND(1)",
            "=__import__('os')",
            "=(1).real",
            "=[1]",
            "=ROUND(1,9999999)",
            "=\0",
        ):
            with self.subTest(formula=formula), self.assertRaises(FormulaError):
                evaluate(formula, CELLS.get)

    def test_chain_that_is_too_long(self):
        cells = {f"A{row}": f"=A{row + 1}" for row in range(1, 100)}
        with self.assertRaises(FormulaError):
            evaluate("=A1", cells.get)

    @given(left=NUMBERS, right=NUMBERS, operator=st.sampled_from("+-*"))
    @settings(max_examples=100, deadline=None)
    def test_exact(self, left, right, operator):
        expected = {"+": left + right, "-": left - right, "*": left * right}
        cells = {"A1": str(left), "B1": f"={right}"}
        value = evaluate(f"=A1{operator}B1", cells.get)
        self.assertEqual(value, expected[operator])
