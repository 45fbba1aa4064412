from . import pm_meter_loss
