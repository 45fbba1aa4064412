"""Service plans: amounts, versions, what the customer decides, the contract."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import file_path, mute_logger

from .service_plan_common import PlanCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestServicePlan(PlanCase):
    def test_amounts(self):
        plan = self.make_plan()
        self.assertEqual(plan.area, 200)
        self.assertEqual(plan.line_ids.mapped("amount_month"), [500, 300])
        self.assertEqual((plan.amount_month, plan.amount_year), (800, 9600))
        plan.area = 100
        self.assertEqual(plan.amount_month, 550)
        whole = self.make_plan(property_ids=False)
        self.assertEqual(
            whole.area,
            sum((self.unit | self.other_unit | self.office).mapped("gross_area")),
        )

    def test_text_of_the_manual_is_taken_over(self):
        standard = self.env["pm.service.standard"].create(
            {
                "code": "T-01",
                "name": "Lobby",
                "category_id": self.cleaning.id,
                "requirement": "Floor without stains",
                "measure": "Spots",
                "comparison": "at_most",
                "target": 2,
                "frequency_unit": "day",
                "check_method": "Round",
                "state": "in_force",
            }
        )
        line = self.make_plan().line_ids[0]
        line.standard_id = standard
        self.assertEqual(line.standard, "Floor without stains\nSpots ≤ 2")
        self.assertEqual(line.frequency, standard.frequency)
        self.assertEqual(line.check_method, "Round")
        line.standard = "Without stains, and dry"
        self.assertEqual(line.standard, "Without stains, and dry")

    def test_manager_approves(self):
        plan = self.make_plan()
        plan.action_submit()
        self.assertEqual(plan.state, "approval")
        self.assertFalse(plan.with_user(self.service).can_review)
        with self.assertRefused(UserError, "in approval"):
            plan.line_ids[0].price = 1
        with self.assertRefused(AccessError, "wait for your decision"):
            plan.with_user(self.service).validate_tier()
        plan.with_user(self.manager).validate_tier()
        self.assertEqual(plan.state, "approved")
        self.assertTrue(plan.approval_date)

    def test_no_state_by_hand(self):
        plan = self.make_plan()
        for state in ("approved", "presented", "accepted"):
            with self.subTest(state=state), self.assertRefused(AccessError, "by hand"):
                plan.state = state
        with self.assertRefused(AccessError, "by hand"):
            self.make_plan(state="accepted")

    def test_incomplete_is_not_submitted(self):
        with self.assertRefused(UserError, "offers nothing"):
            self.make_plan(line_ids=False).action_submit()
        with self.assertRefused(UserError, "area is 0"):
            self.make_plan(area=0).action_submit()

    def test_what_is_no_draft_stays_as_it_is(self):
        plan = self.present(self.make_plan())
        self.assertEqual(str(plan.presented_date), "2026-11-15")
        self.assertEqual(str(plan.valid_until), "2026-12-15")
        for change in (
            lambda: plan.write({"title": "Other"}),
            lambda: plan.line_ids[0].write({"surcharge": 1}),
            lambda: plan.line_ids[0].unlink(),
            lambda: plan.line_ids[0].copy({"plan_id": plan.id}),
            lambda: plan.with_user(self.manager).unlink(),
        ):
            with self.assertRefused(UserError, "new version|stays on file"):
                change()
        plan.valid_until = "2026-12-31"

    def test_versions_side_by_side(self):
        need = self.make_requirement()
        plan = self.make_plan()
        plan.requirement_ids = [Command.link(need.id)]
        self.present(plan)
        plan._ask_revision("Cheaper, please", self.firm)
        self.assertEqual(plan.activity_ids.user_id, self.service)
        new = self.env["pm.service.plan"].browse(plan.action_new_version()["res_id"])
        self.assertEqual((new.name, new.version), (plan.name, 2))
        self.assertEqual((new.previous_id, new.origin_id), (plan, plan))
        self.assertEqual(new.title, plan.title)
        self.assertEqual(new.change_reason, "Cheaper, please")
        self.assertEqual(need.plan_id, new)
        self.assertFalse(plan.activity_ids)
        # asked again, the draft is opened
        self.assertEqual(plan.action_new_version()["res_id"], new.id)
        self.assertEqual(plan.state, "presented", "until the new one is presented")
        self.assertEqual(
            [row["kind"] for row in new._comparison(plan)["lines"]], ["same", "same"]
        )
        cleaning, reception = new.line_ids
        self.assertEqual(cleaning.standard, "No dust")
        cleaning.write({"price": 2, "frequency": "Twice a day"})
        reception.unlink()
        new.line_ids = [
            Command.create(
                {
                    "name": "Plants",
                    "category_id": self.env.ref("pm_core.service_category_greening").id,
                    "method": "fixed",
                    "surcharge": 80,
                }
            )
        ]
        new.date_from = "2027-01-01"
        comparison = new._comparison(plan)
        self.assertEqual(
            {
                (row["new"] or row["old"]).name: row["kind"]
                for row in comparison["lines"]
            },
            {"Daily cleaning": "changed", "Plants": "added", "Reception": "removed"},
        )
        self.assertEqual(
            comparison["lines"][0]["cells"]["frequency"],
            ("Every day", "Twice a day", True),
        )
        self.assertEqual([head[0] for head in comparison["fields"]], ["Service From"])
        for text in ("Twice a day", "Every day", "Reception", "Plants", "Removed"):
            self.assertIn(text, new.changes)
        self.present(new)
        self.assertEqual(plan.state, "replaced")
        self.assertEqual(new.version_count, 2)

    def test_new_version_of_what_was_never_presented(self):
        plan = self.approve(self.make_plan())
        new = self.env["pm.service.plan"].browse(plan.action_new_version()["res_id"])
        self.assertEqual((plan.state, new.state, new.version), ("replaced", "draft", 2))
        self.assertFalse(plan.share_link)

    def test_compared_with_any_version_before(self):
        first = self.present(self.make_plan())
        Plan = self.env["pm.service.plan"]
        second = Plan.browse(first.action_new_version()["res_id"])
        second.line_ids[0].frequency = "Twice a day"
        self.present(second)
        third = Plan.browse(second.action_new_version()["res_id"])
        third.line_ids[1].surcharge = 250
        self.assertEqual(third.compared_id, second)
        self.assertNotIn("Every day", third.changes)
        with Form(third.with_user(self.service)) as form:
            form.compared_id = first
            self.assertIn("Every day", form.changes)
        self.assertEqual(
            [row["kind"] for row in third._comparison(first)["lines"]],
            ["changed", "changed"],
        )
        third.with_user(self.service).action_submit()
        with Form(third.with_user(self.manager)) as form:
            form.compared_id = first
            self.assertIn("Every day", form.changes)

    def test_the_customer_compares_with_what_was_seen(self):
        first = self.present(self.make_plan())
        Plan = self.env["pm.service.plan"]
        second = Plan.browse(first.action_new_version()["res_id"])
        self.approve(second)
        third = Plan.browse(second.action_new_version()["res_id"])
        self.assertEqual((third.previous_id, third._last_shown()), (second, first))
        self.assertFalse(first._last_shown())

    def test_a_copy_is_a_plan_of_its_own(self):
        plan = self.make_plan()
        copy = plan.copy()
        self.assertNotEqual(copy.name, plan.name)
        self.assertEqual((copy.origin_id, copy.version), (copy, 1))
        self.assertFalse(copy.line_ids.previous_line_id)

    def test_accepted_once(self):
        plan = self.present(self.make_plan())
        new = self.env["pm.service.plan"].browse(plan.action_new_version()["res_id"])
        with self.assertRefused(UserError, "who accepted"):
            plan.action_accept()
        plan.signed_by = "Ms Wang"
        plan.action_accept()
        self.assertEqual(plan.state, "accepted")
        self.assertTrue(plan.signed_on)
        self.approve(new)
        with self.assertRefused(UserError, "Version 1 .* has been accepted"):
            new.action_present()
        with self.assertRefused(UserError, "has been accepted"):
            plan.action_new_version()
        with self.assertRefused(UserError, "in state"):
            plan.action_accept()
        with self.assertRefused(AccessError, "manager"):
            plan.action_withdraw_acceptance()
        plan.with_user(self.manager).action_withdraw_acceptance()
        self.assertEqual(plan.state, "presented")
        self.assertFalse(plan.signed_by)
        new.action_present()
        self.assertEqual((plan.state, new.state), ("replaced", "presented"))

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_accepted(self):
        plan = self.present(self.make_plan())
        new = self.env["pm.service.plan"].browse(plan.action_new_version()["res_id"])
        plan._accept("Ms Wang")
        with self.assertRaisesRegex(Exception, "accepted_unique"):
            new.sudo()._as_step().state = "accepted"
            new.flush_recordset()

    def test_not_after_the_last_day(self):
        plan = self.present(self.make_plan(valid_until="2026-11-20"))
        with freeze_time("2026-11-20"):
            plan.invalidate_recordset(["is_overdue"])
            self.assertFalse(plan.is_overdue)
        with freeze_time("2026-11-21"):
            plan.invalidate_recordset(["is_overdue"])
            self.assertIn(
                plan, self.env["pm.service.plan"].search([("is_overdue", "=", True)])
            )
            plan.signed_by = "Ms Wang"
            with self.assertRefused(UserError, "was valid until"):
                plan.action_accept()
            plan.valid_until = "2026-11-30"
            plan.action_accept()
        self.assertEqual(plan.state, "accepted")

    def test_declined_frees_the_needs(self):
        need = self.make_requirement()
        plan = self.make_plan()
        plan.requirement_ids = [Command.link(need.id)]
        self.present(plan)
        with self.assertRefused(UserError, "why"):
            plan.action_decline()
        plan.decline_reason = "Too expensive"
        plan.action_decline()
        self.assertEqual((plan.state, need.state), ("declined", "analysed"))
        self.assertFalse(need.plan_id)

    def test_the_banner_says_who_approves(self):
        plan = self.make_plan()
        plan.action_submit()
        self.assertEqual(plan.state, "approval")
        group = plan.review_ids.reviewer_group_id
        self.assertIn(
            f"Waiting for the approval of {group.name}", plan.to_validate_message
        )
        self.assertEqual(plan.next_review, f"Level: {plan.review_ids.name}")
        plan.with_user(self.manager).validate_tier()
        plan.invalidate_recordset()
        self.assertIn("The request was approved", plan.validated_message)
        self.assertFalse(plan.next_review)

    def test_amounts_for_each_unit_and_for_the_whole(self):
        second = self.make_unit(self.estate, "office 2", gross_area=100.0)
        plan = self.make_plan(property_ids=[Command.set((self.office | second).ids)])
        area, reception = plan.line_ids
        self.assertEqual(plan.unit_count, 2)
        # 300 m² at 2.50, and 300 for each of two
        self.assertEqual((area.amount_month, reception.amount_month), (750, 600))
        self.assertIn("for each unit", reception.fee)
        self.assertIn("× 2 units", reception._calculation_text())
        reception.method = "whole"
        self.assertEqual((reception.amount_month, plan.amount_month), (300, 1050))
        self.assertIn("for the whole contract", reception.fee)
        self.assertFalse(reception._calculation_text())
        area.surcharge = 10
        self.assertEqual(area.amount_month, 770)
        self.present(plan)._accept("Ms Wang")
        contract = self.env["pm.contract"].browse(plan.action_make_contract()["res_id"])
        # what was offered is what the contract charges
        self.assertEqual(
            [(line.method, line.amount_month) for line in contract.line_ids],
            [("area", 770), ("whole", 300)],
        )
        self.assertEqual(contract.amount_month, plan.amount_month)
        self.assertNotIn(
            "The plan came to", "".join(contract.message_ids.mapped("body"))
        )

    def test_an_amount_for_each_unit_needs_one(self):
        roof = self.make_part(self.estate, "common", "roof", gross_area=40.0)
        plan = self.make_plan(
            property_ids=[Command.set(roof.ids)], contract_kind="public"
        )
        self.assertEqual((plan.area, plan.unit_count), (40.0, 0))
        with self.assertRefused(UserError, "Reception .* no unit is in scope"):
            plan.action_submit()
        plan.line_ids[1].method = "whole"
        self.present(plan)._accept("Ms Wang")
        contract = self.env["pm.contract"].browse(plan.action_make_contract()["res_id"])
        # there is no unit whose area a contract could charge
        self.assertRecordValues(
            contract.line_ids,
            [
                {"method": "whole", "price": 0, "surcharge": 100, "amount_month": 100},
                {"method": "whole", "price": 0, "surcharge": 300, "amount_month": 300},
            ],
        )

    def test_a_unit_added_after_acceptance_is_told(self):
        building = self.make_part(self.estate, "building", "office building")
        self.make_unit(building, "o1", gross_area=50.0)
        plan = self.make_plan(property_ids=[Command.set(building.ids)])
        self.present(plan)._accept("Ms Wang")
        self.make_unit(building, "o2", gross_area=10.0)
        contract = self.env["pm.contract"].browse(plan.action_make_contract()["res_id"])
        self.assertIn("The plan came to", "".join(contract.message_ids.mapped("body")))

    def test_fixed_amounts_of_before_keep_what_they_came_to(self):
        plan = self.make_plan()
        supplier, owners = (
            self.make_contract(
                self.estate,
                kind=kind,
                partner_id=self.firm.id,
                line_ids=[
                    Command.create({"name": "Fee", "method": "fixed", "surcharge": 90})
                ],
            )
            for kind in ("supplier", "owners")
        )
        self.env.flush_all()
        path = file_path("pm_core/migrations/19.0.1.2.0/pre-needs-price.py")
        load_script(path, "pm_core_pre_price").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(plan.line_ids.mapped("method"), ["area", "whole"])
        self.assertEqual(supplier.line_ids.method, "whole")
        self.assertEqual(supplier.amount_month, 90)
        self.assertEqual(owners.line_ids.method, "fixed")

    def test_contract_of_the_accepted_plan(self):
        need = self.make_requirement()
        plan = self.make_plan(
            date_from="2027-01-01",
            date_to="2027-12-31",
            conditions="<p>Paid on the 5th</p>",
        )
        plan.requirement_ids = [Command.link(need.id)]
        plan.line_ids = [
            Command.create({"name": "Hotline", "category_id": self.security.id})
        ]
        with self.assertRefused(UserError, "in state"):
            plan.action_make_contract()
        self.present(plan)._accept("Ms Wang")
        action = plan.action_make_contract()
        contract = self.env["pm.contract"].browse(action["res_id"])
        self.assertRecordValues(
            contract,
            [
                {
                    "plan_id": plan.id,
                    "state": "draft",
                    "kind": "tenant",
                    "partner_id": self.firm.id,
                    "estate_id": self.estate.id,
                }
            ],
        )
        self.assertEqual(contract.property_ids, self.office)
        self.assertEqual(str(contract.date_to), "2027-12-31")
        self.assertRecordValues(
            contract.line_ids,
            [
                {
                    "name": "Daily cleaning",
                    "method": "area",
                    "price": 2.5,
                    "surcharge": 0,
                },
                {
                    "name": "Reception",
                    "method": "fixed",
                    "price": 0,
                    "surcharge": 300,
                },
            ],
        )
        for text in ("No dust", "Every day", "Hotline", "Paid on the 5th", plan.name):
            self.assertIn(text, contract.note)
        self.assertEqual(plan.contract_ids, contract)
        self.assertEqual(plan.action_view_contracts()["res_id"], contract.id)
        self.assertEqual(contract.action_view_plan()["res_id"], plan.id)
        self.assertEqual(need.state, "done")
        with self.assertRefused(UserError, "made already"):
            plan.action_make_contract()
        with self.assertRefused(UserError, "made already"):
            plan.with_user(self.manager).action_withdraw_acceptance()

    def test_queries_for_the_area_do_not_grow(self):
        plans = self.env["pm.service.plan"].concat(
            *(self.make_plan(property_ids=False) for _ in range(20))
        )
        named = plans[::2]
        named.property_ids = self.office
        units = self.env["pm.property"].search(
            [("estate_id", "=", self.estate.id), ("kind", "=", "unit")]
        )
        for plan in plans:
            below = self.office if plan in named else units
            self.assertEqual(plan.unit_count, len(below))
            self.assertAlmostEqual(plan.area, sum(below.mapped("gross_area")))
        self.assertQueriesDoNotGrow(
            plans.sudo(), lambda some: some._units_below() and some._units_of_estates()
        )
