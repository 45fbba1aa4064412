"""Rows of a spreadsheet by heading, streamed, with formula cells resolved."""

import io
import zipfile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string

from .cells import to_code
from .formula import FormulaError, evaluate

MAX_BYTES = 20 * 1024 * 1024
# A workbook is a zip file: small ones can unpack to anything.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ROWS = 200_000


class WorkbookError(ValueError):
    """The file as a whole cannot be used; ``code`` and ``detail`` say why."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Row:
    """One row of a sheet: values by heading."""

    def __init__(self, sheet, number, columns, values):
        self.sheet = sheet
        self.number = number
        self._columns = columns
        self._values = values

    def get(self, heading):
        index = self._columns.get(heading)
        if index is None or index >= len(self._values):
            return None
        return self._values[index]

    def address(self, heading):
        index = self._columns.get(heading)
        return (
            f"{get_column_letter(index + 1)}{self.number}" if index is not None else ""
        )


class Workbook:
    """A workbook opened for reading; use as a context manager.

    :raises WorkbookError: too_large, not_a_workbook, missing_sheets
    """

    def __init__(self, content, required_sheets=()):
        check_size(len(content))
        self._content = content
        self._book = self._open(data_only=False)
        self._cached = None
        self._sheets = {to_code(name): name for name in self._book.sheetnames}
        missing = [name for name in required_sheets if name not in self._sheets]
        if missing:
            self.close()
            raise WorkbookError("missing_sheets", ", ".join(missing))

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Close the archives behind the workbook."""
        for book in filter(None, (self._book, self._cached)):
            book.close()

    def _open(self, data_only):
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                size = sum(info.file_size for info in archive.infolist())
        except (zipfile.BadZipFile, OSError) as error:
            raise WorkbookError("not_a_workbook") from error
        if size > MAX_UNPACKED_BYTES:
            raise WorkbookError("too_large", str(MAX_UNPACKED_BYTES // 1024**2))
        try:
            return load_workbook(
                io.BytesIO(self._content), read_only=True, data_only=data_only
            )
        except Exception as error:  # openpyxl raises whatever its parser hits
            raise WorkbookError("not_a_workbook", str(error)) from error

    def rows(self, sheet):
        """Yield a :class:`Row` for each filled row below the headings.

        A formula without a value that can be had reads as its own text: the
        check of the cell refuses it where a number or a date belongs.
        """
        name = self._sheets.get(sheet)
        if name is None:
            return
        columns = None
        for number, values in enumerate(_values(self._book[name]), 1):
            if number > MAX_ROWS:
                raise WorkbookError("too_many_rows", str(MAX_ROWS))
            if all(value is None for value in values):
                continue
            if columns is None:
                columns = _headings(values)
                continue
            if any(_is_formula(value) for value in values):
                values = self._resolve(name, number, values)
            yield Row(sheet, number, columns, values)

    def _resolve(self, name, number, values):
        """Replace formulas by their stored, else by their calculated value."""
        if self._cached is None:
            self._cached = self._open(data_only=True)
        row = _kept_rows(self._cached, name).get(number, ())
        resolved = list(values)
        for index, value in enumerate(values):
            if not _is_formula(value):
                continue
            known = row[index] if index < len(row) else None
            resolved[index] = (
                known if known is not None else self._work_out(name, value)
            )
        return resolved

    def _work_out(self, name, formula):
        try:
            return evaluate(formula, lambda reference: self._lookup(name, reference))
        except FormulaError:
            return formula

    def _lookup(self, name, reference):
        letter, number = coordinate_from_string(reference)
        row = _kept_rows(self._book, name).get(number, ())
        for index, value in enumerate(row):
            if get_column_letter(index + 1) == letter:
                return value
        return None


def check_size(size):
    """Refuse a file of more than ``MAX_BYTES``; raises ``WorkbookError``."""
    if size > MAX_BYTES:
        raise WorkbookError("too_large", str(MAX_BYTES // 1024**2))


def _values(worksheet):
    """Yield the values of each row of a sheet."""
    # some generators write a wrong dimension, which would cut rows off
    worksheet.reset_dimensions()
    try:
        yield from worksheet.iter_rows(values_only=True)
    except Exception as error:  # openpyxl raises whatever its parser hits
        raise WorkbookError("not_a_workbook", str(error)) from error


def _kept_rows(book, name):
    """All rows of a sheet by number; kept on the workbook, it is asked per formula."""
    kept = book.__dict__.setdefault("_pm_rows", {})
    if name not in kept:
        kept[name] = dict(enumerate(_values(book[name]), 1))
    return kept[name]


def _is_formula(value):
    return isinstance(value, str) and value.startswith("=")


def _headings(values):
    """Columns by heading; an explanation in brackets is no part of the heading."""
    columns = {}
    for index, value in enumerate(values):
        heading = to_code(value)
        if heading:
            columns.setdefault(heading.split("(")[0], index)
    return columns
