from odoo import fields, models

KINDS_OF_ANSWERS = [
    ("yes_no", "Yes or No"),
    ("score", "1 to 5"),
    ("text", "In Words"),
]


class PmFollowUpQuestion(models.Model):
    """What a clerk asks on the telephone. A question that means something else now is
    archived, and another one takes its place: answers belong to what was asked."""

    _name = "pm.follow.up.question"
    _description = "Question of a Follow-up"
    _inherit = ["pm.part.mixin"]
    _whole = "rule_id"
    _order = "sequence, id"

    rule_id = fields.Many2one(
        "pm.follow.up.rule", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Question", required=True, translate=True)
    kind = fields.Selection(
        KINDS_OF_ANSWERS, "Kind of Answer", required=True, default="yes_no"
    )
