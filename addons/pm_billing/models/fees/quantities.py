"""The named quantities of formulas, in English and Chinese."""

from decimal import Decimal


def exact(value):
    """A float of a field as what was typed."""
    return Decimal(repr(float(value or 0)))


def typed(value):
    """A float of a field with ten decimals as what was typed.

    Rounding a large number to so many leaves a trifle behind its last digits.
    """
    value = float(value or 0)
    return Decimal(f"{value:.14g}") if abs(value) >= 10_000 else exact(value)


# name in formulas: what it is of a fee
_OF_FEE = {
    ("area", "面积"): lambda fee: fee.property_id.gross_area or None,
    ("inside_area", "套内面积"): lambda fee: fee.property_id.inside_area or None,
    ("coefficient", "系数"): lambda fee: fee.property_id.coefficient,
    ("floor", "楼层"): lambda fee: fee.property_id.floor,
    ("price", "单价"): lambda fee: fee.price,
    ("surcharge", "附加费"): lambda fee: fee.surcharge,
    ("quantity", "数量"): lambda fee: fee.quantity,
    ("persons", "人数"): lambda fee: fee.persons,
}
NAMES = [name for names in _OF_FEE for name in names]


def quantities(fee):
    """Return {name: ``Decimal``} of a fee; an area that nobody entered has no value."""
    found = {}
    for names, of_fee in _OF_FEE.items():
        value = of_fee(fee)
        for name in names:
            found[name] = None if value is None else exact(value)
    return found
