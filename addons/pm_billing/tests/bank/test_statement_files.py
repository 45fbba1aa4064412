"""Reading files of banks and channels; columns as in ``docs`` of the platforms."""

import gzip
import io
import zipfile
from datetime import date, time
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...engine.plain_tables import check_cells, read_table
from ...engine.statement_cells import FileError, amount_of
from ...engine.statement_files import read, to_csv
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
        self.assertEqual(self.reasons(table), ["not_a_date"])
        self.assertEqual(table.held[0][1].values, {"value": "no day"})

    def test_what_is_no_statement(self):
        for data in (
            b"",
            b"hello",
            b"PK\x03\x04broken",
            b"\xff\xfe\x00",
            b"a,b,c\n1,2",
            b"\x1f\x8bxx",
            gzip.compress(b"hello" * 99)[:-9],
            samples.zipped({"a.csv": "x" * 99})[:-9],
        ):
            with self.subTest(data=data), self.assertRaises(FileError):
                read(data)

    def reasons(self, table):
        return [error.reason for _row, error in table.held]

    def test_numbers_that_a_spreadsheet_has_rounded(self):
        """Two transactions of 28 digits would be one: both are held, none is lost."""
        first, second = "4200001234202611091234567890", "4200001234202611091234567891"
        table = read(
            samples.alipay_rows(
                (float(first), 300, "a@b.cn"), (float(second), 300, "a@b.cn")
            )
        )
        self.assertEqual((table.rows, self.reasons(table)), ([], ["digits_lost"] * 2))
        told = read(samples.wechat_trade([(*PAID[:1], "4.20000E+27", *PAID[2:])]))
        self.assertEqual((told.rows, self.reasons(told)), ([], ["key_lost"]))
        kept = read(samples.alipay_rows((first, 300, "a"), (second, 300, "a")))
        self.assertEqual([row["_key"] for row in kept.rows], [first, second])

    def test_rows_without_a_number_or_with_the_same(self):
        table = read(
            samples.alipay_rows(
                ("", 300, "a"), ("7", 1, "a"), ("8", 2, "a"), ("7", 4, "b")
            )
        )
        self.assertEqual([row["_key"] for row in table.rows], ["8"])
        self.assertEqual(self.reasons(table), ["no_key", "doubled_key", "doubled_key"])

    def test_cells_that_are_no_text(self):
        for payer, income, reason in (
            (True, 300, "not_a_text"),
            ("#N/A", 300, "error_value"),
            ("a", "=Other!A1", "formula"),
            ("a", "2,8", "decimal_comma"),
            ("a", "1.234,50", "decimal_comma"),
            ("a", "12a", "not_a_number"),
        ):
            with self.subTest(payer=payer, income=income):
                table = read(samples.alipay_rows(("111", income, payer)))
                self.assertEqual((table.rows, self.reasons(table)), ([], [reason]))

    def test_a_formula_has_its_result(self):
        table = read(samples.alipay_rows(("111", "=290+10", "a")))
        self.assertEqual(Decimal(table.rows[0]["收入金额(+元)"]), 300)

    def test_a_row_that_begins_with_an_error_is_no_comment(self):
        text = samples.bank_csv(TRANSFERS).decode("gbk").replace("2026-11-10", "#N/A")
        table = read(text.encode())
        self.assertEqual((len(table.rows), self.reasons(table)), (2, ["error_value"]))

    def test_commas(self):
        """A comma parts thousands; a decimal comma is nobody's guess."""
        for text, amount in (
            ("1,262.00", "1262"),
            ("1,200", "1200"),
            ("１，２００．５", "1200.5"),
            ("￥ 12", "12"),
            ("--", "0"),
        ):
            with self.subTest(text):
                self.assertEqual(amount_of(text), Decimal(amount))
        for text in ("2,8", "1.234,50", "12,34.5", "1e5", "nan"):
            with self.subTest(text), self.assertRaises(FileError):
                amount_of(text)

    def test_cells_that_moved(self):
        """A comma that is not quoted: one cell more, and each amount is another."""
        text = samples.bank_csv(TRANSFERS).decode("gbk").replace("手续费", "手续,费")
        table = read(text.encode())
        self.assertEqual((len(table.rows), self.reasons(table)), (2, ["cells_beyond"]))
        padded = samples.bank_csv(TRANSFERS).replace(b"\n", b",\n")
        head, rows = padded.split(b",\n", 1)
        self.assertEqual(len(read(head + b"\n" + rows + b",").rows), 3)

    def test_two_columns_of_one_heading(self):
        text = samples.bank_csv(TRANSFERS).decode("gbk").replace("附言", "贷方金额")
        with self.assertRaises(FileError) as caught:
            read(text.encode())
        self.assertEqual(caught.exception.values, {"heading": "贷方金额"})

    def test_files_that_unpack_to_more(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * 301 * 1024**2)
        for data in (packed.getvalue(), gzip.compress(b"0" * 65 * 1024**2)):
            with self.assertRaises(FileError) as caught:
                read(data)
            self.assertEqual(caught.exception.reason, "too_large")

    def test_an_hour_in_a_column_of_its_own(self):
        table = read(
            samples.sheet(
                ["交易日期", "交易时间", "借方金额", "贷方金额", "余额"],
                [date(2026, 11, 9), time(10, 1), None, 5, 5],
            )
        )
        self.assertEqual(table.held, [])
        self.assertEqual(table.rows[0]["交易日期"], "2026-11-09 00:00:00")

    def test_what_is_handed_over(self):
        lines = (
            to_csv(read(samples.wechat_trade([PAID]))).decode("utf-8-sig").split("\n")
        )
        self.assertTrue(lines[0].endswith(",_key"))
        self.assertNotIn("`", "".join(lines))
        self.assertEqual(len(lines), 3)

    def test_other_tables(self):
        """Of invoices and of collections: their numbers have twenty digits too."""
        number = "26312000000012345678"
        table = samples.sheet(["No", "x"], [number, "a"], [float(number), "b"])
        (_first, sound), (_second, lost) = read_table(table, "t.xlsx", ["No"])
        check_cells(sound)
        self.assertEqual(sound["No"], number)
        with self.assertRaises(FileError) as caught:
            check_cells(lost)
        self.assertEqual(caught.exception.reason, "digits_lost")
