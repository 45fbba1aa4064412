import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-12-01 02:00:00")
class TestPublicSheet(BillingCase):
    """What hangs on the board: the same rows on paper and in a workbook, no names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_staff("sheet_boss", "pm_core.group_pm_estate_manager")

    def sheet(self, kind, user=None, **vals):
        return (
            self.env["pm.public.sheet"]
            .with_user(user or self.manager)
            .create(
                {
                    "kind": kind,
                    "property_id": self.estate.id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-12-31",
                    **vals,
                }
            )
        )

    def texts(self, sheet):
        """(printed, all cells of the workbook)."""
        Report = self.env["ir.actions.report"].with_user(self.manager)
        html = Report._render_qweb_html("pm_billing.pm_public_sheet", sheet.ids)[0]
        name = "pm_billing.public_sheet_xlsx"
        book = Report._render_xlsx(name, sheet.ids, {})[0]
        cells = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(
            values_only=True
        )
        return html.decode(), [cell for row in cells for cell in row]

    def test_common_costs(self):
        key = self.env["pm.allocation.key"].create(
            {
                "name": "By area",
                "estate_id": self.estate.id,
                "part_ids": [(0, 0, {"basis": "area", "percent": 100})],
            }
        )
        lift = self.make_item(
            "lift", method="pool", allocation_key_id=key.id, timing="arrears"
        )
        costs = self.env["pm.shared.cost"].create(
            [
                {
                    "property_id": self.building.id,
                    "fee_item_id": lift.id,
                    "allocation_key_id": key.id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-11-30",
                    "amount": amount,
                }
                for amount in (1234.5, 99.0)
            ]
        )
        costs[0].action_confirm()
        html, cells = self.texts(self.sheet("cost"))
        self.assertIn("1,234.50", html)
        self.assertEqual(cells.count(1234.5), 2)
        # what is not confirmed is nobody's cost yet
        self.assertNotIn(99.0, cells)

    def test_waivers_without_names(self):
        self.make_fees()
        run = self.bill(date_invoice="2026-11-01")
        charge = run.charge_ids.filtered(
            lambda row: row.partner_id == self.owner and row.fee_item_id == self.service
        )
        waiver = self.env["pm.waiver"].create(
            {
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "charge_ids": charge.ids,
                "percent": 40.0,
                "reason": "The lift stood still.",
            }
        )
        waiver.sudo()._as_step().amounts = waiver._planned()
        waiver.sudo()._as_step().state = "approved"
        waiver._book()
        html, cells = self.texts(self.sheet("waiver"))
        self.assertIn("100.00", html)
        self.assertEqual(cells.count(100), 2)
        for text in (self.owner.name, "lift stood"):
            self.assertNotIn(text, html)
            self.assertNotIn(text, cells)
        none = self.sheet("waiver", date_from="2027-01-01", date_to="2027-02-01")
        self.assertIn("nothing to show", self.texts(none)[0])

    def test_losses_between_meters(self):
        Meter = self.env["pm.meter"]
        master = Meter.create({"property_id": self.building.id, "name": "MASTER"})
        below = Meter.create(
            {"property_id": self.unit.id, "name": "W1", "parent_id": master.id}
        )
        self.env["pm.meter.reading"].create(
            [
                {"meter_id": meter.id, "date": day, "value": value}
                for meter, used in ((master, 100), (below, 90))
                for day, value in (("2026-10-31", 0), ("2026-11-30", used))
            ]
        )
        html, cells = self.texts(self.sheet("loss"))
        self.assertIn("MASTER", html)
        for number in (100, 90, 10):
            self.assertIn(number, cells)

    def test_collection_by_fee_item(self):
        """786.00 billed, 262.00 of it received: a third."""
        self.make_fees()
        self.bill(date_invoice="2026-11-01")
        self.receive(self.owner, 262.0)
        html, cells = self.texts(self.sheet("collection"))
        self.assertIn("33.33", html)
        for text in (self.service.name, 750.0, 250.0, 36.0, 12.0, 786.0, 262.0, 524.0):
            self.assertIn(text, cells)
        self.assertNotIn(self.owner.name, html)

    def test_income_is_without_tax_and_by_account(self):
        """750.00 and 36.00 with 6 % tax are 707.55 and 33.96; who has no right on the
        ledger reads the sums of the own estate."""
        self.make_fees()
        run = self.bill(date_invoice="2026-11-01")
        html, cells = self.texts(self.sheet("income"))
        account = run.move_ids.invoice_line_ids.account_id
        for text in ("707.55", "33.96", "741.51", account.code):
            self.assertIn(text, html)
        self.assertAlmostEqual(cells[-1], 741.51, 2)
        none = self.sheet("income", date_from="2027-01-01", date_to="2027-02-01")
        self.assertIn("nothing to show", self.texts(none)[0])

    def test_budget_and_actual(self):
        post = self.env["account.budget.post"].create(
            {
                "name": "Cleaning",
                "company_id": self.company.id,
                "account_ids": self.company_data["default_account_expense"].ids,
            }
        )
        budgets = self.env["crossovered.budget"].create(
            [
                {
                    "name": name,
                    "estate_id": self.estate.id,
                    "company_id": self.company.id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-11-30",
                    "crossovered_budget_line_ids": [
                        (
                            0,
                            0,
                            {
                                "general_budget_id": post.id,
                                "date_from": "2026-11-01",
                                "date_to": "2026-11-30",
                                "planned_amount": amount,
                            },
                        )
                    ],
                }
                for name, amount in (("Holds", 4321.0), ("Draft", 77.0))
            ]
        )
        budgets[0].sudo()._as_step().state = "validate"
        html, cells = self.texts(self.sheet("budget"))
        self.assertIn("Cleaning", html)
        self.assertEqual(cells.count(4321.0), 2)
        self.assertNotIn(77.0, cells)

    def test_of_the_own_estates(self):
        other = self.make_estate("Elsewhere")
        sheet = self.sheet("cost", property_id=self.estate.id)
        sheet.sudo().property_id = other
        with self.assertRaises(AccessError):
            sheet._content()
