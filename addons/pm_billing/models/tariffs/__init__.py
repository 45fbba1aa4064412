from . import pm_tariff
from . import pm_tariff_version
from . import pm_tariff_season
from . import pm_tariff_part
from . import pm_tariff_band
from . import pm_tariff_document
from . import pm_tariff_template
