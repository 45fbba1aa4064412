"""Who may do what with statement files: accountants, of their company."""

import base64

from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

from . import statement_samples as samples

BOOKS = {"accountant": "rwcd", "company": "r", "admin": "r"}


@tagged("post_install", "-at_install")
class TestAccessBank(access.AccessCase):
    """An account at a bank belongs to a company, and to none of its estates."""

    ROLES = {
        **access.ROLES,
        "cashier": "pm_billing.group_pm_cashier",
        "clerk": "pm_billing.group_pm_billing_clerk",
        "accountant": "account.group_account_invoice,account.group_account_readonly",
    }
    SHARED_RIGHTS = {
        "pm.statement.file": BOOKS,
        "pm.statement.row": {"accountant": "rw", "company": "r", "admin": "r"},
        "pm.payer.rule": BOOKS,
    }

    WIZARDS = {"pm.statement.payer": ("accountant",)}

    @classmethod
    def _make_shared_records(cls, company=None):
        company = company or cls.env.company
        as_step = cls.env(su=True)
        journal = as_step["account.journal"].create(
            {
                "name": "Test Bank",
                "code": "TBNK",
                "type": "bank",
                "company_id": company.id,
                "pm_channel": "bank",
            }
        )
        file = (
            as_step["pm.statement.file"]
            ._as_step()
            .create(
                {
                    "filename": "bank.csv",
                    "file": base64.b64encode(samples.bank_csv([])),
                    "journal_id": journal.id,
                    "company_id": company.id,
                }
            )
        )
        row = (
            as_step["pm.statement.row"]
            ._as_step()
            .create({"file_id": file.id, "state": "held", "reason": "no date"})
        )
        rule = as_step["pm.payer.rule"].create(
            {
                "payer": "an agent",
                "partner_id": cls.make_partner("Somebody").id,
                "company_id": company.id,
            }
        )
        return {record._name: record.with_env(cls.env) for record in (file, row, rule)}

    def test_of_another_company(self):
        records = self._make_shared_records(self.other_company)
        for model, record in records.items():
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(self._found(record, user), "")
