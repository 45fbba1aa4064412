"""What a run shows before it is confirmed is what it books, to the cent."""

import os
import random
from datetime import date, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tools import float_repr

from ...models.fees.billing_facts import BillingFacts
from ...models.fees.pm_fee import FeeError
from ...models.fees.pm_fee_amount import NothingDue
from ..meters.meters_common import MeterCase

# With PM_PREVIEW_UNITS=125 there are a thousand set-ups, which take minutes.
UNITS, FEES_EACH, ITEMS = int(os.environ.get("PM_PREVIEW_UNITS", 40)), 8, 48
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
METHODS = ("area", "area", "quantity", "fixed", "formula", "tariff", "metered", "pool")
MEDIA = ("water", "hot_water", "electricity", "gas", "heat", "steam")


def cents(amount):
    return float_repr(amount, 2)


class TestPreview(MeterCase):
    """Set-ups drawn by chance: methods, cycles, prorations, roundings, taxes,
    hand-overs, steps of rents, reductions, readings and shares, three months at once.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(20261130)
        cls.estate = cls.make_estate("Chance Garden", tz="Asia/Shanghai")
        cls.make_prices()
        cls.places = cls.make_places()
        cls.make_holders()
        cls.fees = cls.make_chance_fees()
        cls.make_readings()
        cls.make_costs()
        cls.make_reductions()

    @classmethod
    def money(cls, most):
        return cls.chance.randint(1, most * 100) / 100

    @classmethod
    def day(cls, first, last):
        return first + timedelta(days=cls.chance.randint(0, (last - first).days))

    @classmethod
    def make_prices(cls):
        document = {
            "name": "Bands",
            "unit": "m³",
            "tax_included": True,
            "parts": [
                {
                    "name": "Water",
                    "bands": [
                        {"up_to": "18", "price": "3.45"},
                        {"up_to": "25", "price": "4.83"},
                        {"price": "5.83"},
                    ],
                },
                {
                    "name": "Sewage",
                    "share_of_quantity": "0.9",
                    "bands": [{"price": "1.37"}],
                },
            ],
        }
        tariffs = cls.env["pm.tariff"]
        for number, more in enumerate(({}, {"accumulate": True})):
            tariffs |= tariffs._from_document(
                {**document, "name": f"Bands {number}", **more}
            )
        tariffs.version_ids.filtered(
            lambda version: version.state == "draft"
        ).action_confirm()
        cls.key = cls.env["pm.allocation.key"].create(
            {
                "name": "By area",
                "estate_id": cls.estate.id,
                "part_ids": [Command.create({"basis": "area", "percent": 100})],
            }
        )
        taxes = cls.tax | cls.tax.copy({"name": "9% included", "amount": 9.0})
        choose = cls.chance.choice
        rows = []
        for number in range(ITEMS):
            method = METHODS[number % len(METHODS)]
            rows.append(
                {
                    "code": f"chance{number}",
                    "name": f"Chance {number}",
                    "estate_id": cls.estate.id,
                    "sequence": number,
                    "method": method,
                    "price": cls.money(9),
                    "surcharge": choose((0.0, cls.money(30)))
                    if method != "fixed"
                    else cls.money(300),
                    "cycle": choose((1, 1, 2, 3, 6, 12)),
                    "timing": "arrears"
                    if method in ("metered", "pool")
                    else choose(("advance", "arrears")),
                    "proration": choose(
                        (
                            "days",
                            "full",
                            "next",
                            "this",
                            "thirty",
                            "year",
                            "period",
                        )
                    ),
                    "payer": choose(("owner", "occupant")),
                    "by_occupancy": choose((True, False)),
                    "rounding_stage": choose(("line", "month", "total", "bill")),
                    "rounding_mode": choose(("half_up", "down", "up")),
                    "rounding_to": choose(("0.01", "0.01", "0.1", "1", "10")),
                    "tax_ids": [Command.set(choose((taxes[0], taxes[1])).ids)],
                    "formula": "area * price / 3 + max(persons, 1) * 1.23"
                    if method == "formula"
                    else False,
                    "tariff_id": choose(tariffs).id
                    if method in ("tariff", "metered")
                    else False,
                    # a medium each: no reading is wanted by two fees
                    "medium": MEDIA[number // len(METHODS)]
                    if method == "metered"
                    else False,
                    "allocation_key_id": cls.key.id if method == "pool" else False,
                }
            )
        cls.items = cls.env["pm.fee.item"].create(rows)

    @classmethod
    def make_places(cls):
        building = cls.make_building(cls.estate, "C")
        return cls.env["pm.property"].create(
            [
                {
                    "kind": "unit",
                    "name": f"C-{number}",
                    "code": f"C-{number}",
                    "parent_id": building.id,
                    "gross_area": cls.money(250),
                    "usage": "residential",
                }
                for number in range(UNITS)
            ]
        )

    @classmethod
    def make_holders(cls):
        """Some are sold within the three months, some let, some nobody's for a time."""
        people = cls.env["res.partner"].create(
            [{"name": f"Person {number}"} for number in range(UNITS * 2)]
        )
        rows = []

        def held(place, who, first, last=None, role="owner"):
            rows.append(
                {
                    "property_id": place.id,
                    "partner_id": who.id,
                    "role": role,
                    "date_from": first,
                    "date_to": last,
                }
            )

        for number, place in enumerate(cls.places):
            one, two = people[number * 2], people[number * 2 + 1]
            begins = date(2025, 1, 1)
            sold = cls.day(FIRST, LAST)
            what = cls.chance.random()
            if what < 0.3:
                held(place, one, begins, sold - timedelta(days=1))
                held(place, two, sold)
            elif what < 0.5:
                held(place, one, begins)
                held(place, two, sold, role="tenant")
            elif what < 0.55:
                held(place, one, sold)
            else:
                held(place, one, begins)
        cls.env["pm.occupancy"].create(rows)

    @classmethod
    def make_chance_fees(cls):
        rows = []
        for place in cls.places:
            for item in cls.chance.sample(list(cls.items), FEES_EACH):
                begins = cls.day(date(2025, 10, 1), date(2026, 11, 15))
                own = cls.chance.random() < 0.3
                rows.append(
                    {
                        "property_id": place.id,
                        "fee_item_id": item.id,
                        "date_from": begins,
                        "date_to": cls.day(begins, date(2027, 6, 30))
                        if cls.chance.random() < 0.2
                        else False,
                        "quantity": cls.money(40),
                        "persons": cls.chance.randint(0, 7),
                        "has_own_price": own,
                        "own_price": cls.money(12) if own else 0,
                        "own_surcharge": cls.money(20) if own else 0,
                        "step_ids": cls.steps(item, begins),
                    }
                )
        return cls.env["pm.fee"].create(rows)

    @classmethod
    def steps(cls, item, begins):
        if item.method not in ("area", "fixed", "quantity"):
            return []
        free = {
            "kind": "free",
            "date_from": begins,
            "date_to": begins + timedelta(days=cls.chance.randint(10, 70)),
        }
        rises = {
            "kind": "percent",
            "date_from": cls.day(begins, LAST),
            "percent": cls.money(15),
            "every_months": cls.chance.choice((0, 6, 12)),
        }
        return [
            Command.create(row) for row in (free, rises) if cls.chance.random() < 0.25
        ]

    @classmethod
    def make_readings(cls):
        metered = cls.fees.filtered(lambda fee: fee.method == "metered")
        kinds = {(fee.property_id, fee.fee_item_id.medium) for fee in metered}
        kinds = sorted(kinds, key=lambda row: (row[0].id, row[1]))
        meters = cls.env["pm.meter"].create(
            [
                {
                    "property_id": place.id,
                    "name": f"{place.code}-{medium}",
                    "medium": medium,
                }
                for place, medium in kinds
            ]
        )
        rows = []
        for meter in meters:
            value = cls.money(1000)
            for day in ("2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30"):
                rows.append({"meter_id": meter.id, "date": day, "value": value})
                value = round(value + cls.money(60), 2)
        cls.env["pm.meter.reading"].create(rows)

    @classmethod
    def make_costs(cls):
        costs = cls.env["pm.shared.cost"].create(
            [
                {
                    "property_id": cls.estate.id,
                    "fee_item_id": item.id,
                    "allocation_key_id": cls.key.id,
                    "date_from": f"2026-{month}-01",
                    "date_to": f"2026-{month}-{last}",
                    "amount": cls.money(20000),
                }
                for item in cls.items
                if item.method == "pool"
                for month, last in (("09", 30), ("10", 31), ("11", 30))
            ]
        )
        costs.action_confirm()

    @classmethod
    def make_reductions(cls):
        cls.env["pm.vacancy"]._as_step().create(
            [
                {
                    "property_id": place.id,
                    "partner_id": cls.owner.id,
                    "reason": "Empty",
                    "date_from": cls.day(date(2026, 8, 1), LAST),
                    "date_to": date(2027, 3, 31),
                    "percent": cls.chance.choice((0, 50, 60, 70)),
                    "state": "approved",
                }
                for place in cls.places
                if cls.chance.random() < 0.15
            ]
        )

    def shown_alone(self, run):
        """{(fee, first day, payer): amount} of each part, priced on its own facts."""
        shown = {}
        for fee, first, last, payer, period in self.fees._payer_parts(
            run._missing_periods(self.fees)
        ):
            if fee not in shown:
                # as a bill run does: what one period took, another does not take
                shown[fee] = BillingFacts(fee, FIRST, LAST)
            try:
                values = fee._prepare_charge(first, last, payer, shown[fee], period)
            except (FeeError, NothingDue):
                continue
            shown[fee.id, first, payer.id] = values
        return {key: values for key, values in shown.items() if isinstance(key, tuple)}

    def test_what_was_shown_is_what_is_booked(self):
        run = self.make_run(FIRST, LAST)
        alone = self.shown_alone(run)
        run.action_prepare()
        charges = run.charge_ids
        self.assertGreater(len(charges), UNITS * FEES_EACH)
        self.assertEqual(set(charges.fee_item_id.mapped("method")), set(METHODS))
        # one by one or all together: the same amounts, but where a bill is rounded
        for charge in charges:
            values = alone[charge.fee_id.id, charge.date_from, charge.partner_id.id]
            if charge.fee_item_id.rounding_stage != "bill":
                self.assertEqual(cents(charge.amount), cents(values["amount"]))
                self.assertEqual(charge.inputs, values["inputs"])
        shown = {
            charge: (cents(charge.amount), charge._explain(), charge.date_to)
            for charge in charges
        }
        total, skipped = run.amount_total, run.exception_count

        run.action_prepare()
        self.assertEqual(
            sorted(cents(row.amount) for row in run.charge_ids),
            sorted(row[0] for row in shown.values()),
        )
        shown = {
            charge: (cents(charge.amount), charge._explain(), charge.date_to)
            for charge in run.charge_ids
        }
        run.action_confirm()
        self.env.invalidate_all()

        self.assertEqual(run.state, "done")
        self.assertEqual(
            (run.exception_count, cents(run.amount_total)), (skipped, cents(total))
        )
        self.assertEqual(set(run.charge_ids), set(shown))
        for charge, row in shown.items():
            self.assertEqual(
                (cents(charge.amount), charge._explain(), charge.date_to), row
            )
            line = charge.move_id.invoice_line_ids.filtered(
                lambda line, charge=charge: line.pm_charge_id == charge
            )
            self.assertEqual(cents(line.price_total), row[0])
        for move, parts in run.charge_ids.grouped("move_id").items():
            owed = sum((Decimal(shown[charge][0]) for charge in parts), Decimal())
            receivable = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            self.assertEqual(move.state, "posted")
            self.assertEqual(cents(receivable.balance), str(owed))
            self.assertEqual(cents(move.amount_residual), str(owed))
        self.assertEqual(cents(self.receivable()), cents(total))
