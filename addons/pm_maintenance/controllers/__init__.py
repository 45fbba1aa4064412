from . import gate, inspections, orders
