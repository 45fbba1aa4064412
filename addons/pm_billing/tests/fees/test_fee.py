from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ...models.fees.pm_fee import FeeError
from ..common import BillingCase


@freeze_time("2026-11-10")
class TestFeeItem(BillingCase):
    def test_a_product_and_the_tax_come_with_it(self):
        item = self.make_item("parking", method="fixed", surcharge=80)
        self.assertEqual(item.tax_ids, self.tax)
        product = item.product_id
        self.assertRecordValues(
            product, [{"name": "Parking", "type": "service", "default_code": "parking"}]
        )
        self.assertEqual(product.company_id, self.company)
        own = self.env["product.product"].create({"name": "Own"})
        self.assertEqual(
            self.make_item("own", price=1, product_id=own.id).product_id, own
        )

    @mute_logger("odoo.sql_db")
    def test_what_the_database_refuses(self):
        for vals in (
            {"price": -1, "surcharge": 5},
            {"price": 1, "surcharge": -5},
            {"price": 0, "surcharge": 0},
            {"method": "fixed", "price": 5},
            {"price": 1, "cycle": 0},
            {"price": 1, "cycle": 13},
            {"price": 1, "code": "service"},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError):
                self.make_item(**{"code": "other", **vals})

    def test_code_is_free_in_another_estate(self):
        other = self.make_estate("Other Garden")
        self.assertTrue(self.make_item("service", price=1, estate_id=other.id))
        self.assertTrue(self.make_item("service", price=1, estate_id=False))

    def test_it_stays_with_the_estates_of_its_keeper(self):
        clerk = self.make_staff("pm_item_clerk", "pm_billing.group_pm_billing_clerk")
        elsewhere = self.make_estate("Other Garden")
        with self.assertRefused(AccessError, "."):
            self.service.with_user(clerk).estate_id = elsewhere.id
        self.service.with_user(clerk).estate_id = self.estate.id

    def test_tax_is_found_once(self):
        """The first call keeps a price-included copy of a 6 % sales tax."""
        self.company.pm_fee_tax_id = False
        self.tax.unlink()
        self.assertFalse(self.company._pm_get_fee_tax())
        plain = self.company.account_sale_tax_id.copy({"name": "6%", "amount": 6.0})
        tax = self.company._pm_get_fee_tax()
        self.assertNotEqual(tax, plain)
        self.assertTrue(tax.price_include)
        self.assertEqual(tax.amount, 6.0)
        self.assertEqual(self.company._pm_get_fee_tax(), tax)

    def test_count_of_fees(self):
        self.make_fees()
        self.assertEqual(self.service.fee_count, 3)
        action = self.service.action_view_fees()
        self.assertEqual(self.env["pm.fee"].search_count(action["domain"]), 3)


