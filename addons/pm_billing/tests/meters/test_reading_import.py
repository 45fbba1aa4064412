"""Readings out of workbooks."""

import base64
import io
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .meters_common import MeterCase

LINJIANG = Path(__file__).parent.parent / "data" / "readings-2026-10.xlsx"
HEADINGS = ("房屋", "表类型", "表号", "上期读数", "本期读数", "抄表日期")
# bands of a month: 0-18 at 3.45, 18-25 at 4.83, above at 5.83
BANDS = {
    "name": "Water",
    "unit": "m³",
    "cycle_months": 1,
    "rounding": {"stage": "line", "mode": "half_up", "to": "0.01"},
    "parts": [
        {
            "name": "Water",
            "bands": [
                {"up_to": "18", "price": "3.45"},
                {"up_to": "25", "price": "4.83"},
                {"price": "5.83"},
            ],
        }
    ],
}


@freeze_time("2026-12-01 02:00:00")
class TestReadingImport(MeterCase):
    def make_file(self, *rows, headings=HEADINGS, sheet="抄表", user=None, **vals):
        book = Workbook()
        book.active.title = sheet
        book.active.append(headings)
        for row in rows:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return (
            self.env["pm.meter.reading.import"]
            .with_user(user or self.env.user)
            .create(
                {
                    "property_id": self.estate.id,
                    "filename": "readings.xlsx",
                    "file": base64.b64encode(stream.getvalue()),
                    **vals,
                }
            )
        )

    def codes(self, record):
        return {(issue.row, issue.code) for issue in record.issue_ids}

    def test_check_stores_nothing(self):
        record = self.make_file(("1-1", "水表", "W1", 100, 110, "2026-10-31"))
        record.action_check()
        self.assertEqual((record.state, record.sound_count), ("checked", 1))
        self.assertFalse(self.meter.reading_ids)

    def test_import_and_again(self):
        self.read_days(self.meter, ("2026-09-30", 100))
        rows = (
            ("1-1", "水表", "W1", 100, 110.5, "2026-10-31"),
            ("1-2", "水表", "W2", 7, 9, "2026-10-31"),
        )
        record = self.make_file(*rows)
        record.action_import()
        self.assertEqual(
            (record.new_count, record.held_count, record.same_count), (2, 0, 0)
        )
        self.assertEqual(self.meter.last_quantity, 10.5)
        # the second meter had none before: from here it counts
        self.assertTrue(self.meters[1].reading_ids.is_opening)
        for again in (record, self.make_file(*rows)):
            again.action_import()
            self.assertEqual((again.new_count, again.same_count), (0, 2))
        self.assertEqual(len(self.meters.reading_ids), 3)

    def test_unknown_meters_are_entered(self):
        unit = self.make_unit(self.building, "1-4")
        record = self.make_file(("1-4", "水表", "W4", 20, 25, "2026-10-31"))
        record.action_import()
        meter = self.env["pm.meter"].search([("property_id", "=", unit.id)])
        self.assertEqual((meter.name, meter.kind), ("W4", "private"))
        opening, reading = meter.reading_ids.sorted("date")
        self.assertEqual(
            (str(opening.date), opening.value, opening.is_opening),
            ("2026-09-30", 20, True),
        )
        self.assertEqual((reading.quantity, reading.state), (5, "good"))
        record.action_import()
        self.assertEqual(
            (len(meter.reading_ids), record.meter_count, record.same_count), (2, 0, 1)
        )

    def test_what_is_ambiguous_is_refused(self):
        """By row and column, and the others are brought in."""
        record = self.make_file(
            ("1-1", "水表", "W1", 100, 110, "2026-10-31"),
            ("9-9", "水表", "W2", 100, 110, "2026-10-31"),
            ("1-2", "油表", "W2", 100, 110, "2026-10-31"),
            ("1-2", "水表", "W2", 100, "1,5", "2026-10-31"),
            ("1-2", "水表", "W2", 100, 110, "soon"),
            ("1-2", "水表", "W77", 100, 110, "2026-10-31"),
            ("1-1", "水表", "W1", 100, 111, "2026-10-31"),
            (None, "水表", "W3", 100, 110, "2026-10-31"),
            ("1-3", "水表", "#REF!", 100, 110, "2026-10-31"),
        )
        record.action_import()
        self.assertEqual(
            self.codes(record),
            {
                (3, "unknown_room"),
                (4, "unknown_medium"),
                (5, "decimal_comma"),
                (6, "not_a_date"),
                (7, "other_meter"),
                (8, "same_meter_twice"),
                (9, "missing"),
                (10, "error_value"),
            },
        )
        self.assertEqual((record.refused_count, record.new_count), (8, 1))
        self.assertTrue(all(record.issue_ids.mapped("message")))
        self.assertEqual(len(self.meters), self.env["pm.meter"].search_count([]))

    def test_one_unknown_number_is_one_meter(self):
        """Of another kind it is another meter; of another property it is refused: what
        one used would be billed to the other."""
        for code in ("1-4", "1-5"):
            self.make_unit(self.building, code)
        record = self.make_file(
            ("1-4", "水表", "N1", 20, 25, "2026-10-31"),
            ("1-4", "电表", "N1", 50, 90, "2026-10-31"),
            ("1-5", "水表", "N1", 70, 71, "2026-11-30"),
            ("1-4", "水表", "N1", 25, 31, "2026-11-30"),
            ("1-4", "水表", "N1", 25, 31, "2026-11-30"),
        )
        record.action_import()
        self.assertEqual(
            self.codes(record), {(4, "number_of_another"), (6, "same_meter_twice")}
        )
        self.assertIn("row 2", record.issue_ids.sorted("row")[0].message)
        found = self.env["pm.meter"].search([("name", "=", "N1")])
        self.assertEqual(set(found.mapped("property_id.code")), {"1-4"})
        self.assertEqual(
            {
                meter.medium: meter.reading_ids.sorted("date").mapped("quantity")
                for meter in found
            },
            {"water": [0, 5, 6], "electricity": [0, 40]},
        )

    def test_cells_as_people_fill_them_in(self):
        """Days and numbers in any cell that says them for certain; the rest is named
        by its row, and stops nobody else's."""
        self.read_days(self.meter, ("2026-09-30", 100))
        days = (
            # number of a spreadsheet, a moment, text in three ways
            46326,
            datetime(2026, 11, 1, 8, 30),
            "2026/11/2",
            "2026年11月3日",
            "2026.11.04",
        )
        rows = [
            ("1-1", "水表", "W1", None, 101 + place, day)
            for place, day in enumerate(days)
        ]
        record = self.make_file(
            *rows,
            ("１－１", " 水表 ", "Ｗ１", None, "１，１０６.５", "2026-11-05"),
            ("1-2", "水表", "W2", None, "#N/A", "2026-11-05"),
            ("1-2", "水表", "W2", None, "12,5", "2026-11-05"),
            ("1-2", "水表", "W2", None, True, "2026-11-05"),
            ("1-2", "水表", "W2", None, 10**13, "2026-11-05"),
            ("1-2", "水表", "W2", None, 10, 20261105),
            ("1-2", "水表", "W2", None, 10, "0026-11-05"),
            ("1-2", "水表", "W2", None, 10, "2026-02-30"),
            (None, None, None, None, None, None),
        )
        record.action_import()
        self.assertEqual(
            self.codes(record),
            {
                (8, "error_value"),
                (9, "decimal_comma"),
                (10, "not_a_number"),
                (11, "not_a_number"),
                (12, "not_a_date"),
                (13, "not_a_date"),
                (14, "not_a_date"),
            },
        )
        readings = self.meter.reading_ids.filtered("import_id").sorted("date")
        self.assertEqual(
            [(str(row.date), row.value) for row in readings],
            [
                ("2026-10-31", 101),
                ("2026-11-01", 102),
                ("2026-11-02", 103),
                ("2026-11-03", 104),
                ("2026-11-04", 105),
                ("2026-11-05", 1106.5),
            ],
        )
        # a thousand in a day is not believed, whatever the cell says
        self.assertEqual(readings[-1:].hold, "jump")

    def test_what_cannot_be_believed_is_held(self):
        self.read_days(self.meter, ("2026-09-30", 100))
        self.read_days(self.meters[1], ("2026-09-30", 100))
        record = self.make_file(
            # another place, another previous reading, nothing read, and too late
            ("1-2", "水表", "W1", 100, 110, "2026-10-31"),
            ("1-2", "水表", "W2", 90, 110, "2026-10-31"),
            ("1-3", "水表", "W3", 90, None, "2026-10-31"),
            ("1-3", "水表", "W3", 90, 95, "2026-12-31"),
        )
        record.action_import()
        readings = self.meters.reading_ids.filtered(lambda r: r.import_id)
        self.assertEqual(
            readings.sorted("id").mapped("hold"),
            ["place", "previous", "missing", "future"],
        )
        self.assertEqual(record.held_count, 4)
        record.action_import()
        self.assertEqual((record.new_count, record.same_count), (0, 4))
        # a value that comes later is taken up
        later = self.make_file(("1-3", "水表", "W3", None, 90, "2026-10-31"))
        later.action_import()
        gap = self.meters[2].reading_ids.filtered(lambda r: r.value == 90)
        self.assertEqual((gap.state, gap.hold), ("good", False))

    def test_a_decision_is_not_undone(self):
        self.read_days(self.meter, ("2026-09-30", 100))
        record = self.make_file(("1-1", "水表", "W1", 100, 110, "2026-10-31"))
        record.action_import()
        reading = record.reading_ids
        new = reading.action_correct(108, "Misread")
        record.action_import()
        self.assertEqual((reading.state, new.state), ("replaced", "good"))
        self.assertEqual(record.same_count, 1)

    def test_what_was_not_read_is_told(self):
        record = self.make_file(
            ("1-1", "W1", 110, "2026-10-31", "rain"),
            headings=("房屋", "表号", "本期读数", "抄表日期", "天气"),
        )
        record.action_check()
        self.assertEqual(
            {issue.code for issue in record.issue_ids},
            {"missing_column", "unread_column"},
        )
        broken = self.make_file(
            ("1-1", 110, "2026-10-31"), headings=("房屋", "本期读数", "抄表日期")
        )
        broken.action_check()
        self.assertIn("required_column", broken.issue_ids.mapped("code"))
        with self.assertRaisesRegex(UserError, "表号"):
            broken.action_import()

    def test_what_is_no_workbook(self):
        record = self.env["pm.meter.reading.import"].create(
            {
                "property_id": self.estate.id,
                "filename": "x.xlsx",
                "file": base64.b64encode(b"none"),
            }
        )
        with self.assertRaisesRegex(UserError, "no Excel workbook"):
            record.action_check()
        empty = self.make_file()
        with self.assertRaisesRegex(UserError, "no readings"):
            empty.action_check()

    def test_an_estate_by_its_name(self):
        record = self.make_file(property_id=False, estate_name=self.estate.name)
        self.assertEqual(record.property_id, self.estate)
        with self.assertRaisesRegex(UserError, "Nowhere"):
            self.make_file(property_id=False, estate_name="Nowhere")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_imports(self):
        clerk = self.make_user(
            "meter_clerk", "pm_billing.group_pm_billing_clerk", self.estate
        )
        record = self.make_file(
            ("1-1", "水表", "W1", 100, 110, "2026-10-31"), user=clerk
        )
        record.action_import()
        self.assertEqual(record.new_count, 1)
        inspector = self.make_user(
            "meter_reader", "pm_maintenance.group_pm_inspector", self.estate
        )
        with self.assertRaises(AccessError):
            self.make_file(("1-1", "水表", "W1", 1, 1, "2026-10-31"), user=inspector)

    def test_linjiang(self):
        """2,155 readings of October 2026; bands 0-18 at 3.45, to 25 at 4.83, above
        at 5.83 a month, each line rounded: 169,552.33 (shared data,
        expected.json)."""
        content = LINJIANG.read_bytes()
        estate = self.make_estate("Linjiang")
        building = self.make_building(estate)
        book = load_workbook(io.BytesIO(content), read_only=True)
        codes = [row[0] for row in book.active.iter_rows(2, values_only=True)]
        self.env["pm.property"].create(
            [
                {"kind": "unit", "name": code, "code": code, "parent_id": building.id}
                for code in codes
            ]
        )
        record = self.env["pm.meter.reading.import"].create(
            {
                "property_id": estate.id,
                "filename": LINJIANG.name,
                "file": base64.b64encode(content),
            }
        )
        self.env.flush_all()
        start = time.monotonic()
        record.action_import()
        self.env.flush_all()
        took = time.monotonic() - start
        self.assertFalse(record.issue_ids)
        self.assertEqual((record.meter_count, record.held_count), (2155, 0))
        units = self.env["pm.property"].search(
            [("estate_id", "=", estate.id), ("kind", "=", "unit")]
        )
        found = self.env["pm.meter"]._billable(
            units, "water", "2026-10-01", "2026-10-31"
        )
        tariff = self.env["pm.tariff"]._from_document(BANDS)
        amounts = [
            tariff._price(Decimal(str(reading.quantity))).amount
            for readings in found.values()
            for reading in readings
        ]
        self.assertEqual((len(amounts), sum(amounts)), (2155, Decimal("169552.33")))
        self.assertEqual(round(record.quantity_total, 1), 42274.6)
        self.assertLess(took, 60)
        record.action_import()
        self.assertEqual((record.new_count, record.same_count), (0, 2155))
