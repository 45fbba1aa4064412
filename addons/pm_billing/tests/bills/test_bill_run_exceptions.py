from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillRunExceptions(BillingCase):
    """What cannot be billed is named, stops nothing else, and can be tried again."""

    def test_exceptions_are_named_and_retried(self):
        self.make_fees(self.unit)
        empty = self.make_unit(self.building, "no-payer")
        bare = self.make_unit(self.building, "no-area", gross_area=0)
        self.make_occupancy(bare, self.owner)
        contract = self.make_contract(self.estate, partner_id=self.owner.id)
        line = self.make_line(contract, self.service)
        self.make_fee(empty)
        self.make_fee(bare)
        self.make_fee(self.units[1], contract_line_id=line.id)
        run = self.make_run()
        run.action_prepare()
        self.assertEqual(
            {(row.code, row.property_id.code) for row in run.exception_ids},
            {
                ("no_payer", "no-payer"),
                ("no_area", "no-area"),
                ("contract_inactive", "1-2"),
            },
        )
        for row in run.exception_ids:
            self.assertEqual(row.stage, "prepare")
            self.assertIn(row.property_id.code, row.message)
        self.assertEqual(run.charge_count, 2)

        bare.gross_area = 10.0
        run.action_retry_failed()
        self.assertEqual(run.state, "prepared")
        self.assertEqual(run.charge_count, 3)
        self.assertEqual(run.exception_count, 2)

        # the rest is put right after the bills went out
        run.action_confirm()
        self.assertEqual(run.posted_count, 3)
        self.make_occupancy(empty, self.owners[2])
        self.activate(contract)
        run.action_retry_failed()
        self.assertFalse(run.exception_ids)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.posted_count, 5)
        self.assertEqual(len(run.move_ids), 4)
        self.assertLedgerTies()

    def assertOneBadBill(self, run, pattern):
        """Every bill but that of the first unit was posted, and that one is named."""
        self.assertEqual(run.state, "done")
        self.assertEqual(run.move_ids.pm_property_id, self.units[1:])
        self.assertEqual(set(run.move_ids.mapped("state")), {"posted"})
        self.assertRecordValues(
            run.exception_ids,
            [
                {
                    "stage": "confirm",
                    "code": "not_posted",
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                }
            ],
        )
        message = run.exception_ids.message
        self.assertRegex(message, pattern)
        self.assertIn("王小明", message)
        self.assertIn("1-1", message)
        charges = run.charge_ids.filtered(lambda row: row.property_id == self.unit)
        self.assertEqual(charges.mapped("state"), ["draft", "draft"])
        self.assertLedgerTies()

    def test_a_payer_of_another_company_stops_only_its_bill(self):
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        company = self.env["res.company"].create({"name": "Second Company"})
        self.owner.company_id = company
        run.action_confirm()
        self.assertOneBadBill(run, "compan")
        self.owner.company_id = False
        run.action_retry_failed()
        self.assertFalse(run.exception_ids)
        self.assertEqual(len(run.move_ids), 3)
        self.assertLedgerTies()

    def test_an_archived_account_stops_only_its_bill(self):
        account = self.company_data["default_account_receivable"].copy()
        self.owner.property_account_receivable_id = account
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        account.active = False
        run.action_confirm()
        self.assertOneBadBill(run, "archived|inactive|deprecated")
        account.active = True
        run.action_retry_failed()
        self.assertEqual(len(run.move_ids), 3)

    def test_a_locked_date_stops_every_bill(self):
        """Nothing is half made when nothing can be posted."""
        self.make_fees()
        run = self.make_run()
        run.action_prepare()
        journal = self.company_data["default_journal_sale"]
        journal.active = False
        moves = self.env["account.move"].search_count([])
        run.action_confirm()
        self.assertEqual(run.posted_count, 0)
        self.assertEqual(run.exception_count, 3)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        journal.active = True
        run.action_retry_failed()
        self.assertEqual(run.posted_count, 6)
