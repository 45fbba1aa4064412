"""The calls that other programs rely on, with as few values as they may give."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError

from .inspections.inspections_common import RoundCase


class TestCallable(RoundCase):
    def test_an_order_of_three_values(self):
        order = (
            self.env["maintenance.request"]
            .with_user(self.dispatcher)
            .create(
                {
                    "property_id": self.unit.id,
                    "fault_category_id": self.category.id,
                    "urgency": "urgent",
                }
            )
        )
        self.assertEqual(order.name, "Pipes")
        self.assertEqual((order.state, order.payer), ("reported", "private"))
        self.assertTrue(order.number)
        self.assertTrue(order.sla_clock_ids)
        order.user_id = self.technician
        order.action_dispatch()
        mine = order.with_user(self.technician)
        mine.action_accept()
        mine.action_arrive()
        mine.pause_reason_id = self.reason
        mine.action_pause()
        mine.action_resume()
        mine.action_done()
        order.action_redo("It still drips")
        self.assertEqual(order.redo_count, 1)
        for step in ("accept", "arrive", "done"):
            getattr(mine, f"action_{step}")()
        order.action_verify()
        order.action_close()
        self.assertEqual(order.state, "closed")

    def test_an_order_of_a_place_alone(self):
        orders = self.env["maintenance.request"].with_user(self.service)
        order = orders.create({"property_id": self.building.id})
        self.assertEqual(
            (order.name, order.urgency, order.payer),
            ("Work order", "ordinary", "public"),
        )
        order.with_user(self.dispatcher).action_cancel("Nobody lives there")
        self.assertEqual(order.state, "cancelled")

    def test_subjects_of_many_are_read_once(self):
        others = self.env["pm.fault.category"].create(
            [{"name": f"Kind {number}"} for number in range(6)]
        )
        orders = self.env["maintenance.request"]
        values = [
            {"property_id": self.unit.id, "fault_category_id": one.id} for one in others
        ]
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        made = orders._subjects(values[:2])
        few = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        made = orders._subjects(values)
        self.assertEqual(self.env.cr.sql_log_count - before, few)
        self.assertEqual(made[others[5].id], "Kind 5")

    # rounds

    def found(self, round_):
        return round_.line_ids.filtered(lambda line: line.point_id == self.points[0])

    def test_a_round_is_handed_in(self):
        round_ = self.make_round().with_user(self.inspector)
        for line in round_.line_ids:
            line.value = "yes" if line.kind == "yes_no" else 3
        order, gauge = self.found(round_)
        order.write({"value": "no", "is_fault": True})
        gauge.write({"value": 2.5, "is_fault": True})
        round_.action_submit()
        self.assertEqual((round_.state, round_.fault_count), ("done", 2))
        self.assertTrue(order.request_id)
        self.assertEqual(order.request_id, gauge.request_id, "one place, one order")

    def test_a_fault_alone_is_an_answer(self):
        """A gauge that is broken shows no pressure."""
        round_ = self.make_round().with_user(self.inspector)
        for line in round_.line_ids:
            line.value = "yes" if line.kind == "yes_no" else "3"
        gauge = self.found(round_)[1]
        gauge.write({"value": False, "is_fault": True, "note": "Glass broken"})
        round_.action_submit()
        self.assertEqual(round_.state, "done")
        self.assertTrue(gauge.request_id)
        self.assertEqual(gauge.user_id, self.inspector)

    def test_zero_is_a_number(self):
        round_ = self.make_round().with_user(self.inspector)
        order, gauge = self.found(round_)
        gauge.value = 0
        order.value = 0
        self.assertEqual((gauge.value, gauge.is_fault), ("0", True))
        self.assertEqual((order.value, order.is_fault), ("no", True))
        with self.assertRefused(ValidationError, "two ways"):
            gauge.value = "2,5"

    def test_a_round_beside_the_plan(self):
        rounds = self.env["pm.inspection"].create([{"plan_id": self.plan.id}] * 2)
        self.assertEqual(len(rounds.line_ids), 12)
        self.assertEqual(rounds.mapped("point_count"), [3, 3])
        self.assertEqual(rounds.mapped("state"), ["planned"] * 2)
        round_ = rounds[0].with_user(self.inspector)
        for line in round_.line_ids:
            line.value = "yes" if line.kind == "yes_no" else "3"
        round_.action_submit()
        self.assertEqual(round_.state, "done")

    def test_a_round_of_some_lines(self):
        plan = self.make_plan(self.points[0], name="One point")
        round_ = self.env["pm.inspection"].create(
            {
                "property_id": self.estate.id,
                "line_ids": [
                    fields.Command.create({"item_id": plan.item_ids[0].id}),
                    fields.Command.create({"item_id": plan.item_ids[1].id, "value": 9}),
                ],
            }
        )
        self.assertEqual(round_.line_ids.point_id, self.points[0])
        self.assertEqual(round_.line_ids.mapped("is_fault"), [False, True])
        round_.line_ids[0].value = "yes"
        round_.action_submit()
        self.assertEqual((round_.state, round_.fault_count), ("done", 1))

    # plans, of all at once

    def test_plans_make_what_is_due_once(self):
        today = self.estate._today()
        self.plan.schedule_start = today
        service = self.env["pm.maintenance.plan"].create(
            {
                "name": "Service",
                "property_id": self.building.id,
                "schedule_start": today,
                "schedule_unit": "month",
            }
        )
        until = today + timedelta(days=40)
        for date_to in (until, str(until)):
            self.env["pm.maintenance.plan"]._generate(date_to)
            self.env["pm.inspection.plan"]._generate(date_to)
            self.env["pm.maintenance.plan"].browse(service.id)._generate(date_to)
        self.assertEqual(len(service.order_ids), 1)
        rounds = self.env["pm.inspection"].search([("plan_id", "=", self.plan.id)])
        self.assertEqual(len(rounds), 41)

    def test_nothing_is_made_for_no_plan_at_all(self):
        """By buttons without records, and by what is of no plan."""
        self.env["pm.maintenance.plan"].action_generate()
        self.env["pm.inspection.plan"].action_generate()
        template = self.env["pm.inspection.template"].create(
            {
                "name": "Pumps",
                "area": "patrol",
                "item_ids": [fields.Command.create({"name": "Runs"})],
            }
        )
        template.item_ids.name = "Runs quietly"
        template.item_ids.unlink()
        self.assertFalse(
            self.env["pm.inspection"].search([("plan_id", "=", self.plan.id)])
        )

    # emergencies

    def test_one_press(self):
        fire = self.env.ref("pm_maintenance.pm_emergency_plan_fire")
        plan = fire._apply(self.estate)
        emergency = plan.with_user(self.technician).action_activate()
        self.assertEqual(emergency._name, "pm.emergency")
        self.assertEqual(emergency.property_id, self.estate)
        self.assertEqual(plan.with_user(self.service).action_activate(), emergency)
