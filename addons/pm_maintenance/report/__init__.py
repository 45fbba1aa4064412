from . import inspections
