"""Workbooks that others read wrongly; data/cases/README.md says what is right."""

import io
import re
import zipfile
from pathlib import Path

from openpyxl import load_workbook

from odoo.tests import BaseCase, tagged

from ...engine.identity_number import fault
from ...engine.register_workbook import read_register
from ...engine.workbook import WorkbookError
from ..common import make_workbook, register_rows

CASES = Path(__file__).parents[1] / "data" / "cases"
ID = "身份证号"
# the people of these workbooks are invented, and so are their numbers
WRONG_DIGIT = ("业主信息", 2, ID, "warning", "id_check")

# file: (problems, units imported, customers imported)
EXPECTED = {
    "decimal_comma.xlsx": (
        [
            WRONG_DIGIT,
            ("费用设置", 2, "计费单价", "error", "decimal_comma"),
            ("费用设置", 3, "计费单价", "error", "decimal_comma"),
            ("费用设置", 3, "固定费用", "error", "not_a_number"),
            ("费用设置", 4, "计费单价", "error", "decimal_comma"),
            ("费用设置", 5, "计费单价", "error", "not_a_number"),
            ("费用设置", 6, "计费单价", "error", "not_a_number"),
            ("房屋信息", 2, "建筑面积", "error", "decimal_comma"),
            ("房屋信息", 2, "房屋费用", "error", "unknown_fee"),
            ("房屋信息", 3, "建筑面积", "error", "not_a_number"),
            ("房屋信息", 3, "房屋费用", "error", "unknown_fee"),
        ],
        [],
        ["Y1"],
    ),
    "dup_heading.xlsx": (
        [WRONG_DIGIT, ("房屋信息", 1, "建筑面积", "error", "doubled_column")],
        [],
        ["Y1"],
    ),
    "error_room.xlsx": (
        [WRONG_DIGIT, ("房屋信息", 2, "房屋编号", "error", "error_value")],
        [],
        ["Y1"],
    ),
    "error_values.xlsx": (
        [
            ("业主信息", 2, "业主名称", "error", "error_value"),
            ("业主信息", 2, "手机号", "error", "error_value"),
            ("业主信息", 2, ID, "error", "error_value"),
            ("房屋信息", 2, "业主编号", "error", "unknown_customer"),
        ],
        [],
        [],
    ),
    "heading_optional.xlsx": (
        [
            ("业主信息", 1, "业主类型", "warning", "missing_column"),
            ("业主信息", 1, "手机号", "warning", "missing_column"),
            ("业主信息", 1, ID, "warning", "missing_column"),
            ("业主信息", 1, "类型", "warning", "unread_column"),
            ("业主信息", 1, "手机号码", "warning", "unread_column"),
            ("业主信息", 1, "身份证号码", "warning", "unread_column"),
            ("房屋信息", 1, "业主编号", "warning", "missing_column"),
            ("房屋信息", 1, "房屋费用", "warning", "missing_column"),
            ("房屋信息", 1, "费用开始时间", "warning", "missing_column"),
            ("房屋信息", 1, "业主", "warning", "unread_column"),
            ("房屋信息", 1, "收费项目", "warning", "unread_column"),
            ("房屋信息", 1, "开始时间", "warning", "unread_column"),
        ],
        ["1-1-101"],
        ["Y1"],
    ),
    "hidden_row.xlsx": (
        [WRONG_DIGIT, ("房屋信息", 3, "", "warning", "hidden_rows")],
        ["1-1-101", "1-1-102"],
        ["Y1"],
    ),
    "id_text_sci.xlsx": (
        [
            ("业主信息", 2, ID, "error", "scientific"),
            ("业主信息", 3, "手机号", "error", "scientific"),
            ("业主信息", 3, ID, "warning", "id_check"),
            ("业主信息", 4, ID, "warning", "id_form"),
            ("业主信息", 5, "手机号", "warning", "several_phones"),
            ("业主信息", 5, ID, "warning", "id_form"),
            ("房屋信息", 2, "业主编号", "error", "unknown_customer"),
        ],
        [],
        ["Y3", "Y4"],
    ),
    "last_row_styled.xlsx": ([WRONG_DIGIT], ["1-1-101"], ["Y1"]),
    "merged_building.xlsx": (
        [WRONG_DIGIT],
        ["1-1-101", "1-1-102", "1-1-103"],
        ["Y1"],
    ),
    "notes_beside.xlsx": (
        [
            WRONG_DIGIT,
            ("业主信息", 3, ID, "warning", "id_check"),
            ("业主信息", 2, ID, "warning", "id_shared"),
            ("业主信息", 3, ID, "warning", "id_shared"),
        ],
        ["1-1-101"],
        ["Y1", "Y2"],
    ),
    "room_as_date.xlsx": (
        [
            WRONG_DIGIT,
            ("房屋信息", 2, "房屋编号", "error", "not_a_text"),
            ("房屋信息", 3, "房屋编号", "error", "not_a_code"),
            ("房屋信息", 6, "房屋编号", "error", "not_a_code"),
            ("房屋信息", 7, "房屋编号", "error", "not_a_text"),
            ("房屋信息", 8, "房屋编号", "error", "not_a_text"),
        ],
        ["1-1-12E05", "1-1-1200000", "1-1-1-2"],
        ["Y1"],
    ),
    "title_row.xlsx": ([WRONG_DIGIT], ["1-1-101"], ["Y1"]),
}


