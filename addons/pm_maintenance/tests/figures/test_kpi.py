from odoo import fields
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ..common import OrderCase

MEASURED = (
    "repair_arrival",
    "repair_finish",
    "repair_redo",
    "maintenance_plan",
    "equipment",
    "callback",
    "satisfaction",
    "incident",
    "duty_log",
    "cleaning",
    "greening",
    "logged",
)


@tagged("post_install", "-at_install")
class TestKpi(OrderCase):
    """Figures that are measured from orders, machines, incidents and logs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.month = cls.month_of(fields.Date.context_today(cls.env.user))

    @staticmethod
    def month_of(day):
        return fields.Date.start_of(day, "month"), fields.Date.end_of(day, "month")

    def measured(self, name, **scope):
        kpi = self.env.ref(f"pm_core.kpi_{name}")
        self.env.flush_all()
        figure = kpi._measure(*self.month, scope or {"estate": self.estate})
        return figure and figure.value

    def test_they_are_measured_and_not_entered(self):
        for name in MEASURED:
            with self.subTest(kpi=name):
                kpi = self.env.ref(f"pm_core.kpi_{name}")
                self.assertEqual(kpi.kind, "ratio")
                kpi._sums_by_level(*self.month, self.env.company)

    def test_arrival_and_finish(self):
        """Two of three orders were reached in time, one of them done in time."""
        for arrival, finish in (
            ("met", "met"),
            ("met", "missed"),
            ("missed", "missed"),
        ):
            order = self.done_by(self.technician)
            self.env.flush_all()
            clocks = order.sudo().sla_clock_ids
            by_code = {clock.target_id.code: clock for clock in clocks}
            by_code["arrival"]._as_step().state = arrival
            by_code["finish"]._as_step().state = finish
        self.assertAlmostEqual(self.measured("repair_arrival"), 200 / 3)
        self.assertAlmostEqual(self.measured("repair_finish"), 100 / 3)
        employee = self.technician.employee_id
        self.assertAlmostEqual(
            self.measured("repair_arrival", employee=employee), 200 / 3
        )
        self.assertIsNone(
            self.measured("repair_arrival", employee=self.colleague.employee_id)
        )

    def test_redone(self):
        self.done_by(self.technician)
        again = self.done_by(self.technician)
        again.with_user(self.dispatcher).action_redo("It drips again.")
        again.action_arrive()
        again.action_done()
        self.assertEqual(self.measured("repair_redo"), 50)

    def test_equipment(self):
        machines = self.env["maintenance.equipment"].create(
            [{"name": f"Pump {n}", "property_id": self.estate.id} for n in range(4)]
        )
        machines[0].action_down()
        self.assertEqual(self.measured("equipment"), 75)

    def test_services_of_plans(self):
        """One of the two services of this month is done."""
        for place in (self.estate, self.building):
            plan = self.env["pm.maintenance.plan"].create(
                {
                    "name": "Service",
                    "property_id": place.id,
                    "schedule_start": fields.Date.context_today(self.env.user),
                    "schedule_unit": "month",
                }
            )
            order = plan._generate()
        self.done_by(self.technician, order)
        self.assertEqual(self.measured("maintenance_plan"), 50)

    def test_calls_after_the_work(self):
        self.category.follow_up = "all"
        for asked in (True, False):
            order = self.done_by(self.technician).with_user(self.dispatcher)
            order.action_verify()
            self.assertEqual(order.follow_up_state, "todo")
            if asked:
                order.sudo()._as_step().follow_up_state = "done"
        self.assertEqual(self.measured("callback"), 50)

    def test_incidents(self):
        """Closed ones of those that were reported; a draft counts for nothing."""
        incidents = self.env["pm.incident"].create(
            [
                {
                    "type_id": self.env["pm.incident.type"].search([], limit=1).id,
                    "property_id": self.unit.id,
                    "description": "Loud music",
                }
            ]
            * 3
        )
        for incident, state in zip(
            incidents, ("reported", "closed", "draft"), strict=True
        ):
            incident._as_step().state = state
        self.assertEqual(self.measured("incident"), 50)

    def test_satisfaction(self):
        for rating in ("5", "2"):
            order = self.done_by(self.technician).sudo()
            order._as_step().rating = rating
        self.assertEqual(self.measured("satisfaction"), 50)

    def test_reports_logged_whole(self):
        """Two of three; what came by other ways is no matter of the desk."""
        orders = self.env["maintenance.request"].with_user(self.service)
        known = {
            "property_id": self.unit.id,
            "fault_category_id": self.category.id,
            "reporter_name": "Wang",
            "reporter_phone": "13800000000",
        }
        phone, counter, portal = (
            self.env.ref(f"pm_core.pm_channel_{name}").id
            for name in ("phone", "counter", "portal")
        )
        self.assertIsNone(self.measured("logged"))
        orders.create(
            [
                {**known, "channel_id": phone},
                {
                    "property_id": self.unit.id,
                    "fault_category_id": self.category.id,
                    "partner_id": self.owner.id,
                    "channel_id": counter,
                },
                {**known, "fault_category_id": False, "channel_id": phone},
                {"property_id": self.unit.id, "channel_id": portal},
            ]
        )
        self.assertAlmostEqual(self.measured("logged"), 200 / 3)
        employee = self.env["hr.employee"].create(
            {
                "name": "Desk",
                "user_id": self.service.id,
                "pm_estate_id": self.estate.id,
            }
        )
        self.assertAlmostEqual(self.measured("logged", employee=employee), 200 / 3)
        orders.create(
            {
                "property_id": self.unit.id,
                "fault_category_id": self.category.id,
                "reporter_name": "A neighbour",
                "channel_id": phone,
            }
        )
        self.assertEqual(self.measured("logged"), 50, "nobody to call back")

    def test_old_databases_measure_it_too(self):
        """Unless the company has made the figure its own."""
        path = file_path("pm_maintenance/migrations/19.0.1.2.0/post-logged.py")
        migrate = load_script(path, "post_logged").migrate
        kpi = self.env.ref("pm_core.kpi_logged")
        kpi.write({"kind": "manual", "domain": "[]", "note": "Ours"})
        migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual((kpi.kind, kpi.note), ("ratio", "Ours"))
        self.assertIn("counter", kpi.domain)
        kpi.domain = "[('property_id', '!=', False)]"
        migrate(self.env.cr, "19.0.1.1.0")
        self.assertNotIn("counter", kpi.domain)

    def test_logs_of_shifts(self):
        self.post.keeps_log = True
        duty = self.env["pm.duty"].search([("post_id", "=", self.post.id)], limit=1)
        # it began some hours ago, which may be last month
        self.month = self.month_of(duty.date)
        self.assertEqual(self.measured("duty_log"), 0)
        self.env["pm.post.log"].sudo()._as_step().create(
            {
                "post_id": duty.post_id.id,
                "shift_id": duty.shift_id.id,
                "date": duty.date,
                "start": duty.start,
                "stop": duty.stop,
                "state": "handed",
            }
        )
        # all of these duties are of one shift
        self.assertEqual(self.measured("duty_log"), 100)
        self.assertTrue(duty.is_log_complete)
