from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestCharge(BillingCase):
    def charge_of(self, **vals):
        """The charge of November of one fee, prepared."""
        self.make_fee(self.unit, **vals)
        run = self.make_run()
        run.action_prepare()
        return run.charge_ids

    # -- explanation ---------------------------------------------------------

    def test_whole_month(self):
        charge = self.charge_of()
        self.assertEqual(charge.formula, "100 m² × $\N{NO-BREAK SPACE}2.50")
        self.assertEqual(charge.display_name, "Test Garden 1-1 Service 2026-11")
        self.assertEqual(
            charge.inputs["steps"],
            [{"month": "2026-11", "days": 30, "of_days": 30, "amount": "250.00"}],
        )

    def test_fixed_amount(self):
        self.assertEqual(
            self.charge_of(item=self.facilities).formula, "$\N{NO-BREAK SPACE}12.00"
        )

    def test_area_and_surcharge(self):
        charge = self.charge_of(has_own_price=True, own_price=3, own_surcharge=8)
        self.assertEqual(
            (charge.formula, charge.amount),
            ("100 m² × $\N{NO-BREAK SPACE}3.00 + $\N{NO-BREAK SPACE}8.00", 308.0),
        )

    def test_a_price_has_more_decimals_than_money(self):
        """2.855 a m² are 285.50 and not 286.00; 0.4883 a unit are 48.83."""
        item = self.make_item("fine", price=2.855)
        charge = self.charge_of(item=item)
        self.assertEqual(charge.formula, "100 m² × $\N{NO-BREAK SPACE}2.855")
        self.assertEqual(charge.amount, 285.5)
        self.assertIn("2.855 per m²", item._price_text())

    def test_a_price_has_two_decimals_at_least(self):
        """5.8 is shown as 5.80, in words and on screens; what is finer stays."""
        item = self.make_item("tags", price=5.8, surcharge=12.0)
        self.assertIn("5.80 per m²", item._price_text())
        self.assertIn("12.00 a month", item._price_text())
        item.price = 0.48835
        self.assertIn("0.48835 per m²", item._price_text())
        for model, names in (
            ("pm.fee.item", ("price", "surcharge")),
            ("pm.fee", ("price", "surcharge", "own_price", "own_surcharge")),
            ("pm.fee.step", ("price", "surcharge")),
            ("pm.contract.line", ("price", "surcharge")),
            ("pm.contract.amendment.fee", ("old_price", "price", "old_surcharge")),
            ("pm.service.plan.line", ("price", "surcharge")),
            ("pm.tariff.band", ("price",)),
            ("pm.tariff.part", ("base_fee",)),
            ("pm.shared.cost", ("price_unit",)),
        ):
            for name, shown in self.env[model].fields_get(names).items():
                with self.subTest(model=model, field=name):
                    self.assertEqual(shown["min_display_digits"], 2)
                    self.assertGreaterEqual(shown["digits"][1], 6)
        units = self.make_item("units", method="quantity", price=0.4883)
        charge = self.charge_of(item=units, quantity=100)
        self.assertEqual(charge.amount, 48.83)
        item.price = 2.8551
        self.assertEqual(item.price, 2.8551)

    def test_part_of_a_month(self):
        charge = self.charge_of(date_from="2026-11-16")
        self.assertEqual(charge.amount, 125.0)
        self.assertEqual(
            charge.formula, "(100 m² × $\N{NO-BREAK SPACE}2.50) × 2026-11: 15/30"
        )
        self.assertIn("11/16/2026 – 11/30/2026", charge.display_name)

    def test_quarter(self):
        item = self.make_item("quarter", price=2.5, cycle=3)
        charge = self.charge_of(item=item, date_from="2026-08-01")
        self.assertEqual(charge.amount, 750.0)
        self.assertEqual(charge.formula, "(100 m² × $\N{NO-BREAK SPACE}2.50) × 3")
        self.assertIn("2026-11 – 2027-01", charge.display_name)

    def test_inputs_stay_as_they_were(self):
        charge = self.charge_of()
        charge.run_id.action_confirm()
        self.unit.gross_area = 999
        self.service.price = 9
        self.assertEqual(charge.formula, "100 m² × $\N{NO-BREAK SPACE}2.50")
        self.assertEqual(charge.amount, 250.0)

    # -- what is open --------------------------------------------------------

    def test_a_part_goes_to_the_oldest(self):
        """Two months in one run are one invoice; the first month is paid first."""
        self.make_fee(self.unit)
        run = self.bill("2026-10-01", "2026-11-30")
        self.assertEqual(len(run.move_ids), 1)
        october, november = run.charge_ids.sorted("date_from")
        self.receive(self.owner, 300.0)
        self.assertRecordValues(
            october | november,
            [
                {"amount_paid": 250.0, "amount_residual": 0.0, "payment_state": "paid"},
                {
                    "amount_paid": 50.0,
                    "amount_residual": 200.0,
                    "payment_state": "partial",
                },
            ],
        )
        self.assertEqual(run.move_ids.amount_residual, 200.0)
        self.assertAlmostEqual(run.collection_rate, 0.6)
        self.assertLedgerTies()

    def test_cents(self):
        """Residuals are exact, however the invoice is cut."""
        self.unit.gross_area = 33.33
        self.make_fees(self.unit)
        run = self.bill()
        self.receive(self.owner, 0.01)
        for amount in (33.33, 0.02, 11.11):
            self.receive(self.owner, amount)
            self.assertLedgerTies()
        charges = run.charge_ids
        paid = sum(charges.mapped("amount_paid"))
        self.assertAlmostEqual(paid, 44.47, 2)
        for charge in charges:
            self.assertAlmostEqual(
                charge.amount_paid + charge.amount_residual, charge.amount, 2
            )

    def test_a_payment_booked_by_the_accountant(self):
        self.make_fees(self.unit)
        run = self.bill()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=run.move_ids.ids
        ).create({"amount": 100.0})._create_payments()
        self.assertEqual(sum(run.charge_ids.mapped("amount_paid")), 100.0)
        self.assertEqual(run.amount_residual, 162.0)
        self.assertLedgerTies()

    def test_a_credit_note(self):
        self.make_fee(self.unit)
        run = self.bill()
        move = run.move_ids
        credit = move._reverse_moves([{"invoice_date": date(2026, 11, 10)}])
        credit.invoice_line_ids.price_unit = 50.0
        credit.action_post()
        (credit.line_ids | move.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(run.charge_ids.amount_residual, 200.0)
        self.assertEqual(run.charge_ids.payment_state, "partial")
        self.assertLedgerTies()

    def test_open_amount_of_each_node(self):
        self.make_fees()
        self.bill()
        self.receive(self.owner, 62.0)
        for node, amount in [
            (self.unit, 200.0),
            (self.units[1], 262.0),
            (self.building, 724.0),
            (self.estate, 724.0),
        ]:
            self.assertEqual(node.amount_open, amount)

    def test_due_date_is_that_of_the_invoice(self):
        self.make_fee(self.unit)
        charge = self.bill().charge_ids
        self.assertEqual(charge.date_due, date(2026, 11, 25))
        self.assertEqual(charge.action_view_invoice()["res_id"], charge.move_id.id)

    def test_a_billed_charge_stays(self):
        charge = self.charge_of()
        charge.run_id.action_confirm()
        with self.assertRefused(UserError, "stays on record"):
            charge.unlink()
