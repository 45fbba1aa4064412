from odoo import fields, models


class SurveySurvey(models.Model):
    """A questionnaire by which customers say how satisfied they are."""

    _inherit = "survey.survey"

    pm_satisfaction = fields.Boolean(
        "Satisfaction of Customers",
        help="May be asked in a campaign; its questions with a scale make the index.",
    )
