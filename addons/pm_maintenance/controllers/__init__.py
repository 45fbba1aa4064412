from . import emergency, gate, inspections, orders
