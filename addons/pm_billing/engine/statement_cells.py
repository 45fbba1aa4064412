"""Reading the cells of statement files: what a cell does not say is never guessed.

A workbook that was saved again shows a number of 28 digits as 4.2E+27, equal for
different transactions; a formula may have lost its result, and ``2,8`` is 2.8 for
one writer and a slip for another. Such a cell is told of, with the reason, and its
row is held.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal

from odoo.addons.pm_core.engine.cells import (
    CellError,
    to_decimal,
    to_digits,
    to_display,
    to_text,
)

DATES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y年%m月%d日",
)
# some banks write the hour into a column of its own
HOUR = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
# ="0012", by which a program keeps a spreadsheet from reading a number
_QUOTED = re.compile(r'="([^"]*)"')


class FileError(ValueError):
    """A statement file, or a row of it, that cannot be read.

    ``reason`` is a key and ``values`` what it is about, so that whoever shows it can
    say it in the reader's language.
    """

    def __init__(self, reason, **values):
        super().__init__(f"{reason}: {', '.join(map(str, values.values()))}")
        self.reason = reason
        self.values = values


class Unread(str):
    """What a cell shows, where that is not its value; ``error`` says why."""

    @classmethod
    def of(cls, value, error):
        unread = cls(to_display(value) or "?")
        unread.error = error
        return unread


def clean(value):
    """Return the text of a cell without what platforms put around it.

    A cell that is no text, number or date is :class:`Unread`.
    """
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, str):
        value = value.strip("\ufeff \t\r\n\u3000").removeprefix("`").strip("\t ")
        quoted = _QUOTED.fullmatch(value)
        value = quoted[1] if quoted else value
    try:
        to_text(value)
    except CellError as error:
        return Unread.of(value, FileError(error.code, value=to_display(value)))
    if value is None or isinstance(value, str):
        return value or ""
    return f"{Decimal(str(value)):f}".removesuffix(".0")


def amount_of(text):
    """Return an amount that people or platforms write; nothing written is zero.

    A comma is a thousands separator where it can be one; ``2,8`` and ``1.234,50`` are
    not guessed.

    :raises FileError: decimal_comma, not_a_number
    """
    plain = str(text or "").replace("¥", "").replace("￥", "").strip()
    if plain in ("", "-", "--"):
        return Decimal()
    try:
        return to_decimal(plain) or Decimal()
    except CellError as error:
        raise FileError(error.code, value=plain, hint=error.hint) from error


def time_of(text):
    """Return the moment that is written.

    :raises FileError: not_a_date
    """
    if isinstance(text, datetime):
        return text
    text = re.sub(r"\s+", " ", str(text or "")).strip()
    for form in DATES:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise FileError("not_a_date", value=text)


def number_of(heading, text):
    """Return the number by which a platform knows a transaction.

    :raises FileError: no_key; key_lost: a spreadsheet has rounded it
    """
    if not text:
        raise FileError("no_key", heading=heading)
    try:
        to_digits(text)
    except CellError as error:
        raise FileError("key_lost", heading=heading, value=text) from error
    return text
