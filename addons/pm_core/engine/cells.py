"""Reading single spreadsheet cells the way people really fill them in.

Every importer reads its cells here, so that the rules are the same in every column
of every workbook. Each function takes the raw cell value and returns a clean Python
value, ``None`` for an empty cell, or raises :class:`CellError` with the code of the
problem. Full-width characters, stray spaces (also U+3000), well-formed thousands
separators, numbers stored as text, Excel serial dates and dates with ``-``, ``/`` or
``.`` are understood.

What a cell does not say for certain is never guessed: the spreadsheet program turns
room 1-2 into a date, an identity number into 1.1E+17 and a lost reference into
``#REF!``. A value of another type is refused, not turned into text.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

# Excel counts days from 1899-12-30 (it believes 1900 was a leap year).
EXCEL_EPOCH = date(1899, 12, 30)
# Serials of 1950-01-01 and 2100-01-01: outside of it a number is no date.
FIRST_SERIAL, LAST_SERIAL = 18264, 73051
# Beyond these a figure is a mistake, and no column of the database holds it.
NUMBER_LIMIT, INTEGER_LIMIT = 10**12, 2**31
# Excel keeps 15 significant digits: a longer number typed as number is damaged.
EXCEL_DIGITS = 15

_DATE_TEXT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME_TAIL = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
# #N/A, #REF!, #DIV/0!, #NAME? ... of Excel and WPS, Err:502 of LibreOffice
_ERROR_TEXT = re.compile(
    r"#(N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!"
    r"|CONNECT!|UNKNOWN!|EXTERNAL!|PYTHON!|GETTING_DATA)|Err:\d{3}",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?E[+]?\d+", re.IGNORECASE)
# groups of three behind commas or blanks, or no groups at all
_NUMBER = re.compile(
    r"[+-]? ?(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)?"
    r"(?: ?\. ?\d*)?"
)
# 2,8 and 1.234,56: what is behind the last comma may be a fraction
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(?:\.\d{3})+),(\d+)")
_YES = {"有", "是", "Y", "YES", "1", "TRUE"}
_NO = {"无", "没有", "否", "N", "NO", "0", "FALSE"}
# people who want a text write the apostrophe that Excel hides into the cell itself
_APOSTROPHES = "'’‘"


class CellError(ValueError):
    """A cell that cannot be read; ``code`` names the problem, ``hint`` a way out."""

    def __init__(self, code, value, hint=""):
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value
        self.hint = hint


def to_text(value):
    """Return the text of a cell: NFKC-normalised, inner blanks single, ends stripped.

    Whole numbers lose their ``.0``, so that room 101 is "101" however it was typed.

    :raises CellError: error_value, formula, not_a_text (a date, a time, a boolean)
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise CellError("not_a_text", value)
    if isinstance(value, str):
        return _clean(value)
    _check_digits(value)
    if value == int(value):
        value = int(value)
    return str(value)


def _clean(value):
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    if text[:1] in _APOSTROPHES:
        text = text[1:].lstrip()
    if text.startswith("="):
        raise CellError("formula", value)
    if _ERROR_TEXT.fullmatch(text):
        raise CellError("error_value", value)
    return text or None


def _check_digits(number):
    """Refuse what is no finite number, or has lost digits in the spreadsheet."""
    try:
        whole = int(number)
    except (ValueError, OverflowError):
        raise CellError("not_a_text", number) from None
    if len(str(abs(whole))) > EXCEL_DIGITS:
        raise CellError("digits_lost", number)


def to_code(value):
    """Return an identifier: text or a whole number, without any blank inside.

    :raises CellError: as :func:`to_text`; not_a_code (a fraction)
    """
    if isinstance(value, float | Decimal) and not isinstance(value, bool):
        _check_digits(value)
        if value != int(value):
            raise CellError("not_a_code", value)
    text = to_text(value)
    return text.replace(" ", "") if text else None


def to_digits(value):
    """Return a long number that is no figure: of a phone, of an identity card.

    :raises CellError: as :func:`to_code`; scientific (1.1E+17 has lost its digits)
    """
    text = to_code(value)
    if text and _SCIENTIFIC.fullmatch(text):
        raise CellError("scientific", value)
    return text


def to_decimal(value):
    """Return a ``Decimal``; a comma is a thousands separator where it can be one.

    :raises CellError: error_value, formula, not_a_number, decimal_comma
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise CellError("not_a_number", value)
    if isinstance(value, str):
        text = _clean(value)
        number = Decimal(_plain_number(text, value)) if text else None
    else:
        number = Decimal(str(value))
    if number is None:
        return None
    if not number.is_finite() or abs(number) >= NUMBER_LIMIT:
        raise CellError("not_a_number", value)
    return number


def _plain_number(text, value):
    """Return the digits of a number that people wrote, as ``Decimal`` takes it."""
    if _NUMBER.fullmatch(text) and any(char.isdigit() for char in text):
        return text.replace(",", "").replace(" ", "")
    comma = _DECIMAL_COMMA.fullmatch(text.replace(" ", ""))
    if comma:
        whole, fraction = comma.groups()
        hint = f"{whole.replace('.', '')}.{fraction}"
        raise CellError("decimal_comma", value, hint)
    raise CellError("not_a_number", value)


def to_integer(value):
    """Return an ``int``; raises ``CellError`` for text or a fraction."""
    number = to_decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) >= INTEGER_LIMIT:
        raise CellError("not_an_integer", value)
    return int(number)


def to_date(value):
    """Return a ``date``.

    :raises CellError: error_value, formula, not_a_date
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_serial(value, value)
    if value is not None and not isinstance(value, str):
        raise CellError("not_a_date", value)
    text = _clean(value) if value is not None else None
    if text is None:
        return None
    match = _DATE_TEXT.fullmatch(_TIME_TAIL.sub("", text))
    if match:
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise CellError("not_a_date", value) from None
    return _from_serial(text, value)


def _from_serial(number, value):
    try:
        serial = to_decimal(number)
    except CellError:
        serial = None
    if serial is None or not FIRST_SERIAL <= serial < LAST_SERIAL:
        raise CellError("not_a_date", value)
    return EXCEL_EPOCH + timedelta(days=int(serial))


def to_flag(value):
    """Return True or False; raises ``CellError('not_a_flag')`` for anything else."""
    if isinstance(value, bool):
        return value
    text = to_code(value)
    if text is None:
        return None
    if text.upper() in _YES:
        return True
    if text.upper() in _NO:
        return False
    raise CellError("not_a_flag", value)


def to_display(value):
    """Return any cell value as people see it, for a message about it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)
