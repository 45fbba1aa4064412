from odoo.tests import freeze_time

from .common import BillingCase


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
