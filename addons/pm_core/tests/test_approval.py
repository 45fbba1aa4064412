"""No one takes a step of an approval by writing the state."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PropertyCase


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
                if issubclass(model, mixin) and not model._abstract
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
            draft.with_context(skip_validation_check=True).state = "approval"
            with (
                self.subTest(model=model),
                self.assertRefused(UserError, "."),
            ):
                draft.with_user(self.user).write({"state": "draft"})

    def test_the_message_names_the_record_and_the_way_out(self):
        notice = self.drafts["pm.notice"].with_user(self.user)
        with self.assertRefused(AccessError, "Water cut.*Use its buttons"):
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
