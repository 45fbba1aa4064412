"""Rounds are made by plans: once, in the hours of the estate, of the route it has."""

from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.pm_core.tests.common import CRON_LOGGER

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestPlans(RoundCase):
    def rounds(self, plan=None):
        return self.env["pm.inspection"].search(
            [("plan_id", "=", (plan or self.plan).id)], order="date_from"
        )

    def test_twice_makes_nothing_twice(self):
        last = fields.Date.today() + timedelta(days=9)
        made = self.plan._generate(last)
        self.assertTrue(made)
        count = len(self.rounds())
        self.assertFalse(self.plan._generate(last))
        self.assertEqual(len(self.rounds()), count)
        self.assertEqual(len(made[:1].line_ids), 6)
        self.assertEqual(made[:1].point_count, 3)
        self.assertEqual(made[:1].point_missed, 3)

    def test_the_database_refuses_a_second_one(self):
        round_ = self.plan._generate()[:1]
        with self.assertRefused(Exception, "pm_inspection_once"):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "INSERT INTO pm_inspection (plan_id, day, minute, property_id,"
                    " area, state, date_from, date_to, date_limit) SELECT plan_id,"
                    " day, minute, property_id, area, state, date_from, date_to,"
                    " date_limit FROM pm_inspection WHERE id = %s",
                    [round_.id],
                )

    @freeze_time("2027-01-01 03:00:00")
    def test_the_31st_does_not_drift(self):
        plan = self.make_plan(
            schedule_start="2027-01-31", schedule_unit="month", schedule_every=1
        )
        plan._generate(date(2027, 5, 31))
        self.assertEqual(
            self.rounds(plan).mapped("day"),
            [
                date(2027, 1, 31),
                date(2027, 2, 28),
                date(2027, 3, 31),
                date(2027, 4, 30),
                date(2027, 5, 31),
            ],
        )

    @freeze_time("2027-01-01 03:00:00")
    def test_hours_are_those_of_the_estate(self):
        """From ten at night to six, every two hours: four rounds, over midnight."""
        plan = self.make_plan(
            schedule_start="2027-01-10",
            schedule_unit=False,
            window_ids=[
                Command.create({"hour_from": 22, "hour_to": 6, "every_hours": 2})
            ],
        )
        plan._generate(date(2027, 1, 31))
        self.assertEqual(
            self.rounds(plan).mapped("date_from"),
            [datetime(2027, 1, 10, hour) for hour in (14, 16, 18, 20)],
        )
        self.assertEqual(self.rounds(plan)[-1].date_to, datetime(2027, 1, 10, 22))

    @freeze_time("2027-01-10 08:00:00")
    def test_hours_that_are_over_are_left_out(self):
        """It is four in the afternoon at the estate."""
        plan = self.make_plan(
            schedule_start="2027-01-10",
            schedule_unit=False,
            window_ids=[
                Command.create({"hour_from": 8, "hour_to": 10}),
                Command.create({"hour_from": 18, "hour_to": 20}),
            ],
        )
        plan._generate()
        self.assertEqual(
            self.rounds(plan).mapped("date_from"), [datetime(2027, 1, 10, 10)]
        )

    def test_an_item_for_some_points_only(self):
        self.plan.item_ids[1].point_ids = self.points[0]
        round_ = self.plan._generate()[:1]
        self.assertEqual(len(round_.line_ids), 4)

    def test_a_changed_plan_changes_what_is_to_come(self):
        """What somebody has begun stays as it was."""
        rounds = self.plan._generate()
        begun, next_one = rounds[-1], rounds[-2]
        begun.with_user(self.inspector).action_start()
        day = next_one.day
        self.plan.stop_ids[-1].unlink()
        self.plan.write({"window_ids": [Command.create({"hour_from": 6})]})
        self.assertFalse(next_one.exists())
        self.assertEqual(len(begun.line_ids), 6)
        anew = self.rounds().filtered(lambda one: one.day == day)
        self.assertEqual(len(anew.line_ids), 4)

    def test_an_archived_plan_makes_none(self):
        self.plan._generate()
        self.plan.active = False
        self.assertFalse(
            self.rounds().filtered(lambda one: one.date_from > fields.Datetime.now())
        )
        self.assertFalse(self.plan._generate())

    def test_a_plan_that_was_walked_stays(self):
        unused = self.make_plan(name="Unused")
        unused._generate()
        unused.unlink()
        self.plan._generate()[:1].with_user(self.inspector).action_start()
        with self.assertRefused(UserError, "Archive the plan"):
            self.plan.unlink()

    def test_points_are_of_the_estate(self):
        far = self.env["pm.inspection.point"].create(
            {"name": "Far", "property_id": self.make_estate("Other").id}
        )
        with self.assertRefused(ValidationError, "cannot stop there"):
            self.plan.point_ids |= far

    def test_points_are_named_at_once_too(self):
        self.plan.point_ids = self.points[1:]
        self.assertEqual(self.plan.stop_ids.point_id, self.points[1:])

    def test_a_bad_plan_stops_no_other(self):
        """The night's job goes on, and tells who keeps the plan."""
        rounds = self.env["pm.inspection"]
        bad = self.make_plan(name="Bad")
        plans = type(bad)
        spans = plans._day_spans

        reason = "nobody foresaw it"

        def fail(plan):
            if plan == bad:
                raise UserError(reason)
            return spans(plan)

        self.patch(plans, "_day_spans", fail)
        with self.enter_registry_test_mode(), self.assertLogs(CRON_LOGGER, "WARNING"):
            cron = self.env.ref("pm_maintenance.ir_cron_inspection_generate")
            cron.method_direct_trigger()
        self.assertTrue(rounds.search([("plan_id", "=", self.plan.id)]))
        self.assertFalse(rounds.search([("plan_id", "=", bad.id)]))
        self.assertTrue(bad.activity_ids)

    def test_a_template_becomes_a_plan(self):
        template = self.env["pm.inspection.template"].create(
            {
                "name": "Night patrol",
                "area": "patrol",
                "hour_from": 22,
                "hour_to": 6,
                "every_hours": 2,
                "item_ids": [Command.create({"name": "Doors closed"})],
            }
        )
        wizard = self.env["pm.inspection.plan.apply"].create(
            {
                "template_ids": template.ids,
                "property_id": self.estate.id,
                "point_ids": self.points.ids,
            }
        )
        plan = self.env["pm.inspection.plan"].search(wizard.action_apply()["domain"])
        self.assertEqual(plan.item_ids.mapped("name"), ["Doors closed"])
        self.assertEqual(plan.window_ids.every_hours, 2)
        self.assertEqual(plan.point_ids, self.points)
        template.item_ids.name = "Doors locked"
        self.assertEqual(plan.item_ids.name, "Doors closed")

    def test_checks_from_the_service_standards(self):
        """What was promised is looked at: as a limit where something is counted."""
        plan = self.make_plan(area="cleaning")
        head = self.make_user(
            "pm_cleaning_head", "pm_core.group_pm_estate_manager", self.estate
        )
        pages = self.env["pm.inspection.standards"].with_user(head)
        page = pages.create({"plan_id": plan.id})
        cleaning = self.env.ref("pm_core.service_category_cleaning")
        self.assertEqual(page.standard_ids.category_id, cleaning)
        before = plan.item_ids
        page.action_apply()
        items = plan.item_ids - before
        self.assertEqual(items.standard_id, page.standard_ids)
        waste = items.filtered(lambda item: item.standard_id.code == "CLN-05")
        self.assertEqual(
            (waste.kind, waste.unit, waste._limits()), ("number", "bins", (0, 0))
        )
        self.assertEqual(waste._read_value("1"), ("1", True))
        # a share of many points is none of one
        walls = items.filtered(lambda item: item.standard_id.code == "CLN-06")
        self.assertEqual(walls.kind, "yes_no")
        self.assertIn("Cobwebs", walls.note)
        again = pages.create({"plan_id": plan.id})
        self.assertFalse(again.standard_ids & page.standard_ids)
        again.standard_ids = page.standard_ids
        with self.assertRefused(UserError, "does not check yet"):
            again.action_apply()
        guard = self.make_user("pm_guard", "pm_maintenance.group_pm_guard", self.estate)
        with self.assertRaises(AccessError):
            pages.with_user(guard).create({"plan_id": plan.id})

    def test_many_plans_cost_no_more_queries(self):
        plans = self.plan | self.make_plan(name="B") | self.make_plan(name="C")
        plans._generate()
        self.assertQueriesDoNotGrow(plans, lambda some: some._generate())
