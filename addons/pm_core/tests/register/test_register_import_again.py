"""A register that is brought in again, as it was or corrected."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from .import_common import RegisterImportCase

TODAY = "2026-11-01"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestRegisterImportAgain(RegisterImportCase):
    def assertUnchanged(self, record):
        for name, (created, changed, _same) in self.figures(record).items():
            self.assertEqual((name, created, changed), (name, 0, 0))

    def test_import_again_changes_nothing(self):
        first = self.run_import()
        before = self.count_all()
        with freeze_time("2027-05-05"):
            again = self.run_import()
        self.assertEqual(again.property_id, first.property_id)
        self.assertEqual(self.count_all(), before)
        self.assertUnchanged(again)

    def test_import_again_writes_nothing(self):
        self.run_import()
        self.env.flush_all()
        written = []
        for model in ("pm.property", "pm.occupancy", "pm.contract"):
            model_class = self.env.registry[model]
            original = model_class.write

            def write(records, vals, model=model, original=original):
                written.append((model, vals))
                return original(records, vals)

            self.startPatcher(patch.object(model_class, "write", write))
        self.run_import()
        self.assertEqual(written, [])

    def test_corrected_file_changes_what_differs(self):
        first = self.run_import(房屋信息=[{}, {"房屋编号": 102, "建筑面积": "约90"}])
        self.assertFalse(self.place(first, "1-1-102"))
        record = self.run_import(
            业主信息=[{"手机号": 13900000000}],
            房屋信息=[{"建筑面积": 101.5}, {"房屋编号": 102, "建筑面积": 90}],
        )
        self.assertFalse(record.issue_ids)
        self.assertEqual(self.figures(record)["unit"], [1, 1, 0])
        self.assertEqual(self.figures(record)["customer"], [0, 1, 0])
        self.assertEqual(self.figures(record)["building"], [0, 0, 1])
        unit = self.place(record, "1-1-101")
        self.assertEqual(unit.gross_area, 101.5)
        self.assertEqual(unit.occupancy_ids.partner_id.phone, "13900000000")
        self.assertEqual(self.place(record, "1-1-102").gross_area, 90)

    def test_empty_cells_keep_what_was_entered(self):
        empty = {"房屋户型": None, "室内面积": None, "租金": None, "房屋楼层": None}
        record = self.run_import(房屋信息=[empty])
        unit = self.place(record, "1-1-101")
        self.assertRecordValues(unit, [{"inside_area": 0.0, "floor": 0}])
        by_hand = {
            "layout": "A",
            "inside_area": 70.0,
            "reference_rent": 9.0,
            "floor": 3,
        }
        unit.write(by_hand)
        record = self.run_import(房屋信息=[empty])
        self.assertRecordValues(unit, [by_hand])
        self.assertUnchanged(record)

    def test_names_given_by_staff_stay(self):
        record = self.run_import()
        self.place(record, "1").name = "一号楼"
        self.run_import()
        self.assertEqual(self.place(record, "1").name, "一号楼")

    def test_owner_change_hands_over(self):
        two = [{}, {"业主编号": "O2", "业主名称": "李丽", "身份证号": None}]
        record = self.run_import(业主信息=two)
        with freeze_time("2026-11-15"):
            again = self.run_import(业主信息=two, 房屋信息=[{"业主编号": "O2"}])
        self.assertFalse(again.issue_ids)
        occupancies = self.place(record, "1-1-101").occupancy_ids.sorted("date_from")
        self.assertEqual(occupancies.partner_id.mapped("name"), ["王小明", "李丽"])
        self.assertEqual(
            [(str(row.date_from), str(row.date_to)) for row in occupancies],
            [("2026-01-01", "2026-11-14"), ("2026-11-15", "False")],
        )
        with freeze_time("2026-11-20"):
            self.assertUnchanged(
                self.run_import(业主信息=two, 房屋信息=[{"业主编号": "O2"}])
            )

    def test_owner_corrected_before_it_began(self):
        """An ownership that has not lasted a day was a mistake in the file."""
        two = [{}, {"业主编号": "O2", "业主名称": "李丽", "身份证号": None}]
        unit = {"房屋费用": None, "费用开始时间": None}
        record = self.run_import(业主信息=two, 房屋信息=[unit])
        self.run_import(业主信息=two, 房屋信息=[{**unit, "业主编号": "O2"}])
        occupancy = self.place(record, "1-1-101").occupancy_ids
        self.assertEqual(occupancy.partner_id.name, "李丽")

    def test_co_owned_unit_is_left_alone(self):
        two = [{}, {"业主编号": "O2", "业主名称": "李丽", "身份证号": None}]
        record = self.run_import(业主信息=two)
        unit = self.place(record, "1-1-101")
        unit.occupancy_ids.share = 50
        self.make_occupancy(unit, self.owner, "2026-01-01", share=50)
        before = unit.occupancy_ids
        again = self.run_import(业主信息=two, 房屋信息=[{"业主编号": "O2"}])
        self.assertEqual(unit.occupancy_ids, before)
        self.assertEqual(again.issue_ids.mapped("code"), ["co_owned"])
        self.assertEqual(again.issue_ids.severity, "warning")
        self.assertIn("李丽", again.issue_ids.message)

    def test_let_space_is_brought_up_to_date(self):
        let = {"出租还是出售": "H", "结束时间": "2026-12-31", "车牌号": "苏A12345"}
        record = self.run_import(车位信息=[let])
        occupancy = self.place(record, "P1-C1").occupancy_ids
        again = self.run_import(
            车位信息=[{**let, "结束时间": "2027-12-31", "车牌号": "苏A54321"}]
        )
        self.assertEqual(self.figures(again)["occupancy"], [0, 1, 1])
        self.assertRecordValues(
            occupancy,
            [
                {
                    "role": "tenant",
                    "date_to": fields.Date.to_date("2027-12-31"),
                    "license_plate": "苏A54321",
                }
            ],
        )
        self.assertEqual(self.place(record, "P1-C1").occupancy_ids, occupancy)

    def test_lease_that_is_over(self):
        """It is history: kept once, and no one who came after it gives way."""
        over = {"出租还是出售": "H", "结束时间": "2026-06-30"}
        record = self.run_import(车位信息=[over])
        space = self.place(record, "P1-C1")
        self.make_occupancy(space, self.owner, "2026-07-01", role="tenant")
        before = space.occupancy_ids
        self.assertUnchanged(self.run_import(车位信息=[over]))
        self.assertEqual(space.occupancy_ids, before)
