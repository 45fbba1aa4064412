from . import inspections, orders
