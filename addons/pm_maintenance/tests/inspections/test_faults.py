"""A fault becomes an order, or joins the open one; its result comes back."""

from odoo import fields
from odoo.tests import tagged

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestFaults(RoundCase):
    def walk(self, *values, round_=None, point=0, **changes):
        """Send one point of a round; return its lines."""
        round_ = round_ or self.make_round()
        point = self.points[point]
        self.send(self.visit(round_, point, values=values, **changes))
        return round_.line_ids.filtered(lambda line: line.point_id == point)

    def test_a_fault_becomes_an_order(self):
        line = self.walk("no", "3")[0]
        order = line.request_id
        self.assertEqual(order.property_id, self.building)
        self.assertEqual(order.fault_category_id, self.category)
        self.assertEqual(order.channel_id.code, "inspection")
        self.assertIn("Pump room", order.name)
        self.assertIn("In order: No", order.name)

    def test_it_is_dispatched(self):
        self.make_rule()
        order = self.walk("no", "3")[0].request_id
        self.assertEqual(order.state, "dispatched")
        self.assertIn(order.user_id, self.technician | self.colleague)

    def test_it_joins_the_open_order(self):
        """Of the same place and category, on the same round and on later ones."""
        order = self.walk("no", "9").request_id
        self.assertEqual(len(order), 1)
        again = self.walk("no", "3")[0]
        self.assertEqual(again.request_id, order)
        self.assertIn("Found again", order.message_ids[0].body)
        order.with_user(self.dispatcher).action_cancel("Replaced")
        self.assertNotEqual(self.walk("no", "3")[0].request_id, order)

    def test_what_is_done_and_found_again_is_a_repeat(self):
        """It has not held; joined, it would be accepted in silence."""
        order = self.walk("no", "9").request_id
        self.done_by(self.technician, order)
        again = self.walk("no", "3")[0].request_id
        self.assertNotEqual(again, order)
        self.assertTrue(again.is_repeat)

    def test_it_does_not_wait_for_a_planned_service(self):
        """A service made ahead is weeks away; the fault is there now."""
        plan = self.env["pm.maintenance.plan"].create(
            {
                "name": "Upkeep",
                "property_id": self.building.id,
                "fault_category_id": self.category.id,
                "schedule_start": fields.Date.add(fields.Date.today(), days=10),
                "schedule_unit": "month",
            }
        )
        service = plan._generate()
        self.assertTrue(service)
        order = self.walk("no", "3")[0].request_id
        self.assertNotEqual(order, service)
        self.assertEqual(order.maintenance_type, "corrective")

    def test_the_result_comes_back(self):
        """To the line, and to whoever stands at the point next time."""
        line = self.walk("no", "3")[0]
        order = self.given_to(self.technician, line.request_id)
        order.action_accept()
        order.action_arrive()
        order.result = "Seal replaced."
        order.action_done()
        self.assertEqual(line.request_state, "done")
        self.assertEqual(line.request_result, "Seal replaced.")
        later = self.make_round().line_ids[0]
        self.assertIn("Seal replaced.", later.previous)
        self.assertIn(order.number, later.previous)

    def test_last_time_is_what_was_found_before(self):
        self.assertFalse(self.make_round().line_ids[1].previous)
        self.walk("yes", "2.5")
        self.assertIn("2.5 bar", self.make_round().line_ids[1].previous)

    def test_last_time_is_read_once(self):
        round_ = self.make_round()
        for number in range(3):
            self.walk("yes", "2.5", round_=round_, point=number)
        lines = self.make_round().line_ids
        self.assertQueriesDoNotGrow(lines, lambda some: some.mapped("previous"))

    def test_a_fault_that_the_inspector_sees(self):
        """Within the limits, and not in order all the same."""
        round_ = self.make_round()
        visit = self.visit(round_, self.points[0])
        visit["entries"][1].update(fault=True, note="Needle stuck")
        self.send(visit)
        line = round_.line_ids[1]
        self.assertTrue(line.is_fault)
        self.assertIn("Needle stuck", line.request_id.name)

    def test_more_faults_than_a_phone_waits_for(self):
        """The job makes the orders of what is left."""
        points = self.env["pm.inspection.point"].create(
            [{"name": str(n), "property_id": self.estate.id} for n in range(25)]
        )
        round_ = self.make_round(self.make_plan(points, fault_category_id=False))
        self.send(*(self.visit(round_, point, values=("no", "3")) for point in points))
        faults = round_.line_ids.filtered("is_fault")
        self.assertEqual(len(faults), 25)
        self.assertEqual(len(faults.request_id), 20)
        with self.enter_registry_test_mode():
            cron = self.env.ref("pm_maintenance.ir_cron_inspection_faults")
            cron.method_direct_trigger()
        self.assertEqual(len(faults.request_id), 25)

    def many_faults(self, places):
        """Faults of one round, each at a place of its own."""
        places = [self.make_unit(self.building, f"F{number}") for number in places]
        points = self.env["pm.inspection.point"].create(
            [{"name": place.code, "property_id": place.id} for place in places]
        )
        lines = self.make_round(self.make_plan(points)).line_ids
        lines = lines.filtered(lambda line: line.kind == "yes_no")
        lines._as_step().write({"value": "no", "answered_at": fields.Datetime.now()})
        self.env.flush_all()
        self.env.invalidate_all()
        return lines

    def test_many_faults_cost_as_many_queries_as_some(self):
        """Orders, their clocks, dispatch and news: nothing is read for each."""
        self.make_rule(max_open=0)
        counts = []
        # who gets more than three at once has one mail of them
        for numbers in (range(10), range(10, 20), range(20, 60)):
            lines = self.many_faults(numbers)
            before = self.env.cr.sql_log_count
            lines._report_faults()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(lines.request_id.mapped("state")), {"dispatched"})
            self.assertEqual(len(lines.request_id.activity_ids), len(lines))
            self.assertEqual(
                set(lines.request_id.sla_clock_ids.mapped("state")), {"running"}
            )
        self.assertLessEqual(counts[2], counts[1] + 3)

    def test_many_orders_are_one_mail(self):
        """Whoever gets them has each on the list of what is to do, and one mail."""
        self.make_rule(max_open=0)
        lines = self.many_faults(range(10))
        lines._report_faults()
        for user in self.technician | self.colleague:
            mails = self.env["mail.message"].search(
                [
                    ("notified_partner_ids", "in", user.partner_id.ids),
                    ("message_type", "=", "user_notification"),
                ]
            )
            self.assertEqual(len(mails), 1)
            self.assertIn(f"{5} work orders", mails.subject)
            for order in lines.request_id.filtered(
                lambda order, user=user: order.user_id == user
            ):
                self.assertIn(order.number, mails.body)

    def test_two_faults_of_one_place_are_one_order(self):
        """Also when they become orders at one moment."""
        lines = self.many_faults(range(2)) | self.many_faults(range(2, 4))
        lines.point_id.property_id = lines[0].point_id.property_id
        lines._report_faults()
        self.assertEqual(len(lines.request_id), 1)
        body = lines.request_id.message_ids.filtered(
            lambda message: "Found again" in message.body
        ).body
        self.assertEqual(body.count("Found again"), 3)

    def test_an_order_that_cannot_be_made_loses_no_visit(self):
        def fail(*args, **kwargs):
            raise ZeroDivisionError("nobody foresaw it")

        orders = type(self.env["maintenance.request"])
        with self.assertLogs("odoo.addons.pm_core", "WARNING"):
            self.patch(orders, "_report_many", fail)
            line = self.walk("no", "3")[0]
        self.assertEqual((line.value, line.is_fault), ("no", True))
        self.assertTrue(line.inspection_id.activity_ids)

    def test_what_is_dangerous_is_in_the_hazard_register(self):
        """With its order, once for as long as it is open."""
        item = self.plan.item_ids[0]
        item.is_hazard = True
        line = self.walk("no", "3")[0]
        hazard = line.hazard_id
        self.assertEqual(hazard.state, "found")
        self.assertEqual(hazard.source, "round")
        self.assertEqual(hazard.property_id, self.building)
        self.assertEqual(hazard.found_by_id, self.inspector)
        self.assertIn("In order: No", hazard.name)
        self.assertEqual(hazard.request_ids, line.request_id)
        again = self.walk("no", "3")[0]
        self.assertEqual(again.hazard_id, hazard)
        self.assertIn("Found again", hazard.message_ids[0].body)
        elsewhere = self.walk("no", "3", point=1)[0]
        self.assertNotEqual(elsewhere.hazard_id, hazard)
        hazard._as_step().state = "closed"
        self.assertNotEqual(self.walk("no", "3")[0].hazard_id, hazard)

    def test_other_faults_are_no_hazards(self):
        self.assertFalse(self.walk("no", "9").hazard_id)
        self.plan.item_ids[0].is_hazard = True
        self.assertFalse(self.walk("yes", "9").hazard_id)
