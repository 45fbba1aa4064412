"""What belongs to a record is seen by who sees the record, in every company."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestAccessChildren(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second Company"})
        only = {
            "company_id": cls.second.id,
            "company_ids": [Command.set(cls.second.ids)],
        }
        cls.near = {
            role: cls.make_user(f"pm_near_{role}", f"pm_core.group_pm_{role}")
            for role in ("hr", "company_manager", "admin")
        }
        cls.far = {
            role: cls.make_user(f"pm_far_{role}", f"pm_core.group_pm_{role}", **only)
            for role in ("user", "hr", "company_manager", "admin")
        }

    def assertOnlyNear(self, records, near=("hr", "company_manager")):
        for record in records:
            for role, user in self.far.items():
                with self.subTest(model=record._name, role=role):
                    seen = record.with_user(user)
                    self.assertFalse(seen.has_access("read"))
                    self.assertFalse(seen.has_access("write"))
                    if seen.browse().has_access("read"):
                        self.assertFalse(seen.search([("id", "=", record.id)]))
            for role in near:
                with self.subTest(model=record._name, role=role):
                    self.assertTrue(
                        record.with_user(self.near[role]).has_access("read")
                    )

    def test_answers_of_customers(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Needs",
                "pm_questionnaire": True,
                "question_and_page_ids": [
                    Command.create({"title": "What?", "question_type": "char_box"})
                ],
            }
        )
        answers = self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "pm_property_id": self.unit.id,
                "partner_id": self.owner.id,
                "user_input_line_ids": [
                    Command.create(
                        {
                            "question_id": survey.question_ids.id,
                            "answer_type": "char_box",
                            "value_char_box": "Clean it",
                        }
                    )
                ],
            }
        )
        self.assertOnlyNear(answers, near=("company_manager",))
        self.assertOnlyNear(answers.user_input_line_ids, near=("company_manager",))
        # whoever has the secret of an answer sheet answers as the customer
        staff = self.make_user("pm_near_staff", "pm_core.group_pm_user", self.estate)
        with self.assertRaises(AccessError):
            answers.with_user(staff).read(["access_token"])
        with self.assertRaises(AccessError):
            answers.with_user(staff).read(["pm_link"])
        with self.assertRaises(AccessError):
            answers.with_user(staff).get_start_url()

    def test_skills_and_certificates(self):
        employee = self.env["hr.employee"].create(
            {"name": "Guard", "company_id": self.estate.company_id.id}
        )
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Languages",
                "skill_ids": [Command.create({"name": "English"})],
                "skill_level_ids": [
                    Command.create({"name": "Good", "level_progress": 50})
                ],
            }
        )
        skill = self.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": kind.id,
                "skill_id": kind.skill_ids.id,
                "skill_level_id": kind.skill_level_ids.id,
            }
        )
        line = self.env["hr.resume.line"].create(
            {
                "employee_id": employee.id,
                "name": "School",
                "date_start": "2020-01-01",
                "line_type_id": self.env["hr.resume.line.type"].search([], limit=1).id,
            }
        )
        self.assertOnlyNear(skill)
        self.assertOnlyNear(line)

    def test_reviews_are_seen_with_what_they_are_about(self):
        contract = self.make_contract(self.estate, partner_id=self.owner.id)
        self.env["tier.definition"].create(
            {
                "name": "Second look",
                "model_id": self.env["ir.model"]._get_id("pm.contract"),
                "review_type": "individual",
                "reviewer_id": self.near["company_manager"].id,
                "definition_domain": "[]",
            }
        )
        contract.action_submit()
        reviews = contract.review_ids
        self.assertTrue(reviews)
        self.assertOnlyNear(reviews, near=("company_manager",))
        resident = new_test_user(
            self.env, login="pm_review_resident", groups="base.group_portal"
        )
        plain = self.make_user("pm_review_plain", "base.group_user")
        other = self.make_user(
            "pm_review_other", "pm_core.group_pm_user", self.make_estate("Other")
        )
        for user in (resident, plain, other, self.env.ref("base.public_user")):
            with self.subTest(user=user.login):
                self.assertFalse(reviews.with_user(user).has_access("read"))
                self.assertFalse(
                    self.env["tier.review"].with_user(user).search([]) & reviews
                )

    def test_every_part_has_a_rule(self):
        """What belongs to something that has a rule has one too, in our models."""
        rules = self.env["ir.rule"].search([("global", "=", True)])
        ruled = set(rules.model_id.mapped("model"))
        readable = set(
            self.env["ir.model.access"]
            .search([("perm_read", "=", True)])
            .model_id.mapped("model")
        )
        missing = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("pm.")
            and not (model._abstract or model._transient)
            and name in readable - ruled
            and any(self.belongs(field, ruled) for field in model._fields.values())
        }
        # its own code asks for the rights on the record
        self.assertEqual(missing, {"pm.document"} & missing)

    def belongs(self, field, ruled):
        if field.name in ("company_id", "estate_id"):
            return True
        return (
            field.type == "many2one"
            and field.ondelete == "cascade"
            and field.comodel_name in ruled
        )
