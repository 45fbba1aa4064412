"""The doors of Odoo's own models that have methods of ours."""

from odoo.tests import TransactionCase, tagged

from .. import access, doors
from ..common import PropertyCase
from ..door_answers import NOBODYS
from ..door_calls import own_methods

PDF = b"%PDF-1.4\n%%EOF\n"
MODELS = {
    "dms.file",
    "hr.employee",
    "hr.job",
    "mail.mail",
    "res.partner",
    "survey.user_input",
}
# Their records need a ledger: pm_billing/tests/ledger/test_doors_ledger.py
IN_THE_LEDGER = {
    "account.bank.statement.line",
    "account.journal",
    "account.move",
    "account.payment",
    "crossovered.budget",
    "mis.cash_flow",
    "mis.report.instance",
}


@tagged("post_install", "-at_install")
class TestEveryDoor(TransactionCase):
    def test_every_model_with_methods_is_knocked_at(self):
        """Dialogs are found by being there; what else has methods has a record."""
        access.read_all_matrices()
        ours = {
            name
            for name in self.env.registry
            if not self.env[name]._abstract
            and not self.env[name]._transient
            and own_methods(self.env[name])
        }
        missing = ours - access.listed_models() - MODELS - NOBODYS.keys()
        missing -= IN_THE_LEDGER
        for addon in access.CHAIN[1:]:
            missing -= access.models_of(self.env, addon)
        self.assertFalse(
            missing,
            "These models have public methods and no record in the walk of the doors: "
            "add one to a matrix, or here.",
        )


@tagged("post_install", "-at_install")
class TestDoorsOfOdoo(PropertyCase, doors.DoorWalk):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Second Company"})
        cls.records = {
            "own": cls._make_records(cls.estate),
            "other estate": cls._make_records(cls.make_estate("Other Garden")),
            "other company": cls._make_records(
                cls.make_estate("Far Garden", company_id=cls.other_company.id)
            ),
        }

    @classmethod
    def _make_records(cls, estate):
        company = estate.company_id
        partner = cls.make_partner(f"Ms {estate.name}", pm_estate_id=estate.id)
        file = cls.env["ir.attachment"].create(
            {
                "name": "paper.pdf",
                "raw": PDF,
                "res_model": estate._name,
                "res_id": estate.id,
            }
        )
        survey = cls.env["survey.survey"].create({"title": f"Of {estate.name}"})
        made = {
            "res.partner": partner,
            "hr.employee": cls.env["hr.employee"].create(
                {
                    "name": f"Guard of {estate.name}",
                    "pm_estate_id": estate.id,
                    "company_id": company.id,
                }
            ),
            "hr.job": cls.env["hr.job"].create(
                {"name": f"Guard of {estate.name}", "company_id": company.id}
            ),
            "survey.user_input": cls.env["survey.user_input"].create(
                {
                    "survey_id": survey.id,
                    "partner_id": partner.id,
                    "pm_estate_id": estate.id,
                }
            ),
            "dms.file": cls.env["dms.file"].search([("attachment_id", "=", file.id)]),
            "mail.mail": cls.env["mail.mail"].create(
                {"subject": "A bill", "model": estate._name, "res_id": estate.id}
            ),
        }
        cls.env.flush_all()
        return made

    def test_every_place_has_a_record(self):
        for records in self.records.values():
            self.assertEqual(set(records), MODELS)
            for model, record in records.items():
                self.assertEqual(len(record), 1, model)
