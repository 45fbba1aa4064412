"""Grades, and the bands of a scale."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .appraisal_common import AppraisalCase


@tagged("post_install", "-at_install")
class TestGrades(AppraisalCase):
    def test_bands_have_neither_gap_nor_overlap(self):
        scale = self.env.ref("pm_core.grade_scale_default")
        for points, grade in [
            (100, "excellent"),
            (95, "excellent"),
            (94.9, "good"),
            (84.5, "satisfactory"),
            (64, "improve"),
            (63.9, "unsatisfactory"),
            (0, "unsatisfactory"),
        ]:
            with self.subTest(points=points):
                self.assertEqual(
                    scale._grade_of(points), self.env.ref(f"pm_core.grade_{grade}")
                )
        good = self.env.ref("pm_core.grade_good")
        self.assertEqual((good.score_from, good.score_to), (85, 95))
        with self.assertConstraint("from_unique"):
            good.score_from = 95
            good.flush_recordset()
        with self.assertRefused(ValidationError, "below 5"):
            self.env.ref("pm_core.grade_unsatisfactory").score_from = 5
        with self.assertRefused(UserError, "below 64"):
            self.env.ref("pm_core.grade_unsatisfactory").unlink()
        with self.assertConstraint("in_range"):
            good.score_from = 101
            good.flush_recordset()

    def test_a_scale_without_grades_is_not_used(self):
        empty = self.env["pm.grade.scale"].create({"name": "Empty"})
        with self.assertRefused(ValidationError, "Empty"):
            self.period.scale_id = empty

    def test_an_administrator_makes_a_scale_in_the_form(self):
        admin = self.make_user("pm_grade_admin", "pm_core.group_pm_admin")
        with Form(self.env["pm.grade.scale"].with_user(admin)) as form:
            form.name = "Pass or Fail"
            for name, score_from in (("Fail", 0), ("Pass", 60)):
                with form.grade_ids.new() as grade:
                    grade.name = name
                    grade.score_from = score_from
        self.assertEqual(form.record._grade_of(60).name, "Pass")

    def test_what_was_graded_stays(self):
        appraisal = self.open_one(state="done")
        before = appraisal.grade_id
        self.env.ref("pm_core.grade_satisfactory").score_from = 70
        self.assertEqual(appraisal.grade_id, before)