def described(register):
    return [
        (issue.sheet, issue.row, issue.column, issue.severity, issue.code)
        for issue in register.issues
    ]


def edited(change, **rows):
    """The bytes of a sound workbook after ``change`` worked on it."""
    book = load_workbook(io.BytesIO(make_workbook(register_rows(**rows))))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestWorkbookCases(BaseCase):
    def test_every_case_is_expected(self):
        self.assertEqual({path.name for path in CASES.glob("*.xlsx")}, set(EXPECTED))

    def test_cases(self):
        for name, (issues, units, customers) in EXPECTED.items():
            with self.subTest(case=name):
                register = read_register((CASES / name).read_bytes())
                self.assertEqual(described(register), issues)
                self.assertEqual(list(register.units), units)
                self.assertEqual(list(register.customers), customers)

    def test_decimal_comma_says_what_to_write(self):
        register = read_register((CASES / "decimal_comma.xlsx").read_bytes())
        offered = {
            issue.value: issue.other
            for issue in register.issues
            if issue.code == "decimal_comma"
        }
        self.assertEqual(
            offered,
            {"2,8": "2.8", "2，80": "2.80", "1.234,56": "1234.56", "89,5": "89.5"},
        )

    def test_doubled_heading_names_both_columns(self):
        register = read_register((CASES / "dup_heading.xlsx").read_bytes())
        issue = register.issues[-1]
        self.assertEqual((issue.cell, issue.other), ("F1, G1", "F / G"))

    def test_close_headings_are_offered(self):
        register = read_register((CASES / "heading_optional.xlsx").read_bytes())
        offered = {
            issue.column: issue.other
            for issue in register.issues
            if issue.code == "unread_column"
        }
        self.assertEqual(
            offered,
            {
                "类型": "业主类型",
                "手机号码": "手机号",
                "身份证号码": "身份证号",
                "业主": "业主编号",
                # nothing sounds like it: one of those that are missing
                "收费项目": "业主编号 / 房屋费用 / 费用开始时间",
                "开始时间": "费用开始时间",
            },
        )

    def test_shared_identity_number_is_nobodys(self):
        register = read_register((CASES / "notes_beside.xlsx").read_bytes())
        self.assertEqual({c.id_number for c in register.customers.values()}, {None})

    def test_lost_identity_numbers_are_left_out(self):
        register = read_register((CASES / "id_text_sci.xlsx").read_bytes())
        self.assertEqual({c.id_number for c in register.customers.values()}, {None})

    # -- further cases ---------------------------------------------------------

    def test_one_person_twice_keeps_the_number(self):
        register = read_register(
            make_workbook(register_rows(业主信息=[{}, {"业主编号": "O2"}]))
        )
        self.assertEqual(
            described(register), [("业主信息", 3, ID, "warning", "same_person")]
        )
        self.assertEqual(
            {c.id_number for c in register.customers.values()}, {"110101198601010014"}
        )

    def test_identity_numbers(self):
        for number, code in [
            ("110101198601010014", None),
            ("11010119800101001X", "id_check"),
            ("110101198601010011", "id_check"),
            # the check digit fits, the day does not exist
            ("110101198613010017", "id_check"),
            ("110101860101001", None),
            ("110101198001010", "id_form"),
            ("1101011986010100", "id_form"),
            ("无", "id_form"),
            ("E12345678", None),
            ("H60123456(7)", None),
            ("91310000MA1FL1234X", None),
        ]:
            with self.subTest(number=number):
                self.assertEqual(fault(number), code)

    def test_what_stands_for_nothing_known(self):
        """The source system has people enter these where they know nothing."""
        register = read_register(
            make_workbook(
                register_rows(
                    业主信息=[{ID: "1" * 18, "手机号": 18999999999, "年龄": 1}]
                )
            )
        )
        self.assertEqual(described(register), [])
        customer = register.customers["O1"]
        self.assertEqual(
            (customer.id_number, customer.phone, customer.age), (None, None, None)
        )

    def test_household_has_the_number_of_its_owner(self):
        register = read_register(
            make_workbook(
                register_rows(
                    业主信息=[
                        {},
                        {"业主名称": "王妻", "业主类型": 1002, ID: None},
                        {"业主名称": "某某", "业主类型": 1001, ID: None},
                    ]
                )
            )
        )
        self.assertEqual(
            described(register), [("业主信息", 4, "业主编号", "error", "duplicate")]
        )
        self.assertEqual(
            register.units["1-1-101"].holders, {"O1": "owner", "O1/王妻": "family"}
        )

    def test_merged_amount_is_asked_about(self):
        def merge(book):
            book["房屋信息"].merge_cells("F2:F3")

        register = read_register(edited(merge, 房屋信息=[{}, {"房屋编号": 102}]))
        self.assertEqual(
            described(register),
            [
                ("房屋信息", 2, "建筑面积", "error", "merged_amount"),
                ("房屋信息", 3, "建筑面积", "error", "merged_amount"),
            ],
        )

    def test_missing_required_heading_is_said_once(self):
        def rename(book):
            book["房屋信息"]["F1"] = "面积"

        register = read_register(edited(rename, 房屋信息=[{}, {"房屋编号": 102}]))
        self.assertEqual(
            described(register),
            [
                ("房屋信息", 1, "建筑面积", "error", "required_column"),
                ("房屋信息", 1, "面积", "warning", "unread_column"),
            ],
        )

    def test_sheet_without_headings(self):
        def delete(book):
            book["房屋信息"].delete_rows(1)

        register = read_register(edited(delete))
        self.assertEqual(
            described(register), [("房屋信息", 1, "", "error", "no_headings")]
        )

    def test_values_below_no_heading_are_told(self):
        def add(book):
            book["房屋信息"]["N2"] = "已抵押"

        register = read_register(edited(add))
        self.assertEqual(
            described(register), [("房屋信息", 1, "N", "warning", "unheaded_column")]
        )

    def test_unknown_sheet_is_told(self):
        def add(book):
            book.create_sheet("欠费").append(["房屋", "金额"])
            book.create_sheet("Sheet1")

        register = read_register(edited(add))
        self.assertEqual(
            described(register), [("欠费", 1, "", "warning", "unread_sheet")]
        )

    def test_starred_heading(self):
        def star(book):
            book["房屋信息"]["F1"] = "*建筑面积（㎡）"

        register = read_register(edited(star))
        self.assertEqual(described(register), [])
        self.assertEqual(register.units["1-1-101"].gross_area, 100)

    def test_formula_with_the_empty_text_as_result(self):
        """What IFERROR(…, "") leaves is an empty cell."""
        content = edited(lambda book: None, 房屋信息=[{"租金": '=IFERROR(X1,"")'}])
        # as the spreadsheet program writes it
        source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in source.namelist():
                text = source.read(name)
                text = re.sub(
                    rb'<c r="L2"[^>]*>(<f>.*?</f>)<v( ?/>|></v>)',
                    rb'<c r="L2" t="str">\1<v></v>',
                    text,
                )
                archive.writestr(name, text)
        register = read_register(target.getvalue())
        self.assertEqual(described(register), [])
        self.assertIsNone(register.units["1-1-101"].rent)

    def test_a_row_that_no_spreadsheet_has(self):
        """A number of a row beyond the last one keeps no reader counting."""
        content = make_workbook(register_rows())
        source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in source.namelist():
                text = source.read(name).replace(b'<row r="2"', b'<row r="999999999"')
                archive.writestr(name, text)
        with self.assertRaises(WorkbookError):
            read_register(target.getvalue())

    def test_most_of_a_column(self):
        """Not slips of some: it is said once, and is no problem of the rows."""
        rows = [
            {"业主编号": f"N{n}", "业主名称": f"张{n}", ID: f"{n:018}"}
            for n in range(1, 71)
        ]
        register = read_register(make_workbook(register_rows(业主信息=[{}, *rows])))
        self.assertEqual(described(register), [])
        self.assertEqual(
            [(r.code, r.count) for r in register.remarks], [("id_check", 70)]
        )

    def test_many_alike_become_one(self):
        rows = [
            {"业主编号": f"N{n}", "业主名称": f"张{n}", ID: f"{n:018}"}
            for n in range(1, 71)
        ]
        phones = [{**row, ID: None, "手机号": "1/2"} for row in rows]
        register = read_register(make_workbook(register_rows(业主信息=[{}, *phones])))
        (issue,) = register.issues
        self.assertEqual((issue.code, issue.count), ("several_phones", 70))
        self.assertEqual((issue.row, issue.rows), (3, "3-72"))
