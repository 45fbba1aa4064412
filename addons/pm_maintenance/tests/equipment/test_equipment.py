from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ..common import OrderCase


class TestEquipment(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls.env["maintenance.equipment"].create(
            {"name": "Lift 1", "property_id": cls.building.id, "pm_code": "L1"}
        )

    def test_serial_number_of_another_company(self):
        self.machine.serial_no = "S-1"
        other = self.env["res.company"].create({"name": "Other Company"})
        machine = self.env["maintenance.equipment"].create(
            {"name": "Lift", "serial_no": "S-1", "company_id": other.id}
        )
        self.assertTrue(machine)

    def test_reliability_in_hours(self):
        now = fields.Datetime.now()
        self.machine.effective_date = now.date() - timedelta(days=10)
        self.env["pm.equipment.downtime"].create(
            {
                "equipment_id": self.machine.id,
                "start": now - timedelta(hours=5),
                "stop": now - timedelta(hours=3),
            }
        )
        order = self.make_order(
            property_id=self.building.id, equipment_id=self.machine.id
        )
        order._as_step().write(
            {
                "reported_at": now - timedelta(hours=5),
                "done_at": now - timedelta(hours=3),
            }
        )
        self.machine.invalidate_recordset()
        self.assertAlmostEqual(self.machine.hours_to_repair, 2, places=3)
        begin = fields.Datetime.to_datetime(self.machine.effective_date)
        lifetime = (fields.Datetime.now() - begin).total_seconds() / 3600
        self.assertAlmostEqual(
            self.machine.hours_between_failures, lifetime - 2, places=1
        )
        self.assertAlmostEqual(
            self.machine.availability, 100 * (lifetime - 2) / lifetime, places=1
        )

    def test_reliability_by_hand(self):
        """1,000 hours; down 20 for failures, of which 5 overlap, and 10 as planned."""
        begin = datetime(2026, 1, 1)
        self.machine.effective_date = begin.date()
        self.machine.downtime_ids.unlink()
        hours = [(-4, 2, False), (100, 110, False), (105, 113, False), (200, 210, True)]
        self.env["pm.equipment.downtime"].create(
            [
                {
                    "equipment_id": self.machine.id,
                    "start": begin + timedelta(hours=start),
                    "stop": begin + timedelta(hours=stop),
                    "is_planned": planned,
                }
                for start, stop, planned in hours
            ]
        )
        for start, stop in ((0, 2), (100, 106)):
            self.make_order(
                property_id=self.building.id, equipment_id=self.machine.id
            )._as_step().write(
                {
                    "reported_at": begin + timedelta(hours=start),
                    "done_at": begin + timedelta(hours=stop),
                }
            )
        service = self.make_order(
            property_id=self.building.id,
            equipment_id=self.machine.id,
            maintenance_type="preventive",
        )
        service._as_step().write({"reported_at": begin, "done_at": begin})
        self.machine.invalidate_recordset()
        with freeze_time(begin + timedelta(hours=1000)):
            # down: 2 + 13 + 10 hours; three failures
            self.assertAlmostEqual(self.machine.availability, 97.5)
            self.assertAlmostEqual(self.machine.hours_between_failures, 325)
            self.assertAlmostEqual(self.machine.hours_to_repair, 4)

    def test_down_and_running(self):
        self.machine.with_user(self.technician).action_down()
        self.assertEqual(self.machine.pm_state, "down")
        self.assertFalse(self.machine.downtime_ids.stop)
        self.machine.with_user(self.technician).action_run()
        self.assertEqual(self.machine.pm_state, "running")
        self.assertTrue(self.machine.downtime_ids.stop)

    def test_other_estate(self):
        stranger = self.make_technician("pm_far", self.make_estate("Other Estate"))
        with self.assertRefused(AccessError, "Equipment"):
            self.machine.with_user(stranger).action_down()

    def test_counter_rises(self):
        Reading = self.env["pm.equipment.reading"].with_user(self.technician)
        now = fields.Datetime.now()
        for hours, value in ((3, 100), (2, 250)):
            Reading.create(
                {
                    "equipment_id": self.machine.id,
                    "at": now - timedelta(hours=hours),
                    "value": value,
                }
            )
        with self.assertRefused(ValidationError, "less than"):
            Reading.create({"equipment_id": self.machine.id, "value": 200})

    def test_count_of_orders(self):
        self.make_order(property_id=self.building.id, equipment_id=self.machine.id)
        done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        self.make_order(
            property_id=self.building.id, equipment_id=self.machine.id
        ).sudo().stage_id = done
        self.assertEqual(self.machine.maintenance_count, 2)
        self.assertEqual(self.machine.maintenance_open_count, 1)

    def test_history_on_one_page(self):
        order = self.make_order(
            property_id=self.building.id, equipment_id=self.machine.id
        )
        order.contractor_cost = 80
        point = self.env["pm.inspection.point"].create(
            {"name": "Machine room", "equipment_id": self.machine.id}
        )
        plan = self.env["pm.inspection.plan"].create(
            {
                "name": "Machine rooms",
                "property_id": self.estate.id,
                "schedule_start": fields.Date.today(),
                "schedule_unit": "day",
                "item_ids": [Command.create({"name": "Clean"})],
                "stop_ids": [Command.create({"point_id": point.id})],
            }
        )
        lines = plan._generate(date_from=fields.Date.today())[:1].line_ids
        lines._as_step().write({"value": "yes", "answered_at": fields.Datetime.now()})
        machine = self.machine.with_user(self.dispatcher)
        self.assertEqual(machine.order_cost, 80)
        self.assertEqual(machine.found_line_ids, lines)
        page = machine.action_view_found()
        found = self.env[page["res_model"]].search(page["domain"])
        self.assertEqual(found, lines)
        views = machine.get_views([(False, "form")])
        self.assertTrue(views)

    def test_overdue_by_law(self):
        plan = self.env["pm.maintenance.plan"].create(
            {
                "name": "Upkeep",
                "equipment_id": self.machine.id,
                "schedule_start": fields.Date.today() - timedelta(days=5),
                "schedule_unit": "day",
                "schedule_every": 15,
                "is_statutory": True,
            }
        )
        order = plan._generate()
        self.assertTrue(self.machine.is_forbidden)
        found = self.env["maintenance.equipment"].search([("is_forbidden", "=", True)])
        self.assertIn(self.machine, found)
        self.machine.action_down()
        with self.assertRefused(UserError, "must not be operated"):
            self.machine.action_run()
        self.done_by(self.technician, order)
        self.machine.invalidate_recordset()
        self.assertFalse(self.machine.is_forbidden)
        self.machine.action_run()
