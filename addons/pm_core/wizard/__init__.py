from . import comment_wizard
from . import pm_contract_sign
from . import pm_contract_terminate
from . import pm_questionnaire_send
from . import base_partner_merge
from . import pm_occupancy_handover
