"""One calendar of what the law asks for: plans, drills and papers, red when late."""

from odoo import Command, fields
from odoo.tests import tagged

from ..common import OrderCase, picture


@tagged("post_install", "-at_install")
class TestCompliance(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.lift = cls.env["maintenance.equipment"].create(
            {"name": "Lift 1", "property_id": cls.building.id}
        )

    @classmethod
    def day(cls, days):
        return fields.Date.add(cls.today, days=days)

    def make_plan(self, start, **vals):
        return self.env["pm.maintenance.plan"].create(
            {
                "name": "Official test",
                "equipment_id": self.lift.id,
                "schedule_start": start,
                "schedule_unit": "year",
                "is_statutory": True,
                **vals,
            }
        )

    def rows(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["pm.compliance"].with_user(user or self.dispatcher)
        return rows.search([("estate_id", "=", self.estate.id)])

    def test_the_next_day_of_a_plan(self):
        plan = self.make_plan(self.day(90))
        row = self.rows()
        self.assertEqual(
            (row.kind, row.date, row.state), ("plan", self.day(90), "later")
        )
        self.assertEqual(row.display_name, "Official test · Lift 1")
        plan.schedule_start = self.day(10)
        self.assertEqual(self.rows().state, "soon")
        plan.is_statutory = False
        self.assertFalse(self.rows())

    def test_its_order_and_the_day_after(self):
        """Done in time, then a year later again; a late one is red."""
        plan = self.make_plan(self.day(5))
        order = plan._generate()
        rows = self.rows()
        by_kind = {row.kind: row for row in rows}
        self.assertEqual(by_kind["order"].request_id, order)
        self.assertEqual(by_kind["order"].state, "soon")
        self.assertEqual(by_kind["plan"].date, fields.Date.add(self.day(5), years=1))
        order._as_step().planned_day = self.day(-1)
        row = self.rows().filtered("request_id")
        self.assertEqual((row.state, row.color), ("overdue", 1))
        order._as_step().write({"state": "done", "done_at": fields.Datetime.now()})
        self.assertEqual(self.rows().filtered("request_id").state, "done")
        order._as_step().state = "cancelled"
        self.assertFalse(self.rows().filtered("request_id"))

    def test_counted_from_the_day_it_was_done(self):
        plan = self.make_plan(self.day(0), counts_from="done")
        order = plan._generate()
        order._as_step().write({"state": "done", "done_at": fields.Datetime.now()})
        row = self.rows().filtered(lambda one: one.kind == "plan")
        done = plan._local_day(order.done_at)
        self.assertEqual(row.date, fields.Date.add(done, years=1))

    def test_machines_that_are_not_in_use(self):
        self.make_plan(self.day(5))
        self.lift.with_user(self.dispatcher).action_idle()
        self.assertFalse(self.rows())

    def test_papers(self):
        """The report that lasts longest counts."""
        kind = self.env.ref("pm_maintenance.document_type_test_report")
        file = self.env["ir.attachment"].create(
            {
                "name": "report.jpg",
                "raw": picture(),
                "res_model": self.lift._name,
                "res_id": self.lift.id,
            }
        )
        for days in (-10, 300):
            self.env["pm.document"].create(
                {
                    "res_model": self.lift._name,
                    "res_id": self.lift.id,
                    "type_id": kind.id,
                    "date_expiry": self.day(days),
                    "attachment_ids": [Command.link(file.id)],
                }
            )
        row = self.rows()
        self.assertEqual((row.kind, row.date), ("paper", self.day(300)))
        self.assertEqual(row.equipment_id, self.lift)
        self.assertEqual(row.action_open()["res_id"], self.lift.id)

    def test_drills(self):
        plan = self.env["pm.emergency.drill.plan"].create(
            {
                "name": "Fire drill",
                "property_id": self.estate.id,
                "type_id": self.env.ref("pm_maintenance.pm_emergency_type_fire").id,
                "schedule_start": self.day(3),
                "schedule_unit": "year",
                "is_statutory": True,
            }
        )
        plan._generate(self.day(3))
        row = self.rows()
        self.assertEqual(
            (row.kind, row.date, row.state), ("drill", self.day(3), "soon")
        )
        row.drill_id._as_step().state = "held"
        self.assertEqual(self.rows().state, "done")

    def test_of_other_estates_nothing_is_seen(self):
        self.make_plan(self.day(5))
        stranger = self.make_user(
            "pm_elsewhere",
            "pm_maintenance.group_pm_dispatcher",
            self.make_estate("Elsewhere"),
        )
        self.assertFalse(self.rows(stranger))
