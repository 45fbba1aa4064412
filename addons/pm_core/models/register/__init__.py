from . import pm_occupancy
from . import pm_property
from . import pm_property_aspect
from . import pm_register_import
from . import pm_register_import_places
from . import pm_register_import_holders
from . import pm_register_import_issue
from . import res_partner
