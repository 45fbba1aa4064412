"""The shipped automation rules are off, and do what they say when switched on."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestAutomation(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def run_rule(self, name):
        rule = self.env.ref(f"pm_core.automation_{name}")
        self.assertFalse(rule.active)
        rule.active = True
        self.env.flush_all()
        cron = self.env.ref("base_automation.ir_cron_data_base_automation_check")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_contract(self):
        contract = self.make_contract(self.estate, partner_id=self.owner.id)
        contract.sudo().write(
            {"date_to": self.today + timedelta(days=100), "state": "active"}
        )
        draft = self.make_contract(
            self.estate, date_to=self.today + timedelta(days=100)
        )
        before = contract.activity_ids
        self.run_rule("contract_expiring")
        self.assertEqual(
            (contract.activity_ids - before).summary,
            "Talk with the customer about the renewal",
        )
        self.assertFalse(draft.activity_ids)

    def test_document(self):
        contract = self.make_contract(self.estate)
        document = self.env["pm.document"].create(
            {
                "res_model": "pm.contract",
                "res_id": contract.id,
                "type_id": self.env["pm.document.type"]
                .search([("applies_to", "=", "contract")], limit=1)
                .id,
                "date_expiry": self.today + timedelta(days=80),
            }
        )
        self.run_rule("document_expiring")
        self.assertIn(document.display_name, contract.activity_ids.mapped("summary"))
