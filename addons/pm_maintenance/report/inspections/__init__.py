from . import pm_inspection_proof_xlsx
