"""The alarm: who may raise it, what follows from it, and that it is raised once."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestActivation(EmergencyCase):
    def test_one_press_starts_it(self):
        emergency = self.activate()
        self.assertEqual(emergency.state, "running")
        self.assertEqual(emergency.property_id, self.building)
        self.assertEqual(emergency.started_by_id, self.guard.user_id)
        self.assertEqual(emergency.step_ids.mapped("name"), ["Look", "Mend", "Tidy up"])
        self.assertEqual(emergency.step_ids[0].role, "Watch")
        self.assertEqual(emergency.agency_ids.phone, "120")
        self.assertEqual(emergency.log_ids[0].kind, "start")

    def test_it_returns_the_emergency_and_ids_to_a_client(self):
        plan = self.plan.with_user(self.guard.user_id)
        result = plan.action_activate(self.building.id)
        self.assertEqual(result._name, "pm.emergency")
        self.assertEqual(result.env.uid, self.guard.user_id.id)
        self.assertFalse(result.env.su)
        opened = result.action_open_page()
        self.assertEqual(opened["params"]["emergency_id"], result.id)

    def test_the_second_press_joins(self):
        emergency = self.activate()
        again = self.activate(self.engineer.user_id)
        self.assertEqual(again, emergency)
        # within the place, and around it
        self.assertEqual(self.activate(place=self.unit), emergency)
        self.assertEqual(self.activate(place=self.estate), emergency)
        joined = emergency.log_ids.filtered(lambda line: line.kind == "join")
        self.assertEqual(len(joined), 3)
        self.assertEqual(joined[0].user_id, self.engineer.user_id)
        self.assertEqual(len(emergency.call_ids), 3)

    def test_another_place_or_type_is_another_emergency(self):
        first = self.activate()
        other = self.make_building(self.estate, "2")
        self.assertNotEqual(self.activate(place=other), first)
        kind = self.env["pm.emergency.type"].create({"name": "Other trouble"})
        plan = self.make_plan(type_id=kind.id)
        self.assertNotEqual(self.activate(plan=plan), first)

    def test_after_its_end_the_next_alarm_is_a_new_one(self):
        first = self.activate()
        first.with_user(self.guard.user_id).action_end()
        self.assertNotEqual(self.activate(), first)

    def test_the_database_lets_one_run_at_a_place(self):
        first = self.activate()
        again = first._as_step()
        with self.assertRefused(Exception, "running_once|just now|already"):
            again.create(
                {**self.plan._emergency_values(self.building, None, None), "turn": 99}
            )

    def test_orders_and_notices_are_made_once(self):
        emergency = self.activate()
        self.assertEqual(emergency.order_ids.name, "Mend it")
        self.assertEqual(emergency.order_ids.property_id, self.building)
        self.assertEqual(emergency.order_ids.urgency, "danger")
        notice = emergency.pm_notice_ids
        self.assertEqual(notice.state, "published")
        self.assertEqual(notice.property_ids, self.building)
        self.assertIn(self.building.display_name, notice.body)
        self.assertEqual(notice.recipient_ids.partner_id, self.owner)
        emergency.with_user(self.guard.user_id).action_take_measures()
        self.activate(self.engineer.user_id)
        self.assertEqual(len(emergency.order_ids), 1)
        self.assertEqual(len(emergency.pm_notice_ids), 1)

    def test_what_cannot_be_made_stops_nothing(self):
        """A notice that reaches nobody is named in the log; the rest goes on."""
        empty = self.make_building(self.estate, "7")
        emergency = self.activate(place=empty)
        self.assertEqual(len(emergency.order_ids), 1)
        self.assertFalse(emergency.pm_notice_ids)
        problems = emergency.log_ids.filtered(lambda line: line.kind == "problem")
        self.assertIn("reach nobody", problems[0].text)
        self.make_occupancy(self.make_unit(empty, "7-1"), self.make_partner("Newcomer"))
        emergency.with_user(self.guard.user_id).action_take_measures()
        self.assertEqual(emergency.pm_notice_ids.state, "published")
        self.assertEqual(len(emergency.order_ids), 1)

    def test_a_notice_of_a_draft_plan_waits_for_the_manager(self):
        self.plan._as_step().state = "draft"
        emergency = self.activate()
        self.assertEqual(emergency.pm_notice_ids.state, "draft")
        self.assertEqual(emergency.pm_notice_ids.activity_ids.user_id, self.manager)
        self.assertTrue(
            emergency.log_ids.filtered(lambda line: "not approved" in line.text)
        )

    def test_only_staff_raise_an_alarm(self):
        outsider = self.make_user("em_outsider", "base.group_user", self.estate)
        with self.assertRaises(AccessError):
            self.plan.with_user(outsider).action_activate()
        elsewhere = self.make_user(
            "em_elsewhere", "pm_core.group_pm_user", self.make_estate("Elsewhere")
        )
        with self.assertRaises(AccessError):
            self.plan.with_user(elsewhere).action_activate()

    def test_a_place_of_another_estate_is_refused(self):
        away = self.make_estate("Away")
        both = self.make_user("em_both", "pm_core.group_pm_user", self.estate | away)
        with self.assertRaisesRegex(UserError, "Choose the plan of"):
            self.plan.with_user(both).action_activate(away.id)
        with self.assertRaises(AccessError):
            self.plan.with_user(self.guard.user_id).action_activate(away.id)

    def test_a_shared_plan_needs_a_place(self):
        plan = self.make_plan(estate_id=False)
        both = self.make_user(
            "em_two", "pm_core.group_pm_user", self.estate | self.make_estate("Two")
        )
        with self.assertRaisesRegex(UserError, "Choose where"):
            plan.with_user(both).action_activate()
        # who works with one estate has said where
        emergency = plan.with_user(self.guard.user_id).action_activate()
        self.assertEqual(emergency.property_id, self.estate)

    def test_who_is_on_duty_somewhere_has_said_where(self):
        """One press, although the guard works at two estates."""
        two = self.make_estate("Two")
        plan = self.make_plan(estate_id=False)
        guard = self.guard.user_id
        guard.pm_estate_ids = [Command.link(two.id)]
        emergency = plan.with_user(guard).action_activate()
        self.assertEqual(emergency.property_id, self.estate)
        self.assertFalse(emergency.env.su)
        sleeper = self.sleeper.user_id
        sleeper.pm_estate_ids = [Command.link(two.id)]
        with self.assertRefused(UserError, "Choose where"):
            plan.with_user(sleeper).action_activate()

    def test_an_old_version_leads_to_the_one_in_force(self):
        new = self.plan._as_step()._new_version()
        self.plan._as_step().state = "replaced"
        new._as_step().state = "in_force"
        self.assertEqual(self.activate(plan=self.plan).plan_id, new)

    def test_the_dialog_of_the_form(self):
        start = (
            self.env["pm.emergency.start"]
            .with_user(self.guard.user_id)
            .create({"plan_id": self.plan.id, "note": "Smoke"})
        )
        self.assertEqual(start.property_id, self.estate)
        action = start.action_start()
        self.assertEqual(action["tag"], "pm_emergency")
        emergency = self.env["pm.emergency"].browse(action["params"]["emergency_id"])
        self.assertEqual(emergency.note, "Smoke")


@tagged("post_install", "-at_install")
class TestEmergencySteps(EmergencyCase):
    def test_a_step_is_ticked_with_time_and_person(self):
        emergency = self.activate()
        look, mend, tidy = emergency.step_ids
        emergency._as_step().started_at -= timedelta(minutes=7)
        look.with_user(self.engineer.user_id).action_tick()
        self.assertEqual(look.done_by_id, self.engineer.user_id)
        self.assertTrue(look.is_late)
        self.assertAlmostEqual(look.minutes, 7, delta=0.2)
        mend.with_user(self.guard.user_id).action_tick()
        self.assertFalse(mend.is_late)
        at = mend.done_at
        # a second tick, by somebody else, changes nothing
        mend.with_user(self.engineer.user_id).action_tick()
        self.assertEqual((mend.done_by_id, mend.done_at), (self.guard.user_id, at))
        tidy.with_user(self.guard.user_id).action_skip("Nothing to tidy")
        self.assertEqual(tidy.state, "skipped")
        emergency.with_user(self.guard.user_id).action_end()
        self.assertEqual(emergency.score, 50)
        self.assertEqual(emergency.late_count, 1)

    def test_a_tick_is_taken_back_by_who_made_it(self):
        step = self.activate().step_ids[0]
        step.with_user(self.guard.user_id).action_tick()
        with self.assertRaises(AccessError):
            step.with_user(self.engineer.user_id).action_untick()
        step.with_user(self.manager).action_untick()
        self.assertEqual(step.state, "todo")

    def test_agencies_are_called_with_name_and_time(self):
        emergency = self.activate()
        emergency.agency_ids.with_user(self.guard.user_id).action_called("In 8 minutes")
        agency = emergency.agency_ids
        self.assertEqual(agency.called_by_id, self.guard.user_id)
        self.assertLessEqual(agency.called_at, fields.Datetime.now())
        emergency.with_user(self.guard.user_id).action_add_agency("Lift firm", "400")
        self.assertEqual(
            emergency.agency_ids.filtered("called_at"), emergency.agency_ids
        )
        lines = emergency.log_ids.filtered(lambda line: line.kind == "agency")
        self.assertEqual(len(lines), 2)

    def test_the_page_has_it_all_and_costs_the_same(self):
        emergency = self.activate()
        guard = self.guard.user_id
        board = self.env["pm.emergency"].with_user(guard).get_board(emergency.id)
        page = board["emergency"]
        self.assertEqual([row["id"] for row in board["running"]], emergency.ids)
        self.assertEqual(len(page["steps_list"]), 3)
        self.assertEqual(page["my_call"], "told")
        self.assertEqual(page["agencies"][0]["phone"], "120")
        alarms = self.env["pm.emergency"].with_user(guard).get_alarms()
        self.assertEqual([estate["id"] for estate in alarms], self.estate.ids)
        self.assertIn(self.plan.id, [plan["id"] for plan in alarms[0]["plans"]])
        for number in range(2, 6):
            self.activate(place=self.make_building(self.estate, str(number)))
        running = self.env["pm.emergency"].search([("state", "=", "running")])
        self.assertQueriesDoNotGrow(running, lambda some: some._board_rows())

    def test_the_page_of_another_estate_is_refused(self):
        emergency = self.activate()
        elsewhere = self.make_user(
            "em_far", "pm_core.group_pm_user", self.make_estate("Far")
        )
        board = self.env["pm.emergency"].with_user(elsewhere)
        self.assertFalse(board.get_board()["running"])
        with self.assertRaises(AccessError):
            board.get_board(emergency.id)
