"""What is billed follows an amended price: the days before keep the old one."""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestAmendedFees(BillingCase):
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

    def test_billed_beyond_the_day_is_named(self):
        amendment = self.amend("2026-11-01")
        self.bill("2026-11-01", "2026-11-30", scope=self.unit)
        with self.assertRefused(UserError, "1 properties are charged beyond"):
            amendment.action_submit()
        self.assertEqual(amendment.state, "draft")
        self.assertEqual(len(self.contract.line_ids), 1)

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
