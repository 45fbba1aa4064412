"""Training that is due, and who is reminded of it."""

from datetime import date

from odoo.tests import freeze_time, tagged

from .training_common import TrainingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestTrainingDue(TrainingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.env["pm.training.plan"].search([]) - cls.plan).active = False
        # the clock of the database is not the frozen one
        cls.env.cr.execute(
            "UPDATE hr_employee SET create_date = '2026-01-01' WHERE id IN %s",
            [tuple(cls.guards.ids)],
        )
        cls.env.cr.execute(
            "UPDATE pm_training_plan SET create_date = '2026-02-01' WHERE id = %s",
            [cls.plan.id],
        )
        cls.env.invalidate_all()

    def due(self, employee):
        row = self.env["pm.training.hours"].search(
            [("employee_id", "=", employee.id), ("due_date", "!=", False)]
        )
        return row.due_date

    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_pm_training_due").method_direct_trigger()
        self.env.invalidate_all()

    def activities(self, user=None):
        domain = [
            ("res_model", "=", "pm.training.plan"),
            ("res_id", "=", self.plan.id),
        ]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["mail.activity"].search(domain)

    def test_due_dates(self):
        # plan of February, 30 days for who never attended
        self.assertEqual(self.due(self.guards[0]), date(2026, 3, 3))
        self.plan.first_days = 0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.due(self.guards[0]), date(2026, 8, 1))
        session = self.make_session(self.guards[:1], date="2026-08-31")
        session.action_all_present()
        session.action_hold()
        self.env.invalidate_all()
        # six months later, the 31st kept where there is one
        self.assertEqual(self.due(self.guards[0]), date(2027, 2, 28))
        self.plan.interval_months = 0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.due(self.guards[0]))

    def test_supervisor_and_person_are_asked_once(self):
        person = self.give_login(self.guards[0])
        self.remind()
        asked = self.activities(self.manager)
        self.assertEqual(len(asked), 1)
        self.assertEqual(asked.date_deadline, date(2026, 3, 3))
        for guard in self.guards:
            self.assertIn(guard.name, asked.note)
        self.assertEqual(len(self.activities(person)), 1)
        self.assertFalse(self.activities(person).note)
        self.assertEqual(len(self.activities()), 2)
        self.remind()
        self.assertEqual(len(self.activities()), 2)
        # dealt with or thrown away: it does not come back
        self.activities().unlink()
        self.remind()
        self.assertFalse(self.activities())

    def test_superior_before_the_manager(self):
        boss = self.make_employees("Captain", job_id=False)
        captain = self.give_login(boss)
        self.guards.parent_id = boss
        self.remind()
        self.assertEqual(self.activities().user_id, captain)

    def test_who_is_on_a_list_is_not_reminded(self):
        self.make_session(self.guards[:2], date="2026-12-05")
        self.remind()
        self.assertIn("Guard C", self.activities(self.manager).note)
        self.assertNotIn("Guard A", self.activities(self.manager).note)

    def test_notice(self):
        session = self.make_session(date="2026-06-25")
        session.action_all_present()
        session.action_hold()
        self.env.flush_all()
        # due on 25 December, 30 days before
        self.remind()
        self.assertFalse(self.activities())
        with freeze_time("2026-11-25 02:00:00"):
            self.remind()
        self.assertEqual(self.activities(self.manager).date_deadline.day, 25)

    def test_attending_answers_it(self):
        person = self.give_login(self.guards[0])
        self.remind()
        first = self.make_session(self.guards[:2])
        first.action_all_present()
        first.action_hold()
        self.assertFalse(self.activities(person))
        self.assertTrue(self.activities(self.manager))
        rest = self.make_session(self.guards[2], date="2026-11-15")
        rest.action_all_present()
        rest.with_user(self.manager).action_hold()
        self.assertFalse(self.activities())
