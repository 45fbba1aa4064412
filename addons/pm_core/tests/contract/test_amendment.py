"""Amendments: what they change, and who agrees to it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .amendment_common import AmendmentCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 04:00:00")
class TestAmendment(AmendmentCase):
    # entering it

    def test_it_starts_from_the_terms_of_today(self):
        amendment = self.amend()
        self.assertEqual(amendment.date_to, self.contract.date_to)
        self.assertEqual(amendment.partner_id, self.party)
        self.assertEqual(
            [(fee.name, fee.price, fee.surcharge) for fee in amendment.fee_ids],
            [("Flats", 2.5, 0.0), ("Lift", 0.0, 12.0)],
        )
        self.assertFalse(amendment.line_ids)

    def test_the_form_starts_from_the_contract(self):
        action = self.contract.with_user(self.manager).action_amend()
        Amendment = self.env["pm.contract.amendment"].with_user(self.manager)
        with Form(Amendment.with_context(**action["context"])) as form:
            self.assertEqual(len(form.fee_ids), 2)
            form.reason = "Agreed"
            with form.fee_ids.edit(0) as fee:
                fee.price = 2.8
        amendment = form.save()
        self.assertEqual(amendment.line_ids.mapped("name"), ["Flats"])
        self.assertEqual(len(amendment.fee_ids), 2)

    def test_before_and_after_of_every_term(self):
        successor = self.make_partner("New Association")
        amendment = self.price(self.amend(), 2.8)
        amendment.write(
            {
                "date_to": "2029-12-31",
                "partner_id": successor.id,
                "property_ids": [Command.set(self.building.ids)],
                "other_terms": "The lobby is painted.",
                "notice_days": 120,
                "fee_ids": [
                    Command.create(
                        {"name": "Heating", "method": "fixed", "surcharge": 5.0}
                    )
                ],
            }
        )
        rows = {
            line.name: (line.what, line.old_text, line.new_text)
            for line in amendment.line_ids
        }
        self.assertEqual(rows["End"], ("end", "12/31/2028", "12/31/2029"))
        self.assertEqual(
            rows["Other Party"], ("party", "Owners' Association", "New Association")
        )
        self.assertEqual(rows["Scope"][:2], ("scope", "the whole estate"))
        self.assertIn("Test Garden 1", rows["Scope"][2])
        self.assertEqual(rows["Flats"][0], "fee")
        self.assertIn("2.50 per m²", rows["Flats"][1])
        self.assertIn("2.80 per m²", rows["Flats"][2])
        self.assertFalse(rows["Heating"][1])
        self.assertEqual(
            rows["Other agreements"], ("other", False, "The lobby is painted.")
        )
        self.assertEqual(rows["Our Notice (days)"][2], "120")
        self.assertEqual(len(rows), 7)

    def test_what_is_put_back_changes_nothing(self):
        amendment = self.price(self.amend(), 2.8)
        self.price(amendment, 2.5)
        self.assertFalse(amendment.line_ids)
        with self.assertRefused(UserError, "changes nothing"):
            amendment.action_submit()

    # what is refused

    def test_incomplete(self):
        amendment = self.price(self.amend(reason=False), 2.8)
        with self.assertRefused(UserError, "reason"):
            amendment.action_submit()

    def test_days_that_contradict(self):
        cases = [
            ({"date_effective": "2025-12-31"}, "before the contract starts"),
            ({"date_effective": "2029-01-01"}, "after the last day"),
            ({"date_to": "2026-12-31"}, "after the end of the contract"),
        ]
        for vals, message in cases:
            with self.subTest(message=message):
                amendment = self.price(self.amend(**vals), 2.8)
                with self.assertRefused(ValidationError, message):
                    amendment.action_submit()

    def test_a_fee_changes_while_it_runs(self):
        self.lift.date_to = "2026-12-31"
        amendment = self.amend()
        amendment.write(
            {
                "fee_ids": [
                    Command.update(fee.id, {"surcharge": 15.0})
                    for fee in amendment.fee_ids
                    if fee.line_id == self.lift
                ]
            }
        )
        with self.assertRefused(ValidationError, "Lift runs from"):
            amendment.action_submit()

    def test_terms_are_not_edited_in_force(self):
        contract = self.contract.with_user(self.manager)
        for vals in ({"date_to": "2030-01-01"}, {"partner_id": self.owner.id}):
            with self.assertRefused(UserError, "make an amendment"):
                contract.write(vals)
        with self.assertRefused(UserError, "make an amendment"):
            self.flats.with_user(self.manager).price = 9.0

    def test_taken_over_contracts_are_completed(self):
        old = self.make_contract(self.estate, kind="tenant")
        old._take_over()
        old.with_user(self.manager).partner_id = self.owner
        self.assertEqual(old.partner_id, self.owner)

    def test_only_what_is_in_force_is_amended(self):
        draft = self.make_contract(self.estate)
        with self.assertRefused(UserError, "state Draft"):
            draft.with_user(self.manager).action_amend()
        amendment = self.amend(contract_id=draft.id, date_to="2030-12-31")
        with self.assertRefused(UserError, "nothing to amend"):
            amendment.action_submit()

    def test_what_was_submitted_stays(self):
        amendment = self.price(self.amend(), 2.8)
        amendment.action_submit()
        with self.assertRefused(UserError, "no longer a draft"):
            amendment.date_effective = "2027-02-01"
        with self.assertRefused(UserError, "no longer a draft"):
            amendment.fee_ids[0].price = 9.9
        with self.assertRefused(UserError, "by hand"):
            amendment.state = "applied"
        with self.assertRefused(UserError, "stays on file"):
            amendment.unlink()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_staff_do_not_amend(self):
        user = self.make_user("pm_amend_staff", "pm_core.group_pm_service", self.estate)
        with self.assertRaises(AccessError):
            self.contract.with_user(user).action_amend()
        with self.assertRaises(AccessError):
            self.price(self.amend(), 2.8).with_user(user).action_submit()

    def test_one_amendment_of_a_term_at_a_time(self):
        first = self.amend(date_to="2029-12-31")
        first.action_submit()
        second = self.amend(date_to="2030-12-31")
        with self.assertRefused(UserError, "amendment 1 changes the same term"):
            second.action_submit()
        other = self.price(self.amend(), 2.8)
        other.action_submit()
        self.assertEqual(other.number, 2)
        first.action_cancel()
        second.action_submit()
        self.assertEqual(second.number, 3)

    # taking effect

    def test_levels_approve_it(self):
        self.env["tier.definition"].create(
            {
                "name": "Boss",
                "model_id": self.env["ir.model"]._get_id("pm.contract.amendment"),
                "review_type": "individual",
                "reviewer_id": self.env.ref("base.user_admin").id,
            }
        )
        amendment = self.price(self.amend(), 2.8)
        amendment.action_submit()
        self.assertEqual(amendment.state, "approval")
        self.assertFalse(amendment.number)
        amendment.with_user(self.env.ref("base.user_admin")).validate_tier()
        self.assertRecordValues(amendment, [{"state": "approved", "number": 1}])

    def test_shipped_levels(self):
        """The estate manager approves; the company manager too where money changes."""
        estate = self.env.ref("pm_core.tier_definition_amendment")
        company = self.env.ref("pm_core.tier_definition_amendment_company")
        (estate | company).active = True
        first = self.amend(notice_days=45)
        first.action_submit()
        self.assertEqual(first.review_ids.definition_id, estate)
        first.action_withdraw()
        first.action_cancel()
        second = self.price(self.amend(), 2.8)
        second.action_submit()
        self.assertEqual(second.review_ids.definition_id, estate | company)
        second.with_user(self.manager).validate_tier()
        self.assertEqual(second.state, "approval")
        boss = self.make_user("pm_amend_boss", "pm_core.group_pm_company_manager")
        second.with_user(boss).validate_tier()
        self.assertEqual(second.state, "approved")

    def test_the_scope_lies_in_the_estate(self):
        other = self.make_estate("Other Garden")
        amendment = self.amend().sudo()
        with self.assertRefused(ValidationError, "does not belong to Test Garden"):
            amendment.property_ids = other

    def test_the_scope_of_another_contract(self):
        """As for a contract itself; from the effective day on."""
        self.contract.property_ids = self.building
        second = self.make_building(self.estate, "2")
        other = self.make_contract(
            self.estate,
            kind="owners",
            partner_id=self.party.id,
            property_ids=[Command.set(second.ids)],
            date_to="2027-06-30",
        )
        self.activate(other)
        scope = [Command.set((self.building | second).ids)]
        amendment = self.amend(property_ids=scope)
        with self.assertRefused(ValidationError, other.name):
            amendment.action_submit()
        self.assertEqual(amendment.state, "draft")
        amendment.date_effective = "2027-07-01"
        self.agree(amendment)
        # meanwhile somebody else got that building
        other.date_to = "2028-06-30"
        with freeze_time("2027-07-02"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(amendment.state, "approved")
        self.assertEqual(self.contract.property_ids, self.building)
        self.assertEqual(len(amendment.sudo().activity_ids), 1)
