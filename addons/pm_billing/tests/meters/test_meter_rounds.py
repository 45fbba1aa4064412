"""Meters that are read on rounds with the phone page."""

import hashlib
import uuid

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.pm_maintenance.tests.common import picture
from odoo.addons.pm_maintenance.tests.inspections.inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestMeterRounds(RoundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meters = cls.env["pm.meter"].create(
            [
                {"name": "W1", "property_id": cls.building.id, "location": "Shaft 3"},
                {
                    "name": "E1",
                    "property_id": cls.estate.id,
                    "medium": "electricity",
                    "registers": "three",
                },
            ]
        )
        cls.water, cls.power = cls.meters
        cls.reading_plan = cls.make_plan(name="Meters", item_ids=[], stop_ids=[])
        cls.meters._put_on_round(cls.reading_plan)
        cls.today = cls.estate._today()
        for meter in cls.meters:
            names = meter._register_names()
            cls.env["pm.meter.reading"].create(
                {
                    "meter_id": meter.id,
                    "date": fields.Date.subtract(cls.today, days=30),
                    **{
                        "value" if name == "value" else f"value_{name}": 100
                        for name in names
                    },
                }
            )
        cls.round = cls.make_round(cls.reading_plan)

    def point(self, meter):
        items = self.reading_plan.item_ids
        return items.filtered(lambda item: item.meter_id == meter).point_ids

    def test_a_plan_asks_for_each_register(self):
        self.assertEqual(len(self.reading_plan.item_ids), 4)
        self.assertEqual(len(self.reading_plan.point_ids), 2)
        self.meters._put_on_round(self.reading_plan)
        self.assertEqual(len(self.reading_plan.item_ids), 4)
        self.assertEqual(len(self.round.line_ids), 4)

    def test_the_phone_shows_where_and_what_it_was(self):
        told = self.round._for_phone({})
        items = [item for point in told["points"] for item in point["items"]]
        water = next(item for item in items if item["name"] == "W1")
        self.assertIn("Shaft 3", water["help"])
        self.assertIn("100", water["help"])
        self.assertEqual((water["kind"], water["unit"]), ("number", "m³"))
        self.assertTrue(water["photo_required"])

    def test_an_answer_becomes_a_reading(self):
        visit = self.visit(self.round, self.point(self.water), ["112.5"])
        self.assertEqual(self.send(visit, visit), ["stored", "again"])
        self.send(visit)
        reading = self.water.reading_ids[0]
        self.assertEqual(len(self.water.reading_ids), 2)
        self.assertEqual(
            (reading.value, reading.quantity, reading.state), (112.5, 12.5, "good")
        )
        self.assertEqual(
            (reading.source, reading.user_id, reading.date),
            ("phone", self.inspector, self.today),
        )

    def test_registers_of_one_meter_are_one_reading(self):
        visit = self.visit(self.round, self.point(self.power), ["110", "120", "130"])
        self.send(visit)
        reading = self.power.reading_ids[0]
        self.assertEqual(len(self.power.reading_ids), 2)
        self.assertEqual(
            reading.register_quantities, {"peak": 10, "flat": 20, "valley": 30}
        )

    def test_what_cannot_be_is_held_and_the_visit_counts(self):
        visit = self.visit(self.round, self.point(self.water), ["99"])
        self.assertEqual(self.send(visit), ["stored"])
        self.assertEqual(self.water.reading_ids[0].hold, "lower")

    def test_what_could_not_be_read_is_held(self):
        visit = self.visit(self.round, self.point(self.water), [""])
        visit["entries"][0]["note"] = "The shaft is under water"
        self.send(visit)
        reading = self.water.reading_ids[0]
        self.assertEqual((reading.hold, reading.has_value), ("missing", False))
        self.assertIn("under water", reading.note)

    def test_the_photo_goes_with_it(self):
        content = picture()
        visit = self.visit(self.round, self.point(self.water), ["112"])
        photo = {
            "uuid": str(uuid.uuid4()),
            "item_id": visit["entries"][0]["item_id"],
            "name": "w1.jpg",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        visit["photos"] = [photo]
        self.send(visit)
        reading = self.water.reading_ids[0]
        self.assertFalse(reading.picture)
        self.env["pm.inspection.photo"].with_user(self.inspector)._upload(
            photo["uuid"], visit["uuid"], "w1.jpg", content
        )
        reading.invalidate_recordset()
        self.assertTrue(reading.picture)

    def test_a_round_at_a_desk(self):
        for line in self.round.line_ids:
            line.value = "101"
        self.round.with_user(self.inspector).action_submit()
        self.assertEqual(self.water.reading_ids[0].value, 101)
        self.assertEqual(self.water.reading_ids[0].source, "desk")
        self.assertEqual(self.power.reading_ids[0].quantity, 3)

    def test_the_round_reads_the_new_meter(self):
        new = self.water._replace(
            self.today, {"value": 105}, {"value": 0}, name="W1-new"
        )
        item = self.reading_plan.item_ids.filtered(lambda one: one.name == "W1-new")
        self.assertEqual(item.meter_id, new)

    def test_what_does_not_belong_together(self):
        other = self.make_estate("Other")
        meter = self.env["pm.meter"].create({"name": "X", "property_id": other.id})
        with self.assertRaisesRegex(UserError, "estate"):
            meter._put_on_round(self.reading_plan)
        item = self.reading_plan.item_ids[0]
        with self.assertRaisesRegex(ValidationError, "register"):
            item.meter_register = "demand"
