from . import pm_charge_dispute
