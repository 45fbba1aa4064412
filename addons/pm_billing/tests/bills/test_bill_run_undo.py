from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase

SEALED = "The journal is sealed."


@freeze_time("2026-11-10")
class TestBillRunUndo(BillingCase):
    """Taking back what a run has billed."""

    def test_undo_of_what_is_prepared(self):
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(self.env["pm.charge"].search([("run_id", "=", run.id)]))
        run.unlink()

    def test_undo_reverses_and_reopens(self):
        self.make_fee(self.unit)
        october = self.bill("2026-10-01", "2026-10-31")
        run = self.bill()
        move = run.move_ids
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.charge_ids)
        self.assertEqual(move.payment_state, "reversed")
        credit = move.reversal_move_ids
        self.assertEqual((credit.state, credit.amount_total), ("posted", 250.0))
        self.assertEqual(credit.pm_property_id, self.unit)
        self.assertEqual(self.receivable(), 250.0)
        self.assertLedgerTies()
        # exactly that period is open again
        again = self.bill("2026-09-01", "2026-11-30")
        self.assertEqual(
            self.days_of(again.charge_ids),
            [("2026-09-01", "2026-09-30"), ("2026-11-01", "2026-11-30")],
        )
        self.assertEqual(
            self.days_of(october.charge_ids), [("2026-10-01", "2026-10-31")]
        )
        self.assertEqual(self.receivable(), 750.0)
        self.assertLedgerTies()

    def test_an_undone_run_can_be_done_again(self):
        self.make_fees()
        run = self.bill()
        run.action_undo()
        self.unit.gross_area = 200
        run.action_prepare()
        run.action_confirm()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.amount_total, 1036.0)
        self.assertEqual(self.receivable(), 1036.0)
        self.assertLedgerTies()

    def test_paid_bills_stay(self):
        self.make_fees()
        run = self.bill()
        receipt = self.receive(self.owner, 10.0)
        run.action_undo()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.charge_ids.property_id, self.unit)
        self.assertRecordValues(
            run.exception_ids,
            [{"stage": "undo", "code": "paid", "partner_id": self.owner.id}],
        )
        self.assertIn("Cancel the receipt first", run.exception_ids.message)
        self.assertEqual(self.receivable(), 252.0)
        self.assertLedgerTies()
        receipt._cancel("Test")
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.exception_ids)
        self.assertEqual(self.receivable(), 0.0)
        self.assertLedgerTies()

    # -- what Odoo refuses -----------------------------------------------------

    def refuse(self, refused):
        """Have Odoo refuse to reverse an invoice, in the quick way and its own."""
        Move = type(self.env["account.move"])
        post = Move._post

        def refusing(moves, soft=True):
            if "out_refund" in moves.mapped("move_type") and (
                refused.pm_property_id in moves.pm_property_id
            ):
                raise UserError(SEALED)
            return post(moves, soft)

        return patch.object(Move, "_post", refusing)

    def test_what_odoo_refuses_is_listed_and_the_others_go_on(self):
        self.make_fees()
        run = self.bill()
        refused = run.move_ids.filtered(lambda move: move.partner_id == self.owner)
        moves = self.env["account.move"].search_count([])
        with self.refuse(refused):
            run.action_undo()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.charge_ids.move_id, refused)
        self.assertEqual(self.env["account.move"].search_count([]), moves + 2)
        self.assertRecordValues(
            run.exception_ids,
            [
                {
                    "stage": "undo",
                    "code": "refused",
                    "move_id": refused.id,
                    "partner_id": self.owner.id,
                }
            ],
        )
        self.assertIn(refused.name, run.exception_ids.message)
        self.assertIn(SEALED, run.exception_ids.message)
        self.assertEqual(refused.payment_state, "not_paid")
        self.assertEqual(self.receivable(), refused.amount_total)
        self.assertLedgerTies()
        # and it goes once the reason is gone
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.exception_ids)
        self.assertEqual(self.receivable(), 0.0)
        self.assertLedgerTies()

    def test_locked_between_pressing_and_undoing(self):
        """All stay and are listed; none is reversed on another day in silence."""
        self.make_fees()
        run = self.bill()
        self.company.sale_lock_date = date(2026, 11, 10)
        run._begin_undo()
        self.assertEqual(run.state, "done")
        self.assertEqual(len(run.exception_ids), 3)
        self.assertEqual(set(run.exception_ids.mapped("code")), {"refused"})
        self.assertIn("are closed on", run.exception_ids[0].message)
        self.assertFalse(run.move_ids.reversal_move_ids)
        self.company.sale_lock_date = False
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.exception_ids)
        self.assertLedgerTies()

    def test_paid_between_pressing_and_undoing(self):
        self.make_fees()
        run = self.bill()
        todo = run.charge_ids.move_id.sorted("id").ids
        run._as_step().state = "undoing"
        self.receive(self.owner, 10.0)
        run._job_do_undo(todo)
        run._job_end_undo(None)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.exception_ids.mapped("code"), ["paid"])
        self.assertEqual(run.exception_ids.partner_id, self.owner)
        self.assertEqual(run.charge_ids.partner_id, self.owner)
        self.assertLedgerTies()

    def test_sealed_invoices(self):
        """Entries of the journal are chained by a hash: credit notes join it."""
        self.make_fees()
        journal = self.company_data["default_journal_sale"]
        journal.restrict_mode_hash_table = True
        run = self.bill()
        moves = run.move_ids
        self.assertTrue(all(moves.mapped("inalterable_hash")))
        sealed = moves.mapped("inalterable_hash")
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.exception_ids)
        self.assertEqual(moves.mapped("inalterable_hash"), sealed)
        self.assertEqual(set(moves.mapped("payment_state")), {"reversed"})
        self.assertEqual(self.receivable(), 0.0)
        self.assertLedgerTies()
