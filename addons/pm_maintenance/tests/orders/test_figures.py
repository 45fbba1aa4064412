from datetime import timedelta

from odoo import fields
from odoo.modules.migration import load_script
from odoo.tests import freeze_time
from odoo.tools import file_path

from ..common import OrderCase


class TestFigures(OrderCase):
    """Rates over orders, the load of people by day, and who is there now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["pm.order.report"]

    def figures(self, orders, *names):
        self.env.flush_all()
        (row,) = self.report._read_group(
            [("request_id", "in", orders.ids)], [], [f"{name}:avg" for name in names]
        )
        return row

    def accepted(self, **values):
        order = self.done_by(self.technician, self.make_order(**values))
        order.with_user(self.dispatcher).action_verify()
        return order.sudo()

    def test_first_time_redo_and_repeat(self):
        good = self.accepted(property_id=self.other_unit.id)
        redone = self.accepted(property_id=self.estate.id)
        redone.with_user(self.dispatcher).action_redo("Still drips")
        again = redone.with_user(self.technician)
        again.action_accept()
        again.action_arrive()
        again.action_done()
        # fixed at the first visit, as it seemed; then it was reported again
        failed = self.accepted()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            repeated = self.make_order()
        self.assertTrue(repeated.is_repeat)
        self.assertEqual(self.figures(good, "first_time_rate", "redo_rate"), (100, 0))
        self.assertEqual(self.figures(redone, "first_time_rate", "redo_rate"), (0, 100))
        self.assertEqual(self.figures(failed, "first_time_rate"), (0,))
        self.assertEqual(self.figures(repeated, "repeat_rate"), (100,))
        three = good | redone | failed
        self.assertAlmostEqual(self.figures(three, "first_time_rate")[0], 100 / 3)

    def test_who_comes_back_has_not_fixed_it_the_first_time(self):
        order = self.given_to(self.technician)
        order.action_accept()
        order.action_arrive()
        order.action_pause(self.reason.id)
        order.action_resume()
        order.action_done()
        self.assertEqual(self.figures(order.sudo(), "first_time_rate"), (0,))
        # put off before anybody was there
        other = self.given_to(
            self.technician, self.make_order(property_id=self.other_unit.id)
        )
        other.action_accept()
        other.action_pause(self.reason.id)
        other.action_resume()
        other.action_arrive()
        other.action_done()
        self.assertEqual(self.figures(other.sudo(), "first_time_rate"), (100,))

    def test_services_are_no_faults(self):
        """Upkeep every 15 days is no repeated fault, and makes the next fault none."""
        service = self.accepted(maintenance_type="preventive")
        again = self.make_order(maintenance_type="preventive")
        fault = self.make_order()
        self.assertFalse((again | fault).filtered("is_repeat"))
        rates = self.figures(service | again, "first_time_rate", "repeat_rate")
        self.assertEqual(rates, (False, False))
        self.assertEqual(self.figures(service, "redo_rate"), (0,))
        self.assertEqual(self.figures(fault, "repeat_rate"), (0,))

    def test_accepted_and_opened_again_is_a_repeat(self):
        """Within the days of the category; what was never accepted is a redo only."""
        refused = self.done_by(self.technician)
        refused.with_user(self.dispatcher).action_redo("Still drips")
        self.assertEqual(refused.sudo().redo_count, 1)
        self.assertFalse(refused.sudo().is_repeat)
        orders = [
            self.accepted(property_id=place.id)
            for place in (self.other_unit, self.building)
        ]
        for order, days in zip(orders, (29, 31), strict=True):
            order._as_step().done_at = fields.Datetime.now() - timedelta(days=days)
            order.with_user(self.dispatcher).action_redo("Drips again")
        self.assertEqual([order.is_repeat for order in orders], [True, False])

    def test_old_marks_of_services_go(self):
        service = self.accepted(maintenance_type="preventive")
        after = self.make_order()
        failed = self.accepted(property_id=self.other_unit.id)
        repeated = self.make_order(property_id=self.other_unit.id)
        self.assertTrue(repeated.is_repeat)
        marked = service | after
        marked._as_step().is_repeat = True
        self.env.flush_all()
        path = file_path("pm_maintenance/migrations/19.0.1.2.0/post-repeats.py")
        load_script(path, "post_repeats").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual((marked | failed | repeated).filtered("is_repeat"), repeated)

    def test_in_time(self):
        met, missed, runs = (self.make_order(urgency="urgent") for _one in range(3))
        for order, state in ((met, "met"), (missed, "missed")):
            order.sla_clock_ids.filtered(
                lambda clock: clock.target_id.code == "arrival"
            )._as_step().write({"state": state})
        self.assertEqual(self.figures(met | missed, "arrival_rate"), (50,))
        self.assertIs(self.figures(runs, "arrival_rate")[0], False)

    def test_age_of_open_orders(self):
        old = self.make_order()
        old._as_step().reported_at = fields.Datetime.now() - timedelta(days=5)
        done = self.done_by(self.technician)
        self.env.flush_all()
        rows = self.report.browse([old.id, done.id])
        self.assertEqual(rows.mapped("backlog_age"), ["3", False])
        self.assertAlmostEqual(rows[0].backlog_days, 5, places=1)

    def test_contractors_compared(self):
        firms = [self.make_partner(name, is_company=True) for name in ("A", "B")]
        for firm, cost in zip(firms, (100, 300), strict=True):
            order = self.make_order()
            order.supplier_id = firm
            order.with_user(self.dispatcher).action_dispatch()
            order.with_user(self.dispatcher).contractor_cost = cost
        self.env.flush_all()
        rows = self.report.with_user(self.dispatcher)._read_group(
            [("supplier_id", "in", [firm.id for firm in firms])],
            ["supplier_id"],
            ["cost_each:avg", "order_count:sum"],
        )
        self.assertEqual(
            {firm.id: (cost, count) for firm, cost, count in rows},
            {firms[0].id: (100, 1), firms[1].id: (300, 1)},
        )

    def test_load_by_day(self):
        order = self.given_to(self.technician)
        order.sudo().appointment = "2027-03-01 22:00:00"
        self.env["pm.order.work"].create(
            {
                "request_id": order.id,
                "employee_id": self.technician.employee_id.id,
                "start": "2027-02-01 01:00:00",
                "stop": "2027-02-01 03:30:00",
            }
        )
        self.env.flush_all()
        rows = self.env["pm.order.load"].search([("user_id", "=", self.technician.id)])
        worked = rows.filtered(lambda row: row.kind == "worked")
        self.assertEqual(worked.hours, 2.5)
        self.assertEqual(str(worked.date), "2027-02-01")
        # by the clock of the estate it is the next day already
        planned = rows - worked
        self.assertEqual(str(planned.date), "2027-03-02")
        self.assertEqual(planned.open_count, 1)

    def test_crew(self):
        off = self.make_technician("pm_off", on_duty=False)
        self.given_to(self.technician, self.make_order(urgency="danger"))
        self.env.flush_all()
        crew = self.env["pm.order.crew"].with_user(self.dispatcher)
        rows = crew.search([("estate_id", "=", self.estate.id)])
        by_user = {row.user_id: row for row in rows}
        self.assertNotIn(off, by_user)
        self.assertTrue(by_user[self.technician].on_duty)
        self.assertEqual(by_user[self.technician].urgent_count, 1)
        self.assertEqual(by_user[self.colleague].open_count, 0)
        self.given_to(off)
        self.env.flush_all()
        self.env.invalidate_all()
        row = crew.search([("user_id", "=", off.id)])
        self.assertFalse(row.on_duty)
        self.assertEqual(row.open_count, 1)
