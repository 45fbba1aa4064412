"""The one-sheet form of the source system (资产信息)."""

import io

from openpyxl import Workbook

from odoo.tests import BaseCase, tagged

from ...engine.register_workbook import read_register
from .test_workbook_cases import described, edited

ASSET_HEADINGS = [
    "楼号",
    "单元",
    "房间",
    "楼层",
    "总层数",
    "是否有电梯",
    "房屋类型",
    "房屋户型",
    "建筑面积",
    "室内面积",
    "租金",
    "房屋状态",
    "业主名称",
    "性别",
    "手机号",
    "身份证号",
    "业主类型",
    "人员类型",
    "人员角色",
    "联系人",
    "联系电话",
]
UNIT = [1, 1, 1001, 10, 33, "有", 110, 10102, 94.56, 80.5, 0, 2001]
OWNER = ["王小明", "男", "13900000001", "110101198601010014", 1001]


# pylint: disable-next=dangerous-default-value
def asset_workbook(*rows, headings=ASSET_HEADINGS):
    """A workbook in the shape of the newer template, with its notes beside."""
    book = Workbook()
    sheet = book.active
    sheet.title = "资产信息"
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    sheet.cell(12, 30, "说明")
    sheet.cell(13, 31, "单元编号 一单元填写 1 二单元填写 2")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestAssetSheet(BaseCase):
    # pylint: disable-next=method-required-super
    def read(self, *rows, **kwargs):
        return read_register(asset_workbook(*rows, **kwargs))

    def test_unit_and_its_people(self):
        register = self.read(
            [*UNIT, *OWNER],
            [*UNIT, "李红", "女", "13900000002", None, 1002],
            [*UNIT, "客人", "男", "13900000003", None, 1004],
            [1, 2, 2002, 20, 33, "无", 120, None, 50, None, None, 2002],
        )
        self.assertEqual(described(register), [])
        self.assertEqual(list(register.units), ["1-1-1001", "1-2-2002"])
        unit = register.units["1-1-1001"]
        self.assertEqual(
            unit.holders,
            {
                "王小明-13900000001": "owner",
                "李红-13900000002": "family",
                "客人-13900000003": "other",
            },
        )
        self.assertEqual(unit.customer, "王小明-13900000001")
        self.assertEqual((str(unit.gross_area), unit.floor), ("94.56", 10))
        self.assertEqual(register.units["1-2-2002"].usage, "office")
        self.assertEqual(
            [(e.floor_count, e.has_lift) for e in register.entrances.values()],
            [(33, True), (33, False)],
        )
        owner = register.customers[unit.customer]
        self.assertEqual(
            (owner.name, owner.id_number), ("王小明", "110101198601010014")
        )

    def test_owner_of_two_units_is_one_customer(self):
        register = self.read([*UNIT, *OWNER], [*UNIT[:2], 1002, *UNIT[3:], *OWNER])
        self.assertEqual(described(register), [])
        self.assertEqual(len(register.customers), 1)
        self.assertEqual(len(register.units), 2)

    def test_firm(self):
        register = self.read(
            [
                *UNIT,
                "甲商行",
                "男",
                "021-62345678",
                None,
                1001,
                "C",
                1,
                "张",
                "13900000009",
            ]
        )
        self.assertEqual(described(register), [])
        (firm,) = register.customers.values()
        self.assertEqual((firm.is_company, firm.contact), (True, "张 13900000009"))

    def test_older_template(self):
        """Without the columns of firms."""
        register = self.read([*UNIT, *OWNER], headings=ASSET_HEADINGS[:17])
        self.assertEqual(described(register), [])

    def test_faults(self):
        other_area = [*UNIT[:8], 95, *UNIT[9:]]
        nobody = [*UNIT[:2], 1003, *UNIT[3:]]
        for rows, expected in [
            (
                [[*UNIT, *OWNER], [*other_area, *OWNER]],
                (3, "建筑面积", "error", "differs"),
            ),
            ([[*UNIT, *OWNER], UNIT], (3, "房间", "error", "duplicate")),
            (
                [[*nobody, None, None, "13900000001"]],
                (2, "业主名称", "error", "missing"),
            ),
            ([nobody], (2, "房屋状态", "warning", "state_without_holder")),
            (
                [[*nobody[:11], 2002, *OWNER]],
                (2, "房屋状态", "warning", "state_with_holder"),
            ),
            (
                [[*UNIT, *OWNER[:2], "13900000001/13900000002", *OWNER[3:]]],
                (2, "手机号", "warning", "several_phones"),
            ),
        ]:
            with self.subTest(expected=expected):
                register = self.read(*rows)
                # the state of a unit that is named without its owner is a second one
                found = [issue[1:] for issue in described(register)]
                self.assertIn(expected, found)

    def test_both_templates(self):
        """The five sheets count; what else is there is told."""

        def add(book):
            book.create_sheet("资产信息").append(ASSET_HEADINGS)

        register = read_register(edited(add))
        self.assertEqual(
            described(register), [("资产信息", 1, "", "warning", "unread_sheet")]
        )
