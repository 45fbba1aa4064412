"""Training: sessions, attendance, tests, hours and drills."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .training_common import TrainingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestTrainingSession(TrainingCase):
    def test_from_the_plan(self):
        form = Form(self.env["pm.training.session"].with_user(self.manager))
        form.plan_id = self.plan.with_user(self.manager)
        form.property_id = self.estate.with_user(self.manager)
        session = form.save()
        self.assertEqual(session.name, "Guards, yearly")
        self.assertEqual(session.kind_id, self.kind)
        self.assertEqual(session.sudo().survey_id, self.survey)
        self.make_employees("Clerk", job_id=False)
        session.action_invite()
        self.assertEqual(session.attendance_ids.employee_id, self.guards)
        session.action_invite()
        self.assertEqual(session.invited_count, 3)

    def test_nobody_to_invite(self):
        session = self.make_session([], property_id=self.make_estate("Empty").id)
        with self.assertRefused(UserError, "Nobody works at Empty"):
            session.action_invite()

    def test_held(self):
        session = self.make_session()
        with self.assertRefused(UserError, "Mark who was present"):
            session.action_hold()
        first, second, third = session.attendance_ids
        first.state = second.state = "present"
        second.hours = 1.5
        session.action_hold()
        self.assertEqual(session.state, "held")
        self.assertEqual(third.state, "absent")
        self.assertEqual(session.attendance_ids.mapped("hours"), [2, 1.5, 0])
        with self.assertRefused(UserError, "stays on record"):
            session.unlink()

    def test_not_before_the_day(self):
        session = self.make_session(date="2026-12-01")
        session.action_all_present()
        with self.assertRefused(UserError, "still to come"):
            session.action_hold()

    @mute_logger("odoo.sql_db")
    def test_once_on_the_list(self):
        session = self.make_session()
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env["pm.training.attendance"].create(
                {"session_id": session.id, "employee_id": self.guards[0].id}
            )
        self.assertEqual(caught.exception.pgcode, "23505")

    def test_drill_has_figures(self):
        session = self.make_session(plan_id=False, kind_id=self.drill.id, name="Drill")
        session.action_all_present()
        with self.assertRefused(UserError, "how many minutes"):
            session.action_hold()
        session.write({"drill_people": 40, "drill_minutes": 6, "drill_fault_count": 1})
        session.action_hold()
        self.assertEqual(session.state, "held")

    def test_next_session_is_due_by_the_interval(self):
        self.assertFalse(self.plan.next_date)
        session = self.make_session()
        session.action_all_present()
        session.action_hold()
        self.assertEqual(self.plan.last_date, date(2026, 11, 10))
        self.assertEqual(self.plan.next_date, date(2027, 5, 10))

    def test_sign_in_list(self):
        session = self.make_session(topics="Alarm · escape")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "pm_core.report_training_sign_in", session.ids
        )
        text = html.decode()
        for words in ("Guard A", "Guard C", "Alarm · escape", "Test Garden"):
            self.assertIn(words, text)

    def test_photos_are_seen_by_who_sees_the_session(self):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create({"name": "photo.png", "raw": b"x"})
        )
        session = self.make_session().with_user(self.manager)
        session.photo_ids = photo
        staff = self.make_user("pm_reader", "pm_core.group_pm_user", self.estate)
        self.assertTrue(photo.with_user(staff).has_access("read"))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestTrainingTest(TrainingCase):
    def setUp(self):
        super().setUp()
        self.users = [self.give_login(guard) for guard in self.guards]

    def test_results_are_taken_over(self):
        session = self.make_session()
        session.with_user(self.manager).action_send_test()
        first, second, third = session.attendance_ids
        self.assertEqual(set(session.attendance_ids.mapped("test_state")), {"open"})
        self.assertEqual(first.user_input_id.partner_id, self.users[0].partner_id)
        self.answer(first)
        self.answer(second, correct=False)
        self.assertEqual(
            session.attendance_ids.mapped("test_state"), ["passed", "failed", "open"]
        )
        self.assertEqual((first.score, second.score), (100, 0))
        self.assertEqual(session.passed_count, 1)
        self.assertTrue(third)

    def test_asked_once(self):
        session = self.make_session()
        session.action_send_test()
        answers = session.attendance_ids.user_input_id
        with self.assertRefused(UserError, "has the test already"):
            session.action_send_test()
        self.assertEqual(session.attendance_ids.user_input_id, answers)

    def test_no_test(self):
        session = self.make_session(plan_id=False, kind_id=self.kind.id, name="x")
        with self.assertRefused(UserError, "Choose the test"):
            session.action_send_test()

    def test_the_better_attempt_counts(self):
        session = self.make_session()
        session.action_send_test()
        row = session.attendance_ids[0]
        self.answer(row, correct=False)
        for correct, state in [(True, "passed"), (False, "passed")]:
            again = self.survey._create_answer(user=self.users[0], check_attempts=False)
            question = self.survey.question_ids
            choice = question.suggested_answer_ids.filtered(
                lambda choice, correct=correct: choice.is_correct == correct
            )
            again._save_lines(question, choice.id)
            again._mark_done()
            self.assertEqual(row.test_state, state)
        self.assertEqual(row.score, 100)

    def test_people_see_their_own_results(self):
        session = self.make_session()
        rows = session.attendance_ids
        Attendance = self.env["pm.training.attendance"].with_user(self.users[0])
        self.assertEqual(Attendance.search([]).ids, rows[0].ids)
        with self.assertRaises(AccessError):
            rows[1].with_user(self.users[0]).read(["score"])
        session.action_send_test()
        action = rows[0].with_user(self.users[0]).action_start_test()
        self.assertIn(rows[0].user_input_id.access_token, action["url"])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestTrainingHours(TrainingCase):
    def _hours(self, employee, year="2026", plan=None):
        return self.env["pm.training.hours"].search(
            [
                ("employee_id", "=", employee.id),
                ("year", "=", year),
                ("plan_id", "=", (plan or self.plan).id),
            ]
        )

    def test_who_is_short(self):
        for day, hours in (("2025-12-31", 3), ("2026-01-01", 5), ("2026-11-10", 4)):
            session = self.make_session(self.guards[:2], date=day, hours=hours)
            session.attendance_ids[0].state = "present"
            if day == "2026-01-01":
                session.attendance_ids[1].state = "present"
            session.action_hold()
        # planned sessions and other plans do not count
        self.make_session(date="2026-11-11")
        first = self._hours(self.guards[0])
        self.assertEqual(
            (first.required, first.attended, first.missing, first.sessions),
            (8, 9, 0, 2),
        )
        second = self._hours(self.guards[1])
        self.assertEqual((second.attended, second.missing), (5, 3))
        third = self._hours(self.guards[2])
        self.assertEqual((third.attended, third.missing), (0, 8))
        self.assertEqual(self._hours(self.guards[0], "2025").attended, 3)
        short = self.env["pm.training.hours"].search(
            [("plan_id", "=", self.plan.id), ("missing", ">", 0), ("year", "=", "2026")]
        )
        self.assertEqual(short.employee_id, self.guards[1:])
        self.assertEqual(first.year_start, date(2026, 1, 1))

    def test_by_job(self):
        clerk = self.make_employees("Clerk", job_id=False)
        self.assertFalse(self._hours(clerk))
        everybody = self.env.ref("pm_core.pm_training_plan_safety")
        self.assertEqual(self._hours(clerk, plan=everybody).missing, 8)
        self.assertTrue(self._hours(self.guards[0]))

    def test_people_see_their_own_hours(self):
        user = self.give_login(self.guards[0])
        found = self.env["pm.training.hours"].with_user(user).search([])
        self.assertEqual(found.employee_id.ids, self.guards[0].ids)
