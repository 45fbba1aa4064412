"""The needs of customers, up to the plan that they become."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .service_plan_common import PlanCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestRequirement(PlanCase):
    def test_numbered_and_placed_where_the_customer_is(self):
        needs = self.make_requirement() | self.make_requirement("Guard the door")
        self.assertEqual(needs.property_id, self.office)
        self.assertEqual(needs.estate_id, self.estate)
        self.assertRegex(needs[0].name, r"^REQ/2026/\d{4}$")
        self.assertEqual(len(set(needs.mapped("name"))), 2)
        self.assertEqual(needs[0].channel_id.code, "counter")

    def test_form_proposes_the_property(self):
        self.make_occupancy(
            self.make_part(self.estate, "parking", "P1"), self.firm, "2026-01-01"
        )
        with Form(self.env["pm.requirement"].with_user(self.service)) as form:
            form.title = "A need"
            form.partner_id = self.firm
            self.assertEqual(form.property_id, self.office, "before the parking space")
        self.assertEqual(form.record.property_id, self.office)

    def test_analysed_with_a_category_only(self):
        need = self.make_requirement(category_id=False)
        with self.assertRefused(UserError, "service category"):
            need.action_analyse()
        need.category_id = self.cleaning
        need.action_analyse()
        self.assertEqual(need.state, "analysed")

    def test_declined_with_a_reason_only(self):
        need = self.make_requirement()
        with self.assertRefused(UserError, "why"):
            need.action_decline()
        need.decline_reason = "Not ours"
        need.action_decline()
        self.assertEqual(need.state, "declined")
        with self.assertRefused(UserError, "in state"):
            need.action_analyse()
        need.action_reset()
        self.assertEqual((need.state, need.decline_reason), ("new", False))

    def test_a_prospect_becomes_one_customer(self):
        needs = self.env["pm.requirement"]
        for title in ("One", "Two"):
            needs |= self.make_requirement(
                title,
                partner_id=False,
                prospect_name="New Firm",
                prospect_phone="13900000000",
                property_id=self.estate.id,
            )
        with self.assertRefused(UserError, "prospect"):
            needs.action_make_plan()
        needs.action_make_customer()
        self.assertEqual(len(needs.partner_id), 1)
        self.assertEqual(needs.partner_id.pm_estate_id, self.estate)
        self.assertEqual(needs.partner_id.phone, "13900000000")
        with self.assertRefused(UserError, "already"):
            needs.action_make_customer()

    def test_a_name_alone_is_not_a_customer(self):
        self.make_partner("Wang Wei")
        needs = self.make_requirement(
            partner_id=False, prospect_name="Wang Wei", property_id=self.estate.id
        ) | self.make_requirement(
            partner_id=False, prospect_name="Wang Wei", property_id=self.estate.id
        )
        needs.action_make_customer()
        self.assertEqual(len(needs.partner_id), 1)
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=", "Wang Wei")]), 2
        )

    @mute_logger("odoo.sql_db")
    def test_somebody_has_the_need(self):
        with self.assertRaisesRegex(Exception, "customer_known"):
            self.make_requirement(partner_id=False, property_id=self.estate.id)

    def test_plan_from_needs_of_one_customer(self):
        needs = self.make_requirement(
            budget=500, frequency="Twice a day", expected_standard="No dust"
        ) | self.make_requirement("Guard", category_id=self.security.id)
        needs[0].action_analyse()
        action = needs.action_make_plan()
        plan = self.env["pm.service.plan"].browse(action["res_id"])
        self.assertEqual(plan.partner_id, self.firm)
        self.assertEqual(plan.property_ids, self.office)
        self.assertEqual(set(needs.mapped("state")), {"planned"})
        # in the order of the categories
        self.assertRecordValues(
            plan.line_ids,
            [
                {"name": "Guard", "method": "included", "amount_month": 0},
                {
                    "name": "Clean the office",
                    "method": "whole",
                    "amount_month": 500,
                },
            ],
        )
        line = plan.line_ids[1]
        self.assertEqual(line.requirement_id, needs[0])
        self.assertEqual((line.standard, line.frequency), ("No dust", "Twice a day"))
        with self.assertRefused(UserError, "in state"):
            needs.action_make_plan()

    def test_no_plan_for_two_customers(self):
        other = self.make_requirement(
            partner_id=self.owner.id, property_id=self.unit.id
        )
        needs = self.make_requirement() | other
        with self.assertRefused(UserError, "one customer"):
            needs.action_make_plan()
        self.assertFalse(needs.plan_id)

    def test_a_need_joins_and_leaves_a_plan(self):
        plan = self.make_plan()
        need = self.make_requirement()
        plan.requirement_ids = [Command.link(need.id)]
        self.assertEqual(need.state, "planned")
        plan.action_fill_from_requirements()
        plan.action_fill_from_requirements()
        self.assertEqual(len(plan.line_ids), 3)
        self.assertEqual(plan.line_ids[2].requirement_id, need)
        plan.requirement_ids = [Command.unlink(need.id)]
        self.assertEqual(need.state, "analysed")
        stranger = self.make_requirement(
            partner_id=self.owner.id, property_id=self.unit.id
        )
        with self.assertRefused(UserError, "another customer"):
            stranger.plan_id = plan

    def test_a_planned_need_is_kept(self):
        need = self.make_requirement(user=self.manager)
        need.action_make_plan()
        with self.assertRefused(UserError, "stays on file"):
            need.unlink()
        need.plan_id.unlink()
        self.assertEqual(need.state, "analysed")
        need.unlink()
