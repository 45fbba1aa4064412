from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import scoring


class PmGradeScale(models.Model):
    """Grades by score. A grade reaches from its own limit up to the next one, so that
    there is neither a gap nor an overlap."""

    _name = "pm.grade.scale"
    _pm_copyable = True
    _description = "Grade Scale"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    grade_ids = fields.One2many("pm.grade", "scale_id", "Grades", copy=True)

    @api.constrains("grade_ids")
    def _check_grades(self):
        self._check_complete()

    def _check_complete(self):
        """Each score from 0 to 100 has a grade.

        :raises ValidationError: naming the scale and the scores without a grade
        """
        for scale in self:
            lowest = min(scale.grade_ids.mapped("score_from"), default=None)
            if lowest is None:
                raise ValidationError(
                    self.env._("Grade scale %s: enter its grades.", scale.name)
                )
            if lowest > 0:
                raise ValidationError(
                    self.env._(
                        "Grade scale %(scale)s: scores below %(lowest)g have no "
                        "grade. Let the lowest grade begin at 0.",
                        scale=scale.name,
                        lowest=lowest,
                    )
                )

    def _grade_of(self, points):
        """Return the grade of a score."""
        self.ensure_one()
        grades = self.grade_ids.sorted("score_from")
        index = scoring.grade(points, grades.mapped("score_from"))
        return grades[index] if index is not None else grades[:0]
