from datetime import date

from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillRunConfirm(BillingCase):
    """The invoices that a confirmed run makes."""

    def test_confirm(self):
        self.make_fees()
        run = self.bill()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "charge_count": 6,
                    "posted_count": 6,
                    "invoice_count": 3,
                    "amount_total": 786.0,
                    "amount_residual": 786.0,
                }
            ],
        )
        self.assertEqual(set(run.charge_ids.mapped("payment_state")), {"open"})
        move = run.move_ids.filtered(lambda move: move.partner_id == self.owner)
        self.assertRecordValues(
            move,
            [
                {
                    "move_type": "out_invoice",
                    "state": "posted",
                    "payment_state": "not_paid",
                    "amount_total": 262.0,
                    # 250.00 ÷ 1.06 and 12.00 ÷ 1.06
                    "amount_untaxed": 247.17,
                    "amount_tax": 14.83,
                    "invoice_date": date(2026, 11, 10),
                    "invoice_date_due": date(2026, 11, 25),
                    "ref": "1-1",
                    "invoice_origin": run.name,
                    "pm_property_id": self.unit.id,
                    "pm_estate_id": self.estate.id,
                    "pm_bill_run_id": run.id,
                }
            ],
        )
        self.assertTrue(move.name and move.name != "/")
        lines = move.invoice_line_ids
        self.assertEqual(set(lines.mapped("price_total")), {250.0, 12.0})
        self.assertEqual(lines.pm_charge_id, move.pm_charge_ids)
        self.assertEqual(lines.tax_ids, self.tax)
        self.assertEqual(lines.account_id.account_type, "income")
        analytic = {str(self.estate.analytic_account_id.id): 100}
        for line in lines:
            self.assertEqual(line.analytic_distribution, analytic)
        self.assertIn(
            "Service 2026-11: 100 m² × $\N{NO-BREAK SPACE}2.50", lines.mapped("name")
        )
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertRecordValues(
            term,
            [
                {
                    "date_maturity": date(2026, 11, 25),
                    "balance": 262.0,
                    "partner_id": self.owner.id,
                    "account_type": "asset_receivable",
                }
            ],
        )
        self.assertLedgerTies()

    def test_invoices_are_those_that_odoo_makes(self):
        """Every line is as it were had the invoice been typed in by hand."""
        self.make_fees()
        move = self.bill(scope=self.unit).move_ids
        plain = (
            self.env["account.move"]
            ._as_step()
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.owner.id,
                    "invoice_date": move.invoice_date,
                    "invoice_date_due": move.invoice_date_due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        (0, 0, charge._prepare_invoice_line())
                        for charge in move.pm_charge_ids
                    ],
                }
            )
        )
        plain.action_post()
        names = [
            "account_id",
            "balance",
            "amount_currency",
            "tax_base_amount",
            "price_unit",
            "price_subtotal",
            "price_total",
            "quantity",
            "display_type",
            "tax_line_id",
            "tax_ids",
            "tax_tag_ids",
            "date_maturity",
            "partner_id",
            "currency_id",
            "analytic_distribution",
            "tax_repartition_line_id",
            "amount_residual",
            "product_id",
            "product_uom_id",
            "group_tax_id",
            "company_id",
            "journal_id",
            "date",
        ]

        def figures(record):
            return sorted(
                str([(name, str(line[name])) for name in names])
                for line in record.line_ids
            )

        self.assertEqual(figures(move), figures(plain))
        heads = [
            "amount_untaxed",
            "amount_tax",
            "amount_total",
            "amount_residual",
            "payment_state",
            "state",
            "journal_id",
            "currency_id",
            "date",
            "commercial_partner_id",
            "tax_totals",
            "invoice_partner_display_name",
            "amount_untaxed_signed",
            "amount_total_signed",
            "partner_shipping_id",
        ]
        for name in heads:
            with self.subTest(name=name):
                self.assertEqual(move[name], plain[name])

    def test_one_invoice_for_each_payer_and_unit(self):
        """Who holds two units gets two; who pays one fee of a unit gets an own one."""
        self.make_fees()
        second = self.make_unit(self.building, "1-9")
        self.make_occupancy(second, self.owner)
        self.make_fee(second)
        parking = self.make_item("extra", method="fixed", surcharge=5)
        self.make_fee(self.unit, parking, partner_id=self.owners[1].id)
        run = self.bill()
        self.assertEqual(
            sorted(
                (move.partner_id.name, move.pm_property_id.code, move.amount_total)
                for move in run.move_ids
            ),
            sorted(
                [
                    ("王小明", "1-1", 262.0),
                    ("王小明", "1-9", 250.0),
                    ("李丽", "1-1", 5.0),
                    ("李丽", "1-2", 262.0),
                    ("张伟", "1-3", 262.0),
                ]
            ),
        )

    def test_tax_that_is_not_included(self):
        """The invoice must come to the charges; else the bill is named and left."""
        self.service.tax_ids = self.company.account_sale_tax_id
        self.make_fees()
        run = self.bill()
        self.assertEqual(run.posted_count, 0)
        self.assertEqual(run.exception_count, 3)
        self.assertIn("included in the price", run.exception_ids[0].message)
        self.assertLedgerTies()

    def test_fee_without_tax(self):
        self.service.tax_ids = False
        self.make_fee(self.unit)
        move = self.bill().move_ids
        self.assertEqual((move.amount_total, move.amount_tax), (250.0, 0.0))
