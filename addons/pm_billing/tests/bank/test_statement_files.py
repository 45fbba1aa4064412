"""Reading files of banks and channels; columns as in ``docs`` of the platforms."""

import gzip
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...engine.statement_files import FileError, read, to_csv
from . import statement_samples as samples

PAID = ("2026-11-09 10:01:02", "4200001", "RC-1", 262.0, 1.572)
BACK = ("2026-11-09 11:00:00", "4200001", "RC-1", 62.0, -0.372, "5030001")
TRANSFERS = [
    ("2026-11-09", "转账", 1262.0, 5000.0, "王小明", "物业费"),
    ("2026-11-09", "转账", 262.0, 5262.0, "李丽", "物业费"),
    ("2026-11-10", "手续费", -5.0, 5257.0, "", ""),
]


@tagged("post_install", "-at_install")
class TestStatementFiles(BaseCase):
    def test_a_trade_bill_of_wechat(self):
        """Back-ticks, a mark at the beginning, a second heading with the summary."""
        for encoding in ("utf-8-sig", "utf-8", "gb18030"):
            with self.subTest(encoding):
                table = read(samples.wechat_trade([PAID, BACK], encoding))
                self.assertEqual(table.kind, "wechat_trade")
                self.assertEqual(table.differences + table.held, [])
                self.assertEqual(
                    [row["_key"] for row in table.rows], ["4200001", "R5030001"]
                )
                self.assertEqual(table.rows[0]["货币种类"], "CNY")
                self.assertEqual(Decimal(table.rows[0]["手续费"]), Decimal("1.572"))

    def test_packed(self):
        plain = samples.wechat_trade([PAID])
        self.assertEqual(read(gzip.compress(plain)).rows, read(plain).rows)

    def test_sums_that_differ(self):
        for said in ({"total": "263.00"}, {"count": 3}, {"refunds": "1.00"}):
            with self.subTest(said=said):
                self.assertTrue(read(samples.wechat_trade([PAID], **said)).differences)

    def test_headings_of_other_versions(self):
        text = samples.wechat_trade([PAID]).decode("utf-8-sig")
        table = read(text.replace("订单金额,申请", "总金额,申请").encode())
        self.assertEqual(Decimal(table.rows[0]["订单金额"]), 262)

    def test_a_fund_bill_of_alipay(self):
        """The zip has a summary first; comments, tabs, and a name beyond gbk."""
        table = read(
            samples.alipay_fund(
                [
                    ("111", "RC-2", 300.0, 300.0, "在线支付"),
                    ("112", "", -1.8, 298.2, "收费"),
                ]
            )
        )
        self.assertEqual((table.kind, table.differences), ("alipay_fund", []))
        self.assertEqual([row["_key"] for row in table.rows], ["111", "112"])
        self.assertEqual(table.rows[0]["商品名称"], "物业费㐀")
        self.assertEqual(Decimal(table.rows[1]["支出金额(-元)"]), Decimal("-1.80"))

    def test_csv_and_workbook_have_the_same_keys(self):
        one = read(samples.bank_csv(TRANSFERS))
        other = read(samples.bank_xlsx(TRANSFERS))
        self.assertEqual(one.kind, "bank")
        keys = [row["_key"] for row in one.rows]
        self.assertEqual(keys, [row["_key"] for row in other.rows])
        self.assertEqual(len(set(keys)), 3)

    def test_equal_rows_are_two(self):
        """Two payments of one amount, by one payer, on one day."""
        table = read(samples.bank_csv([TRANSFERS[0], TRANSFERS[0]]))
        keys = [row["_key"] for row in table.rows]
        self.assertEqual(keys[1], f"{keys[0]}-2")

    def test_a_row_that_cannot_be_read_stops_no_other(self):
        bad = ("no day", "转账", 1.0, 1.0, "x", "")
        table = read(samples.bank_csv([TRANSFERS[0], bad, TRANSFERS[1]]))
        self.assertEqual((len(table.rows), len(table.held)), (2, 1))
        self.assertIn("no day", table.held[0][1])

    def test_what_is_no_statement(self):
        for data in (
            b"",
            b"hello",
            b"PK\x03\x04broken",
            b"\xff\xfe\x00",
            b"a,b,c\n1,2",
        ):
            with self.subTest(data=data), self.assertRaises(FileError):
                read(data)

    def test_what_is_handed_over(self):
        lines = (
            to_csv(read(samples.wechat_trade([PAID]))).decode("utf-8-sig").split("\n")
        )
        self.assertTrue(lines[0].endswith(",_key"))
        self.assertNotIn("`", "".join(lines))
        self.assertEqual(len(lines), 3)
