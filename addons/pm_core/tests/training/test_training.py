"""Training: sessions, attendance, tests, hours and drills."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..roster.roster_common import RosterCase


class TrainingCase(RosterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref("pm_core.pm_training_kind_safety")
        cls.drill = cls.env.ref("pm_core.pm_training_kind_fire_drill")
        cls.survey = cls.env["survey.survey"].create(
            {
                "title": "Safety test",
                "scoring_type": "scoring_without_answers",
                "scoring_success_min": 60.0,
                "certification": True,
                "users_login_required": True,
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": "Which number?",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                Command.create(
                                    {
                                        "value": "119",
                                        "is_correct": True,
                                        "answer_score": 1,
                                    }
                                ),
                                Command.create({"value": "110"}),
                            ],
                        }
                    )
                ],
            }
        )
        cls.plan = cls.env["pm.training.plan"].create(
            {
                "name": "Guards, yearly",
                "kind_id": cls.kind.id,
                "job_ids": [Command.set(cls.guard_job.ids)],
                "required_hours": 8,
                "interval_months": 6,
                "survey_id": cls.survey.id,
                "company_id": cls.env.company.id,
            }
        )

    @classmethod
    def make_session(cls, people=None, **vals):
        return cls.env["pm.training.session"].create(
            {
                "plan_id": cls.plan.id,
                "property_id": cls.estate.id,
                "date": "2026-11-10",
                "hours": 2,
                "attendance_ids": [
                    Command.create({"employee_id": employee.id})
                    for employee in (people if people is not None else cls.guards)
                ],
                **vals,
            }
        )

    def answer(self, row, correct=True):
        """The person takes the test in the browser."""
        answers = row.user_input_id
        question = self.survey.question_ids
        choice = question.suggested_answer_ids.filtered(
            lambda choice: choice.is_correct == correct
        )
        answers._save_lines(question, choice.id)
        answers._mark_done()


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
            ]
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
