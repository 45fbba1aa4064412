"""Records that the tests of property management need, made in one line each."""

import base64
import io
import json
from contextlib import contextmanager
from pathlib import Path

from openpyxl import Workbook

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

DATA = Path(__file__).parent / "data"
# Where a scheduled job that goes on past a bad record says so.
CRON_LOGGER = "odoo.addons.pm_core.models.shared.pm_cron_mixin"

# The headings of the register workbook, in the order of the source system.
HEADINGS = {
    "楼栋单元": ["楼栋号", "单元编号", "总层数", "是否有电梯"],
    "业主信息": [
        "编号",
        "业主名称",
        "性别",
        "年龄",
        "手机号",
        "身份证号",
        "业主类型",
        "业主编号",
    ],
    "费用设置": [
        "费用编号",
        "费用类型",
        "收费项目",
        "费用标识",
        "付费类型",
        "缴费周期",
        "计费起始时间",
        "计费结束时间",
        "计算公式",
        "计费单价",
        "固定费用",
    ],
    "房屋信息": [
        "房屋编号",
        "楼栋编号",
        "单元编号",
        "房屋楼层",
        "房屋户型",
        "建筑面积",
        "业主编号",
        "房屋费用",
        "费用开始时间",
        "房屋类型",
        "室内面积",
        "租金",
    ],
    "车位信息": [
        "停车场编号",
        "车位编码",
        "停车场类型",
        "面积",
        "业主编号",
        "车牌号",
        "车品牌",
        "颜色",
        "出租还是出售",
        "开始时间",
        "结束时间",
    ],
}
SOUND_ROWS = {
    "楼栋单元": {"楼栋号": 1, "单元编号": 1, "总层数": 6, "是否有电梯": "有"},
    "业主信息": {
        "编号": 1,
        "业主名称": "王小明",
        "性别": "男",
        "年龄": 40,
        "手机号": 13800000000,
        "身份证号": "110101198601010014",
        "业主类型": 1001,
        "业主编号": "O1",
    },
    "费用设置": {
        "费用编号": 1,
        "费用类型": "物业费",
        "收费项目": "住宅物业费",
        "费用标识": "周期性费用",
        "付费类型": "预付费",
        "缴费周期": 1,
        "计费起始时间": "2026-01-01",
        "计费结束时间": "2037-01-01",
        "计算公式": 1001,
        "计费单价": 2.5,
        "固定费用": 0,
    },
    "房屋信息": {
        "房屋编号": 101,
        "楼栋编号": 1,
        "单元编号": 1,
        "房屋楼层": 1,
        "房屋户型": "10101",
        "建筑面积": 100,
        "业主编号": "O1",
        "房屋费用": "1",
        "费用开始时间": "2026-01-01",
        "房屋类型": 110,
        "室内面积": 80,
        "租金": 0,
    },
    "车位信息": {
        "停车场编号": 1,
        "车位编码": "C1",
        "停车场类型": "地下停车位",
        "面积": 13.25,
        "业主编号": "O1",
        "出租还是出售": "S",
        "开始时间": "2026-01-01",
        "结束时间": "2037-01-01",
    },
}


def register_rows(**changes):
    """Rows of a sound register by sheet.

    :param changes: for a sheet, the rows as dicts of what differs from a sound one
    """
    return {
        sheet: [{**row, **change} for change in changes.get(sheet, [{}])]
        for sheet, row in SOUND_ROWS.items()
    }


def make_workbook(sheets, headings=None):
    """The bytes of a workbook with ``sheets`` ({sheet: [{heading: value}]})."""
    headings = headings or HEADINGS
    book = Workbook()
    book.remove(book.active)
    for sheet, rows in sheets.items():
        worksheet = book.create_sheet(sheet)
        worksheet.append(headings[sheet])
        for row in rows:
            worksheet.append([row.get(heading) for heading in headings[sheet]])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def linjiang_workbook():
    return (DATA / "register.xlsx").read_bytes()


