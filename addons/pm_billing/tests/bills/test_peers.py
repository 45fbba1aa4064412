from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from odoo.addons.queue_job.job import Job

from ..common import BillingCase

NO_ACCOUNT = "no such account"


@freeze_time("2026-11-10")
class TestPeers(BillingCase):
    """What breaks bill runs elsewhere does not break this one.

    Each test names where it was reported. What two processes do at the same moment is
    in ``tests/test_jobs.py``, what accountants do in ``ledger/test_accountant.py``.
    """

    def test_one_bad_record_blocks_nothing(self):
        """OCA contract pull 1459, issues 781, 782: one bad contract blocks the batch,
        and accountants cannot see which."""
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        bad = self.units[1]
        plain = type(run)._prepare_invoice

        def broken(run, charges):
            if charges.property_id == bad:
                raise UserError(NO_ACCOUNT)
            return plain(run, charges)

        with patch.object(type(run), "_prepare_invoice", broken):
            run.action_confirm()
        self.assertEqual(run.invoice_count, 2)
        self.assertIn(bad.display_name, run.exception_ids.message)
        run.action_retry_failed()
        self.assertEqual((run.invoice_count, run.exception_count), (3, 0))

    def test_each_failure_is_named_and_taken_up_by_the_clerk(self):
        """OCA contract issues 781, 782: after a failed batch nobody sees which contract
        it was, and there is no screen to try again without an administrator."""
        self.make_fees()
        clerk = self.make_staff("pm_peer_clerk", "pm_billing.group_pm_billing_clerk")
        bad = self.units[1:]
        bad.gross_area = 0
        run = self.bill().with_user(clerk)
        self.assertEqual(run.exception_ids.property_id, bad)
        for row in run.exception_ids:
            self.assertIn(row.property_id.code, row.display_name + row.message)
            self.assertEqual(row.fee_id.fee_item_id, self.service)
        bad.gross_area = 100
        run.action_retry_failed()
        self.assertEqual((run.exception_count, run.posted_count), (0, 6))
        self.assertEqual(run.amount_total, 786.0)

    def test_many_on_one_day(self):
        """OCA contract issue 815: 236 contracts of one day made no invoice at all, 100
        did; a limit of messages an hour ended the run. Here the day has no limit."""
        units = self.env["pm.property"].create(
            [
                {
                    "kind": "unit",
                    "name": f"many-{number}",
                    "code": f"many-{number}",
                    "parent_id": self.building.id,
                    "gross_area": 100.0,
                    "usage": "residential",
                }
                for number in range(236)
            ]
        )
        self.env["pm.occupancy"].create(
            [
                {
                    "property_id": unit.id,
                    "partner_id": self.owner.id,
                    "date_from": "2026-01-01",
                }
                for unit in units
            ]
        )
        self.env["pm.fee"].create(
            [
                {
                    "property_id": unit.id,
                    "fee_item_id": self.service.id,
                    "date_from": "2026-11-01",
                }
                for unit in units
            ]
        )
        mails = self.env["mail.mail"].search_count([])
        run = self.bill()
        self.assertEqual((run.posted_count, run.exception_count), (236, 0))
        self.assertEqual(run.amount_total, 236 * 250.0)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_large_runs_are_many_small_pieces(self):
        """OCA contract pulls 1294, 556: large runs time out. Here each piece is a job
        of its own that is kept, and the run knows what is left."""
        self.make_fees()
        self.env["ir.config_parameter"].set_param("pm_core.job_seconds", "1e-9")
        run = self.make_run().with_context(queue_job__no_delay=False)
        self.startPatcher(patch.object(type(run), "_job_size", lambda *_arguments: 1))
        run.action_prepare()
        while run.job_step:
            self.work(run)
        run.action_confirm()
        found = []
        while run.job_step:
            found.append((run.job_left, run.invoice_count))
            self.work(run)
        self.assertEqual(found, [(3, 0), (2, 1), (1, 2)])
        self.assertEqual((run.state, run.invoice_count), ("done", 3))

    def work(self, run):
        job = Job.load(self.env, run.job_uuid)
        job.perform()
        job.set_done()
        job.store()
        self.env.invalidate_all()

    def test_what_cannot_be_billed_takes_no_place(self):
        """OCA contract pull 260: of a limited batch, contracts that cannot be invoiced
        eat the limit, and others are not billed that day."""
        self.make_fees()
        bare = self.env["pm.property"].concat(
            *(self.make_unit(self.building, f"0-{n}", gross_area=0) for n in range(4))
        )
        for unit in bare:
            self.make_occupancy(unit, self.owner)
            self.make_fee(unit)
        run = self.make_run()
        self.startPatcher(patch.object(type(run), "_job_size", lambda *_arguments: 2))
        run.action_prepare()
        run.action_confirm()
        self.assertEqual((run.posted_count, run.exception_count), (6, 4))

    def test_a_fee_without_an_end(self):
        """OCA contract pull 1456: one without a next date rolled back every invoice."""
        fee = self.make_fee(self.unit)
        self.assertFalse(fee.date_to)
        self.assertEqual(len(self.bill().charge_ids), 1)

    def test_backlog_in_one_bill(self):
        """OCA contract pull 1512: one period a run only."""
        self.make_fee(self.unit)
        run = self.bill("2026-08-01", "2026-11-30")
        self.assertEqual(len(run.move_ids), 1)
        self.assertEqual(len(run.charge_ids), 4)

    def test_pressed_again(self):
        """OCA contract pull 1473: two invoices for one period."""
        self.make_fees()
        run = self.bill()
        run.action_confirm()
        self.assertFalse(self.bill().charge_ids)
        self.assertEqual(len(run.move_ids), 3)

    def test_undone_opens_exactly_its_period(self):
        """OCA contract issues 381, 512: what was deleted leaves the next date wrong."""
        self.make_fee(self.unit)
        self.bill("2026-10-01", "2026-10-31")
        run = self.bill()
        run.action_undo()
        again = self.bill("2026-10-01", "2026-12-31")
        self.assertEqual(
            self.days_of(again.charge_ids),
            [("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31")],
        )

    def test_ended(self):
        """OCA contract pulls 853, 739: an ended line stays invoiceable, or breaks."""
        fee = self.make_fee(self.unit)
        fee.date_to = "2026-11-15"
        self.assertEqual(self.bill().charge_ids.amount, 125.0)
        self.assertFalse(self.bill("2026-12-01", "2026-12-31").charge_ids)

    def test_another_cycle_or_timing(self):
        """PropMS pulls 56, 83: changing the days in advance re-dated what was there.
        Here no day is charged twice and none is lost."""
        fee = self.make_fee(self.unit, date_from="2026-01-01")
        self.bill("2026-01-01", "2026-05-31")
        self.service.cycle = 3
        self.bill("2026-01-01", "2026-12-31")
        self.service.write({"cycle": 1, "timing": "arrears"})
        self.bill("2026-01-01", "2026-12-31")
        days = []
        for charge in fee.charge_ids:
            length = (charge.date_to - charge.date_from).days + 1
            days += [charge.date_from + timedelta(days=day) for day in range(length)]
        self.assertEqual(len(days), len(set(days)))
        self.assertEqual(
            set(days), {date(2026, 1, 1) + timedelta(days=day) for day in range(365)}
        )

    def test_a_part_of_a_month(self):
        """OCA contract issue 197: a full month billed for five days."""
        self.make_fee(self.unit, date_from="2026-11-26")
        self.assertEqual(self.bill().charge_ids.amount, 41.67)

    def test_lines_and_their_sum(self):
        """OCA OCB issue 1221: ten lines of one are 38.00, one of ten is 37.98. What is
        rounded is a setting, and invoice and charges agree at each."""
        for number in range(10):
            item = self.make_item(f"n{number}", method="fixed", surcharge=3.798)
            self.make_fee(self.unit, item)
        run = self.bill()
        self.assertEqual(run.amount_total, run.move_ids.amount_total)
        self.assertLedgerTies()

    def test_the_day_is_the_estates(self):
        """InvoiceShelf issue 491: bills of the first are dated yesterday."""
        self.estate.tz = "Asia/Shanghai"
        with freeze_time("2026-11-30 17:00:00"):
            run = (
                self.env["pm.bill.run"]
                .with_context(tz="Asia/Shanghai")
                .create({"property_id": self.estate.id})
            )
        self.assertEqual(str(run.date_from), "2026-12-01")
