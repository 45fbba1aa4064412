import base64
import io

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-30 02:00:00")
class TestStatement(BillingCase):
    """The figures are those of the ledger, of one estate, by account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.make_fees()
        cls.bill()
        cls.other = cls.make_estate("Other Garden")
        cls.accountant = cls.make_staff(
            "statement_accountant",
            "account.group_account_invoice,account.group_account_readonly",
        )
        cls.manager = cls.make_staff(
            "statement_manager",
            "pm_core.group_pm_estate_manager",
            cls.estate | cls.other,
        )

    def book(self, *rows, date="2026-11-15"):
        """An entry: (account, debit − credit, estate or none)."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "analytic_distribution": estate
                            and {str(estate.analytic_account_id.id): 100},
                        }
                    )
                    for account, balance, estate in rows
                ],
            }
        )
        move.action_post()

    def statement(self, kind, estate=None, **vals):
        return (
            self.env["pm.statement"]
            .with_user(self.manager)
            .create(
                {
                    "property_id": (estate or self.estate).id,
                    "report_id": self.env.ref(f"pm_billing.mis_report_{kind}").id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-11-30",
                    **vals,
                }
            )
        )

    def figures(self, statement):
        """{name of the line: figure of the first column}"""
        matrix = statement._instance()._compute_matrix()
        return {
            row.kpi.name: next(iter(row.iter_cells())).val or 0.0
            for row in matrix.iter_rows()
            if not row.account_id
        }

    def test_income_of_the_estate(self):
        """786.00 billed are 741.51 without the tax of 6 %."""
        expense = self.company_data["default_account_expense"]
        cash = self.cash.default_account_id
        self.book((expense, 200.0, self.estate), (cash, -200.0, None))
        self.book((expense, 99.0, self.other), (cash, -99.0, None))
        found = self.figures(self.statement("income"))
        self.assertAlmostEqual(found["income"], 741.51, 2)
        self.assertAlmostEqual(found["cost"] + found["expense"], 200.0, 2)
        self.assertAlmostEqual(found["result"], 541.51, 2)
        there = self.figures(self.statement("income", self.other))
        self.assertAlmostEqual(there["result"], -99.0, 2)

    def test_owners_statement(self):
        """The commission is part of what was spent, and shown of it."""
        expense = self.company_data["default_account_expense"]
        commission = expense.copy({"name": "Commission"})
        commission.tag_ids = self.env.ref("pm_billing.account_tag_commission")
        cash = self.cash.default_account_id
        self.book((expense, 200.0, self.estate), (cash, -200.0, None))
        self.book((commission, 74.15, self.estate), (cash, -74.15, None))
        found = self.figures(self.statement("owners"))
        self.assertAlmostEqual(found["commission"], 74.15, 2)
        self.assertAlmostEqual(found["spent"], 274.15, 2)
        self.assertAlmostEqual(found["left"], 467.36, 2)

    def test_a_line_of_two_estates_is_named(self):
        """Counted whole in both it would be spent twice."""
        expense = self.company_data["default_account_expense"]
        cash = self.cash.default_account_id
        self.book((expense, 200.0, self.estate), (cash, -200.0, None))
        line = self.env["account.move.line"].search(
            [("account_id", "=", expense.id), ("balance", "=", 200.0)]
        )
        first, second = (
            str(estate.analytic_account_id.id) for estate in (self.estate, self.other)
        )
        line.analytic_distribution = {first: 60, second: 40}
        for estate in (self.estate, self.other):
            statement = self.statement("income", estate)
            for step in (statement.action_view, statement.action_issue):
                with self.assertRefused(UserError, f"{line.move_id.name}.*in part"):
                    step()
        line.analytic_distribution = {first: 100}
        self.assertAlmostEqual(
            self.figures(self.statement("income"))["result"], 541.51, 2
        )

    def test_public_income(self):
        """A liability towards the owners: before, in, out, after."""
        account = self.company.pm_prepayment_account_id or self.env[
            "account.account"
        ].search(
            [
                ("account_type", "=", "liability_current"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        public = account.copy({"name": "Public income"})
        public.tag_ids = self.env.ref("pm_billing.account_tag_public")
        cash = self.cash.default_account_id
        self.book((public, -500.0, self.estate), (cash, 500.0, None), date="2026-10-10")
        self.book((public, -300.0, self.estate), (cash, 300.0, None))
        self.book((public, 120.0, self.estate), (cash, -120.0, None))
        found = self.figures(self.statement("public"))
        self.assertEqual(
            {name: round(value, 2) for name, value in found.items()},
            {"opening": 500.0, "received": 300.0, "spent": 120.0, "closing": 680.0},
        )

    def test_daily_cash(self):
        self.receive(self.owner, 100.0)
        found = self.figures(
            self.statement("cash", date_from="2026-11-30", date_to="2026-11-30")
        )
        self.assertAlmostEqual(found["received"], 100.0, 2)
        self.assertAlmostEqual(
            found["closing"], found["opening"] + found["received"] - found["spent"], 2
        )

    def test_issued(self):
        statement = self.statement("owners")
        with self.assertRaises(AccessError):
            statement.with_user(self.accountant).action_issue()
        statement.with_context(force_report_rendering=True).action_issue()
        self.assertEqual(statement.state, "issued")
        self.assertTrue(base64.b64decode(statement.pdf).startswith(b"%PDF"))
        sheet = load_workbook(io.BytesIO(base64.b64decode(statement.xlsx))).active
        values = [cell.value for row in sheet.iter_rows() for cell in row]
        self.assertTrue(
            any(
                isinstance(value, float) and round(value, 2) == 741.51
                for value in values
            )
        )
        with self.assertRefused(UserError, "needs New"):
            statement.date_to = "2026-12-31"
        statement.action_put_up()
        self.assertEqual(str(statement.posted_on), "2026-11-30")
        self.assertTrue(statement.with_user(self.accountant).pdf)

    def test_the_cash_of_the_company_is_not_for_one_estate(self):
        with self.assertRefused(AccessError, "shows the whole company"):
            self.statement("cash").action_issue()

    def test_what_is_not_put_up(self):
        statement = self.statement("income")
        statement.sudo()._as_step().state = "issued"
        with self.assertRefused(UserError, "not one that is put up"):
            statement.action_put_up()