def linjiang_expected():
    return json.loads((DATA / "expected.json").read_text(encoding="utf-8"))


# No invitation is written to a user of a test: it takes as long as all the rest.
UNINVITED = {"no_reset_password": True}


class PropertyFactory:
    """Makes estates, what is in them, who holds it, and staff."""

    @contextmanager
    def assertRefused(self, exception, pattern):
        """``assertRaisesRegex`` that leaves the database as it was before."""
        with self.assertRaises(exception) as caught:
            yield caught
        self.assertRegex(str(caught.exception), pattern)

    def assertQueriesDoNotGrow(self, records, work):
        """``work`` costs as many queries for all records as for one."""
        self.assertGreater(len(records), 1)
        counts = []
        # the first round fills the caches that outlive a transaction
        for some in (records, records[0], records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            # without the others to be read along
            work(records.browse(some.ids))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], f"for 1 and for {len(records)} records")

    @classmethod
    def make_estate(cls, name, **vals):
        return cls.env["pm.property"].create(
            {"kind": "estate", "name": name, "code": name, **vals}
        )

    @classmethod
    def make_building(cls, estate, code="1", **vals):
        return cls.make_part(estate, "building", code, **vals)

    @classmethod
    def make_unit(cls, parent, code, **vals):
        vals = {"gross_area": 100.0, "usage": "residential", **vals}
        return cls.make_part(parent, "unit", code, **vals)

    @classmethod
    def make_part(cls, parent, kind, code, **vals):
        return cls.env["pm.property"].create(
            {"kind": kind, "name": code, "code": code, "parent_id": parent.id, **vals}
        )

    @classmethod
    def make_partner(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, **vals})

    @classmethod
    def make_occupancy(cls, prop, partner, date_from="2020-01-01", **vals):
        return cls.env["pm.occupancy"].create(
            {
                "property_id": prop.id,
                "partner_id": partner.id,
                "date_from": date_from,
                **vals,
            }
        )

    @classmethod
    def make_contract(cls, estate, **vals):
        return cls.env["pm.contract"].create(
            {
                "title": "Property service",
                "estate_id": estate.id,
                "date_from": "2026-01-01",
                **vals,
            }
        )

    @classmethod
    def activate(cls, contract, day=None):
        """Approve and sign a contract, whatever the levels; active if it has begun."""
        contract = contract.sudo()._as_step()
        contract.state = "approved"
        contract._assign_number()
        contract.clause_ids._freeze()
        contract.party_ids._sign(day or contract._today(), "paper", "Somebody")
        return contract

    @classmethod
    def end(cls, contract):
        """End a contract in force as its term does, today at the latest."""
        today = contract._today()
        contract.sudo()._as_step()._finish(
            "ended", min(contract.date_to or today, today)
        )

    @classmethod
    def make_user(cls, login, groups, estates=None, **vals):
        """A user with ``groups`` who works with ``estates``."""
        if estates:
            vals["pm_estate_ids"] = [Command.set(estates.ids)]
        return new_test_user(cls.env, login, groups, context=UNINVITED, **vals)

    @classmethod
    def make_import(cls, content, estate_name="Import Estate", user=None, **vals):
        Import = cls.env["pm.register.import"]
        return Import.with_user(user or cls.env.user).create(
            {
                "estate_name": estate_name,
                "filename": "register.xlsx",
                "file": base64.b64encode(content),
                **vals,
            }
        )


class PropertyCase(PropertyFactory, TransactionCase):
    """An estate with a building, an entrance, two units and their owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.estate = cls.make_estate("Test Garden")
        cls.building = cls.make_building(cls.estate)
        cls.entrance = cls.make_part(cls.building, "entrance", "1-1")
        cls.unit = cls.make_unit(cls.entrance, "1-1-101")
        cls.other_unit = cls.make_unit(cls.entrance, "1-1-102")
        cls.owner = cls.make_partner("王小明")
        cls.occupancy = cls.make_occupancy(cls.unit, cls.owner)
