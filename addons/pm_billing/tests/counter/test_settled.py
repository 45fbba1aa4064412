"""What settled a charge: money, credits and write-offs, each in its own column."""

from datetime import date

from odoo import Command
from odoo.tests import freeze_time

from ..common import BillingCase

COLUMNS = (
    "amount_credited",
    "amount_paid",
    "amount_written_off",
    "amount_residual",
    "amount_receivable",
)


@freeze_time("2026-11-10")
class TestSettled(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees(cls.unit)
        cls.run_of_bills = cls.bill()
        # 250.00 of the service, 12.00 of the facilities, on one invoice
        cls.charges = cls.run_of_bills.charge_ids.sorted(lambda row: -row.amount)
        cls.invoice = cls.charges.move_id

    def assertSettled(self, *rows, outside=0.0):
        """Rows of credited, money, written off and open, a charge each.

        :param outside: what the receivable holds of a credit note beyond the charges
        """
        self.env.flush_all()
        for charge, row in zip(self.charges, rows, strict=True):
            found = tuple(charge[name] for name in COLUMNS[:4])
            self.assertEqual(
                [round(value, 2) for value in found], list(row), charge.display_name
            )
            self.assertAlmostEqual(sum(found), charge.amount, 2)
            self.assertAlmostEqual(
                charge.amount_receivable, charge.amount - charge.amount_credited, 2
            )
        if outside:
            open_now = sum(self.charges.mapped("amount_residual"))
            self.assertAlmostEqual(self.receivable(), open_now + outside, 2)
        else:
            self.assertLedgerTies()

    def credit(self, amount, charge=None):
        """A credit note as an accountant makes it from the invoice."""
        note = self.invoice._reverse_moves([{"invoice_date": date(2026, 11, 10)}])
        kept = note.invoice_line_ids[0]
        (note.invoice_line_ids - kept).unlink()
        kept.price_unit = amount
        note.action_post()
        return note

    def pay(self, amount, **vals):
        """A payment as an accountant registers it on the invoice."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"amount": amount, **vals})
        )
        return wizard._create_payments()

    def write_off_account(self):
        return self.company_data["default_account_expense"]

    def receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    # -- one kind -------------------------------------------------------------

    def test_money(self):
        self.receive(self.owner, 255.0)
        self.assertSettled((0, 250, 0, 0), (0, 5, 0, 7))

    def test_money_of_an_accountant(self):
        self.pay(255.0)
        self.assertSettled((0, 250, 0, 0), (0, 5, 0, 7))

    def test_a_credit_note(self):
        """It is no money, and makes the receivable smaller."""
        self.credit(50.0)
        self.assertSettled((50, 0, 0, 200), (0, 0, 0, 12))
        self.assertEqual(self.charges[0].amount_receivable, 200.0)
        self.assertEqual(self.run_of_bills.collection_rate, 0.0)
        self.receive(self.owner, 106.0)
        self.assertSettled((50, 106, 0, 94), (0, 0, 0, 12))
        # 106 of 262 − 50
        self.assertAlmostEqual(self.run_of_bills.collection_rate, 106 / 212)

    def test_a_credit_note_of_all(self):
        self.invoice._reverse_moves([{"invoice_date": date(2026, 11, 10)}], cancel=True)
        self.assertSettled((250, 0, 0, 0), (12, 0, 0, 0))
        self.assertEqual(set(self.charges.mapped("payment_state")), {"settled"})
        self.assertEqual(self.run_of_bills.collection_rate, 0.0)

    def test_a_credit_note_taken_apart_again(self):
        note = self.credit(50.0)
        self.receivable_lines(note).remove_move_reconcile()
        self.env.flush_all()
        self.assertEqual(self.charges[0].amount_residual, 250.0)
        self.assertEqual(self.charges[0].amount_credited, 0.0)
        # matched with a part only, after money came in
        self.receive(self.owner, 230.0)
        self.receivable_lines(note | self.invoice).reconcile()
        self.assertSettled((32, 218, 0, 0), (0, 12, 0, 0), outside=-18.0)

    def test_written_off_by_an_entry(self):
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {"account_id": self.write_off_account().id, "debit": 12.0}
                    ),
                    Command.create(
                        {
                            "account_id": self.receivable_lines(
                                self.invoice
                            ).account_id.id,
                            "partner_id": self.owner.id,
                            "credit": 12.0,
                        }
                    ),
                ]
            }
        )
        entry.action_post()
        self.receivable_lines(entry | self.invoice).reconcile()
        self.assertSettled((0, 0, 12, 238), (0, 0, 0, 12))
        self.receive(self.owner, 250.0)
        self.assertSettled((0, 250, 0, 0), (0, 0, 12, 0))
        # what was written off was owed: 250 of 262
        self.assertAlmostEqual(self.run_of_bills.collection_rate, 250 / 262)

    # -- several --------------------------------------------------------------

    def test_written_off_on_a_payment(self):
        """252.00 come in, the accountant lets 10.00 go: Odoo matches 262.00."""
        payment = self.pay(
            252.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.write_off_account().id,
        )
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertSettled((0, 250, 0, 0), (0, 2, 10, 0))
        self.assertEqual(set(self.charges.mapped("payment_state")), {"paid"})
        # taken apart, all of it is open again, and counts anew
        self.receivable_lines(payment.move_id).remove_move_reconcile()
        self.assertEqual(sum(self.charges.mapped("amount_written_off")), 0.0)
        self.receivable_lines(payment.move_id | self.invoice).reconcile()
        self.assertSettled((0, 250, 0, 0), (0, 2, 10, 0))

    def test_written_off_on_a_payment_of_two_invoices(self):
        """The money of one payment is counted once, wherever it is matched."""
        december = self.bill("2026-12-01", "2026-12-31")
        wizard = (
            self.env["account.payment.register"]
            .with_context(
                active_model="account.move",
                active_ids=(self.invoice | december.move_ids).ids,
            )
            .create(
                {
                    "group_payment": True,
                    "amount": 500.0,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.write_off_account().id,
                }
            )
        )
        wizard._create_payments()
        charges = self.charges | december.charge_ids
        self.assertEqual(sum(charges.mapped("amount_paid")), 500.0)
        self.assertEqual(sum(charges.mapped("amount_written_off")), 24.0)
        self.assertLedgerTies()

    def test_prepayment_used(self):
        """It was money when it came in."""
        self.receive(self.owner, 300.0)
        december = self.bill("2026-12-01", "2026-12-31")
        self.env["pm.receipt"]._use_prepayment(self.owner, december.charge_ids)
        self.assertEqual(sum(december.charge_ids.mapped("amount_paid")), 38.0)
        self.assertEqual(sum(december.charge_ids.mapped("amount_written_off")), 0.0)
        self.assertSettled((0, 250, 0, 0), (0, 12, 0, 0))

    def test_a_credit_of_a_run(self):
        """A credit note goes to the charge that it corrects, not to the oldest."""
        fee = self.charges[1].fee_id
        fee.date_to = "2026-10-31"
        corrected = self.bill("2026-11-01", "2026-12-31")
        credit = corrected.charge_ids.filtered("origin_id")
        self.assertEqual(credit.origin_id, self.charges[1])
        note = credit.move_id
        if note.move_type == "out_refund":
            self.assertSettled((0, 0, 0, 250), (12, 0, 0, 0))
        else:
            # it stands on the next invoice, beside 250.00
            self.assertSettled((0, 0, 0, 250), (0, 0, 0, 12))
            self.assertEqual(credit.amount_credited, -12.0)
            beside = (corrected.charge_ids - credit).filtered(
                lambda row: row.move_id == note
            )
            self.assertEqual(sum(beside.mapped("amount_credited")), 12.0)
            self.assertEqual(sum(beside.mapped("amount_residual")), 238.0)

    # -- the figures made of them ----------------------------------------------

    def test_report_and_kpi(self):
        self.credit(50.0)
        self.receive(self.owner, 106.0)
        self.env.flush_all()
        [figures] = self.env["pm.collection.report"]._read_group(
            [("estate_id", "=", self.estate.id)],
            [],
            [*(f"{name}:sum" for name in ("amount", *COLUMNS)), "collection_rate:avg"],
        )
        self.assertEqual(figures[:6], (262.0, 50.0, 106.0, 0.0, 106.0, 212.0))
        self.assertAlmostEqual(figures[6], 0.5)
        kpi = self.env.ref("pm_billing.kpi_collection_rate")
        november = (date(2026, 11, 1), date(2026, 11, 30))
        figure = kpi._measure(*november, {"estate": self.estate})
        self.assertEqual((*figure[:2], figure.value), (106.0, 212.0, 50.0))

    def test_migration(self):
        """Matches of before are split by what the books say."""
        self.credit(50.0)
        self.pay(
            200.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.write_off_account().id,
        )
        expected = [tuple(charge[name] for name in COLUMNS) for charge in self.charges]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile"
            " SET pm_amount_money = NULL, pm_amount_credited = NULL"
        )
        self.env.cr.execute(
            "UPDATE pm_charge SET amount_credited = NULL, amount_written_off = NULL,"
            " amount_receivable = NULL, amount_paid = amount - amount_residual"
        )
        self.env.invalidate_all()
        kpi = self.env.ref("pm_billing.kpi_collection_rate")
        kpi.denominator_field = "amount"
        for script in ("pre-money", "post-money"):
            self.migrate("pm_billing", f"19.0.1.3.0/{script}")
        self.assertEqual(
            [tuple(charge[name] for name in COLUMNS) for charge in self.charges],
            expected,
        )
        self.assertEqual(sum(self.charges.mapped("amount_written_off")), 12.0)
        self.assertEqual(kpi.denominator_field, "amount_receivable")
