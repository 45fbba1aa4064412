"""What was charged at the bank, and numbers at the same moment: see ``peers.md``."""

import base64
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ...engine.plain_tables import write_csv
from ..common import BillingCase

BROKEN = "the disk is full"


@freeze_time("2026-11-30 02:00:00")
class TestPeersMoney(BillingCase):
    """What breaks elsewhere when money is asked for does not break here.

    Each test names where it was reported; the others are in ``test_peers``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.layout = cls.env["pm.collection.layout"].create(
            {"name": "Bank", "journal_id": cls.bank.id}
        )
        cls.env["pm.collection.mandate"].create(
            [
                {
                    "property_id": unit.id,
                    "partner_id": owner.id,
                    "holder": owner.name,
                    "account": f"622202020000123456{number}",
                    "agreement": f"XY-{number}",
                    "date_from": "2026-01-01",
                }
                for number, (unit, owner) in enumerate(
                    zip(cls.units, cls.owners, strict=True)
                )
            ]
        )
        cls.provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test Pay",
                    "code": "none",
                    "state": "test",
                    "company_id": cls.company.id,
                    "payment_method_ids": [
                        Command.set(
                            cls.env["payment.method"].sudo().search([], limit=1).ids
                        )
                    ],
                }
            )
        )
        cls.provider.journal_id = cls.bank

    def batch(self):
        batch = self.env["pm.collection.batch"].create(
            {
                "property_id": self.estate.id,
                "layout_id": self.layout.id,
                "due_until": "2026-12-31",
            }
        )
        batch.action_prepare()
        batch.action_write_file()
        return batch

    def answer(self, batch):
        rows = [
            [line.reference, f"{line.amount:.2f}", "成功", ""]
            for line in batch.line_ids
        ]
        headings = ["流水号", "金额", "处理结果", "失败原因"]
        self.env["pm.collection.result"].create(
            {
                "batch_id": batch.id,
                "filename": "answer.csv",
                "file": base64.b64encode(write_csv(headings, rows, "gb18030")),
            }
        ).action_read()

    def transaction(self, bills, reference="TX-1"):
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider.payment_method_ids[:1].id,
                    "amount": sum(bills.mapped("amount_residual")),
                    "currency_id": self.company.currency_id.id,
                    "partner_id": bills.partner_id.id,
                    "reference": reference,
                    "operation": "online_redirect",
                    "invoice_ids": [Command.set(bills.ids)],
                }
            )
        )

    def money(self):
        """What came in, of all payers."""
        receipts = self.env["pm.receipt"].search(
            [("company_id", "=", self.company.id), ("state", "=", "posted")]
        )
        return sum(receipts.mapped("amount"))

    def test_a_run_that_is_rolled_back_has_charged_nobody(self):
        """OCA contract issue 166, pull 195: a run that was rolled back had charged the
        customers at the bank, and the next run charged them again. Here bills are
        posted first, and the bank is asked for what is posted."""
        run = self.make_run()
        run.action_prepare()
        with patch.object(type(run), "_check_totals", side_effect=UserError(BROKEN)):
            run.action_confirm()
        self.assertFalse(run.move_ids)
        with self.assertRefused(UserError, "Nothing to collect"):
            self.batch()
        run.action_retry_failed()
        batch = self.batch()
        self.assertEqual(batch.line_ids.mapped("amount"), [262.0] * 3)
        self.answer(batch)
        self.answer(batch)
        self.assertEqual(self.money(), 786.0)
        with self.assertRefused(UserError, "Nothing to collect"):
            self.batch()
        self.assertLedgerTies()

    def test_what_is_at_the_bank_is_not_billed_again(self):
        """The same issue the other way round: the run is undone while the bank is
        asked. Its bills stay until the answer, and nobody is asked twice."""
        run = self.bill()
        batch = self.batch()
        run.action_undo()
        self.assertEqual((run.state, run.posted_count), ("done", 6))
        self.assertEqual(set(run.exception_ids.mapped("code")), {"awaited"})
        self.assertIn(batch.name, run.exception_ids[0].message)
        with self.assertRefused(UserError, batch.name):
            run.charge_ids[0].action_rebill()
        self.assertFalse(self.bill().charge_ids)
        with self.assertRefused(UserError, "Nothing to collect"):
            self.batch()
        # the bank is told to leave it: then the run can be undone
        batch.action_cancel()
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.bill()
        self.answer(self.batch())
        self.assertEqual(self.money(), 786.0)
        self.assertLedgerTies()

    def test_what_is_being_paid_online_is_not_billed_again(self):
        run = self.bill()
        bill = run.move_ids.filtered(lambda move: move.partner_id == self.owner)
        transaction = self.transaction(bill)
        transaction._set_pending()
        run.action_undo()
        self.assertEqual(run.exception_ids.move_id, bill)
        self.assertIn("TX-1", run.exception_ids.message)
        self.assertEqual(run.posted_count, 2)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.money(), 262.0)
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_a_transaction_that_is_done_anew_charges_once(self):
        """odoo issues 90465, 91873: two who want the next number at the same moment do
        not serialize; one of them is done anew, and had charged the card already. Here
        the payment is the key of its receipt, and numbers are taken last."""
        bill = self.bill().move_ids.filtered(lambda move: move.partner_id == self.owner)
        transaction = self.transaction(bill)
        transaction._set_done()
        Receipt = self.registry["pm.receipt"]
        plain, tries = Receipt._take_number, []

        def late(receipt, *number):
            tries.append(number[0])
            if len(tries) == 1:
                raise SerializationFailure
            return plain(receipt, *number)

        with patch.object(Receipt, "_take_number", late):
            with self.assertRaises(SerializationFailure), self.env.cr.savepoint():
                transaction._post_process()
            self.env.invalidate_all()
            self.assertEqual(self.money(), 0.0)
            transaction._post_process()
        self.assertEqual((len(tries), self.money()), (2, 262.0))
        self.assertEqual(tries[0], tries[1], "no number was lost")
        # and the provider notifies once more
        transaction._post_process()
        self.assertEqual(self.money(), 262.0)
        self.assertLedgerTies()

    def test_a_number_that_somebody_took_is_no_error(self):
        """The same issues, pull 201171: another receipt took the number meanwhile. The
        next one is taken, without beginning anew, and none is left out."""
        self.bill()
        first = self.receive(self.owners[0], 262.0)
        Receipt = self.registry["pm.receipt"]
        with patch.object(
            Receipt, "_highest_number", lambda *_arguments: first.number - 1
        ):
            second = self.receive(self.owners[1], 262.0)
        self.assertEqual(second.number, first.number + 1)
        self.assertLedgerTies()
