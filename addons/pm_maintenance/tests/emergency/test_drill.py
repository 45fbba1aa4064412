"""Drills: nothing leaves the house, they are planned, scored and recorded."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .emergency_common import EmergencyCase


@tagged("post_install", "-at_install")
class TestDrill(EmergencyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["pm.emergency.drill.template"].create(
            {"name": "Twice a year", "type_id": cls.type.id, "schedule_every": 6}
        )
        cls.drill_plan = cls.template.with_user(cls.manager)._apply(
            cls.estate, fields.Date.today() - timedelta(days=5)
        )
        cls.drill = cls.drill_plan._generate()

    def start(self):
        action = self.drill.with_user(self.manager).action_start()
        return self.env["pm.emergency"].browse(action["params"]["emergency_id"])

    def counts(self):
        models = ("sms.sms", "mail.mail", "pm.notice", "maintenance.request")
        return {
            model: self.env[model].search_count([]) for model in (*models, "mail.push")
        }

    def test_nothing_leaves_the_house(self):
        before = self.counts()
        emergency = self.start()
        self.assertTrue(emergency.is_drill)
        self.assertIn("[DRILL]", emergency.display_name)
        self.look_after()
        for call in emergency.call_ids.filtered("deadline"):
            call._as_step().deadline -= timedelta(minutes=5)
        self.look_after()
        with self.assertRaisesRegex(Exception, "This is a drill"):
            emergency.agency_ids.with_user(self.guard.user_id).action_called()
        emergency.with_user(self.manager).action_end()
        self.assertEqual(self.counts(), before)
        self.assertEqual(set(emergency.call_ids.message_ids.mapped("channel")), {"app"})
        activity = emergency.activity_ids.filtered(
            lambda one: one.user_id == self.guard.user_id
        )
        self.assertFalse(activity)
        made = emergency.log_ids.filtered(lambda line: line.kind == "measure")
        self.assertEqual(len(made), 2)
        self.assertTrue(all("Drill: not made" in line.text for line in made))

    def test_its_texts_are_marked(self):
        emergency = self.start()
        activity = emergency.activity_ids.filtered(
            lambda one: one.user_id == self.guard.user_id
        )
        self.assertIn("[DRILL]", activity.summary)

    def test_an_emergency_and_a_drill_are_two(self):
        drill = self.start()
        emergency = self.activate(place=self.estate)
        self.assertNotEqual(emergency, drill)
        self.assertFalse(emergency.is_drill)

    def test_planned_at_the_interval_and_never_twice(self):
        self.assertEqual(self.drill.planned_day, self.drill_plan.schedule_start)
        self.assertFalse(self.drill_plan._generate())
        until = self.drill_plan.schedule_start + timedelta(days=400)
        more = self.drill_plan._generate(until)
        self.assertEqual(len(more), 2)
        self.assertFalse(self.drill_plan._generate(until))
        # the same template is applied once
        self.assertFalse(self.template._apply(self.estate))

    def test_overdue_drills_are_listed(self):
        self.assertTrue(self.drill.is_overdue)
        overdue = self.env["pm.emergency.drill"].search([("is_overdue", "=", True)])
        self.assertIn(self.drill, overdue)
        self.start()
        self.assertFalse(self.drill.is_overdue)

    def test_left_out_with_a_reason(self):
        drill = self.drill.with_user(self.manager)
        with self.assertRaisesRegex(Exception, "why"):
            drill.action_cancel()
        drill.reason = "The hall is being rebuilt"
        drill.action_cancel()
        self.assertEqual(drill.state, "cancelled")
        self.check_stands(reason="No time")

    def check_stands(self, **vals):
        """What was said of the drill is not said anew, by whoever leads drills."""
        dispatcher = self.make_user(
            "em_dispatcher", "pm_maintenance.group_pm_dispatcher", self.estate
        )
        for user in (self.manager, dispatcher):
            for name, value in vals.items():
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRefused(AccessError, "send a message about it"),
                ):
                    self.drill.with_user(user).write({name: value})

    def test_guards_do_not_start_drills(self):
        with self.assertRaises(AccessError):
            self.drill.with_user(self.guard.user_id).action_start()

    def test_closing_scores_it_and_records_who_took_part(self):
        emergency = self.start()
        emergency.call_ids[:2].with_user(self.manager).action_answer()
        emergency.step_ids[0].with_user(self.guard.user_id).action_tick()
        emergency.with_user(self.manager).action_end()
        emergency.with_user(self.manager).write(
            {
                "went_well": "Quick.",
                "resident_count": 30,
                "action_ids": [
                    Command.create(
                        {
                            "name": "Drill the second step",
                            "user_id": self.manager.id,
                            "date_due": fields.Date.today(),
                        }
                    )
                ],
            }
        )
        emergency.with_user(self.manager).action_close()
        self.check_stands(day="2031-01-01", reason="x", scenario="It burned less")
        self.assertEqual(emergency.score, 50)
        self.assertEqual(self.drill.state, "held")
        session = emergency.session_id
        self.assertEqual(session.state, "held")
        self.assertEqual(session.drill_people, 32)
        self.assertEqual(session.attendance_ids.employee_id, emergency.participant_ids)
        self.assertEqual(self.drill_plan.last_held, self.drill.planned_day)
