from datetime import date

from odoo.tests import freeze_time

from odoo.addons.pm_core.tests.common import (
    linjiang_expected,
    linjiang_workbook,
    make_workbook,
    register_rows,
)

from ..common import BillingCase

FIXED = {"费用编号": 2, "收费项目": "公共设施使用费", "计算公式": 2002, "固定费用": 12}
BOTH = {"房屋费用": "1#2", "费用开始时间": "2026-01-01#2026-03-01"}


@freeze_time("2026-11-10")
class TestRegisterImport(BillingCase):
    def run_import(self, **changes):
        changes = {"费用设置": [{}, FIXED], "房屋信息": [BOTH], **changes}
        record = self.make_import(make_workbook(register_rows(**changes)), "Taken Over")
        record.action_import()
        return record

    def figures(self, record):
        return {name: counts for name, *counts in record.figures}

    def fees(self, record, code="1-1-101"):
        """(item, from, to) of each fee of a unit."""
        return [
            (fee.fee_item_id.code, str(fee.date_from), str(fee.date_to))
            for fee in self.env["pm.fee"].search(
                [
                    ("estate_id", "=", record.property_id.id),
                    ("property_id.code", "=", code),
                ],
                order="fee_item_id, date_from",
            )
        ]

    def test_fees(self):
        record = self.run_import()
        estate = record.property_id
        items = self.env["pm.fee.item"].search([("estate_id", "=", estate.id)])
        self.assertRecordValues(
            items.sorted("code"),
            [
                {
                    "code": "1",
                    "name": "住宅物业费",
                    "category": "物业费",
                    "method": "area",
                    "price": 2.5,
                    "surcharge": 0.0,
                    "cycle": 1,
                    "timing": "advance",
                    "tax_ids": self.tax.ids,
                },
                {
                    "code": "2",
                    "name": "公共设施使用费",
                    "category": "物业费",
                    "method": "fixed",
                    "price": 2.5,
                    "surcharge": 12.0,
                    "cycle": 1,
                    "timing": "advance",
                    "tax_ids": self.tax.ids,
                },
            ],
        )
        contract = self.env["pm.contract"].search([("estate_id", "=", estate.id)])
        self.assertRecordValues(
            contract,
            [
                {
                    "state": "active",
                    "taken_over": True,
                    "kind": "preliminary",
                    "date_from": date(2026, 1, 1),
                    "date_to": date(2037, 1, 1),
                    "fee_count": 2,
                }
            ],
        )
        self.assertEqual(contract.line_ids.fee_item_id, items)
        self.assertEqual(
            self.fees(record),
            [("1", "2026-01-01", "2037-01-01"), ("2", "2026-03-01", "2037-01-01")],
        )

    def test_applying_the_contract_again_adds_nothing_foreign(self):
        """What only shops paid in the old system is agreed for shops alone."""
        shop = {
            **{"房屋编号": 102, "房屋类型": 119},
            **{"房屋费用": "2", "费用开始时间": "2026-01-01"},
        }
        home = {"房屋费用": "1", "费用开始时间": "2026-01-01"}
        record = self.run_import(房屋信息=[home, shop])
        contract = self.env["pm.contract"].search(
            [("estate_id", "=", record.property_id.id)]
        )
        self.assertEqual(
            {
                (line.fee_item_id.code, line.property_usage)
                for line in contract.line_ids
            },
            {("1", "residential"), ("2", "commercial")},
        )
        contract.action_apply_fees()
        self.assertEqual(contract.fee_count, 2)

    def test_what_is_billed(self):
        estate = self.run_import().property_id
        run = self.bill(scope=estate)
        self.assertEqual(run.amount_total, 262.0)
        self.assertEqual(run.move_ids.partner_id.ref, "O1")

    def test_again_changes_nothing(self):
        self.run_import()
        fees = self.env["pm.fee"].search([])
        record = self.run_import()
        for name, (created, changed, _same) in self.figures(record).items():
            self.assertEqual((name, created, changed), (name, 0, 0))
        self.assertEqual(self.env["pm.fee"].search([]), fees)

    def test_new_price(self):
        record = self.run_import()
        again = self.run_import(费用设置=[{"计费单价": 2.8}, FIXED])
        self.assertEqual(self.figures(again)["fee_item"], [0, 1, 1])
        self.assertEqual(self.figures(again)["contract_line"], [0, 1, 1])
        self.assertEqual(self.figures(again)["fee"], [0, 0, 2])
        fee = self.env["pm.fee"].search(
            [
                ("estate_id", "=", record.property_id.id),
                ("fee_item_id.code", "=", "1"),
            ]
        )
        self.assertEqual(fee.amount_month, 280.0)

    def test_tax_chosen_by_staff_stays(self):
        record = self.run_import()
        items = self.env["pm.fee.item"].search(
            [("estate_id", "=", record.property_id.id)]
        )
        items[0].tax_ids = False
        self.run_import()
        self.assertFalse(items[0].tax_ids)

    def test_a_fee_that_is_no_longer_named_ends(self):
        self.run_import()
        record = self.run_import(房屋信息=[{}])
        self.assertEqual(self.figures(record)["fee"], [0, 1, 1])
        self.assertEqual(
            self.fees(record),
            [("1", "2026-01-01", "2037-01-01"), ("2", "2026-03-01", "2026-11-09")],
        )
        # and stays ended
        record = self.run_import(房屋信息=[{}])
        self.assertEqual(self.figures(record)["fee"], [0, 0, 2])

    def test_a_fee_ends_after_what_is_charged(self):
        record = self.run_import()
        self.bill(scope=record.property_id)
        self.run_import(房屋信息=[{}])
        self.assertEqual(self.fees(record)[1], ("2", "2026-03-01", "2026-11-30"))

    def test_a_fee_that_is_named_again(self):
        """It goes on as if it had always been named."""
        self.run_import()
        self.run_import(房屋信息=[{}])
        with freeze_time("2026-12-05"):
            record = self.run_import()
        self.assertEqual(self.fees(record)[1], ("2", "2026-03-01", "2037-01-01"))

    def test_fees_that_follow_each_other(self):
        """Staff agreed another price from July: the file leaves the split alone."""
        record = self.run_import()
        first = self.env["pm.fee"].search(
            [
                ("estate_id", "=", record.property_id.id),
                ("fee_item_id.code", "=", "1"),
            ]
        )
        first.date_to = "2026-06-30"
        self.env.flush_all()
        first.sudo().copy(
            {
                "date_from": "2026-07-01",
                "date_to": "2037-01-01",
                "has_own_price": True,
                "own_price": 2.0,
            }
        )
        before = self.fees(record)
        again = self.run_import()
        self.assertEqual(self.figures(again)["fee"], [0, 0, 2])
        self.assertEqual(self.fees(again), before)

    def test_a_later_start(self):
        record = self.run_import()
        self.run_import(房屋信息=[{**BOTH, "费用开始时间": "2026-02-01#2026-03-01"}])
        self.assertEqual(self.fees(record)[0][1], "2026-02-01")

    def test_a_later_start_than_what_is_charged(self):
        """What is billed stays; the row is named and the rest comes in."""
        record = self.run_import()
        self.bill("2026-01-01", "2026-01-31", scope=record.property_id)
        again = self.run_import(
            房屋信息=[{**BOTH, "费用开始时间": "2026-02-01#2026-03-01", "建筑面积": 90}]
        )
        self.assertEqual(self.fees(record)[0][1], "2026-01-01")
        self.assertEqual(again.issue_ids.mapped("code"), ["fee_charged"])
        self.assertEqual(record.property_id.area_total, 90.0)

    def test_without_fees(self):
        record = self.run_import(
            费用设置=[], 房屋信息=[{"房屋费用": None, "费用开始时间": None}]
        )
        self.assertFalse(self.fees(record))
        self.assertFalse(
            self.env["pm.contract"].search([("estate_id", "=", record.property_id.id)])
        )

    def test_a_company_without_a_tax_of_6_percent(self):
        self.company.pm_fee_tax_id = False
        self.tax.active = False
        record = self.run_import()
        items = self.env["pm.fee.item"].search(
            [("estate_id", "=", record.property_id.id)]
        )
        self.assertFalse(items.tax_ids)
        self.assertIn("carry no tax", " ".join(record.message_ids.mapped("body")))


@freeze_time("2026-11-01")
class TestLinjiang(BillingCase):
    """A whole estate: what it is to be charged for November, to the cent."""

    def test_november(self):
        expected = linjiang_expected()
        record = self.make_import(linjiang_workbook(), "临江花园")
        record.action_import()
        run = self.make_run(scope=record.property_id)
        run.action_prepare()
        self.assertEqual(run.state, "prepared")
        self.assertFalse(run.exception_ids)
        self.assertEqual(run.charge_count, expected["lines"])
        self.assertEqual(f"{run.amount_total:.2f}", expected["total_monthly"])
        totals = self.env["pm.charge"]._read_group(
            [("run_id", "=", run.id)], ["fee_item_id"], ["amount:sum"]
        )
        self.assertEqual(
            {item.name: f"{total:.2f}" for item, total in totals}, expected["fees"]
        )
        self.assertEqual(len(run.charge_ids.property_id), expected["units"])
        # taken over again after it was charged, the same file changes nothing
        again = self.make_import(linjiang_workbook(), "临江花园")
        again.action_import()
        for name, created, changed, _same in again.figures:
            self.assertEqual((name, created, changed), (name, 0, 0))
