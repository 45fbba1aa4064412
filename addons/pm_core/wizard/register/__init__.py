from . import base_partner_merge
from . import pm_occupancy_handover
