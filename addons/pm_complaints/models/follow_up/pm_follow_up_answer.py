from odoo import fields, models
from odoo.exceptions import UserError

from .pm_follow_up import OPEN


class PmFollowUpAnswer(models.Model):
    """One question as it was asked, and what the customer said to it."""

    _name = "pm.follow.up.answer"
    _description = "Answer of a Follow-up"
    _inherit = ["pm.part.mixin"]
    _whole = "follow_up_id"
    _order = "follow_up_id, sequence, id"
    _rec_name = "question_id"

    follow_up_id = fields.Many2one(
        "pm.follow.up",
        "Follow-up",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    question_id = fields.Many2one(
        "pm.follow.up.question",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(related="question_id.sequence", store=True)
    kind = fields.Selection(related="question_id.kind")
    yes_no = fields.Selection([("yes", "Yes"), ("no", "No")], "Yes or No")
    score = fields.Selection(
        [("5", "5"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1")], "1 to 5"
    )
    text = fields.Char("In Words")

    _question_once = models.UniqueIndex(
        "(follow_up_id, question_id)", "Each question is asked once in a call."
    )

    def write(self, vals):
        """What was answered stays as it was said, and is put down by who may call."""
        if not self._writes_freely():
            self.follow_up_id._check_not_own()
            for answer in self:
                if answer.follow_up_id.state not in OPEN:
                    raise UserError(
                        self.env._(
                            "%s is over: its answers stay as they are.",
                            answer.follow_up_id.display_name,
                        )
                    )
        return super().write(vals)
