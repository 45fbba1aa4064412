import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import (
    DATA,
    HEADINGS,
    PropertyCase,
    linjiang_expected,
    linjiang_workbook,
    make_workbook,
    register_rows,
)
from .import_common import RegisterImportCase
from .test_asset_sheet import OWNER, UNIT, asset_workbook

TODAY = "2026-11-01"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestRegisterImport(RegisterImportCase):
    # -- check ---------------------------------------------------------------

    def test_check_stores_nothing(self):
        before = self.count_all()
        record = self.make_import(
            make_workbook(register_rows(房屋信息=[{"建筑面积": "约90"}])),
            user=self.manager,
        )
        record.action_check()
        self.assertEqual(self.count_all(), before)
        self.assertEqual(record.state, "checked")
        self.assertFalse(record.property_id)
        issue = record.issue_ids
        self.assertRecordValues(
            issue,
            [
                {
                    "sheet": "房屋信息",
                    "row": 2,
                    "column": "建筑面积",
                    "cell": "F2",
                    "value": "约90",
                    "severity": "error",
                    "code": "not_a_number",
                }
            ],
        )
        self.assertIn("约90", issue.message)
        self.assertIn("Enter", issue.message)
        self.assertRecordValues(
            record,
            [{"row_count": 5, "unit_count": 0, "refused_count": 1, "warning_count": 0}],
        )

    def test_check_again_replaces_the_problems(self):
        record = self.make_import(
            make_workbook(register_rows(房屋信息=[{"建筑面积": -1}])), user=self.manager
        )
        record.action_check()
        self.assertEqual(record.issue_ids.mapped("code"), ["negative"])
        record.file = base64.b64encode(make_workbook(register_rows()))
        self.assertEqual(record.state, "draft")
        record.action_check()
        self.assertFalse(record.issue_ids)
        self.assertEqual(record.unit_count, 1)

    def test_every_problem_has_a_message(self):
        """Each code of the reader is explained."""
        record = self.make_import(
            make_workbook(
                register_rows(
                    楼栋单元=[{}, {}, {"楼栋号": None, "总层数": 1.5}],
                    业主信息=[
                        {},
                        {"业主编号": "O2", "身份证号": 110101198601010011},
                        {"业主编号": "O3", "性别": "?", "年龄": "x", "身份证号": None},
                    ],
                    费用设置=[
                        {},
                        {"费用编号": 2, "计算公式": 7},
                        {"费用编号": 3, "计费单价": 0},
                        {"费用编号": 4, "费用标识": "一次性费用"},
                        {"费用编号": 5, "计费结束时间": "2020-01-01"},
                        {"费用编号": 6, "缴费周期": 0},
                        {"费用编号": 7, "缴费周期": 24},
                    ],
                    房屋信息=[
                        {"楼栋编号": 9},
                        {"单元编号": 9},
                        {"业主编号": "O9"},
                        {"房屋费用": 9},
                        {"房屋费用": "1#1", "费用开始时间": "2026-1-1#2026-1-1"},
                        {"费用开始时间": "x"},
                        {"房屋费用": "1#1"},
                        {"建筑面积": -1, "室内面积": "x"},
                        {"室内面积": 200, "房屋编号": 909},
                    ],
                    车位信息=[{"业主编号": None}],
                )
            ),
            user=self.manager,
        )
        record.action_check()
        codes = set(record.issue_ids.mapped("code"))
        self.assertEqual(
            codes,
            {
                "missing",
                "not_a_number",
                "not_an_integer",
                "not_a_date",
                "negative",
                "zero",
                "duplicate",
                "unknown_building",
                "unknown_entrance",
                "unknown_customer",
                "unknown_fee",
                "duplicate_fee",
                "fee_count",
                "unknown_formula",
                "always_zero",
                "not_recurring",
                "end_before_start",
                "unknown_choice",
                "digits_lost",
                "inside_above_gross",
                "no_holder",
                "cycle_too_long",
            },
        )
        self.assertTrue(all(record.issue_ids.mapped("message")))

    def test_cases_have_messages(self):
        """Every problem of the workbooks that others read wrongly is explained."""
        for path in sorted((DATA / "cases").glob("*.xlsx")):
            with self.subTest(case=path.name):
                record = self.make_import(path.read_bytes(), user=self.manager)
                record.action_check()
                self.assertTrue(all(record.issue_ids.mapped("message")))

    def test_a_sheet_that_cannot_be_read_imports_nothing(self):
        """Half an estate is worse than none."""
        before = self.count_all()
        record = self.make_import(
            (DATA / "cases" / "dup_heading.xlsx").read_bytes(), user=self.manager
        )
        record.action_check()
        self.assertEqual(record.state, "checked")
        with self.assertRefused(UserError, "建筑面积 stands twice .* F / G"):
            record.action_import()
        self.assertEqual(self.count_all(), before)

    def test_identity_numbers_are_masked_in_problems(self):
        record = self.make_import(
            make_workbook(register_rows(业主信息=[{"身份证号": "110101198601010011"}])),
            user=self.manager,
        )
        record.action_check()
        self.assertEqual(record.issue_ids.code, "id_check")
        self.assertNotIn("19860101", record.issue_ids.message)
        self.assertNotIn("19860101", record.issue_ids.value)

    def test_asset_sheet(self):
        """The one-sheet workbook: several people of a unit, each in a role."""
        rows = [
            [*UNIT, *OWNER],
            [*UNIT, "李红", "女", "13900000002", None, 1001],
            [*UNIT, "王小红", "女", None, None, 1002],
            [*UNIT, "王小小", "男", None, None, 1002],
        ]
        record = self.make_import(asset_workbook(*rows), user=self.manager)
        record.action_import()
        self.assertFalse(record.issue_ids)
        unit = self.place(record, "1-1-1001")
        self.assertEqual(unit.gross_area, 94.56)
        self.assertEqual(
            sorted(
                (row.partner_id.name, row.role, row.share) for row in unit.occupancy_ids
            ),
            [
                ("李红", "owner", 50.0),
                ("王小小", "family", 100.0),
                ("王小明", "owner", 50.0),
                ("王小红", "family", 100.0),
            ],
        )
        again = self.make_import(asset_workbook(*rows), user=self.manager)
        again.action_import()
        for name, (created, changed, _same) in self.figures(again).items():
            self.assertEqual((name, created, changed), (name, 0, 0))

    # -- files ---------------------------------------------------------------

    def assertFileRefused(self, content, pattern):
        before = self.count_all()
        record = self.make_import(content, user=self.manager)
        for action in (record.action_check, record.action_import):
            with self.assertRefused(UserError, pattern):
                action()
        self.assertEqual(self.count_all(), before)
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.issue_ids)

    def test_no_workbook(self):
        self.assertFileRefused(b"%PDF-1.4 no workbook", "register.xlsx is no Excel")

    def test_other_sheets(self):
        rows = register_rows()
        del rows["房屋信息"]
        self.assertFileRefused(make_workbook(rows), "has no sheet 房屋信息")

    def test_empty_workbook(self):
        self.assertFileRefused(
            make_workbook({sheet: [] for sheet in HEADINGS}), "has no units"
        )

    def test_no_file(self):
        record = self.env["pm.register.import"].create({"estate_name": "x"})
        with self.assertRefused(UserError, "Choose the workbook"):
            record.action_check()

    def test_oversized_file_is_not_stored(self):
        huge = base64.b64encode(bytes(21 * 1024 * 1024))
        vals = {"estate_name": "x", "filename": "big.xlsx", "file": huge}
        Import = self.env["pm.register.import"].with_user(self.manager)
        before = Import.search_count([])
        domain = [("res_model", "=", Import._name), ("res_field", "=", "file")]
        attachments = self.env["ir.attachment"].search_count(domain)
        with self.assertRefused(UserError, "too large: 20 MB"):
            Import.create(vals)
        record = self.make_import(make_workbook(register_rows()), user=self.manager)
        with self.assertRefused(UserError, "too large: 20 MB"):
            record.write({"file": huge})
        self.assertEqual(Import.search_count([]), before + 1)
        self.assertEqual(
            self.env["ir.attachment"].search_count(domain), attachments + 1
        )

    # -- import --------------------------------------------------------------

    def test_import(self):
        record = self.run_import(
            房屋信息=[
                {},
                {"房屋编号": 102, "建筑面积": 80},
                {"房屋编号": 103, "建筑面积": 0},
            ]
        )
        self.assertEqual(record.state, "imported")
        estate = record.property_id
        self.assertEqual(estate.name, "Import Estate")
        self.assertTrue(estate.analytic_account_id)
        # who takes an estate over works with it
        self.assertIn(estate, self.manager.pm_estate_ids)
        self.assertRecordValues(
            estate,
            [
                {
                    "unit_count": 2,
                    "parking_count": 1,
                    "occupied_count": 2,
                    "area_total": 180.0,
                }
            ],
        )
        unit = self.place(record, "1-1-101")
        self.assertRecordValues(
            unit,
            [
                {
                    "name": "101",
                    "kind": "unit",
                    "floor": 1,
                    "gross_area": 100.0,
                    "inside_area": 80.0,
                    "usage": "residential",
                    "state": "occupied",
                    "layout": "10101",
                }
            ],
        )
        self.assertEqual(unit.parent_id.code, "1-1")
        self.assertEqual(unit.building_id.code, "1")
        self.assertTrue(unit.parent_id.has_lift)
        occupancy = unit.occupancy_ids
        self.assertRecordValues(
            occupancy,
            [
                {
                    "role": "owner",
                    "date_from": fields.Date.to_date("2026-01-01"),
                    "date_to": False,
                    "share": 100.0,
                }
            ],
        )
        customer = occupancy.partner_id.sudo()
        self.assertRecordValues(
            customer,
            [
                {
                    "name": "王小明",
                    "ref": "O1",
                    "pm_id_number": "110101198601010014",
                    "pm_gender": "male",
                    "pm_birth_year": 1986,
                    "pm_estate_id": estate.id,
                }
            ],
        )
        self.assertIn("Units", record.result)

    def test_estate_of_others_is_refused(self):
        other = self.make_user("pm_import_other", "pm_core.group_pm_estate_manager")
        record = self.make_import(
            make_workbook(register_rows()), self.estate.name, user=other
        )
        before = self.count_all()
        with self.assertRefused(UserError, "not among yours"):
            record.action_import()
        self.assertEqual(self.count_all(), before)

    def test_estate_of_one_s_own_is_completed(self):
        record = self.run_import(estate_name=self.estate.name)
        self.assertEqual(record.property_id, self.estate)
        self.assertEqual(self.estate.unit_count, 2)
        # unit 1-1-101 was there, with another owner: it is handed over
        self.assertEqual(self.unit.occupant_ids.mapped("ref"), ["O1"])

    def test_another_company_has_an_estate_of_its_own(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        user = self.make_user(
            "pm_import_second", "pm_core.group_pm_estate_manager", company_id=company.id
        )
        record = self.run_import(estate_name=self.estate.name, user=user)
        self.assertNotEqual(record.property_id, self.estate)
        self.assertEqual(record.property_id.company_id, company)

    def test_identity_numbers_are_for_those_who_need_them(self):
        record = self.run_import()
        customer = self.place(record, "1-1-101").occupancy_ids.partner_id
        staff = self.make_user(
            "pm_import_staff", "pm_core.group_pm_user", record.property_id
        )
        self.assertEqual(customer.with_user(staff).name, "王小明")
        for name in ("pm_id_number", "pm_gender", "pm_birth_year"):
            self.assertNotIn(name, customer.with_user(staff).fields_get())
            with self.assertRaises(AccessError):
                customer.with_user(staff).read([name])
            with self.assertRaises(AccessError):
                customer.with_user(staff).search([(name, "!=", False)])
        service = self.make_user(
            "pm_import_service", "pm_core.group_pm_service", record.property_id
        )
        self.assertEqual(customer.with_user(service).pm_id_number, "110101198601010014")

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_staff_cannot_import(self):
        for group in ("pm_core.group_pm_user", "pm_core.group_pm_service"):
            user = self.make_user(group.replace(".", "_"), group, self.estate)
            with self.assertRaises(AccessError):
                self.make_import(make_workbook(register_rows()), user=user)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestLinjiang(PropertyCase):
    """The whole workbook of a real system's layout: 15 buildings, 2161 unit rows."""

    def test_import(self):
        expected = linjiang_expected()
        record = self.make_import(linjiang_workbook(), "临江花园")
        record.action_check()
        refused = sorted(
            (fault["sheet"], fault["row"])
            for fault in expected["faults"]
            if not fault["importable"]
        )
        errors = record.issue_ids
        self.assertEqual(sorted((i.sheet, i.row) for i in errors), refused)
        self.assertEqual(
            {issue.row: (issue.column, issue.code) for issue in errors},
            {
                227: ("业主编号", "unknown_customer"),
                501: ("楼栋编号", "unknown_building"),
                514: ("建筑面积", "missing"),
                844: ("建筑面积", "not_a_number"),
                1634: ("建筑面积", "negative"),
                1873: ("房屋编号", "duplicate"),
            },
        )
        self.assertEqual(record.refused_count, len(refused))

        record.action_import()
        estate = record.property_id
        self.assertEqual(estate.unit_count, expected["units"])
        self.assertEqual(estate.parking_count, 600)
        Partner = self.env["res.partner"]
        self.assertEqual(
            Partner.search_count([("pm_estate_id", "=", estate.id)]),
            expected["owners"],
        )
        sold = self.env["pm.occupancy"].search_count(
            [
                ("estate_id", "=", estate.id),
                ("property_id.kind", "=", "parking"),
                ("role", "=", "owner"),
            ]
        )
        self.assertEqual(sold, expected["parking_sold"])
        # rows with repairable faults came in right
        rooms = {
            room.code: room
            for room in self.env["pm.property"].search(
                [
                    ("estate_id", "=", estate.id),
                    ("code", "in", [f["room"] for f in expected["faults"]]),
                ]
            )
        }
        self.assertEqual(
            set(rooms), {f["room"] for f in expected["faults"] if f["importable"]}
        )
        self.assertTrue(all(room.gross_area > 0 for room in rooms.values()))

        before = estate.unit_count, Partner.search_count([])
        again = self.make_import(linjiang_workbook(), "临江花园")
        again.action_import()
        self.assertEqual((estate.unit_count, Partner.search_count([])), before)
        for name, created, changed, _same in again.figures:
            self.assertEqual((name, created, changed), (name, 0, 0))
