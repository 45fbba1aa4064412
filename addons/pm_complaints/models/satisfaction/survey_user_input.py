from odoo import api, fields, models
from odoo.tools import SQL

# of one answer (``line``) to one question: its points, and whether it counts
POINTS = SQL(
    """(100.0::float8 * (line.value_scale - question.scale_min)
        / (question.scale_max - question.scale_min))"""
)
COUNTS = SQL(
    """question.question_type = 'scale' AND question.pm_weight > 0
       AND line.answer_type = 'scale' AND NOT line.skipped"""
)


class SurveyUserInput(models.Model):
    """An answer of who was asked in a campaign.

    What a sheet comes to is worked out when it is handed in: an index over a hundred
    thousand sheets then reads one number each, and not all that was ticked.
    """

    _inherit = "survey.user_input"

    pm_points = fields.Float(
        "Points of 100",
        readonly=True,
        copy=False,
        aggregator=None,
        groups="base.group_system",
        help="What the answers come to by the weights of the questions; empty where "
        "no question with a scale was answered.",
    )

    def _mark_done(self):
        result = super()._mark_done()
        invitations = self.env["pm.survey.invitation"].sudo()
        asked = invitations.search([("user_input_id", "in", self.ids)])
        asked._as_step()._answered()
        if asked:
            self._pm_keep_points(SQL("SELECT unnest(%s)", asked.user_input_id.ids))
        return result

    @api.model
    def _pm_keep_points(self, sheets):
        """Work the points of sheets out and keep them.

        What somebody left out does not count; the weights of the other questions stand
        for it.

        :param SQL sheets: a query of their ids
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE survey_user_input AS sheet
                   SET pm_points = found.points
                  FROM (SELECT line.user_input_id,
                               sum(%(points)s * question.pm_weight)
                                 / sum(question.pm_weight) AS points
                          FROM survey_user_input_line AS line
                          JOIN survey_question AS question
                            ON question.id = line.question_id
                         WHERE line.user_input_id IN (%(sheets)s)
                           AND %(counts)s
                         GROUP BY line.user_input_id) AS found
                 WHERE sheet.id = found.user_input_id
                """,
                points=POINTS,
                sheets=sheets,
                counts=COUNTS,
            )
        )
        self.invalidate_model(["pm_points"], flush=False)
