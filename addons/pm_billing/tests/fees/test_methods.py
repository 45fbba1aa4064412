import random
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from ...models.fees.pm_fee import FeeError
from ...models.fees.pm_fee_amount import NothingDue
from ..common import BillingCase

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


def tariff_document(**more):
    return {
        "name": "Water",
        "unit": "m³",
        "tax_included": True,
        "parts": [
            {
                "name": "Water",
                "bands": [
                    {"up_to": "18", "price": "3.45"},
                    {"up_to": "25", "price": "4.83"},
                    {"price": "5.83"},
                ],
            }
        ],
        **more,
    }


@freeze_time("2026-11-10")
class TestMethods(BillingCase):
    def charge(self, fee, days=NOVEMBER):
        return fee._prepare_charge(*days, self.owner)

    def make_tariff(self, **more):
        tariff = self.env["pm.tariff"]._from_document(tariff_document(**more))
        tariff.version_ids.filtered(
            lambda version: version.state == "draft"
        ).action_confirm()
        return tariff

    def test_quantity(self):
        """Two spaces at 150 and 20 for the card; half of it for half a month."""
        item = self.make_item("space", method="quantity", price=150, surcharge=20)
        fee = self.make_fee(self.unit, item, quantity=2)
        vals = self.charge(fee)
        self.assertEqual(vals["amount"], 320.0)
        self.assertEqual(fee.amount_month, 320.0)
        half = date(2026, 11, 1), date(2026, 11, 15)
        self.assertEqual(self.charge(fee, half)["amount"], 160.0)

    def test_formula(self):
        item = self.make_item(
            "formula", method="formula", formula="max(area * 0.5, 20) + 人数 * 3"
        )
        fee = self.make_fee(self.unit, item, persons=4)
        vals = self.charge(fee)
        self.assertEqual(vals["amount"], 62.0)
        self.assertEqual(
            vals["inputs"]["formula"]["values"], {"area": "100.0", "人数": "4.0"}
        )

    def test_a_formula_without_a_result_is_an_exception(self):
        """Never zero: MicroCommunity's 7007 only logs, and bills nothing."""
        item = self.make_item("formula", method="formula", formula="100 / persons")
        fee = self.make_fee(self.unit, item)
        run = self.make_run()
        run.action_prepare()
        self.assertFalse(run.charge_ids)
        self.assertEqual(run.exception_ids.mapped("code"), ["formula"])
        self.assertIn("division by zero", run.exception_ids.message)
        fee.persons = 4
        run.action_retry_failed()
        self.assertEqual(run.charge_ids.amount, 25.0)
        self.assertFalse(run.exception_ids)

    def test_what_a_formula_may_say(self):
        for formula, word in (("area * ", "too early"), ("salary * 2", "salary")):
            with self.assertRefused(ValidationError, word):
                self.make_item("bad", method="formula", formula=formula)
        item = self.make_item("minus", method="formula", formula="area - 200")
        with self.assertRaises(FeeError) as caught:
            self.charge(self.make_fee(self.unit, item))
        self.assertIn("below zero", str(caught.exception))

    def test_items_name_what_they_need(self):
        for values in (
            {"method": "tariff"},
            {"method": "metered", "price": 3},
            {"method": "metered", "medium": "water"},
        ):
            with self.assertRefused(ValidationError, "choose|say"):
                self.make_item("needs", **values)

    def test_agreed_quantity_by_tariff(self):
        """20 m³ a month: 18 × 3.45 + 2 × 4.83."""
        item = self.make_item("water", method="tariff", tariff_id=self.make_tariff().id)
        fee = self.make_fee(self.unit, item, quantity=20)
        vals = self.charge(fee, (date(2026, 10, 1), date(2026, 11, 30)))
        self.assertEqual(vals["amount"], 143.52)
        self.assertEqual(len(vals["inputs"]["priced"]), 4)
        self.assertEqual(vals["inputs"]["tariff"]["name"], "Water")

    def test_a_tariff_without_prices_is_an_exception(self):
        tariff = self.make_tariff()
        item = self.make_item("water", method="tariff", tariff_id=tariff.id)
        fee = self.make_fee(self.unit, item, quantity=20)
        tariff.version_ids._as_step().write({"state": "draft"})
        with self.assertRaises(FeeError) as caught:
            self.charge(fee)
        self.assertEqual(caught.exception.code, "tariff")

    def test_rent_with_free_months_and_steps(self):
        item = self.make_item("rent", method="area", price=100)
        fee = self.make_fee(
            self.unit,
            item,
            step_ids=[
                Command.create(
                    {"kind": "free", "date_from": "2026-01-01", "date_to": "2026-02-28"}
                ),
                Command.create(
                    {
                        "kind": "percent",
                        "date_from": "2027-01-01",
                        "percent": 5,
                        "every_months": 12,
                    }
                ),
                Command.create(
                    {"kind": "price", "date_from": "2030-01-01", "price": 150}
                ),
            ],
        )
        with self.assertRaises(NothingDue):
            self.charge(fee, (date(2026, 1, 1), date(2026, 1, 31)))
        for month, amount in (
            (3, 10000.0),
            (13, 10500.0),
            (25, 11025.0),
            (49, 15000.0),
        ):
            first = date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1)
            vals = self.charge(fee, (first, first.replace(day=28)))
            days = {1: 31, 3: 31}[first.month]
            self.assertAlmostEqual(vals["amount"], amount * 28 / days, 2)

    def test_free_months_are_no_exception(self):
        item = self.make_item("rent", method="area", price=100)
        self.make_fee(
            self.unit,
            item,
            step_ids=[
                Command.create(
                    {"kind": "free", "date_from": "2026-11-01", "date_to": "2026-11-30"}
                )
            ],
        )
        run = self.make_run()
        run.action_prepare()
        self.assertFalse(run.charge_ids or run.exception_ids)

    def test_steps_go_on_with_the_fee(self):
        fee = self.make_fee(self.unit, quantity=3, persons=2)
        self.env["pm.fee.step"].create(
            {
                "fee_id": fee.id,
                "kind": "percent",
                "date_from": "2027-01-01",
                "percent": 5,
            }
        )
        self.bill()
        self.service.write({"price": 3.0, "price_since": "2026-12-01"})
        following = (
            self.env["pm.fee"].search([("property_id", "=", self.unit.id)]) - fee
        )
        self.assertEqual(following.step_ids.percent, 5.0)
        self.assertEqual((following.quantity, following.persons), (3.0, 2))

    def test_rounding_is_a_setting_of_the_item(self):
        self.unit.gross_area = 144.96
        for stage, mode, to, amount in (
            ("month", "half_up", "0.01", 217.44 * 2),
            ("month", "down", "0.1", 434.8),
            ("total", "half_up", "1", 435.0),
            ("total", "up", "10", 440.0),
        ):
            item = self.make_item(
                f"{stage}{mode}{to}",
                price=1.5,
                rounding_stage=stage,
                rounding_mode=mode,
                rounding_to=to,
            )
            fee = self.make_fee(self.unit, item)
            vals = self.charge(fee, (date(2026, 10, 1), date(2026, 11, 30)))
            with self.subTest(stage=stage, mode=mode, to=to):
                self.assertAlmostEqual(vals["amount"], amount, 2)

    def test_the_bill_as_a_whole_is_rounded(self):
        for number, price in enumerate((10.26, 20.31)):
            item = self.make_item(
                f"item{number}",
                method="fixed",
                surcharge=price,
                rounding_stage="bill",
                rounding_to="1",
            )
            self.make_fee(self.unit, item)
        run = self.bill()
        self.assertEqual(
            run.charge_ids.sorted("amount").mapped("amount"), [10.26, 20.74]
        )
        self.assertEqual(run.move_ids.amount_total, 31.0)
        self.assertIn("0.43", str(run.charge_ids.mapped("why")))
        self.assertLedgerTies()

    # who pays ---------------------------------------------------------------------

    def hand_over(self, day="2026-11-11"):
        """The owner sells; the buyer's first day is ``day``."""
        day = date.fromisoformat(day)
        before = self.unit.occupancy_ids
        before.date_to = date.fromordinal(day.toordinal() - 1)
        buyer = self.make_partner("Buyer")
        self.make_occupancy(self.unit, buyer, str(day))
        return buyer

    def test_a_period_is_split_by_occupancies(self):
        """250.00 of November: ten days of the seller, twenty of the buyer."""
        self.service.by_occupancy = True
        self.make_fee(self.unit)
        buyer = self.hand_over()
        run = self.bill()
        self.assertEqual(
            {
                (row.partner_id, str(row.date_from), row.amount)
                for row in run.charge_ids
            },
            {(self.owner, "2026-11-01", 83.33), (buyer, "2026-11-11", 166.67)},
        )
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 250.0)
        again = self.bill()
        self.assertFalse(again.charge_ids)
        self.assertLedgerTies()

    def test_whole_months_go_to_who_the_rule_says(self):
        """From the next month: the developer pays the month of the hand-over."""
        buyer = self.hand_over()
        for proration, payers in (
            ("next", [self.owner, buyer]),
            ("this", [buyer, buyer]),
        ):
            item = self.make_item(
                proration, price=1, by_occupancy=True, proration=proration
            )
            fee = self.make_fee(self.unit, item)
            run = self.make_run(date_to="2026-12-31")
            run.action_prepare()
            charges = run.charge_ids.filtered(lambda row, fee=fee: row.fee_id == fee)
            with self.subTest(proration=proration):
                found = charges.sorted("date_from")
                self.assertEqual(found.mapped("amount"), [100.0, 100.0])
                self.assertEqual([row.partner_id for row in found], payers)
            run.charge_ids.unlink()

    def test_a_part_that_nobody_pays_is_charged_later(self):
        self.service.by_occupancy = True
        self.make_fee(self.unit)
        self.unit.occupancy_ids.date_to = "2026-11-10"
        run = self.bill()
        self.assertEqual(run.charge_ids.amount, 83.33)
        self.assertEqual(run.exception_ids.mapped("code"), ["no_payer"])
        buyer = self.make_partner("Buyer")
        self.make_occupancy(self.unit, buyer, "2026-11-11")
        run.action_retry_failed()
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 250.0)
        self.assertEqual(run.charge_ids.partner_id, self.owner | buyer)

    def test_a_tenant_comes_within_the_period(self):
        item = self.make_item("use", price=1, payer="occupant", by_occupancy=True)
        self.make_fee(self.unit, item)
        tenant = self.make_partner("Tenant")
        self.make_occupancy(self.unit, tenant, "2026-11-21", role="tenant")
        run = self.bill()
        self.assertEqual(
            {row.partner_id: row.amount for row in run.charge_ids},
            {self.owner: 66.67, tenant: 33.33},
        )

    # why ---------------------------------------------------------------------------

    def test_why(self):
        """On the charge and on the bill, each step, and the amount at the end."""
        item = self.make_item("rent", method="area", price=100)
        self.make_fee(
            self.unit,
            item,
            step_ids=[
                Command.create(
                    {"kind": "free", "date_from": "2026-11-01", "date_to": "2026-11-15"}
                )
            ],
        )
        run = self.bill()
        rows = run.charge_ids._why()
        texts = " ".join(f"{row['label']} {row['detail']}" for row in rows)
        self.assertIn("100 m² × $\N{NO-BREAK SPACE}100.00", texts)
        self.assertIn("free of charge", texts)
        self.assertIn("5,000.00", rows[-1]["amount"])
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", run.move_ids.ids
        )[0]
        self.assertIn(b"Why is it this amount?", html)
        self.assertIn(b"free of charge", html)

    def test_backlog_of_several_periods(self):
        """All months to a day at once, a line each (OCA contract pull 1512)."""
        self.make_fee(self.unit)
        run = self.bill(date_from="2026-01-01", date_to="2026-11-30")
        self.assertEqual(len(run.charge_ids), 11)
        self.assertEqual(len(run.move_ids.invoice_line_ids), 11)
        self.assertEqual(run.amount_total, 2750.0)

    def test_preview_is_what_is_booked(self):
        """What was shown is what is booked, over random settings, to the cent."""
        draw = random.Random(20261110)
        for number in range(60):
            item = self.make_item(
                f"random{number}",
                method=draw.choice(("area", "fixed", "quantity", "formula")),
                price=draw.randint(1, 9999) / 100,
                surcharge=draw.randint(1, 9999) / 100,
                proration=draw.choice(
                    ("days", "full", "next", "this", "thirty", "year", "period")
                ),
                rounding_stage=draw.choice(("line", "month", "total", "bill")),
                rounding_mode=draw.choice(("half_up", "down", "up")),
                rounding_to=draw.choice(("0.01", "0.1", "1", "10")),
                cycle=draw.randint(1, 4),
                timing=draw.choice(("advance", "arrears")),
                by_occupancy=draw.random() < 0.5,
                formula="area * price / 7 + surcharge",
            )
            for unit in self.units:
                day = f"2026-{draw.randint(8, 10):02d}-{draw.randint(1, 28):02d}"
                self.make_fee(unit, item, day, quantity=draw.randint(1, 9999) / 1000)
        self.hand_over()
        run = self.make_run("2026-09-01", "2026-12-31")
        run.action_prepare()
        shown = self.amounts(run)
        self.assertGreater(len(shown), 300)
        run.action_prepare()
        self.assertEqual(self.amounts(run), shown)
        run.action_confirm()
        self.assertEqual(self.amounts(run), shown)
        self.assertFalse(run.exception_ids.filtered(lambda row: row.stage == "confirm"))
        self.assertAlmostEqual(
            sum(run.move_ids.mapped("amount_total")), sum(shown.values()), 2
        )
        for charge in run.charge_ids:
            self.assertTrue(charge.formula and charge._why())
            rows = charge.inputs["steps"]
            total = sum(Decimal(row["amount"]) for row in rows)
            self.assertEqual(float(total), charge.amount)
        self.assertLedgerTies()

    def amounts(self, run):
        return {
            (row.fee_id, row.partner_id, row.date_from): row.amount
            for row in run.charge_ids
        }

    def test_who_sets_a_formula(self):
        """The clerk of an estate does not price what others use."""
        item = self.make_item(
            "all", estate_id=False, method="formula", formula="area * 2"
        )
        other = self.make_estate("Elsewhere")
        self.make_fee(self.make_unit(other, "9"), item)
        clerk = self.make_staff("clerk_formula", "pm_billing.group_pm_billing_clerk")
        with self.assertRefused(UserError, "Own Item"):
            item.with_user(clerk).formula = "area * 9"
