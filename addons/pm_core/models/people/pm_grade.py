from odoo import api, fields, models
from odoo.exceptions import UserError


class PmGrade(models.Model):
    """One grade of a scale: scores from its limit up to that of the next better."""

    _name = "pm.grade"
    _description = "Grade"
    _order = "scale_id, score_from desc, id"

    scale_id = fields.Many2one(
        "pm.grade.scale", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Grade", required=True, translate=True)
    score_from = fields.Float(
        "From Score", required=True, digits=(5, 2), aggregator=None
    )
    score_to = fields.Float(
        "Below",
        compute="_compute_score_to",
        digits=(5, 2),
        aggregator=None,
        help="Where the next better grade begins.",
    )
    note = fields.Char("Meaning", translate=True)

    _from_unique = models.UniqueIndex(
        "(scale_id, score_from)",
        "Two grades of a scale begin at the same score and would overlap.",
    )
    _in_range = models.Constraint(
        "CHECK (score_from >= 0 AND score_from <= 100)",
        "A grade begins between 0 and 100.",
    )

    @api.depends("score_from", "scale_id.grade_ids.score_from")
    def _compute_score_to(self):
        for grade in self:
            above = [
                other.score_from
                for other in grade.scale_id.grade_ids
                if other.score_from > grade.score_from
            ]
            grade.score_to = min(above, default=100)

    @api.constrains("score_from")
    def _check_scale(self):
        self.scale_id._check_complete()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        # without the lowest grade, low scores would have none; a scale may go whole
        for scale in self.scale_id:
            rest = scale.grade_ids - self
            if rest and min(rest.mapped("score_from")) > 0:
                (scale.grade_ids & self)._refuse_gap(rest)

    def _refuse_gap(self, rest):
        raise UserError(
            self.env._(
                "Without %(grade)s, scores below %(lowest)g have no grade. Let another "
                "grade begin at 0 first.",
                grade=", ".join(self.mapped("name")),
                lowest=min(rest.mapped("score_from")),
            )
        )
