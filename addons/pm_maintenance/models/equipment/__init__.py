from . import maintenance_equipment
from . import pm_equipment_downtime
from . import pm_equipment_reading
from . import pm_maintenance_plan
from . import pm_maintenance_plan_generate
from . import pm_maintenance_plan_template
from . import maintenance_request
