"""Plain tables that other programs read and write: rows of text under headings.

What a heading is called is for who calls. Amounts and dates are written as text, as
banks and issuing platforms want them; nothing that people entered becomes a formula.
"""

import csv
import io

import xlsxwriter

from .statement_cells import FileError, Unread
from .statement_files import lines_of

__all__ = ["FileError", "check_cells", "read_table", "write_csv", "write_xlsx"]


def read_table(data, name, required):
    """Return the rows of a file as dicts of text by heading.

    :param bytes data: a workbook, or text separated by commas or tabs
    :param str name: of the file
    :param required: headings without which a line is not the heading line
    :return: list of (number of the row in the file, {heading: text})
    :raises FileError: no such table in it
    """
    lines = lines_of(data, name)
    for above, cells in enumerate(lines, 1):
        headings = [cell.replace(" ", "") for cell in cells]
        if set(required) <= set(headings):
            return [
                (number, dict(zip(headings, row, strict=False)))
                for number, row in enumerate(lines[above:], above + 1)
                if any(row)
            ]
    raise FileError("no_headings", heading=", ".join(required))


def check_cells(row):
    """Refuse a row of which a cell does not say what it was.

    :raises FileError: such as a long number that a spreadsheet has rounded
    """
    for cell in row.values():
        if isinstance(cell, Unread):
            raise cell.error


def write_xlsx(headings, rows):
    """Return a workbook with one sheet, all cells text.

    :param headings: list of text
    :param rows: lists of text, as long as the headings
    """
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, max(12, 2 * len(heading)))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell or "")
    return file.getvalue()


def write_csv(headings, rows, encoding="utf-8-sig"):
    """Return the same as text separated by commas.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([[_harmless(cell or "") for cell in row] for row in rows])
    return file.getvalue().encode(encoding, errors="replace")


def _harmless(text):
    is_number = text.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not is_number else text
