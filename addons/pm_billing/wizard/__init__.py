from . import base_partner_merge
from . import pm_collection_export
from . import pm_counter
from . import pm_fee_item_own
from . import tariffs
from . import pm_order_call
