from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ...models.ledger import bulk_posting
from ..common import BillingCase

# What two invoices of the same content do not share.
OWN = {
    "id",
    "create_date",
    "write_date",
    "write_uid",
    "access_token",
    "name",
    "move_name",
    "payment_reference",
    "sequence_number",
    "move_id",
    "move_line_id",
    "line_ids",
    "invoice_line_ids",
    "journal_line_ids",
    "analytic_line_ids",
    "pm_charge_ids",
    "message_ids",
    "message_follower_ids",
    "message_partner_ids",
    "reversed_entry_id",
    "full_reconcile_id",
    "audit_trail_message_ids",
    "matching_number",
    "matched_debit_ids",
    "matched_credit_ids",
    "reconciled_lines_ids",
    "reconciled_lines_excluding_exchange_diff_ids",
}


@tagged("post_install", "-at_install")
class TestBillRunSpeed(BillingCase):
    """The fast way of a bill run makes what Odoo's usual way makes, in few queries."""

    def assertSameAsPlain(self, run):
        """Make each invoice of ``run`` again, as a script would, and compare all."""
        self.assertTrue(run.charge_ids.move_id)
        for move in run.charge_ids.move_id:
            plain = (
                self.env["account.move"]
                ._as_step()
                .create(run._prepare_invoice(move.pm_charge_ids.sorted("id")))
            )
            plain.action_post()
            self.env.invalidate_all()
            self.assertEqual(self.snapshot(move), self.snapshot(plain))
            self.assertEqual(plain.sequence_prefix, move.sequence_prefix)

    def snapshot(self, move):
        """The stored values of an invoice, its journal items and analytic items."""
        lines = move.line_ids.sorted(lambda line: (line.sequence, line.id))
        return [
            self.values(move),
            *(self.values(line, move.payment_reference) for line in lines),
            *(self.values(row) for row in lines.analytic_line_ids.sorted("id")),
        ]

    def values(self, record, number=None):
        values = {
            name: record[name]
            for name, field in record._fields.items()
            if field.store and name not in OWN
        }
        if "move_name" in record._fields:
            # the receivable's name quotes the number of the invoice
            values["name"] = (record.name or "").replace(number or "#", "#")
        return values

    def bill_prices(self, *prices, **vals):
        """Bill each flat for fees of these amounts."""
        for number, price in enumerate(prices):
            item = self.make_item(
                f"item{number}", method="fixed", surcharge=price, **vals
            )
            for unit in self.units:
                self.make_fee(unit, item)
        return self.bill()

    def test_same_as_plain(self):
        """Also for a contact of a firm, and for accounts of the customer's own."""
        firm = self.make_partner("Firm")
        self.owners[0].parent_id = firm
        receivable = self.company_data["default_account_receivable"]
        self.owners[1].property_account_receivable_id = receivable.copy()
        income = self.company_data["default_account_revenue"]
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Other income account",
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": income.id,
                            "account_dest_id": income.copy().id,
                        }
                    )
                ],
            }
        )
        self.owners[2].property_account_position_id = position
        run = self.bill_prices(21.53, 0.07, 1000.01)
        self.assertEqual(run.charge_ids.move_id.commercial_partner_id[:1], firm)
        self.assertEqual(len(run.charge_ids.move_id.line_ids.account_id), 5)
        self.assertSameAsPlain(run)

    def test_same_as_plain_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax.amount = 21.0
        run = self.bill_prices(21.53, 21.53)
        self.assertEqual(run.charge_ids.move_id[0].amount_untaxed, 35.59)
        self.assertSameAsPlain(run)

    def test_same_as_plain_several_taxes(self):
        """A fee with two taxes, one of them with tags, and one fee without."""
        tag = self.env["account.account.tag"].create(
            {"name": "Base 6", "applicability": "taxes"}
        )
        self.tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "base"
        ).tag_ids = tag
        second = self.tax.copy({"name": "3% included", "amount": 3.0})
        self.make_fees()
        self.service.tax_ids = self.tax + second
        self.facilities.tax_ids = False
        run = self.bill()
        self.assertEqual(run.charge_ids.move_id.line_ids.tax_line_id, self.tax + second)
        self.assertEqual(run.charge_ids.move_id.line_ids.tax_tag_ids, tag)
        self.assertSameAsPlain(run)

    def test_undo_same_as_odoo(self):
        """A credit note is the one that Odoo makes of the same invoice."""
        run = self.bill_prices(21.53, 0.07, 1000.01)
        move = run.charge_ids.move_id[0]
        vals = run._prepare_invoice(move.pm_charge_ids.sorted("id"))
        plain = self.env["account.move"]._as_step().create(vals)
        plain.action_post()
        own = {
            "ref": f"Undo of {run.name}",
            "invoice_date": max(self.estate._today(), move.invoice_date),
            "pm_property_id": move.pm_property_id.id,
        }
        wanted = plain._reverse_moves([own], cancel=True)
        run.action_undo()
        credit = move.reversal_move_ids
        self.env.invalidate_all()
        self.assertEqual(move.payment_state, "reversed")
        self.assertEqual(self.snapshot(credit), self.snapshot(wanted))

    def test_undo_after_taxes_have_changed(self):
        """What cannot be mirrored from its lines is reversed by Odoo's usual way."""
        run = self.bill_prices(106.0)
        self.tax.amount = 13.0
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertEqual(self.receivable(), 0.0)
        for move in run.move_ids:
            self.assertEqual(move.reversal_move_ids.amount_total, move.amount_total)
            self.assertEqual(move.payment_state, "reversed")

    def test_numbers_follow_each_other(self):
        """Also after invoices of others, and in the next run."""
        self.make_fees()
        first = self.bill().charge_ids.move_id
        other = self.init_invoice("out_invoice", amounts=[10.0], post=True)
        other.button_draft()
        other.action_post()
        second = self.bill("2026-12-01", "2026-12-31").charge_ids.move_id
        for moves in (first, second):
            numbers = sorted(moves.mapped("sequence_number"))
            self.assertEqual(len(set(moves.mapped("sequence_prefix"))), 1)
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
            self.assertFalse(any(moves.mapped("made_sequence_gap")))

    def test_queries(self):
        """An invoice more costs nothing, however many there are."""
        counts = [self.count_queries(size) for size in (5, 6, 15, 25)]
        _warm, few, more, many = counts
        self.assertLessEqual(more - few, 20)
        self.assertLessEqual(many - more, 20)

    def test_queries_of_the_plain_way(self):
        """Where invoices cannot be posted in bulk, a few queries each."""
        with patch.object(bulk_posting, "unknown_addons", return_value=["strange"]):
            counts = [self.count_queries(size) for size in (5, 6, 15, 25)]
        _warm, few, more, many = counts
        self.assertLessEqual(more - few, 10 * 5)
        self.assertLessEqual(many - more, more - few + 5)

    def count_queries(self, size):
        """Count the queries that confirming ``size`` invoices takes."""
        building = self.make_building(self.estate, f"B{size}")
        for number in range(size):
            unit = self.make_unit(building, f"B{size}-{number}")
            self.make_occupancy(unit, self.make_partner(f"Owner {size}-{number}"))
            self.make_fee(unit)
            self.make_fee(unit, self.facilities)
        run = self.make_run(scope=building)
        run.action_prepare()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.action_confirm()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(run.invoice_count, size)
        return count
