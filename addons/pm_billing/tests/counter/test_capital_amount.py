from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...engine.capital_amount import capital_amount


@tagged("post_install", "-at_install")
class TestCapitalAmount(BaseCase):
    def test_amounts_are_spelled_as_on_a_cheque(self):
        for amount, words in {
            "0": "零元整",
            "0.05": "伍分",
            "0.5": "伍角整",
            "0.56": "伍角陆分",
            "1": "壹元整",
            "10": "壹拾元整",
            "100": "壹佰元整",
            "207.07": "贰佰零柒元零柒分",
            "1001.05": "壹仟零壹元零伍分",
            "1409.50": "壹仟肆佰零玖元伍角整",
            "6007.14": "陆仟零柒元壹角肆分",
            "100001": "壹拾万零壹元整",
            "100500": "壹拾万零伍佰元整",
            "1020000": "壹佰零贰万元整",
            "20000000": "贰仟万元整",
            "693347.06": "陆拾玖万叁仟叁佰肆拾柒元零陆分",
            "100000000": "壹亿元整",
            "300000005": "叁亿零伍元整",
        }.items():
            with self.subTest(amount):
                self.assertEqual(capital_amount(Decimal(amount)), words)

    def test_rounds_to_a_cent(self):
        self.assertEqual(capital_amount(Decimal("1.995")), "贰元整")

    def test_refuses_what_it_cannot_spell(self):
        for amount in ("-1", "1000000000000"):
            with self.subTest(amount), self.assertRaises(ValueError):
                capital_amount(Decimal(amount))