@freeze_time("2026-11-10")
class TestFee(BillingCase):
    @mute_logger("odoo.sql_db")
    def test_a_fee_holds_once_at_a_time(self):
        self.make_fee(self.unit, date_from="2026-01-01", date_to="2026-06-30")
        for first, last in [
            ("2026-06-30", False),
            ("2025-01-01", "2026-01-01"),
            ("2026-02-01", "2026-02-28"),
            ("2025-01-01", False),
        ]:
            with self.subTest(first=first), self.assertRaises(IntegrityError):
                self.make_fee(self.unit, date_from=first, date_to=last)
        # next to it, for another item or another unit there is room
        self.make_fee(self.unit, date_from="2026-07-01")
        self.make_fee(self.unit, self.facilities)
        self.make_fee(self.units[1])

    @mute_logger("odoo.sql_db")
    def test_what_the_database_refuses(self):
        for vals in (
            {"date_from": "2026-02-01", "date_to": "2026-01-30"},
            {"has_own_price": True, "own_price": -1},
            {"has_own_price": True, "own_surcharge": -1},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError):
                self.make_fee(self.unit, **vals)

    def test_own_price_then_contract_then_item(self):
        contract = self.make_contract(self.estate, partner_id=self.owner.id)
        line = self.make_line(contract, self.service)
        # an agreed fee starts from the item, and may differ
        self.assertRecordValues(
            line, [{"name": "Service", "price": 2.5, "method": "area"}]
        )
        line.price = 3.0
        fee = self.make_fee(self.unit)
        self.assertEqual((fee.price, fee.amount_month), (2.5, 250.0))
        fee.contract_line_id = line
        self.assertEqual((fee.price, fee.amount_month), (3.0, 300.0))
        self.assertEqual(fee.contract_id, contract)
        fee.write({"has_own_price": True, "own_price": 2.0, "own_surcharge": 5.0})
        self.assertEqual((fee.price, fee.surcharge), (2.0, 5.0))
        self.assertEqual(fee.amount_month, 205.0)
        self.service.price = 9.0
        self.assertEqual((line.price, fee.price), (3.0, 2.0))

    def test_amount_is_exact(self):
        """1.005 × 100 is 100.50 and no float below it."""
        self.unit.gross_area = 379.47
        fee = self.make_fee(self.unit, has_own_price=True, own_price=6.9)
        vals = fee._prepare_charge(date(2026, 1, 1), date(2027, 3, 31), self.owner)
        self.assertEqual(vals["amount"], 39275.10)

    def test_payer(self):
        tenant, third = self.make_partner("Tenant"), self.make_partner("Third")
        self.make_occupancy(self.unit, tenant, "2026-06-01", role="tenant")
        by_owner = self.make_fee(self.unit)
        by_occupant = self.make_fee(
            self.unit, self.make_item("occupant", price=1, payer="occupant")
        )
        named = self.make_fee(self.unit, self.facilities, partner_id=third.id)
        empty = self.make_fee(self.make_unit(self.building, "1-9"))
        fees = by_owner | by_occupant | named | empty
        nobody = self.env["res.partner"]
        self.assertEqual(
            fees._payers_on(date(2026, 11, 1)),
            {
                by_owner.id: self.owner,
                by_occupant.id: tenant,
                named.id: third,
                empty.id: nobody,
            },
        )
        # before the tenant came the owner paid, before the owner nobody did
        before = fees._payers_on(date(2026, 5, 31))
        self.assertEqual(before[by_occupant.id], self.owner)
        self.assertEqual(fees._payers_on(date(2019, 1, 1))[by_owner.id], nobody)

    def test_a_tenant_pays_where_no_owner_is_known(self):
        unit = self.make_unit(self.building, "1-9")
        self.make_occupancy(unit, self.owner, role="tenant")
        fee = self.make_fee(unit)
        self.assertEqual(fee._payers_on(date(2026, 11, 1))[fee.id], self.owner)

    def test_why_a_fee_cannot_be_charged(self):
        fee = self.make_fee(self.unit)
        month = date(2026, 11, 1), date(2026, 11, 30)
        nobody = self.env["res.partner"]
        free = self.make_fee(self.units[1], has_own_price=True)
        bare = self.make_fee(self.make_unit(self.building, "1-9", gross_area=0))
        for record, payer, code in [
            (fee, nobody, "no_payer"),
            (bare, self.owner, "no_area"),
            (free, self.owner, "zero"),
        ]:
            with self.subTest(code=code), self.assertRaises(FeeError) as caught:
                record._prepare_charge(*month, payer)
            self.assertEqual(caught.exception.code, code)
            self.assertIn(record.property_id.code, str(caught.exception))

    def test_dates_keep_what_is_charged(self):
        fee = self.make_fee(self.unit)
        self.bill()
        for vals in (
            {"date_from": "2026-11-02"},
            {"date_from": "2026-12-01"},
        ):
            with self.subTest(vals=vals):
                with self.assertRefused(ValidationError, "charged from 2026-11-01"):
                    fee.write(vals)
        fee.date_to = "2026-11-30"
        fee.date_from = "2026-10-01"

    def test_a_charged_fee_stays(self):
        fee = self.make_fee(self.unit)
        self.bill()
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"):
            fee.unlink()
        self.assertIsInstance(caught.exception, (IntegrityError, UserError))
        self.assertTrue(fee.exists())

    def test_form(self):
        with Form(
            self.env["pm.fee"].with_context(default_property_id=self.unit.id)
        ) as f:
            f.fee_item_id = self.service
            self.assertEqual(f.amount_month, 250.0)
        self.assertEqual(f.record.display_name, "Test Garden 1-1 Service")


