"""Plans and sessions of training."""

from odoo import Command

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
