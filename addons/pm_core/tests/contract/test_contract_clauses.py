"""The clauses of a contract, from the templates to the fixed text."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .contract_common import ContractLifeCase


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
