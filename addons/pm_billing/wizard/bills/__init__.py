from . import pm_charge_entry
