from odoo import api, fields, models


class PmHazardGrade(models.Model):
    """How serious a hazard is, by likelihood × consequence: a rule, and no code."""

    _name = "pm.hazard.grade"
    _description = "Grade of Hazards"
    _order = "score_from desc, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    score_from = fields.Integer(
        "From Score",
        required=True,
        aggregator=None,
        help="Likelihood × consequence, each from 1 to 5, of this figure and more.",
    )
    is_serious = fields.Boolean(help="The managers are told at once.")
    days = fields.Integer(
        "Put Right within (Days)", required=True, default=7, aggregator=None
    )
    note = fields.Text(translate=True)

    _score_once = models.UniqueIndex(
        "(score_from) WHERE active", "Another grade begins with this score."
    )
    _figures_positive = models.Constraint(
        "CHECK (score_from BETWEEN 1 AND 25 AND days >= 0)",
        "Scores are from 1 to 25, and days are counted from 0.",
    )

    @api.model
    def _of_score(self, score):
        """The grade of a score: the highest that begins at or below it."""
        return next(
            (grade for grade in self.search([]) if score and grade.score_from <= score),
            self.browse(),
        )
