from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.migration import load_script
from odoo.tools import file_path

from ...engine.ages import Unreadable, due_days, read_ages
from ..common import OrderCase


class TestPlanAge(OrderCase):
    """Tests of lifts come in the years of their age that the law names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env["maintenance.equipment"].create(
            {
                "name": "Lift 1",
                "property_id": cls.building.id,
                "effective_date": "2020-02-29",
            }
        )
        cls.template = cls.env["pm.maintenance.plan.template"].create(
            {
                "name": "Official test",
                "schedule_unit": "year",
                "due_ages": "1, 4，7、9",
            }
        )

    def days(self, until, **vals):
        plan = self.template._apply(self.lift, start=date(2020, 3, 1))
        plan.write(vals)
        slots = plan._schedule_slots(date(2020, 1, 1), until)[plan.id]
        return [day for _number, day, _works in slots]

    def test_in_the_years_of_age_and_yearly_after_that(self):
        self.assertEqual(
            self.days(date(2031, 12, 31)),
            [
                date(2021, 2, 28),
                date(2024, 2, 29),
                date(2027, 2, 28),
                date(2029, 2, 28),
                date(2030, 2, 28),
                date(2031, 2, 28),
            ],
        )

    def test_not_any_more_after_the_last(self):
        days = self.days(date(2035, 1, 1), after_ages="none")
        self.assertEqual(days[-1], date(2029, 2, 28))

    def test_one_order_after_the_other(self):
        plan = self.template._apply(self.lift, start=date(2026, 1, 1))
        self.assertEqual(plan.day_to_come, date(2027, 2, 28))
        self.assertFalse(plan._generate(date(2027, 2, 27)))
        order = plan._generate(date(2027, 2, 28))
        self.assertEqual(order.planned_day, date(2027, 2, 28))
        order._as_step().write({"state": "closed", "done_at": "2027-02-20 04:00:00"})
        self.assertEqual(plan.day_to_come, date(2029, 2, 28))
        # the papers say another day than the register did
        self.lift.effective_date = "2020-06-30"
        self.assertEqual(plan.day_to_come, date(2027, 6, 30))

    def test_in_words(self):
        plan = self.template._apply(self.lift, start=date(2026, 1, 1))
        self.assertEqual(
            plan.schedule_summary, "in the years of age 1, 4, 7, 9, then every 1 years"
        )

    # plans that are older than the rule of their template

    def old_plan(self):
        self.template.due_ages = False
        plan = self.template._apply(self.lift, start=date(2026, 1, 1))
        plan.counts_from = "done"
        return plan

    def asked(self, plan):
        kind = self.env.ref("pm_maintenance.mail_activity_plan_rule")
        return plan.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_a_rule_that_is_newer_changes_no_plan(self):
        manager = self.make_user(
            "pm_rule_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        plan = self.old_plan()
        before = plan.schedule_summary, plan.day_to_come
        self.assertFalse(plan.is_rule_newer)
        self.template.due_ages = "1, 4, 7, 9"
        self.assertEqual((plan.schedule_summary, plan.day_to_come), before)
        self.assertTrue(plan.is_rule_newer)
        self.assertIn(plan, plan.search([("is_rule_newer", "=", True)]))
        self.assertEqual(self.asked(plan).user_id, manager)
        # said once, whatever is written again
        plan._tell_rule()
        self.template.due_ages = "1, 4, 7"
        self.assertEqual(len(self.asked(plan)), 1)
        mine = plan.with_user(manager)
        mine.action_take_rule()
        self.assertEqual((plan.due_ages, plan.counts_from), ("1, 4, 7", "plan"))
        self.assertEqual(plan.day_to_come, date(2027, 2, 28))
        self.assertFalse(self.asked(plan))
        self.assertFalse(plan.is_rule_newer)
        with self.assertRefused(UserError, "no rule"):
            mine.action_take_rule()

    def test_a_plan_keeps_its_own_interval(self):
        manager = self.make_user(
            "pm_rule_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        plan = self.old_plan()
        self.template.due_ages = "1, 4, 7, 9"
        for user in (self.technician, self.dispatcher):
            with self.assertRaises(AccessError):
                plan.with_user(user).action_keep_rule()
        plan.with_user(manager).action_keep_rule()
        self.assertFalse(plan.is_rule_newer)
        self.assertFalse(plan.due_ages)
        self.assertFalse(self.asked(plan))
        self.assertNotIn(plan, plan.search([("is_rule_newer", "=", True)]))

    def test_old_databases_ask_about_their_lifts(self):
        self.make_user(
            "pm_rule_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        template = self.env.ref("pm_maintenance.pm_maintenance_plan_template_lift_test")
        template.due_ages = False
        plan = template._apply(self.lift, start=date(2026, 1, 1))
        path = file_path("pm_maintenance/migrations/19.0.1.2.0/post-plans.py")
        load_script(path, "post_plans").migrate(self.env.cr, "19.0.1.1.0")
        self.assertFalse(plan.due_ages)
        self.assertTrue(self.asked(plan))

    def test_bad_lists(self):
        for text in ("1, 1", "4, 1", "0", "one", "1,,x", "101", "-1"):
            with self.subTest(text=text):
                with self.assertRaises(Unreadable):
                    read_ages(text)
                with self.assertRefused(ValidationError, "years of age"):
                    self.template.due_ages = text

    def test_a_place_has_no_age(self):
        with self.assertRefused(ValidationError, "age of a machine"):
            self.template._apply(places=self.building)

    def test_official_and_self_test_share_the_years(self):
        """What is shipped: each of the first 15 years has one test, and no more."""
        begun = date(2020, 1, 31)
        # as after the migration of a database that had them before
        template = self.env.ref("pm_maintenance.pm_maintenance_plan_template_lift_test")
        template.due_ages = template.due_ages or "1, 4, 7, 9, 11, 13, 15"
        ages = [
            read_ages(
                self.env.ref(
                    f"pm_maintenance.pm_maintenance_plan_template_{name}"
                ).due_ages
            )
            for name in ("lift_test", "lift_self_test")
        ]
        days = [
            day
            for some in ages
            for _number, day in due_days(begun, some, begun, date(2035, 12, 31))
        ]
        self.assertEqual(
            sorted(day.year for day in days), list(range(2021, 2036)), sorted(days)
        )

    def make_plan(self, **vals):
        return self.env["pm.maintenance.plan"].create(
            {
                "name": "Service",
                "equipment_id": self.lift.id,
                "schedule_start": "2027-01-31",
                "schedule_unit": "month",
                **vals,
            }
        )

    def test_left_out_once(self):
        plan = self.make_plan()
        manager = self.make_user(
            "pm_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        order = plan._generate(date(2027, 1, 31))
        page = (
            self.env["pm.maintenance.skip"]
            .with_user(manager)
            .create({"plan_id": plan.id, "reason": "The machine is replaced"})
        )
        self.assertEqual(page.day, date(2027, 1, 31))
        page.action_apply()
        self.assertEqual(order.state, "cancelled")
        self.assertFalse(plan._generate(date(2027, 2, 27)))
        self.assertEqual(plan._generate(date(2027, 2, 28)).planned_day.month, 2)
        self.assertIn("replaced", "".join(plan.message_ids.mapped("body")))

    def test_left_out_without_an_order_and_counted_from_done(self):
        plan = self.make_plan(counts_from="done")
        plan.action_skip("Snow")
        self.assertEqual(plan.day_to_come, date(2027, 2, 28))
        self.assertFalse(plan.last_done)
        plan.action_skip("Snow again")
        self.assertEqual(plan.day_to_come, date(2027, 3, 28))

    def test_what_is_not_left_out(self):
        plan = self.make_plan()
        for reason in (None, " ", 7):
            with self.assertRefused(UserError, "why"):
                plan.action_skip(reason)
        order = self.given_to(self.technician, plan._generate(date(2027, 1, 31)))
        order.action_accept()
        with self.assertRefused(UserError, "worked on"):
            plan.action_skip("Snow")
        statutory = self.make_plan(is_statutory=True)
        with self.assertRefused(UserError, "by law"):
            statutory.action_skip("Snow")

    def test_what_is_overdue_is_not_when_it_was_left_out(self):
        start = fields.Date.today() - timedelta(days=40)
        plan = self.make_plan(schedule_start=start, schedule_unit="year")
        self.assertTrue(plan.is_overdue)
        plan.action_skip("Not needed this year")
        self.assertFalse(plan.is_overdue)
