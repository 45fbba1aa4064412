"""Bank collection: a file out, its answer in once, and a second try of what failed."""

import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ...engine.plain_tables import read_table, write_csv
from ..common import BillingCase

ANSWER = ["流水号", "金额", "处理结果", "失败原因"]


@freeze_time("2026-11-30 02:00:00")
class TestCollectionBatch(BillingCase):
    """262.00 of November of each of three flats; two have a mandate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill(date_invoice="2026-11-01", date_due="2026-11-15")
        cls.bank = cls.company_data["default_journal_bank"]
        cls.clerk = cls.make_staff("pm_bank_clerk", "pm_billing.group_pm_billing_clerk")
        cls.cashier = cls.make_staff("pm_bank_cash", "pm_billing.group_pm_cashier")
        cls.layout = cls.env["pm.collection.layout"].create(
            {"name": "Bank", "journal_id": cls.bank.id}
        )
        cls.mandates = cls.env["pm.collection.mandate"].concat(
            *(
                cls.env["pm.collection.mandate"].create(
                    {
                        "property_id": unit.id,
                        "partner_id": owner.id,
                        "holder": owner.name,
                        "account": "6222 0202 0000 123456" + str(number),
                        "agreement": f"XY-{number}",
                        "date_from": "2026-01-01",
                    }
                )
                for number, (unit, owner) in enumerate(
                    zip(cls.units[:2], cls.owners[:2], strict=True)
                )
            )
        )

    def batch(self, **vals):
        batch = (
            self.env["pm.collection.batch"]
            .with_user(self.clerk)
            .create(
                {"property_id": self.estate.id, "layout_id": self.layout.id, **vals}
            )
        )
        batch.action_prepare()
        return batch

    def test_two_that_did_not_see_each_other_ask_once(self):
        """As two do that are prepared at the same moment: the later one stays here."""
        first, second = self.batch(), self.batch_of_building()
        first.action_write_file()
        with self.assertRefused(UserError, first.name):
            second.action_write_file()
        self.assertEqual(second.state, "prepared")
        with self.assertRefused(UserError, "Nothing to collect"):
            second.action_prepare()

    def batch_of_building(self):
        blind = patch.object(
            self.registry["pm.collection.line"],
            "_under_way",
            lambda lines, charges: charges.browse(),
        )
        with blind:
            return self.batch(property_id=self.units.building_id[:1].id)

    def answer(self, batch, *rows):
        """Read rows of (line, result, reason), with the amount that was asked for."""
        cells = [
            [line.reference, f"{line.amount:.2f}", result, reason]
            for line, result, reason in rows
        ]
        content = write_csv(ANSWER, cells, "gb18030")
        result = (
            self.env["pm.collection.result"]
            .with_user(self.clerk)
            .create(
                {
                    "batch_id": batch.id,
                    "filename": "answer.csv",
                    "file": base64.b64encode(content),
                }
            )
        )
        result.action_read()
        return result

    def receipts(self):
        return self.env["pm.receipt"].search([("source", "=", "collection")])

    def test_mandate_being_entered_has_no_name_yet(self):
        self.assertEqual(self.env["pm.collection.mandate"].new().display_name, "New")

    def test_file_out(self):
        batch = self.batch()
        self.assertEqual(batch.line_ids.mapped("amount"), [262.0, 262.0])
        batch.action_write_file()
        self.assertEqual(batch.state, "sent")
        rows = read_table(base64.b64decode(batch.file), batch.filename, ["流水号"])
        self.assertEqual(
            [row["账号"] for _no, row in rows],
            ["6222020200001234560", "6222020200001234561"],
        )
        self.assertEqual({row["金额"] for _no, row in rows}, {"262.00"})
        self.assertEqual([row["户名"] for _no, row in rows], ["王小明", "李丽"])

    def test_columns_as_the_administrator_chose(self):
        self.layout.write(
            {
                "form": "csv",
                "column_ids": [
                    Command.clear(),
                    Command.create({"heading": "REF", "source": "reference"}),
                    Command.create({"heading": "CENTS", "source": "cents"}),
                    Command.create({"heading": "ACC", "source": "account"}),
                    Command.create(
                        {"heading": "TYPE", "source": "text", "text": "托收"}
                    ),
                ],
            }
        )
        batch = self.batch()
        batch.action_write_file()
        lines = base64.b64decode(batch.file).decode("gb18030").splitlines()
        self.assertEqual(lines[0], "REF,CENTS,ACC,TYPE")
        self.assertEqual(
            lines[1],
            f"{batch.line_ids[0].reference},26200,6222020200001234560,托收",
        )
        with self.assertRefused(UserError, "needs columns"):
            self.layout.column_ids[0].unlink()
            self.layout.reference_heading = "REF "

    def test_answer_in_once(self):
        batch = self.batch()
        batch.action_write_file()
        first, second = batch.line_ids
        rows = ((first, "成功", ""), (second, "失败", "余额不足"))
        result = self.answer(batch, *rows)
        self.assertEqual((result.paid_count, result.failed_count), (1, 1))
        self.assertEqual(batch.state, "done")
        self.assertEqual(batch.line_ids.mapped("state"), ["paid", "failed"])
        self.assertEqual(second.reason, "余额不足")
        receipt = self.receipts()
        self.assertRecordValues(
            receipt,
            [
                {
                    "amount": 262.0,
                    "journal_id": self.bank.id,
                    "partner_id": self.owner.id,
                    "close_id": False,
                }
            ],
        )
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual((batch.amount_paid, batch.amount_failed), (262.0, 262.0))
        again = self.answer(batch, *rows)
        self.assertEqual((again.known_count, again.paid_count), (2, 0))
        again.action_read()
        self.assertEqual(self.receipts(), receipt)
        self.assertLedgerTies()

    def test_rows_that_are_held(self):
        batch = self.batch()
        batch.action_write_file()
        content = write_csv(
            ANSWER,
            [
                ["BC0-0", "262.00", "成功", ""],
                [batch.line_ids[0].reference, "100.00", "成功", ""],
            ],
        )
        result = self.env["pm.collection.result"].create(
            {
                "batch_id": batch.id,
                "filename": "a.csv",
                "file": base64.b64encode(content),
            }
        )
        result.action_read()
        self.assertEqual((result.held_count, len(batch.held_ids)), (2, 2))
        self.assertIn("100", batch.held_ids[1].reason)
        self.assertFalse(self.receipts())
        self.assertEqual(batch.state, "sent")
        result.action_read()
        self.assertEqual(len(batch.held_ids), 2)
        with self.assertRefused(UserError, "cannot be read"):
            self.env["pm.collection.result"].create(
                {"batch_id": batch.id, "file": base64.b64encode(b"a,b\n1,2\n")}
            ).action_read()

    def test_what_cannot_be_booked_is_held(self):
        """The others are booked; when it can be, the same answer books the rest."""
        batch = self.batch()
        batch.action_write_file()
        first = batch.line_ids[0].sudo()
        model = self.registry["pm.collection.line"]
        collected = model._collected

        def closed_books(lines):
            if lines == first:
                raise UserError("closed books")
            return collected(lines)

        with patch.object(model, "_collected", closed_books):
            result = self.answer(
                batch, *((line, "成功", "") for line in batch.line_ids)
            )
        self.assertEqual((result.paid_count, result.held_count), (1, 1))
        self.assertEqual(batch.held_ids.reason, "closed books")
        self.assertEqual(len(self.receipts()), 1)
        result.action_read()
        self.assertEqual((result.paid_count, result.held_count), (1, 0))
        self.assertEqual(len(self.receipts()), 2)
        self.assertLedgerTies()

    def read(self, batch, *amounts):
        """An answer that everything was collected, with these amounts."""
        rows = [
            [line.reference, amount, "成功", ""]
            for line, amount in zip(batch.line_ids, amounts, strict=True)
        ]
        result = self.env["pm.collection.result"].create(
            {
                "batch_id": batch.id,
                "filename": "a.csv",
                "file": base64.b64encode(write_csv(ANSWER, rows)),
            }
        )
        result.action_read()
        return result

    def test_answers_in_cents(self):
        """What goes out in cents comes back so, unless the layout says otherwise; what
        is no amount in cents is held and never a hundredth."""
        amount = self.layout.column_ids.filtered(lambda row: row.source == "amount")
        amount.source = "cents"
        self.assertTrue(self.layout.is_answer_in_cents)
        batch = self.batch()
        batch.action_write_file()
        result = self.read(batch, "262.50", "262")
        self.assertEqual(result.held_count, 2)
        self.assertIn("no amount in cents", batch.held_ids[0].reason)
        self.assertIn("The bank says 2.62", batch.held_ids[1].reason)
        self.assertEqual(self.read(batch, "26200", "26,200.00").paid_count, 2)
        self.assertEqual(self.receipts().mapped("amount"), [262.0, 262.0])

    def test_an_answer_in_yuan_to_a_file_in_cents(self):
        amount = self.layout.column_ids.filtered(lambda row: row.source == "amount")
        amount.source = "cents"
        self.layout.is_answer_in_cents = False
        batch = self.batch()
        batch.action_write_file()
        self.assertEqual(self.read(batch, "262.00", "262").paid_count, 2)
        self.assertEqual(self.receipts().mapped("amount"), [262.0, 262.0])

    def test_what_was_read_stays(self):
        batch = self.batch()
        batch.action_write_file()
        result = self.answer(batch, (batch.line_ids[0], "成功", ""))
        for step in (
            lambda: result.write({"file": base64.b64encode(b"a,b\n1,2\n")}),
            result.unlink,
            lambda: batch.write({"result_ids": [Command.delete(result.id)]}),
        ):
            with self.assertRefused(UserError, "was read"):
                step()
        self.env["pm.collection.result"].with_user(self.clerk).create(
            {"batch_id": batch.id, "file": base64.b64encode(b"x")}
        ).unlink()

    def test_taken_back_by_the_bank(self):
        batch = self.batch()
        batch.action_write_file()
        self.answer(batch, (batch.line_ids[0], "成功", ""))
        self.answer(batch, (batch.line_ids[0], "失败", "退票"))
        self.assertIn(self.receipts().name, batch.held_ids.reason)
        self.assertEqual(batch.line_ids[0].state, "paid")

    def test_second_try(self):
        batch = self.batch()
        batch.action_write_file()
        with self.assertRefused(UserError, "Nothing to collect"):
            self.batch()
        self.answer(batch, (batch.line_ids[0], "成功", ""))
        batch.action_close()
        self.assertIn("did not answer", batch.line_ids[1].reason)
        retry = self.env["pm.collection.batch"].browse(batch.action_retry()["res_id"])
        self.assertEqual(retry.line_ids.partner_id, self.owners[1])
        retry.action_write_file()
        self.answer(retry, (retry.line_ids, "0000", ""))
        self.assertEqual(len(self.receipts()), 2)
        self.assertFalse(self.open_charges(self.owners[1]))
        self.assertLedgerTies()

    def test_paid_otherwise_meanwhile(self):
        """Money is money all the same: what is not owed any more is prepaid."""
        batch = self.batch()
        batch.action_write_file()
        self.receive(self.owner, 262.0)
        self.answer(batch, (batch.line_ids[0], "成功", ""))
        self.assertEqual(self.owner.pm_prepaid, 262.0)
        self.assertLedgerTies()

    def test_paid_before_the_file_is_written(self):
        batch = self.batch()
        self.receive(self.owner, 100.0)
        with self.assertRefused(UserError, "Prepare .* again"):
            batch.action_write_file()
        batch.action_prepare()
        self.assertEqual(batch.line_ids.mapped("amount"), [162.0, 262.0])
        batch.action_write_file()
        with self.assertRefused(UserError, "this step needs"):
            batch.action_write_file()

    def test_who_was_asked_stays(self):
        mandate = self.mandates[0].with_user(self.clerk)
        mandate.property_id = self.units[2]
        mandate.property_id = self.units[0]
        batch = self.batch()
        for vals in (
            {"partner_id": self.owners[2].id},
            {"property_id": self.units[2].id},
        ):
            with self.subTest(vals=vals), self.assertRefused(UserError, "End it"):
                mandate.write(vals)
        mandate.write({"partner_id": self.owner.id, "date_to": "2026-12-31"})
        self.assertEqual(batch.line_ids.partner_id, self.owners[0] | self.owners[1])

    def test_mandates(self):
        self.mandates[0].date_to = "2026-11-29"
        self.mandates[1].most = 100.0
        batch = self.batch()
        self.assertEqual(batch.line_ids.mapped("amount"), [100.0])
        with self.assertRaises(ValidationError):
            self.mandates[1].account = "12"
        batch.action_cancel()
        self.assertEqual(self.batch(due_until="2026-11-15").amount, 100.0)
        with self.assertRefused(UserError, "Nothing to collect"):
            self.batch(due_until="2026-11-14")

    def test_two_contacts_become_one(self):
        """Each had a mandate for the place: that of the one that stays holds."""
        double = self.make_partner("王小明")
        other = self.mandates[0].copy_data()[0] | {
            "partner_id": double.id,
            "agreement": "XY-9",
        }
        other = self.env["pm.collection.mandate"].create(other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.owner | double).ids, self.owner)
        self.env.invalidate_all()
        self.assertEqual((self.mandates[0].active, other.active), (True, False))
        self.assertEqual(other.partner_id, self.owner)

    def test_cashiers_only_look(self):
        with self.assertRefused(AccessError, "."):
            self.batch().with_user(self.cashier).action_write_file()
