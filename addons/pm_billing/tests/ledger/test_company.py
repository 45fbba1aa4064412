from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import BillingCase


class TestCompany(BillingCase):
    def make_account(self, code, name="Received in advance"):
        return self.env["account.account"].create(
            {"name": name, "code": code, "account_type": "liability_current"}
        )

    def test_account_of_prepayments_is_made_once(self):
        self.assertFalse(self.company.pm_prepayment_account_id)
        account = self.company._pm_get_prepayment_account()
        self.assertRecordValues(
            account, [{"account_type": "liability_current", "reconcile": True}]
        )
        self.assertTrue(account.code.startswith("2203"))
        self.assertEqual(self.company._pm_get_prepayment_account(), account)

    def test_account_of_the_chart_is_taken(self):
        """Charts of China have 2203 for what is received in advance."""
        account = self.make_account("220301")
        self.assertEqual(self.company._pm_get_prepayment_account(), account)
        self.assertTrue(account.reconcile)

    def test_account_chosen_by_the_accountant(self):
        account = self.make_account("299900")
        with Form(self.env["res.config.settings"]) as form:
            form.pm_prepayment_account_id = account
            form.pm_due_days = 20
        form.record.execute()
        self.assertEqual(self.company._pm_get_prepayment_account(), account)
        self.assertEqual(self.company.pm_due_days, 20)

    def test_a_company_without_a_chart(self):
        company = self.env["res.company"].create({"name": "Bare Company"})
        with self.assertRefused(UserError, "has no chart of accounts"):
            company._pm_get_prepayment_account()

    @mute_logger("odoo.sql_db")
    def test_days_to_pay(self):
        with self.assertRaises(IntegrityError):
            self.company.pm_due_days = -1
            self.env.flush_all()
