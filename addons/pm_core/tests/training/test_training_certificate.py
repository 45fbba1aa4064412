"""Certificates that training gives."""

from datetime import date

from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .training_common import TrainingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestTrainingCertificate(TrainingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env["hr.skill"].create(
            {
                "name": "Fire warden",
                "skill_type_id": cls.guard_card.skill_type_id.id,
                "pm_validity_months": 12,
                "pm_authority": "The company",
            }
        )

    def certificates(self, employee=None):
        return self.env["hr.employee.skill"].search(
            [
                ("skill_id", "=", self.skill.id),
                ("employee_id", "in", (employee or self.guards).ids),
            ],
            order="id",
        )

    def hold(self, **vals):
        session = self.make_session(**vals)
        session.attendance_ids[:2].state = "present"
        session.with_user(self.manager).action_hold()
        return session

    def test_without_a_test_attendance_earns_it(self):
        self.plan.write({"survey_id": False, "certificate_id": self.skill.id})
        session = self.hold()
        given = self.certificates()
        self.assertEqual(given.employee_id, self.guards[:2])
        self.assertEqual(given.mapped("valid_from"), [date(2026, 11, 10)] * 2)
        self.assertEqual(given.mapped("valid_to"), [date(2027, 11, 9)] * 2)
        self.assertEqual(given.mapped("pm_issuer"), ["The company"] * 2)
        self.assertEqual(given.pm_attendance_id, session.attendance_ids[:2])
        self.assertEqual(
            session.attendance_ids.mapped("is_certified"), [True, True, False]
        )
        self.assertEqual(session.certified_count, 2)
        self.assertIn("Guard A", session.message_ids[0].body)

    def test_with_a_test_passing_earns_it(self):
        self.plan.certificate_id = self.skill
        for guard in self.guards:
            self.give_login(guard)
        session = self.make_session()
        session.action_send_test()
        first, second, third = session.attendance_ids
        (first | second).state = "present"
        self.answer(first)
        self.assertFalse(self.certificates())
        session.action_hold()
        self.assertEqual(self.certificates().employee_id, self.guards[0])
        # the day of the test, in the zone of the estate
        self.assertEqual(self.certificates().valid_from, date(2026, 11, 20))
        with freeze_time("2026-11-25 17:00:00"):
            self.answer(second)
        self.assertEqual(
            self.certificates(self.guards[1]).valid_from, date(2026, 11, 26)
        )
        # passed, but was not there
        self.answer(third)
        self.assertFalse(self.certificates(self.guards[2]))

    def test_failing_earns_nothing(self):
        self.plan.certificate_id = self.skill
        session = self.make_session()
        session.action_send_test()
        session.action_all_present()
        self.answer(session.attendance_ids[0], correct=False)
        session.action_hold()
        self.assertFalse(self.certificates())

    def test_given_once_and_corrected(self):
        self.plan.write({"survey_id": False, "certificate_id": self.skill.id})
        session = self.hold()
        given = self.certificates()
        session.attendance_ids._update_certificates()
        self.assertEqual(self.certificates(), given)
        session.action_reset()
        session.date = "2026-11-12"
        session.attendance_ids[1].state = "absent"
        session.action_hold()
        self.assertEqual(self.certificates(), given[0])
        self.assertEqual(given[0].valid_from, date(2026, 11, 12))
        # noticed later on the list
        session.attendance_ids[2].state = "present"
        self.assertEqual(self.certificates().employee_id, self.guards[::2])
        session.attendance_ids[2].unlink()
        self.assertEqual(self.certificates(), given[0])
        session.action_reset()
        session.action_cancel()
        self.assertFalse(self.certificates())

    @mute_logger("odoo.sql_db")
    def test_the_database_gives_it_once(self):
        self.plan.write({"survey_id": False, "certificate_id": self.skill.id})
        self.hold()
        one = self.certificates()[0]
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            one.copy(
                {"pm_attendance_id": one.pm_attendance_id.id, "valid_to": "2030-01-01"}
            )
        self.assertEqual(caught.exception.pgcode, "23505")

    def test_renewed(self):
        """The new one follows; the old one and its reminder are history."""
        self.plan.write({"survey_id": False, "certificate_id": self.skill.id})
        old = self.certify(
            self.guards[0], self.skill, "2026-12-31", pm_number="7", pm_issuer="Town"
        )
        endless = self.certify(self.guards[1], self.skill, False)
        old._pm_remind()
        reminders = self.guards[0].activity_ids
        self.assertTrue(reminders)
        self.hold()
        new = self.certificates(self.guards[0]) - old
        self.assertEqual(
            (new.pm_number, new.pm_issuer, new.valid_to),
            ("7", "Town", date(2027, 11, 9)),
        )
        self.assertEqual(old.valid_to, date(2026, 12, 31))
        self.assertFalse(self.guards[0].activity_ids)
        self.assertEqual(self.certificates(self.guards[1]), endless)

    def test_what_the_session_gives_follows_plan_and_kind(self):
        self.kind.certificate_id = self.skill
        form = Form(self.env["pm.training.plan"])
        form.name = "Wardens"
        form.kind_id = self.kind
        plan = form.save()
        self.assertEqual(plan.certificate_id, self.skill)
        session = self.make_session(plan_id=plan.id)
        single = self.make_session(plan_id=False, kind_id=self.kind.id, name="x")
        self.assertEqual((session | single).certificate_id, self.skill)
        session.action_all_present()
        session.action_hold()
        plan.certificate_id = self.guard_card
        self.assertEqual(session.certificate_id, self.skill)
