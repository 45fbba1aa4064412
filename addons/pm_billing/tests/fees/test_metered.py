from ..meters.meters_common import MeterCase


class TestMetered(MeterCase):
    """What meters counted, by tariff: good readings, each once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tariff = cls.make_tariff(
            [
                {"up_to": "18", "price": "3.45"},
                {"up_to": "25", "price": "4.83"},
                {"price": "5.83"},
            ]
        )
        cls.water = cls.make_item(
            "water",
            method="metered",
            medium="water",
            tariff_id=cls.tariff.id,
            timing="arrears",
        )

    @classmethod
    def make_tariff(cls, bands, name="Water", **more):
        tariff = cls.env["pm.tariff"]._from_document(
            {
                "name": name,
                "unit": "m³",
                "tax_included": True,
                "parts": [{"name": "Water", "bands": bands}],
                **more,
            }
        )
        tariff.version_ids.filtered(
            lambda version: version.state == "draft"
        ).action_confirm()
        return tariff

    def water_fee(self, unit=None, **vals):
        return self.make_fee(unit or self.unit, self.water, "2026-10-01", **vals)

    def test_bands_of_a_month(self):
        """27 m³: 18 × 3.45 + 7 × 4.83 + 2 × 5.83 = 107.57; billed once."""
        self.water_fee()
        self.read_days(self.meter, ("2026-10-31", 100), ("2026-11-30", 127))
        run = self.bill()
        self.assertEqual(run.charge_ids.amount, 107.57)
        reading = self.meter.reading_ids.sorted("date")[-1]
        self.assertEqual(reading.charge_id, run.charge_ids)
        text = str(run.charge_ids._why()).replace(r"\xa0", " ")
        for words in (
            "Meter W1",
            "100 → 127",
            "18 × $ 3.45",
            "107.57",
        ):
            self.assertIn(words, text)
        self.assertFalse(self.bill().charge_ids)
        run.action_undo()
        self.assertEqual(self.bill().charge_ids.amount, 107.57)

    def test_published_bill(self):
        """889 → 924, 20 × 1.30, 10 × 1.90, 5 × 3.00, sewage 35 × 0.50: 77.50 (a school
        item after a bill of Zhejiang, tiku 1786249)."""
        self.water.tariff_id = self.env["pm.tariff"]._from_document(
            {
                "name": "Zhejiang",
                "unit": "t",
                "tax_included": True,
                "parts": [
                    {
                        "name": "Water",
                        "bands": [
                            {"up_to": "20", "price": "1.30"},
                            {"up_to": "30", "price": "1.90"},
                            {"price": "3.00"},
                        ],
                    },
                    {"name": "Sewage", "bands": [{"price": "0.50"}]},
                ],
            }
        )
        self.water.tariff_id.version_ids.filtered(
            lambda version: version.state == "draft"
        ).action_confirm()
        self.water_fee()
        self.read_days(self.meter, ("2026-10-31", 889), ("2026-11-30", 924))
        self.assertEqual(self.bill().charge_ids.amount, 77.5)

    def test_what_is_not_read_waits(self):
        """The others are billed; a late reading is taken up with its own month."""
        self.water_fee()
        self.water_fee(self.units[1])
        self.read_days(self.meter, ("2026-10-31", 0), ("2026-11-30", 10))
        run = self.bill()
        self.assertEqual(run.charge_ids.property_id, self.unit)
        self.assertEqual(run.exception_ids.mapped("code"), ["no_reading"])
        self.assertIn("reading", run.exception_ids.message)
        self.read_days(self.meters[1], ("2026-10-31", 0), ("2026-11-30", 20))
        run.action_retry_failed()
        self.assertEqual(
            sorted(run.charge_ids.mapped("amount")), [34.5, round(18 * 3.45 + 9.66, 2)]
        )

    def test_two_months_at_once(self):
        """Each month has its own bands."""
        self.water_fee()
        self.read_days(
            self.meter, ("2026-09-30", 0), ("2026-10-31", 18), ("2026-11-30", 36)
        )
        run = self.bill("2026-10-01", "2026-11-30")
        self.assertEqual(run.charge_ids.mapped("amount"), [62.1, 62.1])

    def test_nothing_was_used(self):
        """No charge and no exception."""
        self.water_fee()
        self.read_days(self.meter, ("2026-10-31", 5), ("2026-11-30", 5))
        run = self.bill()
        self.assertFalse(run.charge_ids or run.exception_ids)

    def test_without_a_tariff(self):
        item = self.make_item("hot", method="metered", medium="water", price=2.5)
        self.make_fee(self.unit, item, "2026-11-01")
        self.read_days(self.meter, ("2026-10-31", 0), ("2026-11-30", 10))
        self.assertEqual(self.bill().charge_ids.amount, 25.0)

    def test_limits_of_a_year(self):
        """220 m³ a year at 3.45, then 4.83 (Shanghai): 200 before, 50 now."""
        self.water.tariff_id = self.make_tariff(
            [{"up_to": "220", "price": "3.45"}, {"price": "4.83"}],
            "Year",
            accumulate=True,
        )
        self.water_fee()
        self.read_days(
            self.meter, ("2026-09-30", 0), ("2026-10-31", 200), ("2026-11-30", 250)
        )
        run = self.bill("2026-10-01", "2026-11-30")
        self.assertEqual(
            run.charge_ids.sorted("date_from").mapped("amount"),
            [690.0, round(20 * 3.45 + 30 * 4.83, 2)],
        )

    def test_a_reading_across_new_years_day(self):
        """110 m³ a year at 1.00, then 3.00. Of 40 in twenty days half is of the new
        year: 100 more are 90 within the limit and 10 above."""
        self.water.tariff_id = self.make_tariff(
            [{"up_to": "110", "price": "1"}, {"price": "3"}], "Year", accumulate=True
        )
        self.make_fee(self.unit, self.water, "2025-12-01")
        self.read_days(
            self.meter, ("2025-12-21", 0), ("2026-01-10", 40), ("2026-02-10", 140)
        )
        run = self.bill("2026-01-01", "2026-02-28")
        self.assertFalse(run.exception_ids)
        charges = run.charge_ids.sorted("date_from")
        self.assertEqual(charges.mapped("amount"), [40.0, 120.0])
        self.assertEqual(float(charges[1].inputs["readings"][0]["used_before"]), 20.0)
        # month by month comes to the same
        run.action_undo()
        for days, amount in (
            (("2026-01-01", "2026-01-31"), 40.0),
            (("2026-02-01", "2026-02-28"), 120.0),
        ):
            self.assertEqual(self.bill(*days).charge_ids.amount, amount)

    def test_hand_over_by_a_reading(self):
        """Seller and buyer pay what the meter counted in their time."""
        self.water.by_occupancy = True
        self.water_fee()
        self.unit.occupancy_ids.date_to = "2026-11-10"
        self.make_occupancy(self.unit, self.owners[1], "2026-11-11")
        self.read_days(self.meter, ("2026-10-31", 0), ("2026-11-30", 10))
        run = self.bill()
        self.assertFalse(run.charge_ids)
        self.assertEqual(set(run.exception_ids.mapped("code")), {"no_reading"})
        self.read_days(self.meter, ("2026-11-10", 4))
        run.action_retry_failed()
        self.assertEqual(
            {row.partner_id: row.amount for row in run.charge_ids},
            {self.owner: 13.8, self.owners[1]: 20.7},
        )

    def test_billed_anew(self):
        """A line is given back; its reading is charged by the new one."""
        self.water_fee()
        self.read_days(self.meter, ("2026-10-31", 0), ("2026-11-30", 10))
        charge = self.bill().charge_ids
        self.water.tariff_id = self.make_tariff([{"price": "5"}], "Other")
        charge.action_rebill()
        new = charge.credit_ids.run_id.charge_ids.filtered(lambda row: row.amount > 0)
        self.assertEqual(new.amount, 50.0)
        self.assertEqual(self.meter.reading_ids.charge_id, new)
        self.assertLedgerTies()

    def test_no_price_is_an_exception(self):
        self.water_fee()
        self.read_days(self.meter, ("2026-10-31", 0), ("2026-11-30", 30))
        self.water.tariff_id = self.make_tariff([{"up_to": "5", "price": "1"}], "Short")
        run = self.bill()
        self.assertEqual(run.exception_ids.mapped("code"), ["tariff"])
        self.assertIn("no price", run.exception_ids.message)

    def test_demand_is_the_highest_and_bears_a_share_of_the_connected_power(self):
        """The tariff of the catalogue: 1.05, 0.65 and 0.32 a kWh, 38.00 a kW for 40 %
        of the connected power at least; read twice in the month, of 50 and of 45 kW."""
        action = self.env.ref(
            "pm_billing.pm_tariff_template_power_time_of_use"
        ).action_use()
        meter = self.make_meter(
            self.unit,
            "E1",
            medium="electricity",
            registers="three",
            has_demand=True,
            digits=6,
        )
        power = self.make_item(
            "power",
            method="metered",
            medium="electricity",
            tariff_id=action["res_id"],
            timing="arrears",
        )
        self.make_fee(self.unit, power, "2026-11-01")
        for day, peak, flat, valley, demand in (
            ("2026-10-31", 0, 0, 0, 0),
            ("2026-11-15", 100, 200, 50, 50),
            ("2026-11-30", 200, 400, 100, 45),
        ):
            self.read_meter(
                meter,
                day,
                value_peak=peak,
                value_flat=flat,
                value_valley=valley,
                value_demand=demand,
            )
        energy = 200 * 1.05 + 400 * 0.65 + 100 * 0.32
        run = self.bill()
        self.assertEqual(run.exception_ids.mapped("code"), ["tariff"])
        self.assertIn("connected", run.exception_ids.message)
        meter.connected_power = 100
        run.action_retry_failed()
        self.assertAlmostEqual(run.charge_ids.amount, energy + 50 * 38, 2)
        run.action_undo()
        meter.connected_power = 315
        run = self.bill()
        self.assertAlmostEqual(run.charge_ids.amount, energy + 126 * 38, 2)
        # a meter in its place goes on with the month, one beside it adds up
        readings = run.charge_ids.env["pm.meter.reading"].search(
            [("charge_id", "=", run.charge_ids.id)]
        )
        other = self.make_meter(
            self.unit, "E2", medium="electricity", has_demand=True, connected_power=10
        )
        beside = self.read_meter(other, "2026-10-31", 0, value_demand=0)
        beside |= self.read_meter(other, "2026-11-30", 7, value_demand=8)
        used = (readings | beside.filtered("quantity"))._registers_used()
        self.assertEqual((used["demand"], used["connected"]), (58, 325))
        other._as_step().replaces_id = meter
        used = (readings | beside.filtered("quantity"))._registers_used()
        self.assertEqual((used["demand"], used["connected"]), (50, 10))
