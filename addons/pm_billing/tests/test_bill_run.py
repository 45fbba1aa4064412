from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import BillingCase

NOVEMBER = ("2026-11-01", "2026-11-30")


@freeze_time("2026-11-10")
class TestBillRun(BillingCase):
    def days(self, charges):
        return sorted((str(row.date_from), str(row.date_to)) for row in charges)

    # -- prepare -------------------------------------------------------------

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

    # -- confirm -------------------------------------------------------------

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
        self.assertIn("Service 2026-11: 100 m² × 2.5", lines.mapped("name"))
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
            *["account_id", "balance", "amount_currency", "tax_base_amount"],
            *["price_unit", "price_subtotal", "price_total", "quantity"],
            *["display_type", "tax_line_id", "tax_ids", "tax_tag_ids"],
            *["date_maturity", "partner_id", "currency_id", "analytic_distribution"],
            *["tax_repartition_line_id", "amount_residual", "product_id"],
            *["product_uom_id", "group_tax_id", "company_id", "journal_id", "date"],
        ]

        def figures(record):
            return sorted(
                str([(name, str(line[name])) for name in names])
                for line in record.line_ids
            )

        self.assertEqual(figures(move), figures(plain))
        heads = [
            *["amount_untaxed", "amount_tax", "amount_total", "amount_residual"],
            *["payment_state", "state", "journal_id", "currency_id", "date"],
            *["commercial_partner_id", "tax_totals", "invoice_partner_display_name"],
            *["amount_untaxed_signed", "amount_total_signed", "partner_shipping_id"],
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

    # -- nothing twice -------------------------------------------------------

    def test_twice_bills_nothing_twice(self):
        self.make_fees()
        first = self.bill()
        again = self.bill()
        self.assertRecordValues(
            again, [{"charge_count": 0, "invoice_count": 0, "exception_count": 0}]
        )
        first.action_confirm()
        self.assertEqual(len(first.move_ids), 3)
        with self.assertRefused(UserError, "state Billed"):
            first.action_prepare()

    def test_two_prepared_runs(self):
        """The second finds what the first has prepared and leaves it alone."""
        self.make_fees()
        first, second = self.make_run(), self.make_run()
        first.action_prepare()
        second.action_prepare()
        self.assertEqual((first.charge_count, second.charge_count), (6, 0))
        second.action_confirm()
        first.action_confirm()
        self.assertEqual(len((first | second).move_ids), 3)

    def test_scopes_that_overlap(self):
        self.make_fees()
        flat = self.bill(scope=self.unit)
        whole = self.bill(scope=self.building)
        self.assertEqual(flat.charge_ids.property_id, self.unit)
        self.assertEqual(whole.charge_ids.property_id, self.units[1:])
        self.assertEqual(self.bill().charge_count, 0)

    def test_periods_that_overlap(self):
        self.make_fee(self.unit)
        self.bill("2026-10-01", "2026-11-30")
        later = self.bill("2026-11-01", "2026-12-31")
        self.assertEqual(self.days(later.charge_ids), [("2026-12-01", "2026-12-31")])
        inside = self.bill("2026-11-10", "2026-11-20")
        self.assertFalse(inside.charge_ids)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_charge(self):
        fee = self.make_fee(self.unit)
        charge = self.bill().charge_ids
        vals = {
            "fee_id": fee.id,
            "fee_item_id": self.service.id,
            "property_id": self.unit.id,
            "partner_id": self.owner.id,
            "amount": 1.0,
        }
        for first, last in [
            ("2026-11-30", "2026-12-31"),
            ("2026-10-01", "2026-11-01"),
            ("2026-11-10", "2026-11-10"),
        ]:
            with self.subTest(first=first), self.assertRaises(IntegrityError):
                self.env["pm.charge"].sudo()._as_step().create(
                    {**vals, "date_from": first, "date_to": last}
                )
        self.env["pm.charge"].sudo()._as_step().create(
            {**vals, "date_from": "2026-12-01", "date_to": "2026-12-31"}
        )
        self.assertEqual(len(charge), 1)

    def test_quarter_and_arrears(self):
        quarter = self.make_item("quarter", price=1, cycle=3)
        arrears = self.make_item("arrears", price=1, cycle=3, timing="arrears")
        self.make_fee(self.unit, quarter)
        self.make_fee(self.unit, arrears)
        found = {}
        for month in range(10, 13):
            run = self.bill(f"2026-{month}-01", f"2026-{month}-28")
            # December ends on the 31st: arrears fall due with it
            found[month] = [
                (row.fee_item_id.code, *self.days(row)[0]) for row in run.charge_ids
            ]
        run = self.bill("2026-12-29", "2026-12-31")
        found["end"] = [
            (row.fee_item_id.code, *self.days(row)[0]) for row in run.charge_ids
        ]
        self.assertEqual(
            found,
            {
                10: [("quarter", "2026-10-01", "2026-12-31")],
                11: [],
                12: [],
                "end": [("arrears", "2026-10-01", "2026-12-31")],
            },
        )

    def test_a_unit_sold_within_the_month(self):
        """Two fees tile the month: each pays the days it holds."""
        first = self.make_fee(self.unit, date_to="2026-11-14")
        second = self.make_fee(
            self.unit, date_from="2026-11-15", partner_id=self.owners[1].id
        )
        run = self.bill()
        amounts = {row.fee_id: row.amount for row in run.charge_ids}
        self.assertEqual(amounts, {first: 116.67, second: 133.33})
        self.assertEqual(run.amount_total, 250.0)

    # -- exceptions ----------------------------------------------------------

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

    # -- undo ----------------------------------------------------------------

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
            self.days(again.charge_ids),
            [("2026-09-01", "2026-09-30"), ("2026-11-01", "2026-11-30")],
        )
        self.assertEqual(self.days(october.charge_ids), [("2026-10-01", "2026-10-31")])
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

    # -- states --------------------------------------------------------------

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

    # -- cost ----------------------------------------------------------------

    def test_queries_per_invoice_do_not_grow(self):
        counts = {}
        for number in (2, 10, 20):  # the first one fills caches
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
        self.assertLessEqual(counts[20][0], counts[10][0] + 2, counts)
        # invoices: a few for each further one (its number, its reconciliation)
        self.assertLessEqual(counts[20][1] - counts[10][1], 10 * 5, counts)
