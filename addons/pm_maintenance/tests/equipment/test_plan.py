from datetime import date, timedelta

import pytz

from odoo import Command, fields
from odoo.modules.migration import load_script
from odoo.tests import freeze_time
from odoo.tools import file_path, mute_logger

from odoo.addons.pm_core.tests.common import CRON_LOGGER

from ..common import OrderCase


class TestPlan(OrderCase):
    """What falls due is one order, never two, never drifting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls.env["maintenance.equipment"].create(
            {"name": "Pump", "property_id": cls.building.id}
        )

    def make_plan(self, start="2027-01-31", unit="month", every=1, **vals):
        return self.env["pm.maintenance.plan"].create(
            {
                "name": "Service",
                "equipment_id": self.machine.id,
                "schedule_start": start,
                "schedule_unit": unit,
                "schedule_every": every,
                **vals,
            }
        )

    def finish(self, order, day):
        order.sudo()._as_step().write({"state": "closed", "done_at": f"{day} 04:00:00"})

    def test_twice_makes_nothing_twice(self):
        plan = self.make_plan()
        until = date(2027, 3, 1)
        first = plan._generate(until)
        self.assertEqual(first.planned_day, date(2027, 1, 31))
        self.assertFalse(plan._generate(until))
        self.finish(first, "2027-02-02")
        second = plan._generate(until)
        self.assertEqual(second.planned_day, date(2027, 2, 28))
        self.assertEqual(plan.order_ids, first | second)

    def test_the_31st_does_not_drift(self):
        plan = self.make_plan()
        days = []
        for _month in range(6):
            order = plan._generate(date(2027, 12, 31))
            days.append(order.planned_day)
            self.finish(order, order.planned_day)
        self.assertEqual(
            days,
            [
                date(2027, 1, 31),
                date(2027, 2, 28),
                date(2027, 3, 31),
                date(2027, 4, 30),
                date(2027, 5, 31),
                date(2027, 6, 30),
            ],
        )

    def test_counting_from_when_it_was_done(self):
        plan = self.make_plan("2027-01-01", "day", 15, counts_from="done")
        order = plan._generate(date(2027, 1, 1))
        self.finish(order, "2027-01-05")
        self.assertFalse(plan._generate(date(2027, 1, 19)))
        order = plan._generate(date(2027, 1, 20))
        self.assertEqual(order.planned_day, date(2027, 1, 20))

    def test_lead_days(self):
        start = fields.Date.today() + timedelta(days=20)
        plan = self.make_plan(start, lead_days=14)
        self.assertFalse(plan._generate())
        with freeze_time(fields.Datetime.now() + timedelta(days=7)):
            self.assertTrue(plan._generate())

    def test_longer_service_takes_the_place_of_the_shorter(self):
        monthly = self.make_plan("2027-01-31")
        yearly = self.make_plan(
            "2027-02-01", "year", includes_ids=[Command.link(monthly.id)]
        )
        orders = (monthly | yearly)._generate(date(2027, 2, 2))
        self.assertEqual(orders.plan_id, yearly)
        self.assertEqual(orders.planned_day, date(2027, 2, 1))

    def test_also_when_the_shorter_one_comes_first_and_alone(self):
        """The nightly job takes the plans one by one, whatever their order."""
        monthly = self.make_plan("2027-01-31")
        self.make_plan("2027-02-01", "year", includes_ids=[Command.link(monthly.id)])
        self.assertFalse(monthly._generate(date(2027, 1, 31)))

    def test_what_the_longer_one_did_is_not_made_up_for(self):
        monthly = self.make_plan("2027-01-31")
        yearly = self.make_plan(
            "2027-02-01", "year", includes_ids=[Command.link(monthly.id)]
        )
        order = yearly._generate(date(2027, 2, 1))
        self.assertFalse(monthly._generate(date(2027, 2, 2)))
        self.finish(order, "2027-02-03")
        self.assertFalse(monthly._generate(date(2027, 2, 20)))
        following = monthly._generate(date(2027, 2, 28))
        self.assertEqual(following.planned_day, date(2027, 2, 28))
        self.assertFalse(yearly._generate(date(2027, 12, 31)))

    def test_what_is_counted_from_when_it_was_done_waits_for_both(self):
        shorter = self.make_plan("2027-01-01", "day", 15, counts_from="done")
        self.finish(shorter._generate(date(2027, 1, 1)), "2027-01-01")
        longer = self.make_plan(
            "2027-01-17", "year", includes_ids=[Command.link(shorter.id)]
        )
        order = longer._generate(date(2027, 1, 17))
        self.assertFalse(shorter._generate(date(2027, 1, 20)))
        self.finish(order, "2027-01-17")
        following = shorter._generate(date(2027, 2, 1))
        self.assertEqual(following.planned_day, date(2027, 2, 1))

    def test_one_that_was_cancelled_takes_no_place(self):
        monthly = self.make_plan("2027-01-31")
        yearly = self.make_plan(
            "2027-02-01", "year", includes_ids=[Command.link(monthly.id)]
        )
        order = yearly._generate(date(2027, 2, 1))
        order.sudo()._as_step().state = "cancelled"
        # it is due again, and takes the place with that, until nobody wants it
        self.assertFalse(monthly._generate(date(2027, 2, 2)))
        yearly.active = False
        self.assertTrue(monthly._generate(date(2027, 2, 2)))

    # -- when, and by whom ---------------------------------------------------

    def test_nobody_has_it_before_the_day_before(self):
        """Who is on duty weeks later is not known, and it is no work of today."""
        self.make_rule()
        with freeze_time("2027-01-05 18:00:00"):
            plan = self.make_plan("2027-01-15")
            order = plan._generate(date(2027, 1, 15))
            self.assertEqual(order.state, "reported")
            self.env["maintenance.request"]._cron_dispatch()
            self.assertEqual(order.state, "reported")
            self.assertFalse(order.activity_ids)
        with freeze_time("2027-01-14 18:00:00"):
            self.make_duty(self.colleague.employee_id, start=2, stop=20)
            self.env["maintenance.request"]._cron_dispatch()
            self.assertEqual(order.user_id, self.colleague)

    def test_promised_times_run_from_the_planned_day(self):
        with freeze_time("2027-01-05 18:00:00"):
            order = self.make_plan("2027-01-15")._generate(date(2027, 1, 15))
            clocks = order.sudo().sla_clock_ids
            self.assertEqual(len(clocks), 3)
            self.assertEqual(set(clocks.mapped("started")), {order.appointment})
        with freeze_time("2027-01-14 18:00:00"):
            self.assertFalse(any(clocks.mapped("is_overdue")))

    def test_begins_with_the_working_day(self):
        """By the calendar of the estate; on a day off by eight, or on the next day."""
        calendar, tz = self.estate._working_calendar()
        zone = pytz.timezone(tz)
        friday, saturday = date(2027, 1, 15), date(2027, 1, 16)
        plan = self.make_plan(friday)
        begins = pytz.utc.localize(plan._moment_on(friday)).astimezone(zone)
        self.assertEqual(
            (begins.date(), begins.hour),
            (friday, min(calendar.attendance_ids.mapped("hour_from"))),
        )
        begins = pytz.utc.localize(plan._moment_on(saturday)).astimezone(zone)
        self.assertEqual((begins.date(), begins.hour), (saturday, 8))
        moved = self.make_plan(saturday, schedule_shift="next")
        begins = pytz.utc.localize(moved._moment_on(saturday)).astimezone(zone)
        self.assertEqual(begins.date(), date(2027, 1, 18))

    def test_by_counter_or_calendar_whichever_is_first(self):
        plan = self.make_plan("2099-01-01", meter_kind="hours", meter_every=500)
        now = fields.Datetime.now()
        for days, value in ((30, 1000), (1, 1499)):
            self.env["pm.equipment.reading"].create(
                {
                    "equipment_id": self.machine.id,
                    "at": now - timedelta(days=days),
                    "value": value,
                }
            )
        self.assertFalse(plan._generate())
        self.env["pm.equipment.reading"].create(
            {"equipment_id": self.machine.id, "at": now, "value": 1500}
        )
        order = plan._generate()
        self.assertEqual(order.planned_day, fields.Date.today())
        self.assertFalse(plan._generate())

    def test_machine_not_in_use(self):
        plan = self.make_plan(fields.Date.today())
        self.machine.action_idle()
        self.assertFalse(plan._generate())
        self.machine.action_run()
        self.assertTrue(plan._generate())

    def test_template(self):
        template = self.env.ref("pm_maintenance.pm_maintenance_plan_template_tank")
        plans = template._apply(self.machine, self.estate, date(2027, 1, 1))
        self.assertEqual(len(plans), 2)
        self.assertEqual(plans[0].schedule_every, 6)
        self.assertTrue(plans[0].is_statutory)
        self.assertFalse(template._apply(self.machine, self.estate))

    def template(self, name):
        return self.env.ref(f"pm_maintenance.pm_maintenance_plan_template_{name}")

    def test_dangerous_services_are_shipped_with_a_permit(self):
        """Whoever enters a tank, or works at height, begins with a permit."""
        wanted = {
            "tank": "confined",
            "tank_quarterly": "confined",
            "pits": "confined",
            "gutter": "height",
            "facade": "height",
            "high_lamps": "height",
        }
        for name, permit in wanted.items():
            template = self.template(name)
            self.assertEqual(template.permit, permit, name)
            (plan,) = template._apply(places=self.estate, start=fields.Date.today())
            self.assertEqual(plan.permit, permit, name)
            self.assertEqual(plan._generate().permit_needed, permit, name)
        for name in ("tank", "pits", "facade", "high_lamps"):
            self.assertTrue(self.template(name).item_ids, name)

    def test_templates_of_before_learn_that_a_permit_is_needed(self):
        """And their plans; what the company chose itself stays."""
        water = self.env.ref("pm_maintenance.pm_fault_category_water")
        confined = self.env.ref("pm_maintenance.pm_fault_category_water_confined")
        civil = self.env.ref("pm_maintenance.pm_fault_category_civil_damp")
        self.template("tank").fault_category_id = water
        self.template("gutter").fault_category_id = civil
        old = self.template("tank")._apply(places=self.estate)
        own = self.template("tank")._apply(places=self.building)
        own.fault_category_id = civil
        path = file_path("pm_maintenance/migrations/19.0.1.3.0/post-permits.py")
        load_script(path, "post_permits").migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(self.template("tank").fault_category_id, confined)
        self.assertEqual(self.template("gutter").fault_category_id, civil)
        self.assertEqual((old.permit, own.fault_category_id), ("confined", civil))
        self.assertIn("begins with a permit", old.message_ids[0].body)

    def test_contractor_of_the_contract(self):
        supplier = self.make_partner("Lift Co")
        contract = self.make_contract(
            self.estate, kind="supplier", partner_id=supplier.id
        )
        plan = self.make_plan(fields.Date.today(), contract_id=contract.id)
        contract.sudo()._as_step().state = "active"
        self.make_rule()
        order = plan._generate()
        self.assertEqual((order.supplier_id, order.state), (supplier, "dispatched"))
        self.assertFalse(order.user_id)

    def test_bad_plan_stops_no_other(self):
        good = self.make_plan(fields.Date.today())
        bad = self.make_plan(fields.Date.today())
        calendar = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": []}
        )
        calendar.attendance_ids.unlink()
        self.estate.resource_calendar_id = calendar
        bad.schedule_shift = "next"
        with self.enter_registry_test_mode(), mute_logger(CRON_LOGGER):
            self.env.ref("pm_maintenance.ir_cron_generate").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(good.order_ids)
        self.assertTrue(bad.activity_ids)

    # -- cancelled, early, and new counters ----------------------------------

    def cancel(self, order, **vals):
        order.sudo()._as_step().write({"state": "cancelled", **vals})

    def test_a_cancelled_one_is_due_again(self):
        plan = self.make_plan("2027-01-31", "year", is_statutory=True)
        self.cancel(plan._generate(date(2027, 2, 1)))
        self.assertEqual(plan.day_to_come, date(2027, 1, 31))
        with freeze_time("2027-02-03 04:00:00"):
            plan.invalidate_recordset()
            self.assertTrue(plan.is_overdue)
            self.assertTrue(self.machine.is_forbidden)
            again = plan._generate()
        self.assertEqual(again.planned_day, date(2027, 1, 31))
        self.assertFalse(plan._generate(date(2027, 2, 1)))

    def test_a_cancelled_one_does_not_stop_what_counts_from_done(self):
        plan = self.make_plan("2027-01-01", "day", 15, counts_from="done")
        self.finish(plan._generate(date(2027, 1, 1)), "2027-01-01")
        self.cancel(plan._generate(date(2027, 1, 16)))
        self.assertEqual(plan.day_to_come, date(2027, 1, 16))
        again = plan._generate(date(2027, 1, 16))
        self.assertEqual(again.planned_day, date(2027, 1, 16))

    def test_merged_it_stands_for_the_other(self):
        plan = self.make_plan("2027-01-01", "day", 15, counts_from="done")
        self.finish(plan._generate(date(2027, 1, 1)), "2027-01-01")
        other = self.make_order(property_id=self.building.id)
        self.cancel(plan._generate(date(2027, 1, 16)), duplicate_of_id=other.id)
        self.assertFalse(plan._generate(date(2027, 1, 20)))
        self.finish(other, "2027-01-17")
        following = plan._generate(date(2027, 2, 1))
        self.assertEqual(following.planned_day, date(2027, 2, 1))

    def test_done_early_it_goes_on(self):
        plan = self.make_plan("2026-12-01", "week", counts_from="done")
        self.finish(plan._generate(date(2026, 12, 1)), "2026-11-24")
        self.assertEqual(plan.day_to_come, date(2026, 12, 1))
        following = plan._generate(date(2026, 12, 1))
        self.assertEqual(following.planned_day, date(2026, 12, 1))

    # pylint: disable-next=method-required-super
    def read(self, days, value, **vals):
        return self.env["pm.equipment.reading"].create(
            {
                "equipment_id": self.machine.id,
                "at": fields.Datetime.now() - timedelta(days=days),
                "value": value,
                **vals,
            }
        )

    def test_done_before_the_first_reading(self):
        today = fields.Date.today()
        done = fields.Datetime.now() - timedelta(days=9)
        plan = self.make_plan("2099-01-01", meter_kind="hours", meter_every=500)
        self.read(3, 8000)
        self.assertFalse(plan._meter_day(today, done, None))
        self.read(1, 8500)
        self.assertEqual(plan._meter_day(today, done, None), today)

    def test_a_new_counter_goes_on(self):
        today = fields.Date.today()
        plan = self.make_plan("2099-01-01", meter_kind="hours", meter_every=500)
        self.read(5, 8000)
        self.read(4, 8300)
        self.read(3, 10, is_new_counter=True)
        self.assertFalse(plan._meter_day(today, None, None))
        self.read(2, 200)
        self.assertEqual(plan._meter_day(today, None, None), today)

    def test_longer_templates_include_shorter_ones(self):
        name = "pm_maintenance.pm_maintenance_plan_template_lift_"
        upkeep, quarter = (self.env.ref(name + one) for one in ("upkeep", "quarter"))
        longer = quarter._apply(self.machine)
        shorter = upkeep._apply(self.machine)
        self.assertEqual(longer.includes_ids, shorter)
        self.assertEqual((longer.schedule_unit, longer.schedule_every), ("month", 3))
