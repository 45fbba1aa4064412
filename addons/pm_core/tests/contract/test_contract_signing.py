"""How a contract is signed: on paper, in the system, by a link."""

import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .contract_common import ContractLifeCase


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
