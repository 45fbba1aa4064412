from collections import Counter
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..common import OrderCase


class TestDispatch(OrderCase):
    def test_only_who_is_on_duty(self):
        self.make_rule()
        off = self.make_technician("pm_off", on_duty=False)
        orders = self.env["maintenance.request"].browse(
            [self.make_order().id for _number in range(9)]
        )
        orders.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(set(orders.mapped("state")), {"dispatched"})
        self.assertNotIn(off, orders.user_id)
        self.assertEqual(
            sorted(Counter(order.user_id for order in orders).values()), [4, 5]
        )

    def test_nobody_is_told_in_silence(self):
        self.env["pm.duty"].search([]).action_cancel()
        self.make_rule()
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(order.state, "reported")
        self.assertIn(self.dispatcher, order.activity_ids.user_id)
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(len(order.activity_ids), 1)
        # a scheduled job speaks another language than who pressed the button
        order.with_context(lang="zh_CN")._dispatch_by_rules()
        self.assertEqual(len(order.activity_ids), 1)

    def test_without_any_rule(self):
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(order.state, "reported")
        self.assertTrue(order.activity_ids)

    def test_many_orders_are_spread(self):
        for number in range(8):
            self.make_technician(f"pm_more_{number}")
        self.make_rule(max_open=0)
        orders = self.env["maintenance.request"].create(
            [
                {"name": f"Order {number}", "property_id": self.unit.id}
                for number in range(100)
            ]
        )
        orders.with_user(self.dispatcher).action_dispatch()
        loads = Counter(order.user_id.id for order in orders)
        self.assertEqual(set(loads.values()), {10})

    def test_who_is_quick_does_not_get_all(self):
        """Work that comes one by one, each finished before the next."""
        for begins, mode in ((0, "person"), (10, "turn")):
            rule = self.make_rule(mode=mode)
            got = []
            for minute in range(begins, begins + 4):
                with freeze_time(fields.Datetime.now() + timedelta(minutes=minute)):
                    order = self.make_order()
                    order.with_user(self.dispatcher).action_dispatch()
                    got.append(order.user_id)
                    mine = order.with_user(order.user_id)
                    mine.action_accept()
                    mine.action_done()
            with self.subTest(mode=mode):
                self.assertEqual(set(got), {self.technician, self.colleague})
                self.assertEqual(got[:2], got[2:])
            rule.active = False

    def test_who_gave_it_back_is_not_asked_again(self):
        self.make_rule()
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        first = order.user_id
        order.with_user(first).action_accept()
        order.with_user(first).action_refuse("No ladder")
        self.assertFalse(order.accepted_at)
        orders = self.env["maintenance.request"]
        orders._cron_dispatch()
        second = order.user_id
        self.assertEqual(second, (self.technician | self.colleague) - first)
        order.with_user(second).action_refuse("No ladder either")
        orders._cron_dispatch()
        self.assertFalse(order.user_id)

    def test_most_open_orders(self):
        self.make_rule(max_open=1)
        orders = self.env["maintenance.request"].browse(
            [self.make_order().id for _number in range(3)]
        )
        orders.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(
            sorted(order.state for order in orders),
            ["dispatched", "dispatched", "reported"],
        )

    def test_certificate(self):
        skill = self.env.ref("pm_core.hr_skill_guard_card")
        self.category.skill_id = skill
        self.make_rule()
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(order.state, "reported")
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.colleague.employee_id.id,
                "skill_id": skill.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_level_id": skill.skill_type_id.skill_level_ids[:1].id,
                "valid_from": fields.Date.today() - timedelta(days=5),
                "valid_to": fields.Date.today() + timedelta(days=5),
            }
        )
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual(order.user_id, self.colleague)

    def test_rule_fits(self):
        rule = self.make_rule(
            urgency="urgent",
            category_ids=[Command.link(self.category.id)],
            estate_ids=[Command.link(self.estate.id)],
            domain="[('payer', '=', 'private')]",
        )
        part = self.env["pm.fault.category"].create(
            {"name": "Part", "parent_id": self.category.id}
        )
        moment = fields.Datetime.now()
        fitting = self.make_order(fault_category_id=part.id, urgency="danger")
        self.assertTrue(rule._fits(fitting, moment))
        for vals in (
            {"urgency": "ordinary"},
            {"urgency": "urgent", "fault_category_id": False},
            {"urgency": "urgent", "property_id": self.estate.id},
        ):
            self.assertFalse(rule._fits(self.make_order(**vals), moment), vals)

    def test_hours_by_the_clock_of_the_estate(self):
        rule = self.make_rule(hour_from=22, hour_to=6)
        self.assertTrue(rule._has_hour("2026-11-01 15:00:00", "Asia/Shanghai"))
        self.assertFalse(rule._has_hour("2026-11-01 15:00:00", "UTC"))
        self.assertTrue(rule._has_hour("2026-11-01 21:59:00", "Asia/Shanghai"))
        self.assertFalse(rule._has_hour("2026-11-01 22:00:00", "Asia/Shanghai"))

    def test_pool_has_one_winner(self):
        self.make_rule(mode="pool")
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        self.assertTrue(order.is_pool)
        outsider = self.make_technician(
            "pm_outsider", team=self.env["maintenance.team"].create({"name": "Other"})
        )
        with self.assertRefused(AccessError, "you are not in it"):
            order.with_user(outsider).action_grab()
        order.with_user(self.technician).action_grab()
        self.assertEqual(order.user_id, self.technician)
        with self.assertRefused(UserError, "taken already"):
            order.with_user(self.colleague).action_grab()

    def test_who_is_named_by_hand_is_looked_at(self):
        """A dispatcher may send somebody who is off duty, and is told so before."""
        off = self.make_technician("pm_off", on_duty=False)
        order = self.make_order().with_user(self.dispatcher)
        for who, words in ((off, "not on duty"), (self.technician, None)):
            order.user_id = who
            self.assertEqual(
                words in order.who_warning if words else False, bool(words)
            )
        self.assertFalse(order.who_warning)
        self.category.skill_id = self.env.ref("pm_core.hr_skill_guard_card")
        order.invalidate_recordset(["who_warning"])
        self.assertIn("certificate", order.who_warning)
        order.user_id = off
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_nobody_takes_it(self):
        """The more urgent it is, the sooner the dispatcher hears of it."""
        self.make_rule(mode="pool")
        orders = self.env["maintenance.request"]
        cron = self.env.ref("pm_maintenance.ir_cron_dispatch")
        for urgency, minutes in (("danger", 3), ("urgent", 10), ("ordinary", 30)):
            order = self.make_order(urgency=urgency)
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            order.with_user(self.dispatcher).action_dispatch()
            # an urging customer does not put it off
            order.with_user(self.service).action_urge()
            told = order.activity_ids
            for passed, tells in ((minutes - 1, False), (minutes + 1, True)):
                with freeze_time(fields.Datetime.now() + timedelta(minutes=passed)):
                    orders._cron_dispatch()
                new = order.activity_ids - told
                with self.subTest(urgency=urgency, passed=passed):
                    self.assertEqual(new.user_id == self.dispatcher, tells)
            made = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self.assertEqual(bool(made - triggers), urgency != "ordinary")
            order.with_user(self.technician).action_grab()

    def test_somebody_is_told_where_nobody_dispatches(self):
        company = self.env["res.company"].create({"name": "Small Company"})
        estate = self.make_estate("Small Garden", company_id=company.id)
        system = self.make_user("pm_system", "base.group_system")
        system.write({"company_ids": [Command.set(company.ids)], "company_id": company})
        order = self.env["maintenance.request"]._report(estate, "Smoke")
        self.assertEqual(order.state, "reported")
        self.assertIn(system, order.activity_ids.user_id)
        head = self.make_user("pm_head", "pm_core.group_pm_company_manager")
        head.write({"company_ids": [Command.set(company.ids)], "company_id": company})
        order = self.env["maintenance.request"]._report(estate, "Smoke")
        self.assertEqual(order.activity_ids.user_id, head)

    def test_contractor_only_while_the_contract_holds(self):
        supplier = self.make_partner("Lift Co")
        contract = self.make_contract(
            self.estate, kind="supplier", partner_id=supplier.id
        )
        self.make_rule(mode="supplier", team_id=False, contract_id=contract.id)
        order = self.make_order()
        order.with_user(self.dispatcher).action_dispatch()
        self.assertFalse(order.supplier_id)
        contract.sudo()._as_step().state = "active"
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual((order.state, order.supplier_id), ("dispatched", supplier))

    def test_by_hand(self):
        order = self.make_order(user_id=self.colleague.id)
        order.with_user(self.dispatcher).action_dispatch()
        self.assertEqual((order.state, order.user_id), ("dispatched", self.colleague))

    def test_cron_finds_who_came_later(self):
        self.env["pm.duty"].search([]).action_cancel()
        self.make_rule()
        order = self.make_order()
        order._dispatch_by_rules()
        self.assertEqual(order.state, "reported")
        self.make_duty(self.technician.employee_id)
        self.env["maintenance.request"]._cron_dispatch()
        self.assertEqual(order.user_id, self.technician)
