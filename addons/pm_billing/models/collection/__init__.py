from . import pm_collection_layout
from . import pm_collection_column
from . import pm_collection_mandate
from . import pm_collection_batch
from . import pm_collection_line
from . import pm_collection_result
from . import pm_collection_row
from . import pm_charge
