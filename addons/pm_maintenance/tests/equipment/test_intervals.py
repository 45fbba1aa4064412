"""Every interval of the law that is shipped, as data, with where it is from."""

from ..common import OrderCase

# template of a plan: unit, every, what its source names
SERVICES = {
    "lift_upkeep": ("day", 15, "Special Equipment.*art. 31.*TSG T5002-2017"),
    "lift_quarter": ("month", 3, "TSG T5002-2017"),
    "lift_half_year": ("month", 6, "TSG T5002-2017"),
    "lift_year": ("year", 1, "TSG T5002-2017"),
    "lift_test": ("year", 1, "TSG T7001-2023.*one month before expiry"),
    "lift_self_test": ("year", 1, "TSG T7008-2023"),
    "fire_yearly": ("year", 1, r"Fire Protection Law, art. 16\(3\)"),
    "fire_automatic": ("year", 1, "Shandong.*art. 27-28"),
    "fire_monthly": ("month", 1, "order 61, art. 26"),
    "fire_quarterly": ("month", 3, "order 61, art. 26"),
    "fire_smoke": ("year", 3, "Shantou"),
    "tank": ("month", 6, "water supply regulations.*6 months"),
    "tank_quarterly": ("month", 3, "Hubei"),
    "water_test": ("month", 6, "records are kept for 3 years"),
    "water_test_quarterly": ("month", 3, "Anyang"),
    "water_test_monthly": ("month", 1, "Hubei"),
    "water_staff": ("year", 1, "Beijing"),
    "lightning": ("year", 1, "meteorological"),
    "lightning_half_year": ("month", 6, "flammable"),
    "cctv": ("month", 1, "Security Services.*30 days"),
}
# template of a round: unit, every, hours between two of a day, source
ROUNDS = {
    "fire_patrol_daily": ("day", 1, 0, "Fire Protection Law, art. 17"),
    "fire_patrol_venue": ("day", 1, 2, "order 61, art. 25"),
    "fire_check_monthly": ("month", 1, 0, "order 61, art. 26"),
    "lift_daily": ("day", 1, 0, "Special Equipment"),
}
# drill: months between two, source
DRILLS = {
    "fire_key": (6, "Shanghai.*46.*Beijing"),
    "fire_all": (6, "Shandong.*42"),
    "fire_residents": (12, "Henan.*Xinxiang"),
}
MONTHS = {"month": 1, "year": 12}


class TestIntervals(OrderCase):
    def ref(self, name):
        return self.env.ref(f"pm_maintenance.{name}")

    def test_services(self):
        for name, (unit, every, source) in SERVICES.items():
            with self.subTest(name=name):
                template = self.ref(f"pm_maintenance_plan_template_{name}")
                self.assertEqual(
                    (template.schedule_unit, template.schedule_every), (unit, every)
                )
                self.assertTrue(template.is_statutory)
                self.assertRegex(template.source, source)
        upkeep = self.ref("pm_maintenance_plan_template_lift_upkeep")
        self.assertEqual(upkeep.counts_from, "done", "at most 15 days after the last")
        test = self.ref("pm_maintenance_plan_template_lift_test")
        self.assertEqual(test.due_ages, "1, 4, 7, 9, 11, 13, 15")
        self.assertGreaterEqual(test.lead_days, 31, "applied for a month before")

    def test_none_is_left_out_here(self):
        """Whoever ships another one writes it above, with its source."""
        found = self.env["pm.maintenance.plan.template"].search(
            [("is_statutory", "=", True)]
        )
        shipped = {
            name.removeprefix("pm_maintenance.pm_maintenance_plan_template_")
            for name in found.get_external_id().values()
            if name.startswith("pm_maintenance.")
        }
        self.assertEqual(shipped, set(SERVICES))

    def test_rounds(self):
        for name, (unit, every, hours, source) in ROUNDS.items():
            with self.subTest(name=name):
                template = self.ref(f"pm_inspection_template_{name}")
                self.assertEqual(
                    (template.schedule_unit, template.schedule_every), (unit, every)
                )
                self.assertEqual(template.every_hours, hours)
                self.assertTrue(template.is_statutory)
                self.assertRegex(template.source, source)

    def test_drills(self):
        for name, (months, source) in DRILLS.items():
            with self.subTest(name=name):
                template = self.ref(f"pm_emergency_drill_template_{name}")
                every = template.schedule_every * MONTHS[template.schedule_unit]
                self.assertEqual(every, months)
                self.assertTrue(template.is_statutory)
                self.assertRegex(template.source, source)

    def test_how_long_records_are_kept(self):
        """Patrol logs a year (Zhejiang, art. 14), water 3 years, footage 30 days."""
        plans = self.env["pm.inspection.plan"]
        for code, years in (("patrol_night", 1), ("water_tank", 3)):
            template = self.ref(f"pm_inspection_template_{code}")
            plan = plans.new({"area": template.area})
            plan._compute_keep_years()
            self.assertEqual(plan.keep_years, years, code)
        for name in ("water", "water_confined"):
            self.assertEqual(self.ref(f"pm_fault_category_{name}").keep_years, 3)
        self.assertGreaterEqual(self.env.company.pm_footage_days, 30)
