"""How a contract is approved, signed, begins, expires, runs on and ends."""

import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.migration import load_script
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import file_path

from ..common import PropertyCase


class ContractLifeCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.make_partner("Owners' Association", email="oa@example.com")
        cls.service = cls.make_user(
            "life_service", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "life_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.director = cls.make_user(
            "life_director", "pm_core.group_pm_company_manager"
        )

    @classmethod
    def make_contract(cls, estate=None, **vals):
        vals = {
            "kind": "tenant",
            "partner_id": cls.party.id,
            "date_to": "2027-12-31",
            "user_id": cls.manager.id,
            **vals,
        }
        return super().make_contract(estate or cls.estate, **vals)

    def version_of_row(self, contract):
        """Where the row of the contract is: it moves when the row is written."""
        contract.flush_recordset()
        self.env.cr.execute("SELECT ctid FROM pm_contract WHERE id = %s", contract.ids)
        return self.env.cr.fetchone()

    def run_cron(self):
        """Run what the cron runs, without its commits."""
        contracts = self.env["pm.contract"]
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_contract_states").method_direct_trigger()
        contracts.invalidate_model()


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
        contract.validate_tier()
        self.assertEqual(contract.state, "approval", "service may not approve")
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
                contract.with_user(self.manager).validate_tier()
                self.assertEqual(contract.state, "approval", "two levels, two people")
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


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestSigning(ContractLifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract()
        cls.contract.state = "approved"
        cls.contract._assign_number()
        cls.scan = (
            cls.env["ir.attachment"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "scan.pdf",
                    "raw": b"%PDF-1.4 scan",
                    "mimetype": "application/pdf",
                }
            )
        )

    def wizard(self, action="action_sign", user=None, **vals):
        contract = self.contract.with_user(user or self.manager)
        context = getattr(contract, action)()["context"]
        wizard = Form(
            self.env["pm.contract.sign"]
            .with_user(user or self.manager)
            .with_context(**context)
        )
        for name, value in vals.items():
            setattr(wizard, name, value)
        return wizard.save()

    def test_a_scan_proves_the_signatures_of_its_contract_only(self):
        other = self.make_contract(date_from="2029-01-01", date_to="2029-12-31")
        other.state = "approved"
        wizard = self.wizard(attachment_ids=self.scan)
        wizard.line_ids = [
            Command.clear(),
            Command.create({"party_id": other.party_ids[0].id, "signatory": "Li Na"}),
        ]
        with self.assertRefused(UserError, "parties of"):
            wizard.action_confirm()
        self.assertFalse(other.party_ids[0].signed_on)

    def test_who_signs_at_the_same_time_waits(self):
        """The row is written by each signature, so that the second one is done again.

        Otherwise neither would see that all have signed.
        """
        before = self.version_of_row(self.contract)
        self.contract.party_ids[0]._sign(date(2026, 11, 15), "paper", "Somebody")
        self.assertEqual(self.contract.state, "approved", "others have to sign")
        self.assertNotEqual(self.version_of_row(self.contract), before)

    def test_on_paper(self):
        wizard = self.wizard()
        with self.assertRefused(UserError, "Attach the scan"):
            wizard.action_confirm()
        wizard.attachment_ids = self.scan
        with self.assertRefused(UserError, "Say who signed"):
            wizard.action_confirm()
        wizard.line_ids.signatory = "Li Na"
        wizard.date = "2026-11-16"
        with self.assertRefused(UserError, "ahead of time"):
            wizard.action_confirm()
        wizard.date = "2026-11-01"
        wizard.action_confirm()
        self.assertRecordValues(
            self.contract, [{"state": "active", "date_signed": date(2026, 11, 1)}]
        )
        self.assertEqual(set(self.contract.party_ids.mapped("sign_method")), {"paper"})
        self.assertEqual(self.scan.res_id, self.contract.id)
        self.assertEqual(self.scan.res_model, "pm.contract")
        paper = self.contract.pm_document_ids.filtered(
            lambda line: line.type_id.code == "SIGNED"
        )
        self.assertEqual(paper.attachment_ids, self.scan)

    def test_signed_before_it_starts(self):
        self.contract.sudo().date_from = "2027-01-01"
        wizard = self.wizard()
        wizard.attachment_ids = self.scan
        wizard.line_ids.signatory = "Li Na"
        wizard.action_confirm()
        self.assertEqual(self.contract.state, "signed")

    def test_for_the_company_in_the_system(self):
        wizard = self.wizard("action_sign_company")
        self.assertEqual(wizard.signatory, self.manager.name)
        with self.assertRefused(UserError, "signature first"):
            wizard.action_confirm()
        wizard.signature = base64.b64encode(b"drawn")
        wizard.action_confirm()
        ours = self.contract.party_ids.filtered("is_company")
        self.assertRecordValues(
            ours, [{"sign_method": "user", "signatory": self.manager.name}]
        )
        self.assertEqual(self.contract.state, "approved", "the other side is missing")
        again = self.wizard("action_sign_company")
        again.signature = base64.b64encode(b"drawn")
        with self.assertRefused(UserError, "has signed already"):
            again.action_confirm()
        with self.assertRefused(UserError, "the signatory stays"):
            ours.with_user(self.manager).signatory = "Somebody else"

    def test_who_may(self):
        with self.assertRefused(AccessError, "binds the company"):
            self.contract.with_user(self.service).action_sign()
        with self.assertRefused(AccessError, "binds the company"):
            self.contract.with_user(self.service).action_send_for_signature()

    def test_the_link_is_sent_once_there_is_an_address(self):
        contract = self.contract.with_user(self.manager)
        self.party.email = False
        with self.assertRefused(UserError, "no e-mail address"):
            contract.action_send_for_signature()
        self.party.email = "oa@example.com"
        contract.action_send_for_signature()
        theirs = self.contract.party_ids.filtered(lambda row: not row.is_company)
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", self.party.ids)], order="id desc", limit=1)
        )
        self.assertIn(theirs.sudo().sign_token, mail.body_html)
        theirs._sign(date(2026, 11, 15), "portal", "Li Na")
        with self.assertRefused(UserError, "Every other party"):
            contract.action_send_for_signature()

    def test_the_banner_says_what_is_next(self):
        self.assertIn("Have it signed by", self.contract.next_step)
        draft = self.make_contract(partner_id=False)
        self.assertEqual(draft.next_step, "Name the other party.")
        draft.clause_ids.unlink()
        draft.partner_id = self.party
        self.assertIn("clauses from the templates", draft.next_step)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 08:00:00")
