from odoo import fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    pm_questionnaire = fields.Boolean(
        "Questionnaire for Customers",
        help="Sent to customers of property management; its answers become "
        "requirements.",
    )
    pm_estate_id = fields.Many2one(
        "pm.property",
        "Estate of Open Answers",
        domain="[('kind', '=', 'estate')]",
        index="btree_not_null",
        ondelete="set null",
        help="What answers are about that came by the open link of the survey, not "
        "by a customer's own.",
    )
