from . import pm_questionnaire_send
