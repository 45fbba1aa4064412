from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillRun(BillingCase):
    """Preparing charges, and what a run lets one do in which state."""

    def test_prepare(self):
        self.make_fees()
        run = self.make_run()
        self.assertRegex(run.name, r"^BR/2026/\d{4}$")
        self.assertIn("Test Garden 2026-11", run.display_name)
        run.action_prepare()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "prepared",
                    "charge_count": 6,
                    "posted_count": 0,
                    "exception_count": 0,
                    "amount_total": 786.0,
                    "amount_paid": 0.0,
                }
            ],
        )
        charge = run.charge_ids.filtered(
            lambda row: row.property_id == self.unit and row.fee_item_id == self.service
        )
        self.assertRecordValues(
            charge,
            [
                {
                    "amount": 250.0,
                    "partner_id": self.owner.id,
                    "date_from": date(2026, 11, 1),
                    "date_to": date(2026, 11, 30),
                    "state": "draft",
                    "payment_state": "draft",
                    "estate_id": self.estate.id,
                    "building_id": self.building.id,
                }
            ],
        )
        self.assertFalse(run.move_ids)
        self.assertLedgerTies()

    def test_prepare_again_takes_corrections(self):
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        self.unit.gross_area = 120.0
        run.action_prepare()
        self.assertEqual(run.charge_count, 6)
        self.assertEqual(run.amount_total, 836.0)

    def test_dates(self):
        for today, invoice, due in [
            ("2026-11-10", "2026-11-10", "2026-11-25"),
            ("2026-10-20", "2026-11-01", "2026-11-16"),
            ("2027-01-05", "2026-11-30", "2026-12-15"),
        ]:
            with self.subTest(today=today), freeze_time(today):
                run = self.make_run()
                self.assertEqual(str(run.date_invoice), invoice)
                self.assertEqual(str(run.date_due), due)
        self.company.pm_due_days = 30
        self.assertEqual(str(self.make_run().date_due), "2026-12-10")

    @mute_logger("odoo.sql_db")
    def test_period_in_order(self):
        with self.assertRaises(IntegrityError):
            self.make_run("2026-11-30", "2026-11-01")

    def test_what_a_run_is_about_stays(self):
        """Of a run that was prepared, only the days of its bills are changed."""
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        clerk = self.make_staff("run_clerk", "pm_billing.group_pm_billing_clerk")
        run = run.with_user(clerk)
        for change in ({"date_from": "2026-10-01"}, {"property_id": self.unit.id}):
            with self.subTest(change=change), self.assertRefused(AccessError, "hand"):
                run.write(change)
        run.date_due = "2026-12-24"
        run.action_confirm()
        with self.assertRefused(AccessError, "hand"):
            run.date_due = "2026-12-31"

    def test_steps_in_order(self):
        self.make_fees()
        run = self.make_run()
        for action in (run.action_confirm, run.action_undo, run.action_retry_failed):
            with self.assertRefused(UserError, "state New"):
                action()

    def test_a_piece_that_is_done_twice(self):
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        bills = [row.ids for row in run.charge_ids.grouped("property_id").values()]
        run._job_do_confirm(bills)
        run._job_do_confirm(bills)
        self.assertEqual(len(run.move_ids), 3)

    @mute_logger("odoo.sql_db")
    def test_two_runs_at_the_same_moment(self):
        """The second one is refused by the database, and done again later."""
        self.make_fee(self.unit)
        run = self.make_run()
        run.action_prepare()
        charge = run.charge_ids
        late = self.make_run()
        # as it looks to a transaction that began before the other one ended
        unseen = [(charge.fee_id, charge.date_from, charge.date_to)]
        self.startPatcher(
            patch.object(type(late), "_missing_periods", lambda *_arguments: unseen)
        )
        with self.assertRaisesRegex(ConcurrencyError, "prepare again"):
            late._job_do_prepare(charge.fee_id.ids)
        self.assertEqual(charge.fee_id.charge_ids, charge)

    def test_a_run_in_use_stays(self):
        self.make_fees()
        run = self.bill()
        with self.assertRefused(UserError, "in use"):
            run.unlink()
        run.action_undo()
        # what was billed and reversed stays on record, and so does its run
        with self.assertRefused(UserError, "in use"):
            run.unlink()
        self.make_run().unlink()

    def test_buttons(self):
        self.make_fees()
        run = self.bill()
        for action, records in [
            (run.action_view_charges(), run.charge_ids),
            (run.action_view_invoices(), run.move_ids),
        ]:
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records)

    def test_queries_per_invoice_do_not_grow(self):
        counts = {}
        for number in (2, 10, 20, 40):  # the first one fills caches
            building = self.make_building(self.estate, f"B{number}")
            units = self.env["pm.property"].create(
                [
                    {
                        "kind": "unit",
                        "name": str(index),
                        "code": f"B{number}-{index}",
                        "parent_id": building.id,
                        "gross_area": 100.0,
                    }
                    for index in range(number)
                ]
            )
            partners = self.env["res.partner"].create(
                [{"name": f"Payer {number}-{index}"} for index in range(number)]
            )
            self.env["pm.fee"].create(
                [
                    {
                        "property_id": unit.id,
                        "fee_item_id": self.service.id,
                        "date_from": "2026-01-01",
                        "partner_id": partner.id,
                    }
                    for unit, partner in zip(units, partners, strict=True)
                ]
            )
            run = self.make_run(scope=building)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            run.action_prepare()
            prepared = self.env.cr.sql_log_count
            run.action_confirm()
            self.env.flush_all()
            counts[number] = prepared - before, self.env.cr.sql_log_count - prepared
            self.assertEqual(len(run.move_ids), number)
        # charges: the same number of queries, however many there are
        self.assertLessEqual(counts[40][0], counts[20][0] + 2, counts)
        # invoices: a few for each further one (its number, its reconciliation)
        self.assertLessEqual(counts[40][1] - counts[20][1], 20 * 5, counts)
