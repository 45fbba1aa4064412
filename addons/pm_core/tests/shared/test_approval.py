"""No one takes a step of an approval by writing the state."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestStateByHand(PropertyCase):
    """Every model with an approval, written by somebody with every right on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False
        cls.user = cls.make_user(
            "pm_approval_admin", "pm_core.group_pm_admin,pm_core.group_pm_hr"
        )
        cls.partner = cls.make_partner("Owners' Association")
        cls.drafts = {record._name: record for record in cls._make_drafts()}

    @classmethod
    def _make_drafts(cls):
        env = cls.env
        contract = cls.make_contract(
            cls.estate,
            kind="owners",
            partner_id=cls.partner.id,
            date_from="2025-01-01",
            date_to="2028-12-31",
            line_ids=[Command.create({"name": "Flats", "price": 2.5})],
        )
        running = contract.copy({"date_from": "2025-01-01", "date_to": "2028-12-31"})
        running.write({"state": "active"})
        yield contract
        yield env["pm.contract.amendment"].create(
            {
                "contract_id": running.id,
                "reason": "Agreed",
                "date_effective": "2027-01-01",
            }
        )
        yield env["pm.contract.renewal"].create({"contract_id": running.id})
        yield env["pm.notice"].create(
            {
                "title": "Water cut",
                "body": "<p>On Thursday</p>",
                "estate_id": cls.estate.id,
                "kind_id": env["pm.notice.kind"].search([], limit=1).id,
            }
        )
        yield env["pm.service.plan"].create(
            {
                "title": "Cleaning",
                "estate_id": cls.estate.id,
                "partner_id": cls.partner.id,
            }
        )
        yield env["pm.service.standard"].create(
            {
                "code": "T-1",
                "name": "Gate",
                "category_id": env["pm.service.category"].search([], limit=1).id,
                "requirement": "Greet",
            }
        )
        yield env["pm.policy"].create(
            {
                "code": "T-1",
                "name": "Gate",
                "type_id": env.ref("pm_core.policy_type_posts").id,
                "body": "<p>Greet</p>",
            }
        )
        employee = env["hr.employee"].create(
            {
                "name": "Guard",
                "job_id": env["hr.job"].create({"name": "Test Guard"}).id,
                "pm_estate_id": cls.estate.id,
            }
        )
        period = env["pm.appraisal.period"].create(
            {"name": "Q", "date_from": "2026-07-01", "date_to": "2026-09-30"}
        )
        yield env["pm.appraisal"].create(
            {"period_id": period.id, "employee_id": employee.id}
        )

    def test_every_model_is_here(self):
        mixin = self.env.registry["pm.approval.mixin"]
        self.assertEqual(
            set(self.drafts),
            {
                name
                for name, model in self.env.registry.items()
                if issubclass(model, mixin)
                and not model._abstract
                and model._original_module == "pm_core"
            },
        )

    def test_no_state_is_written_by_hand(self):
        for model, draft in self.drafts.items():
            record = draft.with_user(self.user)
            self.assertEqual(record.state, "draft")
            self.assertTrue(record.has_access("write"), model)
            for state, _label in record._fields["state"]._description_selection(
                self.env
            ):
                if state == "draft":
                    continue
                with (
                    self.subTest(model=model, state=state),
                    self.assertRefused(UserError, "."),
                ):
                    record.write({"state": state})
            with (
                self.subTest(model=model),
                self.assertRefused(UserError, "."),
            ):
                record.write({"approval_date": "2026-01-01 00:00:00"})
            self.assertEqual(draft.state, "draft", model)

    def test_a_request_is_not_taken_back_by_hand(self):
        for model, draft in self.drafts.items():
            draft._as_step().state = "approval"
            with (
                self.subTest(model=model),
                self.assertRefused(UserError, "."),
            ):
                draft.with_user(self.user).write({"state": "draft"})

    def test_the_message_names_the_record_and_the_way_out(self):
        notice = self.drafts["pm.notice"].with_user(self.user)
        with self.assertRefused(AccessError, "Water cut.*by hand"):
            notice.state = "approval"
        with self.assertRaises(UserError):
            notice.copy({"state": "published"})


@tagged("post_install", "-at_install")
class TestWordsOfOthers(PropertyCase):
    def test_the_web_client_has_chinese_for_the_table_of_reviews(self):
        """What OCA's addon lacks in its templates is looked for in ours."""
        translations, _language = self.env["ir.http"]._get_translations_for_webclient(
            ["base_tier_validation", "pm_core"], "zh_CN"
        )
        words = {
            message["id"]: message["string"]
            for module in translations.values()
            for message in module["messages"]
        }
        self.assertEqual(words["Todo by"], "待审批人")


