"""Whose work was found clean, or not: figures of cleaners and gardeners."""

from odoo import fields
from odoo.tests import tagged

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestKeepers(RoundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.halls = cls.env["pm.duty.post"].create(
            {"name": "Halls", "property_id": cls.estate.id}
        )
        cls.plan.write({"area": "cleaning", "work_post_id": cls.halls.id})
        cls.cleaner, cls.other = cls.env["hr.employee"].create(
            [{"name": name, "pm_estate_id": cls.estate.id} for name in ("Li", "Wu")]
        )

    def shift(self, employee, start, stop):
        now = fields.Datetime.now()
        return self.env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": self.halls.id,
                "shift_id": self.env.ref("pm_core.pm_duty_shift_day").id,
                "date": fields.Datetime.add(now, hours=start).date(),
                "start": fields.Datetime.add(now, hours=start),
                "stop": fields.Datetime.add(now, hours=stop),
            }
        )

    def walked(self, point=0, value="yes"):
        round_ = self.make_round()
        self.send(self.visit(round_, self.points[point], values=(value, "3")))
        return round_.line_ids.filtered("answered_at")

    def test_who_keeps_the_point(self):
        self.points[0].keeper_id = self.cleaner
        self.shift(self.other, -4, 4)
        self.assertEqual(self.walked().keeper_id, self.cleaner)
        self.assertEqual(self.walked(point=1).keeper_id, self.other)

    def test_who_had_the_shift_last(self):
        """The evening check is of the morning's work; the day before is not."""
        self.shift(self.other, -40, -32)
        self.assertFalse(self.walked().keeper_id)
        self.shift(self.cleaner, -8, -1)
        self.assertEqual(self.walked().keeper_id, self.cleaner)

    def test_two_who_worked_together(self):
        self.shift(self.cleaner, -4, 4)
        duty = self.shift(self.other, -4, 4)
        self.assertFalse(self.walked().keeper_id)
        duty.action_absent()
        self.assertEqual(self.walked().keeper_id, self.cleaner)

    def test_it_stays_what_it_was(self):
        self.points[0].keeper_id = self.cleaner
        lines = self.walked()
        self.points[0].keeper_id = self.other
        lines.inspection_id._settle()
        self.assertEqual(lines.keeper_id, self.cleaner)

    def test_at_the_desk_too(self):
        self.points.keeper_id = self.cleaner
        round_ = self.make_round()
        for line in round_.line_ids:
            line.value = "3" if line.kind == "number" else "yes"
        round_.with_user(self.dispatcher).action_submit()
        self.assertEqual(round_.line_ids.keeper_id, self.cleaner)

    def test_the_figure_of_a_person(self):
        self.points[0].keeper_id = self.cleaner
        self.points[1].keeper_id = self.other
        self.walked()
        self.walked(value="no")
        self.walked(point=1)
        self.env.flush_all()
        today = fields.Date.context_today(self.env.user)
        month = fields.Date.start_of(today, "month"), fields.Date.end_of(today, "month")
        kpi = self.env.ref("pm_core.kpi_cleaning")
        kpi.employee_path = "keeper_id"
        for employee, wanted in ((self.cleaner, 75), (self.other, 100)):
            figure = kpi._measure(*month, {"estate": self.estate, "employee": employee})
            self.assertEqual(figure.value, wanted)

    def test_many_lines_are_read_together(self):
        self.shift(self.cleaner, -4, 4)
        round_ = self.make_round()
        for number in range(3):
            self.send(self.visit(round_, self.points[number]))
        lines = round_.line_ids
        lines._as_step().keeper_id = False
        self.assertQueriesDoNotGrow(lines, lambda some: some._set_keepers())
