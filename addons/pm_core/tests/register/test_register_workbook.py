import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.tests import BaseCase, tagged

from ...engine import workbook
from ...engine.register_workbook import read_register
from ...engine.workbook import WorkbookError
from ..common import HEADINGS, make_workbook, register_rows


def read(**changes):
    return read_register(make_workbook(register_rows(**changes)))


@tagged("post_install", "-at_install")
class TestRegisterWorkbook(BaseCase):
    def assertIssues(self, register, *expected):
        """Compare with (sheet, row, column, severity, code) of each problem."""
        found = [
            (issue.sheet, issue.row, issue.column, issue.severity, issue.code)
            for issue in register.issues
        ]
        self.assertEqual(found, list(expected))

    # -- sound rows ----------------------------------------------------------

    def test_sound_register(self):
        register = read()
        self.assertIssues(register)
        self.assertEqual((register.row_count, register.unit_row_count), (5, 1))
        entrance = register.entrances["1", "1"]
        self.assertEqual((entrance.floor_count, entrance.has_lift), (6, True))
        customer = register.customers["O1"]
        self.assertEqual(
            (customer.name, customer.role, customer.gender, customer.age),
            ("王小明", "owner", "male", 40),
        )
        self.assertEqual(customer.phone, "13800000000")
        self.assertEqual(customer.id_number, "110101198601010014")
        fee = register.fees["1"]
        self.assertEqual(
            (fee.name, fee.category, fee.method, fee.price, fee.surcharge),
            ("住宅物业费", "物业费", "area", Decimal("2.5"), Decimal(0)),
        )
        self.assertEqual((fee.cycle, fee.timing), (1, "advance"))
        self.assertEqual(
            (fee.date_from, fee.date_to), (date(2026, 1, 1), date(2037, 1, 1))
        )
        unit = register.units["1-1-101"]
        self.assertEqual((unit.gross_area, unit.inside_area), (100, 80))
        self.assertEqual((unit.usage, unit.customer), ("residential", "O1"))
        self.assertEqual(unit.fees, {"1": date(2026, 1, 1)})
        space = register.spaces["P1-C1"]
        self.assertEqual((space.role, space.area), ("owner", Decimal("13.25")))
        # the date of a sold space is the end of the land-use right
        self.assertIsNone(space.date_to)

    def test_let_space(self):
        register = read(车位信息=[{"出租还是出售": "H"}])
        space = register.spaces["P1-C1"]
        self.assertEqual((space.role, space.date_to), ("tenant", date(2037, 1, 1)))

    def test_several_fees(self):
        register = read(
            费用设置=[{}, {"费用编号": 2, "计算公式": 2002, "固定费用": 12}],
            房屋信息=[{"房屋费用": "1#2", "费用开始时间": "2026-01-01#2026/3/1"}],
        )
        self.assertIssues(register)
        self.assertEqual(
            register.units["1-1-101"].fees,
            {"1": date(2026, 1, 1), "2": date(2026, 3, 1)},
        )
        self.assertEqual(register.fees["2"].method, "fixed")

    def test_forms_of_a_number(self):
        for value in (88.5, "88.5", "８８．５", " 88.5 ", "\u300088.50"):
            with self.subTest(value=value):
                unit = read(房屋信息=[{"建筑面积": value}]).units["1-1-101"]
                self.assertEqual(unit.gross_area, Decimal("88.5"))

    def test_forms_of_a_number_of_a_room(self):
        for value in (101, 101.0, "101", " １０１ ", "1 01"):
            with self.subTest(value=value):
                register = read(房屋信息=[{"房屋编号": value}])
                self.assertEqual(list(register.units), ["1-1-101"])

    def test_forms_of_a_date(self):
        for value in (
            46082,
            46082.0,
            "46082",
            "2026-03-01",
            "2026/3/1",
            "2026年3月1日",
            datetime(2026, 3, 1),
            date(2026, 3, 1),
            " ２０２６－３－１ ",
        ):
            with self.subTest(value=value):
                register = read(房屋信息=[{"费用开始时间": value}])
                self.assertIssues(register)
                self.assertEqual(
                    register.units["1-1-101"].fees, {"1": date(2026, 3, 1)}
                )

    def test_order_of_columns_is_free(self):
        rows = register_rows()
        backwards = {sheet: names[::-1] for sheet, names in HEADINGS.items()}
        shuffled = read_register(make_workbook(rows, backwards))
        self.assertEqual(shuffled, read_register(make_workbook(rows)))

    def test_headings_with_explanation_and_blanks(self):
        headings = {
            **HEADINGS,
            "车位信息": [
                {"出租还是出售": "出租还是出售（H出租S出售）"}.get(name, f" {name} ")
                for name in HEADINGS["车位信息"]
            ],
        }
        rows = register_rows()
        rows["车位信息"] = [
            {
                new: rows["车位信息"][0].get(old)
                for old, new in zip(
                    HEADINGS["车位信息"], headings["车位信息"], strict=True
                )
            }
        ]
        register = read_register(make_workbook(rows, headings))
        self.assertEqual(register.spaces["P1-C1"].role, "owner")

    def test_empty_rows_keep_the_row_numbers(self):
        rows = register_rows()
        rows["房屋信息"] = [{}, {}, {**rows["房屋信息"][0], "建筑面积": -1}]
        register = read_register(make_workbook(rows))
        self.assertIssues(register, ("房屋信息", 4, "建筑面积", "error", "negative"))
        self.assertEqual(register.issues[0].cell, "F4")

    def test_formulas(self):
        """Openpyxl stores no values: plain arithmetic is worked out."""
        unit = read(房屋信息=[{"建筑面积": "=K2*1.25"}]).units["1-1-101"]
        self.assertEqual(unit.gross_area, 100)
        register = read(房屋信息=[{"建筑面积": "=VLOOKUP(A1,B1,2)"}])
        self.assertIssues(register, ("房屋信息", 2, "建筑面积", "error", "formula"))

    def test_formula_with_a_stored_value(self):
        """What the spreadsheet program worked out counts."""
        content = make_workbook(
            register_rows(房屋信息=[{"建筑面积": "=VLOOKUP(A1,B1,2)"}])
        )
        source = zipfile.ZipFile(io.BytesIO(content))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in source.namelist():
                text = source.read(name)
                text = re.sub(rb"</f><v( ?/>|></v>)", b"</f><v>97</v>", text)
                archive.writestr(name, text)
        register = read_register(target.getvalue())
        self.assertIssues(register)
        self.assertEqual(register.units["1-1-101"].gross_area, 97)

    # -- faults --------------------------------------------------------------

    def test_faults_of_units(self):
        for change, column, code in [
            ({"建筑面积": "约90"}, "建筑面积", "not_a_number"),
            ({"建筑面积": None}, "建筑面积", "missing"),
            ({"建筑面积": " "}, "建筑面积", "missing"),
            ({"建筑面积": -80}, "建筑面积", "negative"),
            ({"建筑面积": 0}, "建筑面积", "zero"),
            ({"室内面积": -1}, "室内面积", "negative"),
            ({"租金": "面议"}, "租金", "not_a_number"),
            ({"房屋楼层": 1.5}, "房屋楼层", "not_an_integer"),
            ({"房屋编号": None}, "房屋编号", "missing"),
            ({"楼栋编号": 9}, "楼栋编号", "unknown_building"),
            ({"单元编号": 9}, "单元编号", "unknown_entrance"),
            ({"业主编号": "O9"}, "业主编号", "unknown_customer"),
            ({"房屋费用": "9"}, "房屋费用", "unknown_fee"),
            (
                {"房屋费用": "1#1", "费用开始时间": "2026-1-1#2026-1-1"},
                "房屋费用",
                "duplicate_fee",
            ),
            ({"房屋费用": "1#1"}, "费用开始时间", "fee_count"),
            ({"费用开始时间": "soon"}, "费用开始时间", "not_a_date"),
        ]:
            with self.subTest(change=change):
                register = read(房屋信息=[change, {"房屋编号": 102}])
                self.assertIssues(register, ("房屋信息", 2, column, "error", code))
                # only that row is refused
                self.assertEqual(list(register.units), ["1-1-102"])

    def test_warnings_of_units(self):
        for change, column, code in [
            ({"室内面积": 120}, "室内面积", "inside_above_gross"),
            ({"房屋类型": "别墅?"}, "房屋类型", "unknown_choice"),
        ]:
            with self.subTest(change=change):
                register = read(房屋信息=[change])
                self.assertIssues(register, ("房屋信息", 2, column, "warning", code))
                self.assertEqual(list(register.units), ["1-1-101"])

    def test_duplicates(self):
        """The first row counts, the others name it."""
        register = read(
            楼栋单元=[{}, {}],
            业主信息=[{}, {"业主名称": "李四"}],
            费用设置=[{}, {}],
            房屋信息=[{}, {"房屋编号": "1 01", "建筑面积": 90}],
            车位信息=[{}, {}],
        )
        self.assertIssues(
            register,
            ("楼栋单元", 3, "单元编号", "error", "duplicate"),
            ("业主信息", 3, "业主编号", "error", "duplicate"),
            ("费用设置", 3, "费用编号", "error", "duplicate"),
            ("房屋信息", 3, "房屋编号", "error", "duplicate"),
            ("车位信息", 3, "车位编码", "error", "duplicate"),
        )
        self.assertEqual({issue.other for issue in register.issues}, {"2"})
        self.assertEqual(register.units["1-1-101"].gross_area, 100)
        self.assertEqual(register.customers["O1"].name, "王小明")

    def test_faults_of_entrances(self):
        register = read(楼栋单元=[{}, {"楼栋号": None}, {"单元编号": 2, "总层数": "x"}])
        self.assertIssues(
            register,
            ("楼栋单元", 3, "楼栋号", "error", "missing"),
            ("楼栋单元", 4, "总层数", "error", "not_a_number"),
        )

    def test_faults_of_customers(self):
        for change, severity, column, code in [
            ({"业主名称": " "}, "error", "业主名称", "missing"),
            ({"年龄": "老"}, "warning", "年龄", "not_a_number"),
            ({"性别": "?"}, "warning", "性别", "unknown_choice"),
            ({"业主类型": 9}, "warning", "业主类型", "unknown_choice"),
            # Excel keeps 15 digits of a number, an identity number has 18
            ({"身份证号": 110101198601010011}, "warning", "身份证号", "digits_lost"),
        ]:
            with self.subTest(change=change):
                register = read(
                    业主信息=[{}, {"身份证号": None, **change, "业主编号": "O2"}]
                )
                self.assertIssues(register, ("业主信息", 3, column, severity, code))
                self.assertEqual("O2" in register.customers, severity == "warning")
        self.assertIsNone(register.customers["O2"].id_number)

    def test_faults_of_fees(self):
        for change, column, code in [
            ({"计算公式": 7007}, "计算公式", "unknown_formula"),
            ({"计算公式": None}, "计算公式", "missing"),
            ({"计费单价": -1, "固定费用": 9}, "计费单价", "negative"),
            ({"计费单价": "x"}, "计费单价", "not_a_number"),
            ({"计费单价": 0}, "计费单价", "always_zero"),
            ({"计算公式": 2002}, "固定费用", "always_zero"),
            ({"费用标识": "一次性费用"}, "费用标识", "not_recurring"),
            ({"缴费周期": 0}, "缴费周期", "zero"),
            ({"缴费周期": -3}, "缴费周期", "negative"),
            ({"缴费周期": 24}, "缴费周期", "cycle_too_long"),
            ({"计费结束时间": "2025-01-01"}, "计费结束时间", "end_before_start"),
            ({"计费起始时间": "never"}, "计费起始时间", "not_a_date"),
            ({"收费项目": None}, "收费项目", "missing"),
        ]:
            with self.subTest(change=change):
                register = read(费用设置=[{}, {**change, "费用编号": 2}])
                self.assertIssues(register, ("费用设置", 3, column, "error", code))
                self.assertEqual(list(register.fees), ["1"])

    def test_a_refused_row_refuses_what_hangs_on_it(self):
        register = read(业主信息=[{"业主名称": None}], 费用设置=[{"计算公式": 7}])
        self.assertIssues(
            register,
            ("业主信息", 2, "业主名称", "error", "missing"),
            ("费用设置", 2, "计算公式", "error", "unknown_formula"),
            ("房屋信息", 2, "业主编号", "error", "unknown_customer"),
            ("房屋信息", 2, "房屋费用", "error", "unknown_fee"),
            ("车位信息", 2, "业主编号", "error", "unknown_customer"),
        )

    def test_faults_of_spaces(self):
        for change, severity, column, code in [
            ({"结束时间": "2025-01-01"}, "error", "结束时间", "end_before_start"),
            ({"面积": -1}, "error", "面积", "negative"),
            ({"车位编码": None}, "error", "车位编码", "missing"),
            ({"业主编号": None}, "warning", "业主编号", "no_holder"),
            ({"出租还是出售": "X"}, "warning", "出租还是出售", "unknown_choice"),
        ]:
            with self.subTest(change=change):
                register = read(车位信息=[change])
                self.assertIssues(register, ("车位信息", 2, column, severity, code))

    # -- files ---------------------------------------------------------------

    def assertRefused(self, code, content):
        with self.assertRaises(WorkbookError) as caught:
            read_register(content)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_no_workbook(self):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as target:
            target.writestr("readme.txt", "no workbook")
        for content in (b"", b"text", b"PK\x03\x04broken", archive.getvalue()):
            with self.subTest(content=content[:10]):
                self.assertRefused("not_a_workbook", content)

    def test_truncated_workbook(self):
        content = make_workbook(register_rows())
        self.assertRefused("not_a_workbook", content[: len(content) // 2])

    def test_broken_sheet(self):
        """A workbook whose sheet is no XML is refused when it is read."""
        source = zipfile.ZipFile(io.BytesIO(make_workbook(register_rows())))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in source.namelist():
                text = source.read(name)
                broken = name.startswith("xl/worksheets/sheet")
                archive.writestr(name, text[: len(text) // 2] if broken else text)
        self.assertRefused("not_a_workbook", target.getvalue())

    def test_missing_sheets(self):
        rows = register_rows()
        del rows["房屋信息"], rows["业主信息"]
        error = self.assertRefused("missing_sheets", make_workbook(rows))
        self.assertEqual(error.detail, "房屋信息")

    def test_optional_sheets(self):
        rows = register_rows(
            房屋信息=[{"业主编号": None, "房屋费用": None, "费用开始时间": None}]
        )
        del rows["业主信息"], rows["费用设置"], rows["车位信息"]
        register = read_register(make_workbook(rows))
        self.assertIssues(register)
        self.assertEqual(list(register.units), ["1-1-101"])

    def test_only_headings(self):
        register = read_register(make_workbook({sheet: [] for sheet in HEADINGS}))
        self.assertEqual((register.row_count, register.unit_row_count), (0, 0))

    def test_too_large(self):
        with patch.object(workbook, "MAX_BYTES", 1000):
            self.assertRefused("too_large", make_workbook(register_rows()))

    def test_zip_bomb(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in range(4):
                archive.writestr(f"xl/media/{part}", bytes(80 * 1024 * 1024))
        self.assertLess(len(bomb.getvalue()), workbook.MAX_BYTES)
        error = self.assertRefused("too_large", bomb.getvalue())
        self.assertEqual(error.detail, "300")

    def test_too_many_rows(self):
        rows = register_rows(房屋信息=[{"房屋编号": number} for number in range(20)])
        with patch.object(workbook, "MAX_ROWS", 10):
            self.assertRefused("too_many_rows", make_workbook(rows))

    def test_wrong_dimension(self):
        """Some generators write a dimension that cuts rows off."""
        content = make_workbook(register_rows(房屋信息=[{}, {"房屋编号": 102}]))
        source = zipfile.ZipFile(io.BytesIO(content))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in source.namelist():
                text = source.read(name)
                archive.writestr(name, text.replace(b'ref="A1:L3"', b'ref="A1"'))
        book = load_workbook(io.BytesIO(target.getvalue()), read_only=True)
        self.assertEqual(book["房屋信息"].max_row, 1)
        self.assertEqual(len(read_register(target.getvalue()).units), 2)
