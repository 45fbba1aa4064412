"""What is billed follows an amended price: the days before keep the old one."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import BillingCase

# an area × a price, to which the price belongs
AREA = "100 m² × $\N{NO-BREAK SPACE}"


class AmendedFeesCase(BillingCase):
    """Three flats of 100 m² at 2.50, to be 3.10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False
        cls.contract = cls.make_contract(
            cls.estate,
            kind="owners",
            partner_id=cls.owner.id,
            date_to="2028-12-31",
        )
        cls.line = cls.make_line(cls.contract, cls.service)
        cls.activate(cls.contract)
        cls.contract.action_apply_fees()

    def amend(self, day="2027-01-01", price=3.1, **vals):
        amendment = self.env["pm.contract.amendment"].create(
            {
                "contract_id": self.contract.id,
                "reason": "Agreed",
                "date_effective": day,
                "sign_required": False,
                **vals,
            }
        )
        if price:
            amendment.fee_ids.price = price
            amendment._derive_lines()
        return amendment


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestAmendedFees(AmendedFeesCase):
    def amounts(self, first, last):
        self.bill(first, last)
        charges = self.env["pm.charge"].search(
            [
                ("property_id", "=", self.unit.id),
                ("date_from", ">=", first),
                ("date_to", "<=", last),
            ],
            order="date_from",
        )
        return [
            (str(charge.date_from), str(charge.date_to), charge.amount)
            for charge in charges
        ]

    def test_the_months_before_and_after(self):
        self.amend().action_submit()
        self.assertEqual(
            self.amounts("2026-12-01", "2026-12-31"),
            [("2026-12-01", "2026-12-31", 250.0)],
        )
        # billed in advance, before the day has come
        self.assertEqual(
            self.amounts("2027-01-01", "2027-01-31"),
            [("2027-01-01", "2027-01-31", 310.0)],
        )

    def test_within_a_month_by_days(self):
        self.amend("2026-12-16").action_submit()
        # 15 days at 250 and 16 at 310, of 31
        self.assertEqual(
            self.amounts("2026-12-01", "2026-12-31"),
            [
                ("2026-12-01", "2026-12-15", 120.97),
                ("2026-12-16", "2026-12-31", 160.0),
            ],
        )
        self.assertLedgerTies()

    def test_not_within_a_month_that_is_charged_as_a_whole(self):
        self.service.proration = "full"
        with self.assertRefused(ValidationError, "first day of a month"):
            self.amend("2026-12-16").action_submit()
        self.amend("2027-01-01").action_submit()

    def test_quarters_stay_the_same(self):
        self.service.cycle = 3
        self.amend("2027-02-01").action_submit()
        self.assertEqual(
            self.amounts("2027-01-01", "2027-03-31"),
            [("2027-01-01", "2027-01-31", 250.0), ("2027-02-01", "2027-03-31", 620.0)],
        )
        self.assertEqual(
            self.amounts("2027-04-01", "2027-06-30"),
            [("2027-04-01", "2027-06-30", 930.0)],
        )

    def test_billed_periods_keep_the_old_price(self):
        self.bill("2026-11-01", "2026-12-31", scope=self.unit)
        self.amend("2026-12-01", billed_periods="keep").action_submit()
        starts = {
            fee.property_id: fee.date_from
            for fee in self.contract.fee_ids
            if fee.price == 3.1
        }
        self.assertEqual(
            starts,
            {
                self.units[0]: date(2027, 1, 1),
                self.units[1]: date(2026, 12, 1),
                self.units[2]: date(2026, 12, 1),
            },
        )

    def test_payer_and_own_price_go_on(self):
        fee = self.contract.fee_ids.filtered(lambda fee: fee.property_id == self.unit)
        firm = self.make_partner("Firm")
        fee.write({"partner_id": firm.id, "has_own_price": True, "own_price": 1.0})
        self.amend().action_submit()
        new = self.contract.fee_ids.filtered(
            lambda other: other.property_id == self.unit and other != fee
        )
        self.assertRecordValues(
            new,
            [
                {
                    "partner_id": firm.id,
                    "price": 1.0,
                    "date_from": date(2027, 1, 1),
                    "date_to": date(2028, 12, 31),
                }
            ],
        )

    def test_new_and_ended_fees(self):
        amendment = self.amend(price=False)
        amendment.write(
            {
                "fee_ids": [
                    Command.update(amendment.fee_ids.id, {"is_ended": True}),
                    Command.create(
                        {
                            "name": "Facilities",
                            "method": "fixed",
                            "surcharge": 20.0,
                            "fee_item_id": self.facilities.id,
                        }
                    ),
                ]
            }
        )
        amendment.action_submit()
        self.assertEqual(
            self.amounts("2027-01-01", "2027-01-31"),
            [("2027-01-01", "2027-01-31", 20.0)],
        )

    def test_another_scope(self):
        shop = self.make_unit(self.estate, "shop", usage="commercial")
        amendment = self.amend(
            "2026-11-10", price=False, property_ids=[Command.set(shop.ids)]
        )
        amendment.action_submit()
        self.assertEqual(amendment.state, "applied")
        self.assertRecordValues(
            self.contract.fee_ids.sorted(lambda fee: (fee.date_from, fee.id)),
            [
                {"property_id": unit.id, "date_to": date(2026, 11, 9)}
                for unit in self.units
            ]
            + [{"property_id": shop.id, "date_to": date(2028, 12, 31)}],
        )

    def test_a_longer_term(self):
        self.amend("2026-11-10", price=False, date_to="2030-12-31").action_submit()
        self.assertEqual(
            set(self.contract.fee_ids.mapped("date_to")), {date(2030, 12, 31)}
        )

    def test_queries_for_what_is_billed_do_not_grow(self):
        amendments = self.env["pm.contract.amendment"].concat(
            *(self.amend(price=None) for _ in range(20))
        )
        self.assertQueriesDoNotGrow(
            amendments, lambda some: some.mapped("billed_count")
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestBilledBeforeTheAmendment(AmendedFeesCase):
    """November is billed at 2.50; then the terms change from a day in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.bill("2026-11-01", "2026-11-30")
        cls.invoice = cls.first.move_ids.filtered(
            lambda move: move.pm_property_id == cls.unit
        )

    def bill_unit(self, first="2026-12-01", last="2026-12-31"):
        """Bill the first flat; return its charges of that run."""
        run = self.bill(first, last, scope=self.unit)
        self.assertFalse(run.exception_ids.mapped("message"))
        self.assertLedgerTies()
        return run.charge_ids.sorted(lambda row: (row.date_from, row.amount))

    def amend_newer(self, day, price):
        """Amend the fee that an earlier amendment agreed."""
        amendment = self.amend(day, price=False)
        newer = amendment.fee_ids.filtered(lambda row: row.line_id != self.line)
        newer.price = price
        amendment._derive_lines()
        return amendment

    def rows(self, charges):
        return [
            (str(row.date_from), str(row.date_to), row.amount, row.formula)
            for row in charges
        ]

    def test_a_higher_price(self):
        self.amend("2026-11-16").action_submit()
        charges = self.bill_unit()
        part = "× 2026-11: 15/30"
        self.assertEqual(
            self.rows(charges),
            [
                ("2026-11-16", "2026-11-30", -125.0, f"({AREA}2.50) {part}"),
                ("2026-11-16", "2026-11-30", 155.0, f"({AREA}3.10) {part}"),
                ("2026-12-01", "2026-12-31", 310.0, f"{AREA}3.10"),
            ],
        )
        self.assertEqual(charges[0].origin_id, self.invoice.pm_charge_ids)
        move = charges.move_id
        self.assertRecordValues(
            move, [{"move_type": "out_invoice", "amount_total": 340.0}]
        )
        names = move.invoice_line_ids.mapped("name")
        self.assertTrue(
            any(f"Credit of {self.invoice.name}, Service" in name for name in names)
        )
        # the credit is used up by what stands beside it
        self.assertEqual(charges.mapped("amount_residual"), [0.0, 30.0, 310.0])
        self.receive(self.owner, 590.0)
        # the credit settles a part of the others, and is settled by it
        credit = charges.filtered("origin_id")
        self.assertEqual(set((charges - credit).mapped("payment_state")), {"paid"})
        self.assertEqual(credit.payment_state, "settled")
        self.assertLedgerTies()

    def test_never_twice(self):
        self.amend("2026-11-16").action_submit()
        credit = self.bill_unit()[0]
        self.assertFalse(self.bill_unit())
        self.assertFalse(self.bill_unit("2026-11-01", "2026-11-30"))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            credit.sudo()._as_step().copy({"amount": -1.0, "date_to": "2026-11-20"})

    def test_a_lower_price_is_a_credit_note(self):
        self.amend("2026-11-01", 2.0).action_submit()
        charges = self.bill_unit("2026-11-01", "2026-11-30")
        self.assertEqual(charges.mapped("amount"), [-250.0, 200.0])
        note = charges.move_id
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "amount_total": 50.0,
                    "reversed_entry_id": self.invoice.id,
                    "payment_state": "paid",
                }
            ],
        )
        self.assertEqual(note.invoice_line_ids.tax_ids, self.tax)
        self.assertEqual(self.invoice.amount_residual, 200.0)
        self.assertEqual(self.unit.amount_open, 200.0)

    def test_a_credit_note_as_odoo_makes_it(self):
        self.amend("2026-11-01", 2.0).action_submit()
        charges = self.bill_unit("2026-11-01", "2026-11-30")
        note = charges.move_id
        plain = (
            self.env["account.move"]
            ._as_step()
            .create(charges.run_id._prepare_invoice(charges))
        )
        plain.action_post()

        def items(move):
            return sorted(
                (
                    line.account_id.id,
                    line.balance,
                    line.tax_tag_ids.ids,
                    line.price_total,
                )
                for line in move.line_ids
            )

        self.assertEqual(items(note), items(plain))

    def test_a_lower_price_after_payment(self):
        """What is left of the credit note pays the next bill."""
        self.receive(self.owner, 250.0)
        self.amend("2026-11-01", 2.0).action_submit()
        charges = self.bill_unit("2026-11-01", "2026-11-30")
        self.assertEqual(charges.mapped("amount_residual"), [-50.0, 0.0])
        self.assertEqual(charges.move_id.payment_state, "not_paid")
        following = self.bill_unit()
        self.assertEqual(following.mapped("amount_residual"), [150.0])
        self.assertEqual(charges.mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(charges.move_id.payment_state, "paid")

    def test_a_quarter_paid_in_advance(self):
        self.first.action_undo()
        self.service.cycle = 3
        self.contract.fee_ids._as_step().cycle_start = "2026-10-01"
        quarter = self.bill_unit("2026-10-01", "2026-12-31")
        self.assertEqual(
            [row[:3] for row in self.rows(quarter)],
            [("2026-10-01", "2026-12-31", 750.0)],
        )
        self.receive(self.owner, 750.0)
        self.amend("2026-11-16").action_submit()
        part = "(2026-11: 15/30)"
        self.assertEqual(
            self.rows(self.bill_unit("2026-12-01", "2026-12-31")),
            [
                ("2026-11-16", "2026-12-31", -375.0, f"{AREA}2.50 {part}"),
                ("2026-11-16", "2026-12-31", 465.0, f"{AREA}3.10 {part}"),
            ],
        )
        # the next quarter begins where it would have
        self.assertEqual(
            self.rows(self.bill_unit("2027-01-01", "2027-01-31")),
            [("2027-01-01", "2027-03-31", 930.0, f"({AREA}3.10) × 3")],
        )

    def test_a_second_change_of_the_same_days(self):
        self.amend("2026-11-16").action_submit()
        self.bill_unit("2026-11-01", "2026-11-30")
        self.amend_newer("2026-11-21", 2.8).action_submit()
        part = "× 2026-11: 10/30"
        self.assertEqual(
            self.rows(self.bill_unit("2026-11-01", "2026-11-30")),
            [
                ("2026-11-21", "2026-11-30", -103.33, f"({AREA}3.10) {part}"),
                ("2026-11-21", "2026-11-30", 93.33, f"({AREA}2.80) {part}"),
            ],
        )

    def test_changed_back_on_the_same_day(self):
        self.amend("2026-11-01", 2.0).action_submit()
        self.bill_unit("2026-11-01", "2026-11-30")
        self.amend_newer("2026-11-01", 2.5).action_submit()
        self.assertEqual(
            self.bill_unit("2026-11-01", "2026-11-30").mapped("amount"), [-200.0, 250.0]
        )
        self.assertEqual(self.unit.amount_open, 250.0)

    def test_given_up_before_it_holds(self):
        amendment = self.amend("2026-11-16", sign_required=True)
        amendment.action_submit()
        amendment.action_cancel()
        self.assertEqual(self.bill_unit().mapped("amount"), [250.0])

    def test_a_property_leaves_the_scope_and_comes_back(self):
        away = self.amend("2026-11-10", price=False)
        away.property_ids = self.units[1:]
        away.action_submit()
        charges = self.bill_unit()
        self.assertEqual(
            [row[:3] for row in self.rows(charges)],
            [("2026-11-10", "2026-11-30", -175.0)],
        )
        self.assertEqual(charges.move_id.move_type, "out_refund")
        self.assertEqual(self.invoice.amount_residual, 75.0)
        # the others are not concerned
        others = self.bill("2026-12-01", "2026-12-31").charge_ids
        self.assertEqual(others.mapped("amount"), [250.0, 250.0])
        self.assertLedgerTies()
        back = self.amend("2026-11-21", price=False)
        back.property_ids = self.units
        with freeze_time("2026-11-21 04:00:00"):
            back.action_submit()
        self.assertEqual(
            [row[:3] for row in self.rows(self.bill_unit())],
            [
                ("2026-11-21", "2026-11-30", 83.33),
                ("2026-12-01", "2026-12-31", 250.0),
            ],
        )

    def test_a_property_joins_from_a_billed_day(self):
        self.contract.sudo().property_ids = self.units
        new = self.make_unit(self.building, "1-9")
        self.make_occupancy(new, self.owner)
        amendment = self.amend("2026-11-01", price=False)
        amendment.property_ids = self.units | new
        amendment.action_submit()
        charges = self.bill("2026-12-01", "2026-12-31", scope=new).charge_ids
        self.assertEqual(charges.mapped("amount"), [250.0, 250.0])

    def test_whole_months_are_not_given_back(self):
        self.first.action_undo()
        self.service.proration = "full"
        self.bill_unit("2026-11-01", "2026-11-30")
        amendment = self.amend("2026-11-10", price=False)
        amendment.property_ids = self.units[1:]
        amendment.action_submit()
        self.assertFalse(self.bill_unit())

    def test_keeping_what_is_billed(self):
        amendment = self.amend("2026-11-10", price=False, billed_periods="keep")
        amendment.property_ids = self.units[1:]
        amendment.action_submit()
        self.assertFalse(self.bill_unit())

    def test_undo_in_order(self):
        self.amend("2026-11-01", 2.0).action_submit()
        second = self.bill_unit("2026-11-01", "2026-11-30").run_id
        self.first.action_undo()
        self.assertEqual(self.first.exception_ids.mapped("code"), ["corrected"])
        self.assertIn(second.name, self.first.exception_ids.message)
        self.assertLedgerTies()
        self.assertEqual(self.invoice.amount_residual, 200.0)
        second.action_undo()
        self.assertEqual(second.state, "undone")
        self.assertEqual(self.invoice.amount_residual, 250.0)
        self.first.action_undo()
        self.assertEqual(self.first.state, "undone")
        self.assertEqual(self.receivable(), 0.0)
        self.assertLedgerTies()
        self.assertEqual(
            self.bill_unit("2026-11-01", "2026-11-30").mapped("amount"), [200.0]
        )

    def test_a_prepared_credit_of_what_is_undone(self):
        self.amend("2026-11-16").action_submit()
        run = self.make_run("2026-12-01", "2026-12-31", scope=self.unit)
        run.action_prepare()
        self.assertEqual(run.charge_count, 3)
        self.first.action_undo()
        run.action_confirm()
        self.assertEqual(sorted(run.charge_ids.mapped("amount")), [155.0, 310.0])
        self.assertLedgerTies()

    def test_a_fee_ended_by_hand(self):
        fee = self.contract.fee_ids.filtered(lambda fee: fee.property_id == self.unit)
        fee.date_to = "2026-11-20"
        charges = self.bill_unit()
        self.assertEqual(charges.mapped("amount"), [-83.33])
        with self.assertRefused(ValidationError, charges.run_id.name):
            fee.date_to = "2026-11-25"
        fee.date_to = "2026-11-10"
        self.assertEqual(
            [row[:3] for row in self.rows(self.bill_unit())],
            [("2026-11-11", "2026-11-20", -83.34)],
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestCollectionRateOfRenewal(BillingCase):
    def test_the_collection_rate_of_the_last_year_counts(self):
        contract = self.make_contract(
            self.estate, kind="owners", partner_id=self.owner.id, date_to="2027-02-28"
        )
        self.activate(contract)
        criterion = self.env.ref("pm_billing.renewal_criterion_collection")
        renewal = self.env["pm.contract.renewal"].create({"contract_id": contract.id})
        line = renewal.line_ids.filtered(lambda row: row.criterion_id == criterion)
        self.assertEqual(line.figure_text, "no data")
        self.make_fees(self.unit)
        self.bill("2026-09-01", "2026-10-31", date_due="2026-10-31")
        self.receive(self.owner, 131.0)
        self.env.flush_all()
        renewal.action_measure()
        # 131.00 of 2 × 262.00
        self.assertEqual(line.figure, 25.0)
        self.assertEqual(line.basis, "131 of 524")
        self.assertEqual(line.points, 0.0)
