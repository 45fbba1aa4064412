"""How a contract is approved, and how it goes back to a draft."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .contract_common import ContractLifeCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestApproval(ContractLifeCase):
    def submit(self, **vals):
        contract = self.make_contract(**vals).with_user(self.service)
        contract.action_submit()
        self.assertEqual(contract.state, "approval")
        return contract

    def test_a_small_contract_needs_the_estate_manager_only(self):
        contract = self.submit(amount=199999)
        self.assertEqual(contract.name, "New")
        self.assertFalse(contract.can_review)
        with self.assertRefused(AccessError, "your decision"):
            # service may not approve
            contract.validate_tier()
        contract.with_user(self.manager).validate_tier()
        self.assertEqual(contract.state, "approved")
        self.assertTrue(contract.is_numbered)
        self.assertTrue(contract.name.startswith("PMC/2026/"))

    def test_amount_and_kind_need_the_company_manager_too(self):
        for vals in ({"amount": 200000}, {"kind": "owners", "date_from": "2026-12-01"}):
            with self.subTest(vals=vals):
                contract = self.submit(**vals)
                contract.with_user(self.manager).validate_tier()
                self.assertEqual(contract.state, "approval")
                with self.assertRefused(AccessError, "your decision"):
                    # two levels, two people
                    contract.with_user(self.manager).validate_tier()
                contract.with_user(self.director).validate_tier()
                self.assertEqual(contract.state, "approved")
                contract.with_user(self.director).action_revise()

    def test_the_company_manager_waits_for_the_estate_manager(self):
        contract = self.submit(amount=500000)
        reviews = contract.sudo().review_ids.sorted("sequence")
        self.assertEqual(
            reviews.definition_id.reviewer_group_id,
            self.env.ref("pm_core.group_pm_estate_manager")
            | self.env.ref("pm_core.group_pm_company_manager"),
        )
        self.assertEqual(reviews.mapped("status"), ["pending", "waiting"])

    def test_a_manager_of_another_estate_cannot_approve(self):
        other = self.make_user(
            "life_other",
            "pm_core.group_pm_estate_manager",
            self.make_estate("Other Garden"),
        )
        contract = self.submit()
        with self.assertRaises(AccessError):
            contract.with_user(other).validate_tier()

    def test_rejected_and_withdrawn(self):
        contract = self.submit()
        contract.with_user(self.manager).reject_tier()
        self.assertEqual(contract.state, "draft")
        contract.title = "Corrected"
        contract.action_submit()
        self.assertEqual(contract.state, "approval")
        with self.assertRefused(UserError, "is In Approval"):
            contract.title = "Changed meanwhile"
        contract.action_withdraw()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.sudo().review_ids)
        contract.action_submit()
        contract.with_user(self.manager).validate_tier()
        self.assertEqual(contract.state, "approved")

    def test_a_commission_is_said(self):
        contract = self.make_contract(
            kind="owners", fee_basis="commission", commission_method="percent"
        )
        with self.assertRefused(ValidationError, "enter the percentage"):
            contract.action_submit()
        contract.commission_rate = 8
        contract.action_submit()
        contract = self.make_contract(
            fee_basis="commission",
            commission_method="fixed",
            date_from="2029-01-01",
            date_to=False,
        )
        with self.assertRefused(ValidationError, "enter the percentage"):
            contract.action_submit()

    def test_only_a_company_manager_enters_one_in_force(self):
        contract = self.make_contract()
        with self.assertRefused(AccessError, "Only a company manager"):
            contract.with_user(self.manager).action_take_over()
        contract.with_user(self.director).action_take_over()
        self.assertRecordValues(contract, [{"state": "active", "taken_over": True}])
        # what is missing is completed
        contract.with_user(self.service).amount = 5

    def test_approved_goes_back_to_draft_while_nobody_signed(self):
        contract = self.submit()
        contract.with_user(self.manager).validate_tier()
        number = contract.name
        with self.assertRefused(AccessError, "binds the company"):
            contract.action_revise()
        contract.with_user(self.manager).action_revise()
        self.assertEqual((contract.state, contract.name), ("draft", number))
        contract.action_submit()
        contract.with_user(self.manager).validate_tier()
        contract.party_ids[0].sudo()._sign(date(2026, 11, 15), "paper", "Somebody")
        with self.assertRefused(UserError, "changed by an amendment"):
            contract.with_user(self.manager).action_revise()
