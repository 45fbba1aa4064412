from odoo import http
from odoo.http import request
from odoo.tools import format_date

from odoo.addons.survey.controllers.main import Survey


class PropertySurvey(Survey):
    """Questionnaires of customers: filled in at the counter, answered once."""

    def _check_validity(self, survey_sudo, answer_sudo, *args, **kwargs):
        """Staff fill a customer's questionnaire in, at the counter or on a visit."""
        code = super()._check_validity(survey_sudo, answer_sudo, *args, **kwargs)
        if code == "answer_wrong_user" and self._pm_at_the_counter(answer_sudo):
            return True
        return code

    def _pm_at_the_counter(self, answer_sudo):
        user = request.env.user
        return (
            answer_sudo.pm_property_id
            and user.has_group("pm_core.group_pm_service")
            and answer_sudo.with_user(user).has_access("read")
        )

    @http.route()
    def survey_display_page(self, survey_token, answer_token, **post):
        answered = self._pm_answered(survey_token, answer_token)
        return answered or super().survey_display_page(
            survey_token, answer_token, **post
        )

    @http.route()
    def survey_retry(self, survey_token, answer_token, **post):
        answered = self._pm_answered(survey_token, answer_token)
        return answered or super().survey_retry(survey_token, answer_token, **post)

    def _pm_answered(self, survey_token, answer_token):
        """Return the page that says it was answered, or None while it was not."""
        access = self._get_access_data(survey_token, answer_token)
        answer = access["answer_sudo"]
        if (
            access["validity_code"] is not True
            or answer.state != "done"
            or answer.test_entry
            or not answer.survey_id.pm_questionnaire
        ):
            return None
        return request.render(
            "pm_core.questionnaire_answered",
            {
                "survey": access["survey_sudo"],
                "answer": answer,
                "format_date": lambda day: format_date(request.env, day.date()),
            },
        )
