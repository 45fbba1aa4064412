from odoo import fields, models


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