@tagged("post_install", "-at_install")
class TestStepIn(PropertyCase):
    """Those above the group that is asked decide without having been asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env.ref("pm_core.tier_definition_contract_estate")
        cls.level.notify_on_create = True
        cls.partner = cls.make_partner("Owners' Association")
        other_company = cls.env["res.company"].create({"name": "Other Company"})
        role = "pm_core.group_pm_"
        cls.staff = cls.make_user("step_staff", f"{role}user", cls.estate)
        cls.service = cls.make_user("step_service", f"{role}service", cls.estate)
        cls.manager = cls.make_user("step_manager", f"{role}estate_manager", cls.estate)
        cls.elsewhere = cls.make_user(
            "step_elsewhere", f"{role}estate_manager", cls.make_estate("Other Garden")
        )
        cls.director = cls.make_user("step_director", f"{role}company_manager")
        cls.stranger = cls.make_user(
            "step_stranger",
            f"{role}company_manager",
            company_id=other_company.id,
            company_ids=[Command.set(other_company.ids)],
        )

    def submit(self, user=None, **vals):
        contract = self.make_contract(
            self.estate,
            kind="tenant",
            partner_id=self.partner.id,
            date_to="2027-12-31",
            user_id=self.service.id,
            line_ids=[Command.create({"name": "Flats", "price": 2.5})],
            **vals,
        ).with_user(user or self.service)
        contract.action_submit()
        self.assertEqual(contract.state, "approval")
        return contract

    def test_who_is_above_decides_without_being_asked(self):
        contract = self.submit()
        self.assertEqual(contract.sudo().reviewer_ids, self.manager)
        self.assertNotIn(self.director.partner_id, contract.sudo().message_partner_ids)
        seen = contract.with_user(self.director)
        self.assertTrue(seen.can_review)
        self.assertNotIn(seen, seen.search([("can_review", "=", True)]))
        self.assertFalse(self.director.with_user(self.director).review_user_count())
        self.assertTrue(contract.with_user(self.manager).can_review)
        review = contract.sudo().review_ids
        seen.validate_tier()
        self.assertEqual(contract.state, "approved")
        self.assertEqual(review.done_by, self.director)

    def test_each_of_several_is_asked_for(self):
        """What is submitted together is approved no sooner than alone."""
        first, second = (self.submit() for _number in range(2))
        both = first | second
        both.action_withdraw()
        self.assertEqual(both.mapped("state"), ["draft", "draft"])
        both.invalidate_recordset()
        both.action_submit()
        self.assertEqual(both.mapped("state"), ["approval", "approval"])
        self.assertEqual(both.sudo().review_ids.mapped("status"), ["pending"] * 2)

    def test_who_is_above_rejects(self):
        contract = self.submit()
        contract.with_user(self.director).reject_tier()
        self.assertEqual(contract.state, "draft")
        contract.action_submit()
        self.assertEqual(contract.sudo().reviewer_ids, self.manager, "asked anew")

    def test_with_a_comment(self):
        self.level.has_comment = True
        for decision, state in (("validate", "approved"), ("reject", "draft")):
            contract = self.submit().with_user(self.director)
            self.assertTrue(contract.has_comment)
            review = contract.sudo().review_ids
            action = getattr(contract, f"{decision}_tier")()
            self.assertEqual(review.reviewer_ids, self.manager, "not yet decided")
            self.env["comment.wizard"].with_user(self.director).with_context(
                **action["context"]
            ).create({"comment": "In her absence"}).add_comment()
            self.assertEqual(contract.state, state)
            self.assertEqual(review.comment, "In her absence")
            self.assertEqual(review.done_by, self.director)

    def test_nobody_else_steps_in(self):
        contract = self.submit()
        for user in (self.staff, self.service):
            seen = contract.with_user(user)
            for step in (seen.validate_tier, seen.reject_tier):
                with self.subTest(user=user.login, step=step.__name__):
                    self.assertFalse(seen.sudo().with_user(user).can_review)
                    with self.assertRefused(AccessError, "your decision"):
                        step()
                    self.assertEqual(contract.state, "approval")
        for user in (self.elsewhere, self.stranger):
            seen = contract.with_user(user)
            self.assertFalse(contract._may_step_in(contract.sudo().review_ids, user))
            for step in (seen.validate_tier, seen.reject_tier):
                with (
                    self.subTest(user=user.login, step=step.__name__),
                    self.assertRaises(AccessError),
                ):
                    step()
        self.assertEqual(contract.state, "approval")

    def test_levels_in_order_are_decided_in_order(self):
        contract = self.submit(amount=200000).with_user(self.director)
        first, second = contract.sudo().review_ids.sorted("sequence")
        contract.validate_tier()
        self.assertEqual(first.done_by, self.director)
        self.assertEqual((contract.state, second.status), ("approval", "pending"))
        with self.assertRefused(AccessError, "your decision"):
            # the manager is not above
            contract.with_user(self.manager).validate_tier()
        contract.validate_tier()
        self.assertEqual(contract.state, "approved")

    def test_who_submits_decides_unless_the_level_wants_two_people(self):
        contract = self.submit(self.director).with_user(self.director)
        contract.validate_tier()
        self.assertEqual(contract.state, "approved")
        self.level.exclude_requester = True
        contract = self.submit(self.director).with_user(self.director)
        self.assertFalse(contract.can_review)
        with self.assertRefused(AccessError, "your decision"):
            contract.validate_tier()
        contract.with_user(self.manager).validate_tier()
        self.assertEqual(contract.state, "approved")
