from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    pm_category_id = fields.Many2one(
        "pm.service.category",
        "Service Category",
        index="btree_not_null",
        ondelete="set null",
        help="Answers become requirements of this category. Empty: the answer is "
        "kept with the questionnaire only.",
    )
    pm_answer_goes = fields.Selection(
        [
            ("need", "A Need of Its Own"),
            ("frequency", "Frequency of the Need Above"),
            ("standard", "Expected Standard of the Need Above"),
            ("budget", "Budget of the Need Above"),
        ],
        "The Answer Is",
        default="need",
        required=True,
        help="The need above is that of the last question of the same category.",
    )
    pm_need = fields.Char(
        "Name of the Need",
        translate=True,
        help="Title of the requirement; empty: the question.",
    )
