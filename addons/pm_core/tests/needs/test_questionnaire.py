"""Customers answer a questionnaire, and their answers become requirements, once."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import PropertyFactory


class QuestionnaireCase(PropertyFactory, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate = cls.make_estate("Survey Garden")
        cls.office = cls.make_unit(cls.estate, "office")
        cls.firm = cls.make_partner(
            "Office Tenant", is_company=True, email="tenant@example.com"
        )
        cls.make_occupancy(cls.office, cls.firm, role="tenant")
        cls.service = cls.make_user(
            "pm_survey_service",
            "pm_core.group_pm_service",
            cls.estate,
            password="pm_survey_service",
        )
        cls.survey = cls.env.ref("pm_core.survey_needs")
        # the pages are looked for in English, whatever languages are installed
        cls.survey.lang_ids = cls.env.ref("base.lang_en")

    def question(self, name):
        return self.env.ref(f"pm_core.survey_needs_{name}")

    def choice(self, name):
        return self.env.ref(f"pm_core.survey_needs_{name}")

    def send(self, partners=None, mode="link", user=None, **vals):
        """Ask as the clerk does; return the answer sheets."""
        wizard = (
            self.env["pm.questionnaire.send"]
            .with_user(user or self.service)
            .create(
                {
                    "survey_id": self.survey.id,
                    "estate_id": self.estate.id,
                    "partner_ids": [Command.set((partners or self.firm).ids)],
                    "mode": mode,
                    **vals,
                }
            )
        )
        wizard.action_confirm()
        return self.env["survey.user_input"].search(
            [("partner_id", "in", wizard.partner_ids.ids)], order="id desc"
        )

    def answer(self, sheet, **answers):
        """Answer the questions by their name, and finish."""
        sheet._mark_in_progress()
        for name, value in answers.items():
            comment = None
            if isinstance(value, tuple):
                value, comment = value
            sheet._save_lines(self.question(name), value, comment)
        sheet._mark_done()
        return sheet.pm_requirement_ids.sorted("id")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestQuestionnaire(QuestionnaireCase):
    def test_answers_become_requirements(self):
        sheet = self.send()
        self.assertEqual(sheet.pm_property_id, self.office)
        needs = self.answer(
            sheet,
            security=(
                [str(self.choice("security_1").id), str(self.choice("security_3").id)],
                "Also on Sundays",
            ),
            security_when=str(self.choice("security_when_2").id),
            cleaning=[str(self.choice("cleaning_1").id)],
            cleaning_often=str(self.choice("cleaning_often_2").id),
            cleaning_standard="No smell",
            cleaning_budget="1500",
            parking="3",
            content="8",
            wishes="A bench\nat the door",
        )
        self.assertRecordValues(
            needs,
            [
                {
                    "title": "Security services",
                    "frequency": "During working hours",
                    "expected_standard": False,
                    "budget": 0,
                    "category_id": self.env.ref("pm_core.service_category_security").id,
                },
                {
                    "title": "Cleaning",
                    "frequency": "Once a day",
                    "expected_standard": "No smell",
                    "budget": 1500,
                    "category_id": self.env.ref("pm_core.service_category_cleaning").id,
                },
                {
                    "title": "Parking spaces",
                    "frequency": False,
                    "expected_standard": False,
                    "budget": 0,
                    "category_id": self.env.ref("pm_core.service_category_parking").id,
                },
                {
                    "title": "Further wishes",
                    "frequency": False,
                    "expected_standard": False,
                    "budget": 0,
                    "category_id": self.env.ref("pm_core.service_category_other").id,
                },
            ],
        )
        self.assertEqual(
            needs[0].description,
            "Guard at the entrance; Registration of visitors; Also on Sundays",
        )
        self.assertEqual(needs[2].description, "3")
        self.assertEqual(needs.partner_id, self.firm)
        self.assertEqual(needs.property_id, self.office)
        self.assertEqual(needs.user_id, self.service)
        self.assertEqual(needs.channel_id.code, "survey")
        self.assertEqual(set(needs.mapped("state")), {"new"})
        # the clerk who asked works with them
        needs.with_user(self.service).action_make_plan()
        self.assertEqual(set(needs.mapped("state")), {"planned"})

    def test_no_need_makes_no_requirement(self):
        needs = self.answer(
            self.send(),
            security=[str(self.choice("security_5").id)],
            security_when=str(self.choice("security_when_1").id),
            parking="0",
        )
        self.assertFalse(needs)

    def test_a_comment_beside_no_need_is_a_need(self):
        needs = self.answer(
            self.send(),
            security=([str(self.choice("security_5").id)], "Only at the fair"),
        )
        self.assertEqual(needs.description, "Only at the fair")

    def test_scale_matrix_and_date_in_words(self):
        category = self.env.ref("pm_core.service_category_other")
        common = {"survey_id": self.survey.id, "pm_category_id": category.id}
        Question = self.env["survey.question"]
        scale = Question.create(
            {"title": "Scale", "question_type": "scale", "scale_max": 5, **common}
        )
        day = Question.create({"title": "Day", "question_type": "date", **common})
        matrix = Question.create(
            {
                "title": "Matrix",
                "question_type": "matrix",
                "suggested_answer_ids": [Command.create({"value": "Daily"})],
                "matrix_row_ids": [Command.create({"value": "Lobby"})],
                **common,
            }
        )
        sheet = self.send()
        sheet._save_lines(scale, "4")
        sheet._save_lines(day, "2026-12-01")
        sheet._save_lines(
            matrix,
            {str(matrix.matrix_row_ids.id): [str(matrix.suggested_answer_ids.id)]},
        )
        sheet._mark_done()
        texts = {
            need.question_id: need.description for need in sheet.pm_requirement_ids
        }
        self.assertEqual(texts[scale], "4 / 5")
        self.assertEqual(texts[day], "12/01/2026")
        self.assertEqual(texts[matrix], "Lobby: Daily")

    def test_never_doubled(self):
        sheet = self.send()
        needs = self.answer(sheet, wishes="A bench")
        sheet._mark_done()
        sheet.action_pm_make_requirements()
        self.assertEqual(sheet.pm_requirement_ids, needs)
        with (
            self.assertRaisesRegex(Exception, "answer_unique"),
            mute_logger("odoo.sql_db"),
        ):
            needs.copy(
                {
                    "user_input_id": sheet.id,
                    "question_id": needs.question_id.id,
                }
            )

    def test_tests_and_other_surveys_make_nothing(self):
        sheet = self.survey._create_answer(
            user=self.env.user, test_entry=True, pm_property_id=self.office.id
        )
        self.assertFalse(self.answer(sheet, wishes="A bench"))
        sheet = self.send()
        self.survey.pm_questionnaire = False
        self.assertFalse(self.answer(sheet, wishes="A bench"))

    def test_answers_of_an_open_link(self):
        """Whoever answers an open survey is a prospect of the survey's estate."""
        sheet = self.survey._create_answer(email="somebody@example.com")
        needs = self.answer(sheet, wishes="A bench")
        self.assertFalse(needs)
        with self.assertRefused(UserError, "Enter the property"):
            sheet.action_pm_make_requirements()
        self.survey.pm_estate_id = self.estate
        sheet.action_pm_make_requirements()
        need = sheet.pm_requirement_ids
        self.assertEqual(need.prospect_name, "somebody@example.com")
        self.assertEqual(need.property_id, self.estate)

    def test_asked_again_keeps_the_open_link(self):
        sheet = self.send()
        self.assertEqual(self.send(deadline="2026-11-30"), sheet)
        # the whole last day in the estate's time zone, Shanghai
        self.assertEqual(str(sheet.deadline), "2026-11-30 15:59:59")
        self.answer(sheet, wishes="A bench")
        again = self.send()
        self.assertEqual(len(again), 2)

    def test_sent_by_email(self):
        before = self.env["mail.mail"].search([])
        sheet = self.send(mode="email")
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, self.firm)
        self.assertIn(sheet.access_token, mail.body_html)
        nobody = self.make_partner("Without address", pm_estate_id=self.estate.id)
        with self.assertRefused(UserError, "No e-mail address: Without address"):
            self.send(partners=self.firm | nobody, mode="email")
        sheets = self.send(partners=self.firm | nobody)
        self.assertEqual(len(sheets), 2)
        self.assertEqual(len(set(sheets.mapped("pm_link"))), 2)

    def test_refused(self):
        with self.assertRefused(UserError, "one customer"):
            self.send(partners=self.firm | self.make_partner("Other"), mode="counter")
        with self.assertRefused(UserError, "has passed"):
            self.send(deadline="2026-11-14")
        staff = self.make_user("pm_survey_staff", "pm_core.group_pm_user", self.estate)
        with self.assertRefused(AccessError, "Send Questionnaire"):
            self.send(user=staff)
        sheet = self.send()
        self.answer(sheet, wishes="A bench")
        for step in ("action_pm_open", "action_pm_send"):
            with self.assertRefused(UserError, "answered .* on 11/15/2026"):
                getattr(sheet.with_user(self.service), step)()

    def test_staff_see_the_answers_of_their_estates(self):
        sheet = self.send()
        far = self.make_user(
            "pm_survey_far", "pm_core.group_pm_service", self.make_estate("Far")
        )
        hr = self.make_user("pm_survey_hr", "pm_core.group_pm_hr", far.pm_estate_ids)
        manager = self.make_user("pm_survey_cm", "pm_core.group_pm_company_manager")
        for user, seen in [
            (self.service, True),
            (far, False),
            (hr, False),
            (manager, True),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(sheet.with_user(user).has_access("read"), seen)
        self.assertFalse(sheet.with_user(self.service).has_access("write"))
        # another survey, for example a test of the staff, is none of theirs
        exam = self.env["survey.survey"].create({"title": "Exam"})
        self.assertFalse(exam.with_user(self.service).has_access("read"))
        self.assertTrue(self.survey.with_user(self.service).has_access("read"))
        taken = exam._create_answer(user=manager)
        self.assertFalse(taken.with_user(self.service).has_access("read"))


@tagged("post_install", "-at_install")
class TestQuestionnairePages(QuestionnaireCase):
    """The customer's browser."""

    def submit(self, sheet, page, **answers):
        return self.make_jsonrpc_request(
            f"/survey/submit/{self.survey.access_token}/{sheet.access_token}",
            {
                "page_id": self.env.ref(f"pm_core.survey_needs_page_{page}").id,
                **{
                    str(self.question(name).id): value
                    for name, value in answers.items()
                },
            },
        )

    def begin(self, sheet):
        self.make_jsonrpc_request(
            f"/survey/begin/{self.survey.access_token}/{sheet.access_token}", {}
        )

    def test_from_the_link_to_requirements(self):
        sheet = self.send()
        page = self.url_open(sheet.pm_link)
        self.assertIn("What Do You Need from Us?", page.text)
        self.begin(sheet)
        self.submit(sheet, "security", security=[str(self.choice("security_1").id)])
        self.submit(sheet, "cleaning", cleaning_standard="No smell")
        self.submit(sheet, "repair")
        self.submit(sheet, "service", parking="2")
        self.assertFalse(sheet.pm_requirement_ids)
        _correct, done = self.submit(sheet, "wishes", wishes="A bench")
        self.assertIn("Your answers have reached us", done["survey_content"])
        self.assertEqual(sheet.state, "done")
        self.assertEqual(
            sorted(sheet.pm_requirement_ids.mapped("title")),
            [
                "Further wishes",
                "Parking spaces",
                "Security services",
                # a standard without a need above it is a need of its own
                "What matters most to you in cleaning?",
            ],
        )
        # the link again: a clear page and nothing new
        again = self.url_open(sheet.pm_link)
        self.assertIn("You have answered this questionnaire already.", again.text)
        _correct, refused = self.submit(sheet, "wishes", wishes="Another bench")
        self.assertEqual(refused["error"], "unauthorized")
        retry = self.url_open(
            f"/survey/retry/{self.survey.access_token}/{sheet.access_token}"
        )
        self.assertIn("You have answered this questionnaire already.", retry.text)
        self.assertEqual(len(sheet.pm_requirement_ids), 4)
        self.assertEqual(
            self.env["survey.user_input"].search([("partner_id", "=", self.firm.id)]),
            sheet,
        )

    def test_filled_in_at_the_counter(self):
        sheet = self.send(mode="counter")
        self.assertEqual(sheet.pm_channel_id.code, "counter")
        self.authenticate("pm_survey_service", "pm_survey_service")
        page = self.url_open(sheet.pm_link)
        self.assertIn("What Do You Need from Us?", page.text)
        self.begin(sheet)
        for name in ("security", "cleaning", "repair", "service"):
            self.submit(sheet, name)
        self.submit(sheet, "wishes", wishes="A bench")
        self.assertEqual(sheet.pm_requirement_ids.channel_id.code, "counter")

    def test_the_link_of_somebody_else(self):
        sheet = self.send()
        new_test_user(
            self.env, "pm_survey_other", "base.group_portal", password="pm_survey_other"
        )
        self.make_user(
            "pm_survey_far",
            "pm_core.group_pm_service",
            self.make_estate("Far"),
            password="pm_survey_far",
        )
        for login in ("pm_survey_other", "pm_survey_far"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                page = self.url_open(sheet.pm_link)
                self.assertNotIn("What Do You Need from Us?", page.text)
                self.assertIn("could not let you open", page.text)
        self.authenticate(None, None)
        wrong = self.url_open(sheet.pm_link[:-1] + "x")
        self.assertNotIn("Start Survey", wrong.text)