class TestStates(ContractLifeCase):
    """The cron takes each step on its day, once."""

    def active(self, **vals):
        contract = self.activate(self.make_contract(**vals))
        self.assertEqual(contract.state, "active")
        return contract

    def test_begins_on_its_day_in_the_zone_of_the_estate(self):
        contract = self.activate(self.make_contract(date_from="2026-12-01"))
        far = self.make_estate("Far Garden", tz="America/New_York")
        there = self.activate(self.make_contract(far, date_from="2026-12-01"))
        # 00:30 in Shanghai, where it is still November elsewhere
        self.estate.tz = "Asia/Shanghai"
        with freeze_time("2026-11-30 16:30:00"):
            self.run_cron()
        self.assertEqual((contract.state, there.state), ("active", "signed"))
        with freeze_time("2026-12-01 05:30:00"):
            self.run_cron()
        self.assertEqual(there.state, "active")

    def test_expiring_from_the_day_it_is_to_be_decided(self):
        """Tenants: 30 days of notice on both sides, 30 days before to decide."""
        contract = self.active(date_to="2027-03-31")
        self.assertRecordValues(
            contract,
            [
                {
                    "notice_date": date(2027, 3, 1),
                    "notice_date_other": date(2027, 3, 1),
                    "expiring_date": date(2027, 1, 30),
                }
            ],
        )
        with freeze_time("2027-01-29 04:00:00"):
            self.run_cron()
        self.assertEqual(contract.state, "active")
        with freeze_time("2027-01-30 04:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual(contract.state, "expiring")
        self.assertTrue(contract._is_in_force())
        self.assertRecordValues(
            contract.activity_ids,
            [{"user_id": self.manager.id, "date_deadline": date(2027, 3, 1)}],
        )
        self.assertIn("Our last day to give notice", contract.next_step)

    def test_runs_on_in_silence_or_ends(self):
        tenant = self.active(date_to="2026-11-30")
        public = self.active(kind="public", date_to="2026-11-30")
        with freeze_time("2026-11-30 04:00:00"):
            self.run_cron()
        self.assertEqual((tenant.state, public.state), ("expiring", "expiring"))
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
            messages = tenant.message_ids
            self.run_cron()
        self.assertRecordValues(
            tenant | public,
            [
                {
                    "state": "active",
                    "open_ended_since": date(2026, 12, 1),
                    "date_end": False,
                },
                {
                    "state": "ended",
                    "open_ended_since": False,
                    "date_end": date(2026, 11, 30),
                },
            ],
        )
        self.assertEqual(tenant.message_ids, messages)
        self.assertEqual(
            self.env["pm.contract"].search(
                [("is_open_ended", "=", True), ("id", "in", (tenant | public).ids)]
            ),
            tenant,
        )

    def test_renewed_by_the_contract_that_follows(self):
        contract = self.active(date_to="2026-11-30")
        with self.assertRefused(ValidationError, "must start after it"):
            self.make_contract(predecessor_id=contract.id, date_from="2025-01-01")
        after = self.activate(
            self.make_contract(predecessor_id=contract.id, date_from="2026-12-01")
        )
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
        self.assertRecordValues(
            contract | after,
            [
                {"state": "renewed", "date_end": date(2026, 11, 30)},
                {"state": "active", "date_end": date(2027, 12, 31)},
            ],
        )

    def test_one_that_fails_is_named_and_does_not_stop_the_others(self):
        stuck = self.activate(self.make_contract(kind="owners", date_from="2026-12-01"))
        sound = self.activate(self.make_contract(date_from="2026-12-01"))
        # by way of the database: two in force on one scope
        rival = self.make_contract(kind="owners", date_from="2026-06-01")
        rival.state = "active"
        with freeze_time("2026-12-01 04:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertEqual((stuck.state, sound.state), ("signed", "active"))
        self.assertRecordValues(stuck.activity_ids, [{"user_id": self.manager.id}])
        self.assertIn("cover the same property", stuck.activity_ids.note)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestScopes(ContractLifeCase):
    def test_two_of_a_kind_on_one_scope(self):
        first = self.activate(self.make_contract(kind="owners", date_to="2026-12-31"))
        second = self.make_contract(kind="owners", property_ids=self.building)
        with self.assertRefused(ValidationError, "cover the same property"):
            second.action_submit()
        self.assertEqual(second.overlap_ids, first)
        second.date_from = "2027-01-01"
        second.action_submit()
        elsewhere = self.make_building(self.estate, "2")
        third = self.make_contract(kind="owners", property_ids=elsewhere)
        with self.assertRefused(ValidationError, "cover the same property"):
            third.action_submit()
        first.sudo().property_ids = self.building
        third.action_submit()

    def test_the_owners_contract_ends_the_preliminary_one(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.make_contract(kind="owners", date_from="2026-12-01")
        after.action_submit()
        after.action_withdraw()
        self.activate(after)
        self.assertEqual((before.state, after.state), ("active", "signed"))
        with freeze_time("2026-12-01"):
            after.action_activate()
        self.assertRecordValues(
            before, [{"state": "ended", "date_end": date(2026, 11, 30)}]
        )
        self.assertIn("article 940", before.message_ids[0].body)
        late = self.make_contract(kind="preliminary", date_from="2027-01-01")
        with self.assertRefused(ValidationError, "cover the same property"):
            late.sudo()._check_overlap()

    def test_a_part_of_the_scope_ends_nothing(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.activate(
            self.make_contract(kind="owners", property_ids=self.building)
        )
        self.assertEqual((before.state, after.state), ("active", "active"))
        self.assertIn("Take that part out", before.message_ids[0].body)

    def test_the_overlap_shows_as_long_as_it_needs_a_decision(self):
        before = self.activate(self.make_contract(kind="preliminary"))
        after = self.make_contract(kind="owners", property_ids=self.building)
        self.assertEqual(after.overlap_ids, before, "a draft shows what it meets")
        after.action_submit()
        self.assertEqual(after.overlap_ids, before)
        self.assertFalse(before.overlap_ids, "the owners' contract is not in force")
        after.action_withdraw()
        self.activate(after)
        # the other contract's state is no dependency of the compute
        self.env.invalidate_all()
        self.assertEqual(after.state, "active")
        self.assertFalse(after.overlap_ids, "its activation settled it")
        self.assertEqual(before.overlap_ids, after, "its scope is to be made smaller")
        before.sudo().property_ids = self.make_building(self.estate, "2")
        self.assertFalse(before.overlap_ids)
        before._finish("ended", date(2026, 11, 20))
        before.sudo().property_ids = False
        self.assertIn(after, before._overlapping())
        self.assertFalse(before.overlap_ids, "nobody decides on what is over")

    def test_two_of_a_kind_in_force_show_each_other(self):
        first = self.activate(self.make_contract(kind="owners"))
        rival = self.make_contract(
            kind="owners", property_ids=self.building, date_from="2026-06-01"
        )
        # by way of the database: it is refused otherwise
        rival.sudo().state = "active"
        self.assertEqual((rival.overlap_ids, first.overlap_ids), (first, rival))
        rival.sudo().predecessor_id = first
        self.env.invalidate_all()
        self.assertFalse(rival.overlap_ids | first.overlap_ids, "one follows the other")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestTermination(ContractLifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.activate(cls.make_contract(kind="owners"))
        cls.reason = cls.env.ref("pm_core.termination_reason_owners")
        cls.agreement = cls.env.ref("pm_core.termination_reason_agreement")

    def wizard(self, contract=None, **vals):
        contract = (contract or self.contract).with_user(self.manager)
        context = contract.action_terminate()["context"]
        return (
            self.env["pm.contract.terminate"]
            .with_user(self.manager)
            .with_context(**context)
            .create({"reason_id": self.reason.id, **vals})
        )

    def test_the_notice_period_by_side(self):
        theirs = self.wizard()
        self.assertEqual(theirs.earliest_date, date(2027, 1, 14))
        self.assertEqual(theirs.date, date(2027, 12, 31), "in time for the end")
        ours = self.wizard(notice_by="ours")
        self.assertEqual(ours.earliest_date, date(2027, 2, 13))
        late = self.wizard(notice_date="2027-12-15")
        self.assertEqual(late.date, date(2028, 2, 13))
        self.contract.sudo().open_ended_since = "2026-11-01"
        open_ended = self.wizard(notice_by="ours")
        self.assertEqual(open_ended.date, date(2027, 1, 14))
        self.assertFalse(self.wizard(reason_id=self.agreement.id).notice_days)

    def test_a_short_notice_needs_both_sides(self):
        wizard = self.wizard(date="2026-12-31")
        self.assertTrue(wizard.is_short)
        with self.assertRefused(UserError, "until 2027-01-14"):
            wizard.action_confirm()
        wizard.accept_short = True
        wizard.action_confirm()
        self.assertEqual(self.contract.date_end, date(2026, 12, 31))
        with self.assertRefused(UserError, "cannot end before"):
            self.wizard(date="2025-12-31", reason_id=self.agreement.id).action_confirm()

    def test_from_notice_to_closed_hand_over(self):
        self.wizard(date="2027-01-31", note="Letter 2026-17").action_confirm()
        self.assertRecordValues(
            self.contract,
            [
                {
                    "state": "active",
                    "termination_date": date(2027, 1, 31),
                    "date_end": date(2027, 1, 31),
                    "notice_by": "theirs",
                    "notice_given_on": date(2026, 11, 15),
                }
            ],
        )
        items = self.contract.handover_ids
        self.assertEqual(
            items.mapped("name"),
            self.contract.kind_id.handover_item_ids.mapped("name"),
        )
        self.assertEqual(set(items.mapped("date_due")), {date(2027, 3, 2)})
        with freeze_time("2027-01-31 04:00:00"):
            self.run_cron()
            self.assertEqual(self.contract.state, "active")
        with freeze_time("2027-02-01 04:00:00"):
            self.run_cron()
            contract = self.contract.with_user(self.manager)
            self.assertEqual(contract.state, "terminated")
            with self.assertRefused(UserError, "points of the hand-over"):
                contract.action_close_handover()
            items.with_user(self.manager).action_done()
            self.assertEqual(items.done_by_id, self.manager)
            with self.assertRefused(UserError, "Enter the day"):
                contract.action_close_handover()
            contract.write(
                {"settlement_date": "2027-02-01", "settlement_note": "All paid"}
            )
            contract.action_close_handover()
        self.assertEqual(self.contract.handover_closed_on, date(2027, 2, 1))
        self.assertFalse(self.contract.next_step)

    def test_a_notice_is_taken_back(self):
        self.wizard(date="2027-01-31").action_confirm()
        self.contract.handover_ids[0].action_done()
        self.contract.with_user(self.manager).action_withdraw_termination()
        self.assertRecordValues(
            self.contract,
            [
                {
                    "termination_date": False,
                    "date_end": date(2027, 12, 31),
                    "termination_reason_id": False,
                }
            ],
        )
        self.assertEqual(len(self.contract.handover_ids), 1)
        with self.assertRefused(UserError, "No notice was given"):
            self.contract.action_withdraw_termination()

    def test_effective_in_the_past(self):
        self.wizard(date="2026-10-31", reason_id=self.agreement.id).action_confirm()
        self.assertEqual(self.contract.state, "terminated")

    def test_service_cannot(self):
        with self.assertRefused(AccessError, "binds the company"):
            self.contract.with_user(self.service).action_terminate()

    def test_the_checklist_of_one_that_ended(self):
        with self.assertRefused(UserError, "nothing to hand over yet"):
            self.contract.action_prepare_handover()
        self.contract._finish("ended", date(2026, 11, 14))
        self.contract.with_user(self.manager).action_prepare_handover()
        self.assertTrue(self.contract.handover_ids)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestClauses(ContractLifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.templates = cls.env["pm.contract.clause.template"]
        cls.templates.search([]).active = False
        owners = cls.env.ref("pm_core.contract_kind_owners")
        cls.everywhere = cls.templates.create(
            {"name": "Term", "body": "<p>{date_from} to {date_to}</p>"}
        )
        cls.of_owners = cls.templates.create(
            {
                "name": "Quality",
                "clause_type": "service",
                "kind_ids": [Command.set(owners.ids)],
                "body": "<p>{company} serves {party} at {estate}.</p>",
            }
        )

    def test_a_new_contract_takes_those_of_its_kind(self):
        tenant = self.make_contract()
        self.assertEqual(tenant.clause_ids.template_id, self.everywhere)
        owners = self.make_contract(kind="owners")
        self.assertEqual(
            owners.clause_ids.template_id, self.everywhere | self.of_owners
        )
        owners.clause_ids[0].unlink()
        owners.with_user(self.service).action_take_clauses()
        self.assertEqual(len(owners.clause_ids), 2)
        owners.action_take_clauses()
        self.assertEqual(len(owners.clause_ids), 2, "what is there is left alone")

    def test_words_follow_the_contract_until_it_is_approved(self):
        self.party.name = "Smith & <b>Sons</b>"
        contract = self.make_contract(kind="owners")
        clause = contract.clause_ids.filtered(lambda row: row.name == "Quality")
        self.assertIn("Smith &amp; &lt;b&gt;Sons&lt;/b&gt; at Test", clause.text)
        contract.partner_id = self.owner
        self.assertIn("王小明", clause.text)
        self.assertIn("{party}", clause.body)
        self.activate(contract)
        self.owner.name = "Renamed"
        self.assertIn("王小明", clause.body)
        self.assertIn("王小明", clause.text)

    def test_clauses_of_the_fee_basis(self):
        lump = self.templates.create(
            {"name": "Lump", "fee_basis": "lump_sum", "body": "<p>Lump</p>"}
        )
        share = self.templates.create(
            {"name": "Share", "fee_basis": "commission", "body": "<p>{commission}</p>"}
        )
        contract = self.make_contract().with_user(self.service)
        self.assertEqual(contract.clause_ids.template_id, self.everywhere)
        contract.fee_basis = "lump_sum"
        self.assertEqual(contract.clause_ids.template_id, self.everywhere | lump)
        contract.write(
            {
                "fee_basis": "commission",
                "commission_method": "percent",
                "commission_rate": 8,
            }
        )
        self.assertEqual(contract.clause_ids.template_id, self.everywhere | share)
        clause = contract.clause_ids.filtered(lambda row: row.template_id == share)
        self.assertIn("8 % of what is spent", clause.text)
        self.assertEqual(clause.excerpt, "8 % of what is spent")

    def test_clauses_are_in_the_language_of_the_other_party(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.everywhere.with_context(lang="zh_CN").write(
            {"name": "期限", "body": "<p>自{date_from}起</p>"}
        )
        self.party.lang = "zh_CN"
        contract = self.make_contract()
        self.assertEqual(contract.clause_ids.name, "期限")
        self.activate(contract)
        self.assertIn("自2026", contract.clause_ids.body)

    def test_a_word_that_nobody_can_fill_in(self):
        with self.assertRefused(ValidationError, "contains {client}"):
            self.of_owners.body = "<p>{client} pays.</p>"

    def test_clauses_are_fixed_with_the_contract(self):
        contract = self.make_contract()
        clause = contract.clause_ids.with_user(self.service)
        clause.body = "<p>Changed</p>"
        self.activate(contract)
        with self.assertRefused(UserError, "stays as it is"):
            clause.body = "<p>Changed again</p>"
        with self.assertRefused(UserError, "stays as it is"):
            contract.with_user(self.service).action_take_clauses()
        # nor do templates reach back
        self.everywhere.body = "<p>New</p>"
        self.assertIn("Changed", clause.body)

    def test_shipped_clauses_fill_in_completely(self):
        self.templates.with_context(active_test=False).search([]).active = True
        for kind, _label in self.env["pm.contract"]._fields["kind"].selection:
            contract = self.make_contract(kind=kind)
            self.assertGreaterEqual(len(contract.clause_ids), 6)
            for clause in contract.clause_ids:
                self.assertNotRegex(str(clause.text), r"\{\w+\}")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestMigration(ContractLifeCase):
    def test_contracts_of_before_approval(self):
        """As version 19.0.1.0.0 left them: no kind's days, number flag or parties."""
        active = self.make_contract(kind="owners")
        ended = self.make_contract(date_to="2026-06-30")
        draft = self.make_contract()
        contracts = active | ended | draft
        contracts.party_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE pm_contract SET kind_id = NULL, notice_days = NULL,
                   notice_date = NULL, is_numbered = NULL, name = 'OLD/' || id,
                   state = CASE id WHEN %s THEN 'active' WHEN %s THEN 'ended'
                           ELSE 'draft' END
             WHERE id = ANY(%s)
            """,
            [active.id, ended.id, contracts.ids],
        )
        self.env.invalidate_all()
        path = file_path("pm_core/migrations/19.0.1.1.0/post-contract.py")
        script = load_script(path, "pm_core_post_contract")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertRecordValues(
            contracts,
            [
                {"is_numbered": True, "closed_on": False, "notice_days": 90},
                {
                    "is_numbered": True,
                    "closed_on": date(2026, 6, 30),
                    "notice_days": 30,
                },
                {"is_numbered": False, "closed_on": False, "notice_days": 30},
            ],
        )
        self.assertEqual(active.notice_date, date(2027, 10, 2))
        for contract in contracts:
            self.assertIn(self.party, contract.party_ids.partner_id)
            self.assertEqual(len(contract.party_ids), 2)
