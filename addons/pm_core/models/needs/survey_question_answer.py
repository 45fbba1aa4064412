from odoo import fields, models


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    pm_no_need = fields.Boolean(
        "No Need", help="Who chooses only this needs nothing here."
    )
