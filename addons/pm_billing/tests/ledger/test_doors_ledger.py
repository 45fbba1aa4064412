"""Methods of ours on Odoo's journals, entries, payments, statement lines and budgets.

Each is called with a record of another company, by everybody who knocks: refused, and
nothing of the record is changed.
"""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.door_calls import own_methods

from ..common import BillingCase

KNOCK = {
    "employee": "base.group_user",
    "staff": "pm_core.group_pm_user",
    "manager": "pm_core.group_pm_estate_manager",
    "cashier": "pm_billing.group_pm_cashier",
    "clerk": "pm_billing.group_pm_billing_clerk",
    "company": "pm_core.group_pm_company_manager",
    "accountant": "account.group_account_manager",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 02:00:00")
class TestDoorsOfLedger(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        far = cls.setup_other_company(name="Far Services")
        company = far["company"]
        here = cls.env(
            context={"allowed_company_ids": company.ids, "tracking_disable": True}
        )
        journal = here["account.journal"].browse(far["default_journal_bank"].id)
        payment = here["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.make_partner("Far Away").id,
                "amount": 10,
                "journal_id": journal.id,
            }
        )
        line = here["account.bank.statement.line"].create(
            {"journal_id": journal.id, "payment_ref": "X", "amount": 10}
        )
        budget = here["crossovered.budget"].create(
            {
                "name": "Far",
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "company_id": company.id,
            }
        )
        cls.env.flush_all()
        flow = here["mis.cash_flow"].search([("company_id", "=", company.id)], limit=1)
        forecast = here["mis.report.instance"].create(
            {
                "name": "Far",
                "report_id": cls.env.ref("pm_billing.mis_report_forecast").id,
                "company_id": company.id,
            }
        )
        found = (journal, payment, line, line.move_id, budget, flow, forecast)
        cls.far = [one.with_env(cls.env) for one in found]
        cls.knocking = {
            role: cls.make_staff(f"ledger_{role}", group)
            for role, group in KNOCK.items()
        }
        cls.env.flush_all()

    def test_every_method(self):
        called = 0
        for record in self.far:
            for method in sorted(own_methods(record)):
                for role, user in self.knocking.items():
                    with self.subTest(model=record._name, method=method, role=role):
                        self.knock(record.with_user(user), method)
                        called += 1
        self.assertGreater(called, 50)

    def knock(self, mine, method):
        state = mine.sudo()._fields.get("state") and mine.sudo().state
        mine.env.invalidate_all()
        with (
            self.assertRaises(UserError) as caught,
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models"),
            self.env.cr.savepoint(),
        ):
            getattr(mine, method)()
        self.assertIsInstance(caught.exception, AccessError)
        mine.env.invalidate_all()
        if state:
            self.assertEqual(mine.sudo().state, state)
