"""The price of an item: whose it is to change, and from which day."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestFeeItemPrice(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_estate("Other Garden")
        cls.other_unit = cls.make_unit(cls.other, "9-1")
        cls.make_occupancy(cls.other_unit, cls.make_partner("Elsewhere"))
        cls.shared = cls.make_item("shared", price=3.0, estate_id=False)
        cls.fee = cls.make_fee(cls.unit, cls.shared)
        cls.clerk = cls.make_staff("pm_price_1", "pm_billing.group_pm_billing_clerk")

    def use_elsewhere(self):
        return self.make_fee(self.other_unit, self.shared)

    def amounts(self, unit, *months):
        """What the unit is charged for the months of 2026, by one run a month."""
        found = []
        for month in months:
            first = date(2026, month, 1)
            run = self.make_run(first, date(2026, month, 28), scope=unit)
            run.action_prepare()
            run.action_confirm()
            found += run.charge_ids.mapped("amount")
        return found

    # -- whose it is ----------------------------------------------------------

    def test_who_sets_the_price_for_others(self):
        self.use_elsewhere()
        changes = [
            {"price": 0.01},
            {"surcharge": 5.0},
            {"method": "fixed", "surcharge": 1.0},
            {"cycle": 12},
            {"timing": "arrears"},
            {"proration": "full"},
            {"payer": "occupant"},
            {"tax_ids": False},
            {"estate_id": self.estate.id},
            {"active": False},
        ]
        every = self.make_staff(
            "pm_price_2", "pm_billing.group_pm_billing_clerk", self.estate | self.other
        )
        manager = self.make_staff("pm_price_3", "pm_core.group_pm_company_manager")
        for vals in changes:
            with self.subTest(vals=vals):
                with self.assertRefused(AccessError, "Press Own Item"):
                    self.shared.with_user(self.clerk).write(vals)
        self.assertFalse(self.shared.with_user(self.clerk).is_pricing_mine)
        self.shared.with_user(self.clerk).name = "Another word"
        # who answers for all estates that use it, or for the company
        for user, price in [(every, 4.0), (manager, 5.0)]:
            with self.subTest(user=user.login):
                self.assertTrue(self.shared.with_user(user).is_pricing_mine)
                self.shared.with_user(user).price = price
                self.assertEqual(self.shared.price, price)

    def test_what_only_ones_own_estate_uses(self):
        self.shared.with_user(self.clerk).price = 4.0
        self.service.with_user(self.clerk).price = 2.6

    # -- from which day --------------------------------------------------------

    def test_a_price_that_was_never_billed(self):
        """A slip in a new price list is put right for all days."""
        self.shared.price = 4.0
        self.assertEqual(self.amounts(self.unit, 9, 10), [400.0, 400.0])
        self.assertEqual(len(self.shared.fee_ids), 1)

    def test_the_past_keeps_its_price(self):
        """August is billed; September was forgotten and is billed at the old price."""
        self.assertEqual(self.amounts(self.unit, 8), [300.0])
        self.shared.price = 4.0
        self.assertEqual(self.shared.price_since, date(2026, 11, 1))
        self.assertEqual(
            self.amounts(self.unit, 9, 10, 11, 12), [300.0, 300.0, 400.0, 400.0]
        )
        self.assertRecordValues(
            self.shared.fee_ids.sorted("date_from"),
            [
                {"date_to": date(2026, 10, 31), "price": 3.0, "has_own_price": True},
                {"date_to": False, "price": 4.0, "has_own_price": False},
            ],
        )

    def test_what_is_billed_in_advance_keeps_its_price(self):
        self.assertEqual(self.amounts(self.unit, 11, 12), [300.0, 300.0])
        self.shared.price = 4.0
        new = self.shared.fee_ids.sorted("date_from")[-1]
        self.assertEqual(new.date_from, date(2027, 1, 1))

    def test_a_day_of_ones_own(self):
        self.shared.write({"price": 4.0, "price_since": "2026-11-16"})
        # 15 of 30 days at each price: 150.00 and 200.00
        self.assertEqual(sorted(self.amounts(self.unit, 11)), [150.0, 200.0])

    def test_what_has_a_price_of_its_own(self):
        own = self.make_fee(
            self.units[1], self.shared, has_own_price=True, own_price=2.0
        )
        self.amounts(self.units[1], 8)
        self.shared.price = 4.0
        self.assertEqual(self.amounts(self.units[1], 11), [200.0])
        self.assertFalse(own.date_to)

    def test_prepared_again_takes_the_new_price(self):
        """What is prepared and not billed counts as not charged."""
        self.amounts(self.unit, 10)
        run = self.make_run(scope=self.unit)
        run.action_prepare()
        self.shared.price = 4.0
        run.action_prepare()
        self.assertEqual(run.charge_ids.mapped("amount"), [400.0])

    # -- an item of one's own ----------------------------------------------------

    def test_own_item(self):
        elsewhere = self.use_elsewhere()
        self.amounts(self.unit, 10)
        action = self.shared.with_user(self.clerk).action_make_own()
        own = (
            self.env["pm.fee.item.own"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"price": 2.0, "price_since": "2026-12-01"})
        )
        self.assertEqual((own.estate_id, own.surcharge), (self.estate, 0.0))
        item = self.env["pm.fee.item"].browse(own.action_make()["res_id"])
        self.assertRecordValues(
            item,
            [{"code": "shared", "estate_id": self.estate.id, "price": 2.0}],
        )
        self.assertEqual(self.shared.price, 3.0)
        self.assertEqual(self.amounts(self.unit, 11, 12), [300.0, 200.0])
        self.assertEqual(self.amounts(self.other_unit, 12), [300.0])
        self.assertFalse(elsewhere.date_to)
        self.assertEqual(self.fee.date_to, date(2026, 11, 30))

    def test_no_item_for_an_estate_of_others(self):
        with self.assertRefused(AccessError, "may not read"):
            self.env["pm.fee.item.own"].with_user(self.clerk).create(
                {"item_id": self.shared.id, "estate_id": self.other.id}
            )
