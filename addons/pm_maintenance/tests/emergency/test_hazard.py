"""Hazards: found by anybody, graded by rule, put right, looked at by somebody else."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestHazard(EmergencyCase):
    def find(self, user=None, **vals):
        hazards = self.env["pm.hazard"].with_user(user or self.guard.user_id)
        return hazards.create(
            {"name": "Fire door wedged", "property_id": self.building.id, **vals}
        )

    def assigned(self):
        hazard = self.find(likelihood="3", consequence="2")
        mine = hazard.with_user(self.manager)
        mine.action_grade()
        mine.owner_id = self.engineer.user_id
        mine.action_assign()
        return hazard

    def test_the_whole_way(self):
        hazard = self.assigned()
        self.assertTrue(hazard.number)
        self.assertEqual(hazard.score, 6)
        self.assertEqual(
            hazard.grade_id, self.env.ref("pm_maintenance.pm_hazard_grade_considerable")
        )
        self.assertEqual(
            hazard.date_due, self.estate._today() + timedelta(days=hazard.grade_id.days)
        )
        self.assertEqual(hazard.activity_ids.user_id, self.engineer.user_id)
        with self.assertRaises(AccessError):
            hazard.with_user(self.guard.user_id).action_fixed("Done")
        hazard.with_user(self.engineer.user_id).action_fixed("Wedge taken away")
        with self.assertRaisesRegex(AccessError, "somebody else"):
            hazard.with_user(self.engineer.user_id).action_recheck()
        hazard.with_user(self.guard.user_id).action_redo("It is wedged again")
        self.assertEqual((hazard.state, hazard.redo_count), ("assigned", 1))
        hazard.with_user(self.engineer.user_id).action_fixed("Closer mounted")
        hazard.with_user(self.guard.user_id).action_recheck()
        self.assertEqual(hazard.state, "closed")
        self.assertEqual(hazard.rechecked_by_id, self.guard.user_id)

    def test_grading_needs_both(self):
        hazard = self.find(likelihood="3").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "likelihood and consequence"):
            hazard.action_grade()
        with self.assertRaises(AccessError):
            hazard.with_user(self.guard.user_id).action_grade()

    def test_a_serious_one_is_told_at_once_and_once(self):
        hazard = self.find(likelihood="4", consequence="5")
        self.assertTrue(hazard.is_serious)
        self.assertEqual(hazard.activity_ids.user_id, self.manager)
        hazard.with_user(self.manager).consequence = "4"
        self.assertEqual(len(hazard.activity_ids), 1)

    def test_the_grade_is_a_rule(self):
        self.env.ref("pm_maintenance.pm_hazard_grade_considerable").score_from = 3
        self.env.ref("pm_maintenance.pm_hazard_grade_serious").score_from = 5
        self.assertTrue(self.find(likelihood="3", consequence="2").is_serious)

    def test_an_order_is_made_once(self):
        hazard = self.assigned().with_user(self.manager)
        first = hazard.action_make_order()["res_id"]
        self.assertEqual(hazard.action_make_order()["res_id"], first)
        self.assertEqual(hazard.request_ids.hazard_id, hazard)

    def test_an_inspection_enters_the_same_finding_once(self):
        Hazard = self.env["pm.hazard"]
        found = Hazard._hazard_from(
            self.unit, "Loose cable", reference="round/7", likelihood=2, consequence=4
        )
        again = Hazard._hazard_from(self.unit, "Loose cable", reference="round/7")
        self.assertEqual(found, again)
        self.assertEqual((found.source, found.score), ("round", 8))

    def test_overdue_climbs_the_levels_once_each(self):
        hazard = self.assigned().sudo()
        hazard._as_step().date_due = fields.Date.today() - timedelta(days=2)
        self.assertTrue(hazard.is_overdue)
        for _round in range(3):
            with self.enter_registry_test_mode():
                self.env.ref("pm_maintenance.ir_cron_hazard").method_direct_trigger()
        warned = hazard.activity_ids.filtered(lambda one: "overdue" in one.summary)
        self.assertEqual(
            sorted(warned.user_id.ids),
            sorted((self.engineer.user_id | self.manager).ids),
        )
        self.assertEqual(len(warned), 2)
        self.assertEqual(hazard.escalation, 2)

    def test_what_was_assigned_is_not_moved_by_its_finder(self):
        hazard = self.assigned()
        with self.assertRaises(AccessError):
            hazard.with_user(self.guard.user_id).date_due = "2099-01-01"

    def test_no_hazard_with_a_reason(self):
        hazard = self.find()
        with self.assertRaisesRegex(UserError, "Say why"):
            hazard.with_user(self.manager).action_dismiss("")
        hazard.with_user(self.manager).action_dismiss("A dummy of the fire brigade")
        self.assertEqual(hazard.state, "dismissed")

    def test_the_grades_cost_the_same(self):
        hazards = self.env["pm.hazard"]
        for number in range(6):
            hazards |= self.find(likelihood=str(number % 5 + 1), consequence="3")
        self.assertQueriesDoNotGrow(
            hazards.sudo(), lambda some: some.mapped("is_overdue")
        )
