"""Plans: shipped ones, those of estates, versions, reviews."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestEmergencyPlan(EmergencyCase):
    def test_eight_plans_are_shipped_and_hold(self):
        plans = self.env["pm.emergency.plan"].search([("is_default", "=", True)])
        self.assertEqual(len(plans.type_id), 8)
        self.assertEqual(set(plans.mapped("state")), {"in_force"})
        for plan in plans:
            with self.subTest(plan=plan.name):
                self.assertGreaterEqual(len(plan.step_ids), 8)
                self.assertTrue(plan.call_ids and plan.contact_ids)
                self.assertTrue(plan.source and plan.purpose)

    def test_lift_rescue_within_thirty_minutes(self):
        plan = self.env.ref("pm_maintenance.pm_emergency_plan_lift")
        self.assertIn(30, plan.step_ids.mapped("minutes"))

    def test_one_press_gives_an_estate_its_own(self):
        shared = self.env.ref("pm_maintenance.pm_emergency_plan_fire")
        setup = (
            self.env["pm.emergency.setup"]
            .with_user(self.manager)
            .create({"estate_ids": self.estate.ids})
        )
        self.assertIn(shared, setup.plan_ids)
        setup.action_apply()
        own = self.env["pm.emergency.plan"].search(
            [("estate_id", "=", self.estate.id), ("template_id", "=", shared.id)]
        )
        self.assertEqual(own.state, "draft")
        self.assertEqual(len(own.step_ids), len(shared.step_ids))
        self.assertEqual(own.name, shared.name)
        setup.action_apply()
        self.assertEqual(
            self.env["pm.emergency.plan"].search_count(
                [("estate_id", "=", self.estate.id), ("template_id", "=", shared.id)]
            ),
            1,
        )
        # the manager adapts it, which the shared one is not open to
        own.with_user(self.manager).step_ids[0].minutes = 2
        with self.assertRaises(AccessError):
            shared.with_user(self.manager).step_ids[0].minutes = 2

    def test_what_holds_is_the_own_one_once_it_is_approved(self):
        fire = self.env.ref("pm_maintenance.pm_emergency_type_fire")
        shared = self.env.ref("pm_maintenance.pm_emergency_plan_fire")
        own = shared._apply(self.estate)

        def usable():
            plans = self.env["pm.emergency.plan"]._usable(self.estate)[self.estate]
            return plans.filtered(lambda plan: plan.type_id == fire)

        self.assertEqual(usable(), shared)
        own._as_step().state = "in_force"
        self.assertEqual(usable(), own)

    def test_lines_are_locked_with_their_plan(self):
        mine = self.plan.with_user(self.manager)
        for change in (
            lambda: mine.step_ids[0].write({"minutes": 1}),
            lambda: mine.step_ids[0].unlink(),
            lambda: mine.call_ids[0].write({"mode": "all"}),
            lambda: mine.env["pm.emergency.plan.contact"].create(
                {"plan_id": mine.id, "name": "X"}
            ),
        ):
            with self.assertRefused(UserError, "no draft any more"):
                change()
        new = self.env["pm.emergency.plan"].browse(mine.action_new_version()["res_id"])
        self.assertEqual(len(new.step_ids), 3)
        new.with_user(self.manager).step_ids[0].minutes = 1
        self.assertIn("≤ 1 min", str(new.changes))

    def test_a_plan_is_approved_by_somebody_else_s_level(self):
        draft = self.plan._new_version().with_user(self.manager)
        draft.action_submit()
        self.assertEqual(draft.state, "approval")
        draft.with_user(self.manager).validate_tier()
        self.assertEqual(draft.state, "in_force")
        self.assertEqual(self.plan.state, "replaced")
        self.assertEqual(
            draft.review_date, fields.Date.add(fields.Date.today(), months=12)
        )

    def test_a_plan_without_people_is_not_submitted(self):
        empty = self.env["pm.emergency.plan"].create(
            {"name": "Empty", "type_id": self.type.id, "estate_id": self.estate.id}
        )
        with self.assertRaisesRegex(UserError, "no call tree"):
            empty.action_submit()

    def test_reminded_of_the_review_once(self):
        self.plan.user_id = self.manager
        self.plan._as_step().review_date = fields.Date.today() + timedelta(days=3)
        for _round in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "pm_maintenance.ir_cron_emergency_review"
                ).method_direct_trigger()
        mine = self.plan.activity_ids.filtered(lambda one: one.user_id == self.manager)
        self.assertEqual(len(mine), 1)
        self.plan.with_user(self.manager).action_reviewed()
        self.assertGreater(self.plan.review_date, fields.Date.today())
