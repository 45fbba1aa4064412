"""Reading single spreadsheet cells the way people really fill them in.

Every function takes the raw cell value and returns a clean Python value, ``None``
for an empty cell, or raises :class:`CellError` with the code of the problem.
Full-width characters, stray spaces (also U+3000), thousands separators, numbers
stored as text, Excel serial dates and dates with ``-``, ``/`` or ``.`` are understood.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

# Excel counts days from 1899-12-30 (it believes 1900 was a leap year).
EXCEL_EPOCH = date(1899, 12, 30)
# Serials of 1950-01-01 and 2100-01-01: outside of it a number is no date.
FIRST_SERIAL, LAST_SERIAL = 18264, 73051
# Beyond these a figure is a mistake, and no column of the database holds it.
NUMBER_LIMIT, INTEGER_LIMIT = 10**12, 2**31

_DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME_TAIL = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


class CellError(ValueError):
    """A cell that cannot be read; ``code`` names the problem."""

    def __init__(self, code, value):
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value


def to_text(value):
    """Return the text of a cell: NFKC-normalised, inner blanks single, ends stripped.

    Whole numbers lose their ``.0``, so that room 101 is "101" however it was typed.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    text = " ".join(unicodedata.normalize("NFKC", str(value)).split())
    return text or None


def to_code(value):
    """Return an identifier: like :func:`to_text`, without any blank inside."""
    text = to_text(value)
    return text.replace(" ", "") if text else None


def to_decimal(value):
    """Return a ``Decimal``; raises ``CellError('not_a_number')``."""
    if isinstance(value, bool):
        raise CellError("not_a_number", value)
    text = to_code(value)
    if text is None:
        return None
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise CellError("not_a_number", value) from None
    if not number.is_finite() or abs(number) >= NUMBER_LIMIT:
        raise CellError("not_a_number", value)
    return number


def to_integer(value):
    """Return an ``int``; raises ``CellError`` for text or a fraction."""
    number = to_decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= INTEGER_LIMIT:
        raise CellError("not_an_integer", value)
    return int(number)


def to_date(value):
    """Return a ``date``; raises ``CellError('not_a_date')``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = to_text(value)
    if text is None:
        return None
    match = _DATE_TEXT.fullmatch(_TIME_TAIL.sub("", text))
    if match:
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise CellError("not_a_date", value) from None
    return _from_serial(text, value)


def _from_serial(text, value):
    try:
        serial = to_decimal(text)
    except CellError:
        serial = None
    if serial is None or not FIRST_SERIAL <= serial < LAST_SERIAL:
        raise CellError("not_a_date", value)
    return EXCEL_EPOCH + timedelta(days=int(serial))
