"""What Odoo's maintenance would do to orders, beyond what steps already meet."""

from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from ..common import OrderCase


class TestOdooTraps(OrderCase):
    def test_the_day_it_was_closed_is_that_of_the_estate(self):
        """At two in the morning in Shanghai it is still yesterday in UTC."""
        self.estate.tz = "Asia/Shanghai"
        order = self.done_by(self.technician)
        with freeze_time("2026-11-24 18:00:00"):
            order.with_user(self.dispatcher).action_verify()
            order.with_user(self.dispatcher).action_close()
        self.assertEqual(order.sudo().close_date, date(2026, 11, 25))

    def test_employees_without_a_role_see_no_orders(self):
        """Odoo gives every employee all rights on requests."""
        employee = new_test_user(self.env, login="pm_plain", groups="base.group_user")
        self.env["hr.employee"].create({"name": "Plain", "user_id": employee.id})
        order = self.make_order()
        mine = self.env["maintenance.request"].with_user(employee)
        self.assertFalse(mine.search([("property_id", "!=", False)]))
        order.message_subscribe(employee.partner_id.ids)
        order.sudo().owner_user_id = employee
        self.env.invalidate_all()
        for call in (
            lambda: order.with_user(employee).read(["name"]),
            lambda: order.with_user(employee).write({"name": "Mine"}),
            lambda: order.with_user(employee).unlink(),
            lambda: mine.create({"name": "x", "property_id": self.unit.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()

    def test_technicians_see_what_waits_for_their_team(self):
        """Odoo shows a technician the own requests only."""
        self.make_rule(mode="pool")
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        found = self.env["maintenance.request"].with_user(self.colleague)
        self.assertIn(order, found.search([("is_pool", "=", True)]))

    def test_one_activity_and_not_two(self):
        """Odoo plans one of its own for whoever a request is given to."""
        order = self.given_to(self.technician).sudo()
        odoos = self.env.ref("maintenance.mail_act_maintenance_request")
        self.assertNotIn(odoos, order.activity_ids.activity_type_id)
        self.assertEqual(len(order.activity_ids), 1)
        order.schedule_date = "2026-12-01 08:00:00"
        order.user_id = self.colleague
        self.assertNotIn(odoos, order.activity_ids.activity_type_id)

    def test_no_order_repeats_itself(self):
        """A recurring request is copied each time that it is done."""
        order = self.make_order(maintenance_type="preventive")
        order.invalidate_recordset()
        self.assertFalse(order.recurring_maintenance)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            order.sudo().recurring_maintenance = True
            self.env.flush_all()

    def test_counting_orders_loads_none_of_them(self):
        machine = self.env["maintenance.equipment"].create(
            {"name": "Lift", "property_id": self.building.id}
        )

        def count(number):
            self.env["maintenance.request"].create(
                [
                    {
                        "name": "Order",
                        "property_id": self.building.id,
                        "equipment_id": machine.id,
                    }
                ]
                * number
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            machine._compute_maintenance_count()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(1), count(20))
        self.assertEqual(machine.maintenance_count, 22)

    def test_the_owner_of_a_machine_does_not_become_the_owner_of_the_order(self):
        """``hr_maintenance`` computes who a request is for from the machine."""
        employee = self.env["hr.employee"].create(
            {"name": "Keeper", "user_id": self.service.id}
        )
        machine = self.env["maintenance.equipment"].create(
            {
                "name": "Lift",
                "property_id": self.building.id,
                "equipment_assign_to": "employee",
                "employee_id": employee.id,
            }
        )
        order = self.given_to(self.technician)
        reporter = order.sudo().partner_id
        order.sudo().equipment_id = machine
        self.assertEqual(order.sudo().partner_id, reporter)
        self.assertEqual(order.sudo().user_id, self.technician)
        # a machine of another keeper can be named by whoever is on site
        self.assertIn(
            machine,
            self.env["maintenance.equipment"].with_user(self.technician).search([]),
        )
