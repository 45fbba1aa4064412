from . import pm_facility_cancel
