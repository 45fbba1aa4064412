from . import pm_statement_payer
