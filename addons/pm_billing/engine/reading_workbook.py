"""Meter readings of a workbook: a row for each meter, with what it showed.

Cells are read by the readers of ``pm_core``, which refuse what a cell does not say for
certain. What a row means (which meter, whether it can be believed) is for the model.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo.addons.pm_core.engine.cells import to_code, to_date, to_decimal, to_text
from odoo.addons.pm_core.engine.row_reader import RowReader
from odoo.addons.pm_core.engine.workbook import (
    Heading,
    Issue,
    Workbook,
    WorkbookError,
    gather,
)

SHEET = "抄表"
ROOM, MEDIUM, NUMBER, BEFORE, NOW, DAY = (
    "房屋",
    "表类型",
    "表号",
    "上期读数",
    "本期读数",
    "抄表日期",
)
REGISTERS = {
    "sharp": "本期尖",
    "peak": "本期峰",
    "flat": "本期平",
    "valley": "本期谷",
    "demand": "最大需量",
}
NOTE = "备注"
# before it a day is a slip of the pen: 0026-10-31
FIRST_YEAR = 1990
HEADINGS = [
    *(Heading(name, required=True) for name in (ROOM, NUMBER, NOW, DAY)),
    *(Heading(name) for name in (MEDIUM, BEFORE)),
    *(Heading(name, optional=True) for name in (*REGISTERS.values(), NOTE)),
]
MEDIA = {
    "水表": "water",
    "冷水表": "water",
    "自来水": "water",
    "自来水表": "water",
    "热水表": "hot_water",
    "中水表": "reclaimed",
    "电表": "electricity",
    "燃气表": "gas",
    "天然气表": "gas",
    "煤气表": "gas",
    "气表": "gas",
    "热表": "heat",
    "热量表": "heat",
    "暖气表": "heat",
    "冷量表": "cooling",
    "蒸汽表": "steam",
}


@dataclass
class ReadingRow:
    """What a row says; ``values`` by register, empty where nothing was read."""

    reader: RowReader
    row: int
    room: str
    medium: str | None
    number: str
    day: date
    before: Decimal | None
    values: dict = field(default_factory=dict)
    note: str | None = None


def read_readings(content):
    """Return (rows, issues, number of filled rows) of a workbook.

    The sheet 抄表, or the only sheet there is. Issues of single rows may be added by
    ``row.reader.report`` to the same list; :func:`gather` them when done.

    :raises WorkbookError: it is no workbook, or nobody can say which sheet is meant
    """
    issues, rows, count = [], [], 0
    with Workbook(content) as book:
        sheet = _sheet(book)
        for row in book.rows(sheet, HEADINGS, issues):
            count += 1
            told = _read(RowReader(issues, row))
            if told:
                rows.append(told)
        issues += [
            Issue(name, 1, "", "", "warning", "unread_sheet", value=name)
            for name in book.sheet_names
            if name != sheet and book.is_sheet_filled(name)
        ]
    return rows, issues, count


def _sheet(book):
    if book.has_sheet(SHEET):
        return SHEET
    filled = [name for name in book.sheet_names if book.is_sheet_filled(name)]
    if len(filled) == 1:
        return filled[0]
    raise WorkbookError("missing_sheets" if filled else "empty", SHEET)


def _read(reader):
    medium = reader.value(MEDIUM, to_code)
    if medium is not None and medium not in MEDIA:
        reader.report(MEDIUM, "unknown_medium")
    values = {"value": reader.value(NOW, to_decimal)}
    for name, heading in REGISTERS.items():
        value = reader.value(heading, to_decimal)
        if value is not None:
            values[name] = value
    told = ReadingRow(
        reader=reader,
        row=reader.number,
        room=reader.value(ROOM, to_code, required=True),
        medium=MEDIA.get(medium),
        number=reader.value(NUMBER, to_code, required=True),
        day=reader.value(DAY, to_date, required=True),
        before=reader.value(BEFORE, to_decimal),
        values={name: value for name, value in values.items() if value is not None},
        note=reader.value(NOTE, to_text, severity="warning"),
    )
    if told.day and told.day.year < FIRST_YEAR:
        reader.report(DAY, "not_a_date")
    return None if reader.refused else told


__all__ = ["ReadingRow", "gather", "read_readings"]
