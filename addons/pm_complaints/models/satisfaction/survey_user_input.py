from odoo import models


class SurveyUserInput(models.Model):
    """An answer of who was asked in a campaign."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        invitations = self.env["pm.survey.invitation"].sudo()
        invitations.search([("user_input_id", "in", self.ids)])._as_step()._answered()
        return result
