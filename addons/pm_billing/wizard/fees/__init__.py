from . import pm_fee_item_own
