from odoo import fields, models
from odoo.tools import SQL

# what points depend on
COUNTED = {"pm_weight", "scale_min", "scale_max", "question_type"}


class SurveyQuestion(models.Model):
    """How much a question counts."""

    _inherit = "survey.question"

    pm_weight = fields.Float(
        "Weight in the Index",
        default=1.0,
        help="How much the question counts in the satisfaction index; 0: not at all. "
        "Only questions with a scale count.",
    )

    _pm_weight_not_negative = models.Constraint(
        "CHECK (pm_weight >= 0)", "A weight is not below zero."
    )

    def write(self, vals):
        result = super().write(vals)
        if COUNTED & vals.keys():
            self._pm_forget_points()
        return result

    def unlink(self):
        self._pm_forget_points()
        return super().unlink()

    def _pm_forget_points(self):
        """What sheets come to is worked out anew with the next index."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE survey_user_input SET pm_points = NULL
                    WHERE survey_id = ANY(%s) AND pm_points IS NOT NULL""",
                self.survey_id.ids,
            )
        )
        self.env["survey.user_input"].invalidate_model(["pm_points"], flush=False)
