"""Duties of contracts: when they fall due, what counts as met, who is told."""

import base64
from datetime import date

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER, PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15 04:00:00")
class TestObligation(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pm.contract.obligation.template"].search([]).active = False
        cls.estate.tz = "Asia/Shanghai"
        cls.env.ref("pm_core.contract_kind_owners").obligation_months = 6
        cls.service = cls.make_user(
            "pm_duty_service", "pm_core.group_pm_service", cls.estate
        )
        cls.contract = cls.make_contract(
            cls.estate,
            kind="owners",
            partner_id=cls.owner.id,
            date_from="2026-01-01",
            date_to="2028-12-31",
        )
        cls.activate(cls.contract)

    def duty(self, start="2026-11-30", unit="month", contract=None, **vals):
        return self.env["pm.contract.obligation"].create(
            {
                "contract_id": (contract or self.contract).id,
                "name": "Report",
                "schedule_start": start,
                "schedule_unit": unit,
                "user_id": self.service.id,
                **vals,
            }
        )

    def days(self, duty):
        return [str(event.date_planned) for event in duty.event_ids.sorted("date_due")]

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_contract_obligation").method_direct_trigger()
        self.env.invalidate_all()

    # due days

    def test_due_days_are_planned_ahead_and_do_not_drift(self):
        duty = self.duty("2026-08-31", tracked_from="2026-08-01")
        self.assertEqual(
            self.days(duty),
            [
                "2026-08-31",
                "2026-09-30",
                "2026-10-31",
                "2026-11-30",
                "2026-12-31",
                "2027-01-31",
                "2027-02-28",
                "2027-03-31",
                "2027-04-30",
            ],
        )

    def test_what_was_due_before_it_was_followed_up_is_left_out(self):
        self.assertEqual(self.days(self.duty("2020-01-20"))[0], "2026-11-20")

    def test_planning_again_makes_nothing_twice(self):
        duty = self.duty()
        before = duty.event_ids
        duty._plan()
        self.run_cron()
        self.run_cron()
        self.assertEqual(duty.event_ids, before)
        with freeze_time("2026-12-20"):
            self.run_cron()
        self.assertEqual(len(duty.event_ids), len(before) + 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_one_event_a_day(self):
        duty = self.duty()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            duty.event_ids[:1].copy()
            self.env.flush_all()

    def test_once(self):
        self.assertEqual(self.days(self.duty("2027-01-10", False)), ["2027-01-10"])

    def test_nothing_is_due_before_the_contract_is_in_force_or_after_its_end(self):
        draft = self.make_contract(
            self.estate, kind="tenant", partner_id=self.owner.id, date_to="2027-01-31"
        )
        duty = self.duty(contract=draft)
        self.assertFalse(duty.event_ids)
        self.activate(draft)
        self.assertEqual(self.days(duty), ["2026-11-30", "2026-12-30", "2027-01-30"])
        self.end(draft)
        self.assertFalse(duty.event_ids)

    def test_another_end_moves_the_horizon(self):
        duty = self.duty()
        self.contract.write({"date_to": "2026-12-31"})
        self.assertEqual(self.days(duty), ["2026-11-30", "2026-12-30"])
        self.contract.write({"date_to": "2029-12-31"})
        self.assertEqual(len(duty.event_ids), 6)

    def test_another_schedule_keeps_what_was_due(self):
        duty = self.duty("2026-10-31", tracked_from="2026-10-01")
        with freeze_time("2026-11-15"):
            duty.schedule_start = "2026-12-05"
        self.assertEqual(
            self.days(duty),
            [
                "2026-10-31",
                "2026-12-05",
                "2027-01-05",
                "2027-02-05",
                "2027-03-05",
                "2027-04-05",
                "2027-05-05",
            ],
        )
        duty.active = False
        self.assertEqual(self.days(duty), ["2026-10-31"])

    def test_a_day_off_moves_the_due_day_only(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Weekdays", "tz": "Asia/Shanghai", "company_id": False}
        )
        self.estate.resource_calendar_id = calendar
        # 28 November 2026 is a Saturday
        duty = self.duty("2026-11-28", False, schedule_shift="next")
        self.assertRecordValues(
            duty.event_ids,
            [{"date_planned": date(2026, 11, 28), "date_due": date(2026, 11, 30)}],
        )

    # met, late, breached

    def test_met_and_late(self):
        duty = self.duty("2026-11-14", tracked_from="2026-11-01")
        late, early = duty.event_ids.sorted("date_due")[:2]
        (late | early).with_user(self.service).action_mark_met()
        self.assertRecordValues(
            late | early,
            [
                {"state": "late", "date_met": date(2026, 11, 15)},
                {"state": "met", "date_met": date(2026, 11, 15)},
            ],
        )
        self.assertEqual(early.met_by_id, self.service)
        with self.assertRefused(UserError, "closed already"):
            early.action_mark_met()

    def test_noted_later_than_met(self):
        event = self.duty("2026-11-14", tracked_from="2026-11-01").event_ids[0]
        event.date_met = "2026-11-13"
        self.assertEqual(event.state, "met")

    def test_it_is_not_met_tomorrow(self):
        event = self.duty().event_ids[0]
        with self.assertRefused(ValidationError, "lies ahead"):
            event.date_met = "2026-11-16"

    def test_evidence(self):
        duty = self.duty(evidence_required=True, evidence_note="the test report")
        event = duty.event_ids[0].with_user(self.service)
        with self.assertRefused(ValidationError, "attach the test report"):
            event.action_mark_met()
        event.attachment_ids = [
            Command.create({"name": "r.txt", "datas": base64.b64encode(b"ok")})
        ]
        event.action_mark_met()
        self.assertEqual(event.state, "met")
        self.assertEqual(event.attachment_ids.sudo().res_id, event.id)
        with self.assertRefused(ValidationError, "attach the test report"):
            event.attachment_ids = [Command.clear()]

    def test_breached_after_the_grace_of_the_estate_s_day(self):
        duty = self.duty("2026-11-20", grace_days=3)
        event = duty.event_ids.sorted("date_due")[0]
        for moment, state, overdue in [
            ("2026-11-20 04:00:00", "pending", False),
            ("2026-11-21 04:00:00", "pending", True),
            # the 23rd is over in Shanghai eight hours before London
            ("2026-11-23 15:59:00", "pending", True),
            ("2026-11-23 16:01:00", "breached", True),
        ]:
            with self.subTest(moment=moment), freeze_time(moment):
                self.run_cron()
                self.assertEqual(event.state, state)
                event = event.with_context(tz="Asia/Shanghai")
                self.assertEqual(event.is_overdue, overdue)
                found = event.search([("is_overdue", "=", True)])
                self.assertEqual(event in found, overdue)
        with freeze_time("2026-11-25"):
            self.run_cron()
            breach = self.env.ref("pm_core.mail_activity_obligation_breached")
            told = event.activity_ids.filtered(
                lambda activity: activity.activity_type_id == breach
            )
            self.assertEqual(len(told), 1)
            event.action_mark_met()
        self.assertEqual(event.state, "late")
        self.assertEqual(str(event.breached_on), "2026-11-24")

    def test_reminded_once(self):
        event = self.duty("2026-11-25", remind_days=7).event_ids.sorted("date_due")[0]
        self.run_cron()
        self.assertFalse(event.activity_ids)
        with freeze_time("2026-11-18 04:00:00"):
            self.run_cron()
            self.run_cron()
        self.assertRecordValues(
            event.activity_ids,
            [{"user_id": self.service.id, "date_deadline": date(2026, 11, 25)}],
        )
        with freeze_time("2026-11-19 04:00:00"):
            self.run_cron()
            self.assertEqual(len(event.activity_ids), 1)
            event.action_mark_met()
        self.assertFalse(event.activity_ids)

    def test_a_due_day_that_is_put_off(self):
        manager = self.make_user(
            "pm_duty_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        event = self.duty("2026-11-14", tracked_from="2026-11-01").event_ids[0]
        self.run_cron()
        self.assertEqual(event.state, "breached")
        with self.assertRefused(UserError, "Ask an estate manager"):
            event.with_user(self.service).date_due = "2026-12-20"
        event.with_user(manager).date_due = "2026-12-20"
        self.assertEqual(event.state, "pending")
        self.assertFalse(event.activity_ids)
        with freeze_time("2026-12-14 04:00:00"):
            self.run_cron()
            self.assertEqual(event.activity_ids.mapped("summary"), ["Report"])
            event.with_user(self.service).action_mark_met()
            self.assertEqual(event.state, "met")
            with self.assertRefused(UserError, "Ask an estate manager"):
                event.with_user(self.service).date_met = False

    def test_who_saw_to_it_is_kept(self):
        """Also of one that is planned and met in one step."""
        event = self.duty("2026-11-14", tracked_from="2026-11-01").event_ids[0]
        event.date_met = "2026-11-14"
        self.env.flush_all()
        self.assertEqual(event.user_id, self.service)
        event.obligation_id.user_id = self.env.user
        self.assertEqual(event.user_id, self.service)

    def test_the_calendar_leaves_the_day_out(self):
        event = self.duty("2026-11-30").event_ids.sorted("date_due")[0]
        self.assertEqual(event.display_name, "Report 11/30/2026")
        self.assertEqual(event.with_context(pm_no_day=True).display_name, "Report")

    def test_waived(self):
        manager = self.make_user(
            "pm_duty_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        event = self.duty("2026-11-14", tracked_from="2026-11-01").event_ids[0]
        with self.assertRefused(UserError, "Ask an estate manager"):
            event.with_user(self.service).action_waive()
        with self.assertRefused(UserError, "Reason to Waive"):
            event.with_user(manager).action_waive()
        event.with_user(manager).waived_reason = "Put off"
        event.with_user(manager).action_waive()
        self.assertEqual(event.state, "waived")
        self.assertEqual(self.contract.obligation_due_count, 0)
        event.with_user(manager).action_reopen()
        self.assertEqual(event.state, "pending")

    def test_a_duty_that_was_due_stays_on_file(self):
        duty = self.duty("2026-11-14", tracked_from="2026-11-01")
        duty.event_ids[0].action_mark_met()
        with self.assertRefused(UserError, "Archive it instead"):
            duty.unlink()
        self.duty("2027-01-01").unlink()

    def test_one_bad_duty_does_not_stop_the_others(self):
        other = self.make_contract(self.estate, kind="tenant", partner_id=self.owner.id)
        self.activate(other)
        good = self.duty("2026-12-01", contract=other)
        bad = self.duty("2026-12-01")
        calendar = self.env["resource.calendar"].create(
            {"name": "Closed", "attendance_ids": [], "company_id": False}
        )
        calendar.attendance_ids.unlink()
        self.env.cr.execute(
            "UPDATE pm_contract_obligation SET schedule_shift = 'next' WHERE id = %s",
            [bad.id],
        )
        self.estate.resource_calendar_id = calendar
        self.env.invalidate_all()
        with (
            freeze_time("2026-12-20"),
            mute_logger(CRON_LOGGER),
        ):
            self.run_cron()
            self.run_cron()
        self.assertEqual(len(good.event_ids), 7)
        warning = self.env.ref("mail.mail_activity_data_warning")
        self.assertEqual(self.contract.activity_ids.activity_type_id, warning)

    # figures

    def test_fulfilment_rate(self):
        duty = self.duty(
            "2026-11-10", "day", schedule_until="2026-11-16", tracked_from="2026-11-10"
        )
        events = duty.event_ids.sorted("date_due")
        self.assertEqual(len(events), 7)
        # due so far: the 10th to the 14th
        events[0].date_met = "2026-11-10"
        events[1].date_met = "2026-11-10"
        events[2].date_met = "2026-11-14"
        events[3].breached_on = "2026-11-14"
        self.assertRecordValues(
            self.contract,
            [
                {
                    "obligation_due_count": 5,
                    "obligation_rate": 2 / 5,
                    "obligation_overdue_count": 2,
                }
            ],
        )
        # what is met ahead of time counts
        events[6].date_met = "2026-11-15"
        self.assertEqual(self.contract.obligation_rate, 3 / 6)

    def test_the_rate_of_many_contracts_costs_the_same(self):
        contracts = self.contract
        for _number in range(5):
            contract = self.make_contract(
                self.estate, kind="tenant", partner_id=self.owner.id
            )
            self.activate(contract)
            contracts += contract
            self.duty("2026-11-14", contract=contract, tracked_from="2026-11-01")
        self.env.flush_all()
        for some in (contracts[:1], contracts):
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                some.mapped("obligation_rate")

    # templates

    def test_contracts_take_the_duties_of_their_kind(self):
        templates = self.env["pm.contract.obligation.template"]
        kinds = {
            kind: self.env.ref(f"pm_core.contract_kind_{kind}")
            for kind in ("owners", "tenant")
        }
        everywhere = templates.create({"name": "Everywhere", "unit": "year"})
        templates.create(
            {"name": "Owners", "kind_ids": [Command.set(kinds["owners"].ids)]}
        )
        templates.create({"name": "Trust", "fee_basis": "commission"})
        tenant = self.make_contract(
            self.estate,
            kind="tenant",
            partner_id=self.owner.id,
            fee_basis="commission",
            date_from="2026-11-01",
        )
        everywhere.write({"first_months": 1, "first_days": 15})
        self.activate(tenant)
        self.assertEqual(tenant.obligation_ids.mapped("name"), ["Everywhere", "Trust"])
        duty = tenant.obligation_ids[0]
        self.assertEqual(str(duty.schedule_start), "2026-12-16")
        self.assertEqual(self.days(duty), ["2026-12-16"])
        # again adds what is missing only
        tenant.obligation_ids[1].unlink()
        tenant.action_take_obligations()
        self.assertEqual(tenant.obligation_ids.mapped("name"), ["Everywhere", "Trust"])

    def test_what_was_chosen_in_the_draft_is_kept(self):
        self.env["pm.contract.obligation.template"].create({"name": "Default"})
        contract = self.make_contract(
            self.estate, kind="tenant", partner_id=self.owner.id
        )
        self.duty(contract=contract)
        self.activate(contract)
        self.assertEqual(contract.obligation_ids.mapped("name"), ["Report"])

    def test_the_defaults_of_a_contract_on_commission(self):
        templates = self.env["pm.contract.obligation.template"].with_context(
            active_test=False
        )
        templates.search([]).active = True
        contract = self.make_contract(
            self.make_estate("Second Garden"),
            kind="owners",
            partner_id=self.owner.id,
            fee_basis="commission",
            date_to="2028-12-31",
        )
        self.activate(contract)
        found = {
            duty.template_id.get_external_id()[duty.template_id.id]
            for duty in contract.obligation_ids
        }
        for name in ("budget", "quarter_report", "audit", "lift", "water_tank"):
            self.assertIn(f"pm_core.obligation_template_{name}", found)
        self.assertNotIn("pm_core.obligation_template_supplier_report", found)
        self.assertTrue(contract.obligation_event_ids)
        self.assertGreaterEqual(
            min(contract.obligation_event_ids.mapped("date_due")),
            fields.Date.today(),
        )