@freeze_time("2026-11-10")
class TestContractFees(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract(
            cls.estate, partner_id=cls.owner.id, date_to="2027-12-31"
        )
        cls.line = cls.make_line(cls.contract, cls.service)

    def test_agreed_fees_go_to_the_units_in_scope(self):
        self.contract.action_apply_fees()
        fees = self.contract.fee_ids
        self.assertEqual(fees.property_id, self.units)
        self.assertEqual(set(fees.mapped("date_from")), {date(2026, 1, 1)})
        self.assertEqual(set(fees.mapped("date_to")), {date(2027, 12, 31)})
        self.assertEqual(self.contract.fee_count, 3)
        # once
        self.contract.action_apply_fees()
        self.assertEqual(self.contract.fee_ids, fees)
        new = self.make_unit(self.building, "1-9")
        self.contract.action_apply_fees()
        self.assertEqual((self.contract.fee_ids - fees).property_id, new)

    def test_scope_kind_and_usage(self):
        shop = self.make_unit(self.estate, "shop", usage="commercial")
        space = self.make_part(self.estate, "parking", "P-1")
        self.contract.property_ids = self.building
        parking = self.make_line(self.contract, self.facilities)
        parking.property_kind = "parking"
        self.contract.action_apply_fees()
        self.assertFalse(parking.fee_ids)
        self.assertNotIn(shop, self.line.fee_ids.property_id)
        self.contract.property_ids = False
        self.line.property_usage = "commercial"
        self.contract.action_apply_fees()
        self.assertEqual(parking.fee_ids.property_id, space)
        self.assertEqual(self.line.fee_ids.property_id, self.units | shop)

    def test_units_that_pay_the_item_already(self):
        """A fee of before is left alone; the others are made."""
        before = self.make_fee(self.unit)
        self.contract.action_apply_fees()
        self.assertEqual(self.contract.fee_ids.property_id, self.units[1:])
        self.assertFalse(before.contract_id)

    def test_fees_follow_a_contract_that_billed_further(self):
        """Billed to the end of the month by the one before: that is given back, and
        ours is charged from its first day.
        """
        self.contract.action_apply_fees()
        self.activate(self.contract)
        before = self.bill(scope=self.unit).charge_ids
        self.end(self.contract)
        after = self.make_contract(
            self.estate, partner_id=self.owner.id, date_from="2026-11-11"
        )
        self.make_line(after, self.service)
        after.action_apply_fees()
        with freeze_time("2026-11-11 04:00:00"):
            self.activate(after)
        fees = {fee.property_id: fee for fee in after.fee_ids}
        self.assertEqual(fees[self.unit].date_from, date(2026, 11, 11))
        self.assertEqual(fees[self.units[1]].date_from, date(2026, 11, 11))
        self.assertEqual(
            [fees[unit].bill_from_start for unit in self.units[:2]], [True, False]
        )
        with freeze_time("2026-12-01 04:00:00"):
            run = self.bill("2026-12-01", "2026-12-31", self.unit)
        credit = run.charge_ids.filtered("origin_id")
        self.assertEqual(credit.origin_id, before)
        self.assertEqual(credit.date_from, date(2026, 11, 11))
        anew = run.charge_ids.filtered(
            lambda charge: charge.date_from == date(2026, 11, 11) and charge != credit
        )
        self.assertEqual(anew.fee_id, fees[self.unit])
        self.assertEqual(anew.amount, -credit.amount)

    def test_fees_run_on_with_the_contract(self):
        self.contract.action_apply_fees()
        self.activate(self.contract)
        with freeze_time("2028-01-01 04:00:00"):
            self.contract.sudo()._as_step()._update_state()
        self.assertTrue(self.contract.open_ended_since)
        self.assertEqual(set(self.contract.fee_ids.mapped("date_to")), {False})

    def test_fees_end_with_a_notice_and_go_on_without_it(self):
        self.contract.action_apply_fees()
        self.activate(self.contract)
        self.contract._terminate({"termination_date": "2027-03-31"})
        self.assertEqual(
            set(self.contract.fee_ids.mapped("date_to")), {date(2027, 3, 31)}
        )
        self.contract.action_withdraw_termination()
        self.assertEqual(
            set(self.contract.fee_ids.mapped("date_to")), {date(2027, 12, 31)}
        )

    def test_a_contract_without_fee_items(self):
        self.line.unlink()
        with self.assertRefused(UserError, "has no fee with a fee item"):
            self.contract.action_apply_fees()

    def test_fees_end_with_the_contract(self):
        self.contract.action_apply_fees()
        self.activate(self.contract)
        self.bill(scope=self.unit)
        self.end(self.contract)
        self.assertEqual(
            set(self.contract.fee_ids.mapped("date_to")), {date(2026, 11, 10)}
        )

    def test_what_is_billed_after_the_contract_is_given_back(self):
        self.contract.action_apply_fees()
        self.activate(self.contract)
        charge = self.bill(scope=self.unit).charge_ids
        self.contract._terminate({"termination_date": "2026-11-15"})
        run = self.bill("2026-12-01", "2026-12-31", self.unit)
        self.assertEqual(run.charge_ids.origin_id, charge)
        self.assertEqual(
            (run.charge_ids.date_from, run.charge_ids.date_to),
            (date(2026, 11, 16), date(2026, 11, 30)),
        )
        self.assertAlmostEqual(run.charge_ids.amount, -charge.amount / 2, 2)
        self.assertEqual(run.charge_ids.move_id.move_type, "out_refund")
        with self.assertRefused(ValidationError, "Undo that run"):
            self.contract.action_withdraw_termination()
