from . import pm_budget_override
