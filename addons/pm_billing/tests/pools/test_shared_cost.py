from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestSharedCost(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.make_key("area")
        cls.lift = cls.make_item(
            "lift", method="pool", allocation_key_id=cls.key.id, timing="arrears"
        )

    @classmethod
    def make_key(cls, *bases, **vals):
        parts = [
            Command.create({"basis": basis, "percent": 100 / len(bases)})
            if isinstance(basis, str)
            else Command.create(basis)
            for basis in bases
        ]
        return cls.env["pm.allocation.key"].create(
            {"name": "Key", "estate_id": cls.estate.id, "part_ids": parts, **vals}
        )

    @classmethod
    def make_cost(cls, amount, key=None, **vals):
        return cls.env["pm.shared.cost"].create(
            {
                "property_id": cls.building.id,
                "fee_item_id": cls.lift.id,
                "allocation_key_id": (key or cls.key).id,
                "date_from": "2026-11-01",
                "date_to": "2026-11-30",
                "amount": amount,
                **vals,
            }
        )

    def shares(self, amount, key, **vals):
        cost = self.make_cost(amount, key, **vals)
        cost.action_preview()
        self.assertAlmostEqual(sum(cost.line_ids.mapped("amount")), amount, 2)
        return cost.line_ids.sorted("property_id").mapped("amount")

    def set(self, field, *values):
        for unit, value in zip(self.units, values, strict=True):
            unit[field] = value

    def test_sums_to_the_cent(self):
        """100.00 among three: the first by code takes the cent."""
        self.assertEqual(self.shares(100, self.key), [33.34, 33.33, 33.33])

    def test_last_cent_of_a_published_bill(self):
        """8,432 among 24 households: 351 each would be 8,424 (forum in Taiwan); here
        nothing is lost."""
        for number in range(4, 25):
            self.make_unit(self.building, f"1-{number}")
        found = self.shares(8432, self.make_key("unit", name="Units"))
        self.assertEqual(len(found), 24)
        self.assertEqual(set(found), {351.33, 351.34})

    def test_area_and_consumption(self):
        """Heating 3,000: 30 % by area, 70 % by 4, 7, 10 MWh (as-sieger.de)."""
        for unit, used in zip(self.units, (4, 7, 10), strict=True):
            self.make_used(unit, used)
        key = self.make_key(
            {"basis": "area", "percent": 30},
            {"basis": "consumption", "medium": "heat", "percent": 70},
            name="Heat",
        )
        self.assertEqual(self.shares(3000, key), [700.0, 1000.0, 1300.0])

    @freeze_time("2026-12-01 02:00:00")
    def make_used(self, unit, quantity):
        meter = self.env["pm.meter"].create(
            {"name": f"H{unit.code}", "property_id": unit.id, "medium": "heat"}
        )
        readings = self.env["pm.meter.reading"].create(
            [
                {"meter_id": meter.id, "date": day, "value": value}
                for day, value in (("2026-10-31", 0), ("2026-11-30", quantity))
            ]
        )
        self.assertEqual(set(readings.mapped("state")), {"good"})

    def test_coefficients(self):
        """1,000 entitlements, 100,000: lots of 122, 125, 128 (flatchat.com.au)."""
        self.set("coefficient", 122, 125, 128)
        rest = self.make_unit(self.building, "1-9", coefficient=625)
        found = self.shares(100000, self.make_key("coefficient", name="Lots"))
        self.assertEqual(found[:3], [12200.0, 12500.0, 12800.0])
        self.assertEqual(rest.coefficient, 625)

    def test_floors(self):
        """Lift by 1 + (N − 1) × 0.2, N the band of five floors (chap-o.com 637)."""
        self.set("floor", 1, 6, 11)
        key = self.make_key(
            {"basis": "floor", "floor_band": 5, "floor_step": 0.2}, name="Floor"
        )
        self.assertEqual(self.shares(360, key), [100.0, 120.0, 140.0])

    def test_empty_units_weigh_less(self):
        """cost ÷ (occupied + 0.7 × empty) (syrybj.com): 270 among two and one empty."""
        self.units.state = "occupied"
        self.units[2].state = "vacant"
        key = self.make_key("unit", name="Vacant", vacant_percent=70)
        self.assertEqual(self.shares(270, key), [100.0, 100.0, 70.0])

    def test_a_subgroup_bears_all(self):
        """The ground floor has no lift: the others are 100 %."""
        self.set("floor", 1, 2, 3)
        key = self.make_key("area", name="Upstairs", floor_from=2)
        self.assertEqual(self.shares(100, key), [50.0, 50.0])
        key = self.make_key(
            "own",
            name="Own",
            unit_ids=[
                Command.create({"property_id": self.units[0].id, "weight": 1}),
                Command.create({"property_id": self.units[1].id, "weight": 3}),
                Command.create({"property_id": self.units[2].id, "is_excluded": True}),
            ],
        )
        self.assertEqual(self.shares(100, key), [25.0, 75.0])

    def test_days_of_holding(self):
        """Held for ten, thirty and thirty days of November."""
        self.units[0].occupancy_ids.date_from = "2026-11-21"
        key = self.make_key("unit", name="Days", by_days=True)
        self.assertEqual(self.shares(70, key), [10.0, 30.0, 30.0])

    def test_charges(self):
        """A share is charged once, and says of what it is one."""
        cost = self.make_cost(100)
        cost.action_confirm()
        self.assertEqual(cost.without_fee_count, 3)
        cost.action_make_fees()
        self.assertEqual(cost.without_fee_count, 0)
        run = self.bill()
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 100.0)
        cost.invalidate_recordset()
        self.assertEqual(cost.amount_charged, 100.0)
        text = str(run.charge_ids[0]._why())
        self.assertIn("100.00", text)
        self.assertIn("100 / 300", text)
        with self.assertRefused(UserError, "charged"):
            cost.action_draft()
        again = self.bill()
        self.assertFalse(again.charge_ids)
        run.action_undo()
        cost.invalidate_recordset()
        self.assertEqual(cost.amount_charged, 0.0)
        cost.action_draft()
        self.assertLedgerTies()

    def test_without_a_cost_the_others_are_billed(self):
        """The run names what is missing and takes it up later."""
        fee = self.make_fee(self.unit, self.lift)
        self.make_fee(self.units[1])
        run = self.bill()
        self.assertEqual(run.exception_ids.mapped("code"), ["no_cost"])
        self.assertEqual(len(run.charge_ids), 1)
        self.make_cost(90).action_confirm()
        run.action_retry_failed()
        self.assertEqual(fee.charge_ids.amount, 30.0)

    def test_shares_of_sellers_and_buyers_add_up(self):
        self.lift.by_occupancy = True
        self.unit.occupancy_ids.date_to = "2026-11-10"
        self.make_occupancy(self.unit, self.owners[1], "2026-11-11")
        cost = self.make_cost(100)
        cost.action_confirm()
        cost.action_make_fees()
        run = self.bill()
        mine = run.charge_ids.filtered(lambda row: row.property_id == self.unit)
        self.assertEqual(mine.sorted("date_from").mapped("amount"), [11.11, 22.23])

    def test_backlog(self):
        """Two months at once: each month has its own cost."""
        self.make_cost(
            30, date_from="2026-10-01", date_to="2026-10-31"
        ).action_confirm()
        cost = self.make_cost(60)
        cost.action_confirm()
        self.make_fee(self.unit, self.lift, "2026-10-01")
        run = self.bill("2026-10-01", "2026-11-30")
        found = {row.date_from: row.amount for row in run.charge_ids}
        self.assertEqual(found, {date(2026, 10, 1): 10.0, date(2026, 11, 1): 20.0})

    def test_what_is_refused(self):
        with self.assertRefused(ValidationError, "100"):
            self.make_key({"basis": "area", "percent": 30}, name="Thirty")
        with self.assertRefused(UserError, "comes to"):
            self.make_cost(0).action_confirm()
        self.set("gross_area", 0, 0, 0)
        with self.assertRefused(UserError, "weight"):
            self.make_cost(5).action_confirm()
        with self.assertRefused(UserError, "kind"):
            self.make_cost(
                5, self.make_key("unit", name="P", property_kind="parking")
            ).action_confirm()
        cost = self.make_cost(5, self.make_key("unit", name="U"))
        cost.action_confirm()
        clerk = self.make_staff("clerk_pool", "pm_billing.group_pm_billing_clerk")
        with self.assertRefused(UserError, "Draft"):
            cost.with_user(clerk).amount = 7

    def test_roles(self):
        cost = self.make_cost(90)
        clerk = self.make_staff("clerk_pool", "pm_billing.group_pm_billing_clerk")
        service = self.make_staff("service_pool", "pm_core.group_pm_service")
        with self.assertRefused(AccessError, "not allowed"):
            cost.with_user(service).action_confirm()
        cost.with_user(clerk).action_confirm()
        cost.with_user(clerk).action_make_fees()
        self.assertEqual(cost.state, "confirmed")

    def test_public_sheet_has_no_names(self):
        cost = self.make_cost(100)
        cost.action_confirm()
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("pm_billing.pm_shared_cost_report", cost.ids)[0]
            .decode()
        )
        self.assertIn("33.34", html)
        for owner in self.owners:
            self.assertNotIn(owner.name, html)
