"""Rows of a spreadsheet by heading, streamed, with formula cells resolved.

Who reads a sheet says which headings it knows. Everything else in the sheet is either
told (:class:`Issue`) or is plainly no row of the table: a title above the
headings, notes beside it, cells that have a colour and no value.
"""

import difflib
import io
import itertools
import zipfile
from dataclasses import dataclass, replace

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from .cells import CellError, to_code
from .formula import FormulaError, evaluate
from .sheet_layout import SheetLayout

MAX_BYTES = 20 * 1024 * 1024
# A workbook is a zip file: small ones can unpack to anything.
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_ROWS = 200_000
# No spreadsheet has more; a file that says so keeps the reader counting for hours.
LAST_ROW = 1_048_576
# Titles and remarks that people put above their headings.
HEADING_ROWS = 20
# Warnings of one kind about one column that are still listed one by one.
MANY = 50


class WorkbookError(ValueError):
    """The file as a whole cannot be used; ``code`` and ``detail`` say why."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Heading:
    """A column that a sheet may have.

    :param required: without it no row can be used
    :param optional: where it is missing nothing is lost that matters
    """

    name: str
    required: bool = False
    optional: bool = False


@dataclass
class Issue:
    """A problem of a cell, a row or a sheet.

    An error refuses the row, or the sheet when it is about the headings; a warning
    keeps it.
    """

    sheet: str
    row: int
    column: str
    cell: str
    severity: str
    code: str
    value: str = ""
    other: str = ""
    # of a warning that stands for many: how many, and in which rows
    count: int = 1
    rows: str = ""

    @classmethod
    def of_headings(cls, sheet, headings):
        """A sheet with values in it, and none of the headings that are known."""
        names = ", ".join(heading.name for heading in headings if heading.required)
        return cls(sheet, 1, "", "", "error", "no_headings", other=names)


class Row:
    """One row of a sheet: values by heading."""

    def __init__(self, sheet, number, columns, values, merged=()):
        self.sheet = sheet
        self.number = number
        self._columns = columns
        self._values = values
        self._merged = merged

    def get(self, heading):
        index = self._columns.get(heading)
        if index is None or index >= len(self._values):
            return None
        return self._values[index]

    def is_merged(self, heading):
        """Whether the value stands for several rows."""
        return self._columns.get(heading) in self._merged

    def address(self, heading):
        index = self._columns.get(heading)
        return (
            f"{get_column_letter(index + 1)}{self.number}" if index is not None else ""
        )


class Workbook:
    """A workbook opened for reading; use as a context manager.

    :raises WorkbookError: too_large, not_a_workbook
    """

    def __init__(self, content):
        check_size(len(content))
        self._content = content
        self._book = self._open(data_only=False)
        self._cached = None
        self._sheets = {}
        for name in self._book.sheetnames:
            self._sheets.setdefault(_heading(name), name)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Close the archives behind the workbook."""
        for book in filter(None, (self._book, self._cached)):
            book.close()

    def has_sheet(self, sheet):
        return sheet in self._sheets

    @property
    def sheet_names(self):
        """The names of all sheets, as the readers know them."""
        return list(self._sheets)

    def is_sheet_filled(self, sheet):
        """Whether anything stands in the first rows of a sheet."""
        worksheet = self._book[self._sheets[sheet]]
        if not hasattr(worksheet, "reset_dimensions"):
            return False  # a chart
        top = itertools.islice(_values(worksheet), HEADING_ROWS)
        return any(map(_is_filled, top))

    def require(self, sheets):
        """Refuse a workbook that lacks one of ``sheets``.

        :raises WorkbookError: missing_sheets
        """
        missing = [name for name in sheets if name not in self._sheets]
        if missing:
            raise WorkbookError("missing_sheets", ", ".join(missing))

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

    def rows(self, sheet, headings, issues):
        """Yield a :class:`Row` for each filled row below the headings.

        A row is filled when a cell below a known heading is. A formula without a
        value that can be had reads as its own text, which every reader of cells
        refuses.

        :param list headings: the :class:`Heading` that the sheet may have
        :param list issues: takes a :class:`Issue` for what was not read
        """
        name = self._sheets.get(sheet)
        if name is None:
            return
        numbered = enumerate(_values(self._book[name]), 1)
        top = list(itertools.islice(numbered, HEADING_ROWS))
        table = Table.find(sheet, headings, top)
        if table is None:
            if any(_is_filled(values) for _number, values in top):
                issues.append(Issue.of_headings(sheet, headings))
            return
        layout = self._layout(name)
        below = itertools.chain(top[table.row :], numbered)
        yield from self._filled_rows(name, table, layout, below)
        issues += table.issues(layout)

    def _filled_rows(self, name, table, layout, numbered):
        merged = {}
        for number, values in numbered:
            for column, last in layout.merged_from(number):
                if column < len(values):
                    values = self._resolve(name, number, values, layout)
                    merged[column] = (last, values[column])
            if not table.is_filled(values):
                continue
            table.note(number, values)
            if table.is_broken:
                continue
            values = self._resolve(name, number, values, layout)
            yield table.make_row(number, values, merged)

    def _layout(self, name):
        path = self._book[name]._worksheet_path
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                return SheetLayout.read(archive.open(path))
        except (etree.XMLSyntaxError, KeyError, ValueError, TypeError) as error:
            raise WorkbookError("not_a_workbook", str(error)) from error

    def _resolve(self, name, number, values, layout):
        """Replace formulas by their stored, else by their calculated value."""
        if not any(map(_is_formula, values)):
            return values
        if self._cached is None:
            self._cached = self._open(data_only=True)
        row = _kept_rows(self._cached, name).get(number, ())
        resolved = list(values)
        for index, value in enumerate(values):
            if not _is_formula(value):
                continue
            known = row[index] if index < len(row) else None
            if known is not None:
                resolved[index] = known
            elif f"{get_column_letter(index + 1)}{number}" in layout.empty_results:
                resolved[index] = None
            else:
                resolved[index] = self._work_out(name, _formula_text(value))
        return resolved

    def _work_out(self, name, formula):
        try:
            return evaluate(formula, lambda reference: self._lookup(name, reference))
        except FormulaError:
            return formula

    def _lookup(self, name, reference):
        letters, number = coordinate_from_string(reference)
        row = _kept_rows(self._book, name).get(number, ())
        index = column_index_from_string(letters) - 1
        return row[index] if index < len(row) else None


class Table:
    """The headings that were found in a sheet, and what was seen below them."""

    def __init__(self, sheet, headings, row, values):
        self.sheet = sheet
        self.row = row
        self._headings = headings
        known = {heading.name for heading in headings}
        # {heading: columns that have it}, known ones and others
        self._found, self._others = {}, {}
        for index, value in enumerate(values):
            name = _heading(value)
            if name in known:
                self._found.setdefault(name, []).append(index)
            elif name:
                self._others.setdefault(name, []).append(index)
        self._columns = {name: indexes[0] for name, indexes in self._found.items()}
        self._headed = {
            index
            for indexes in (*self._found.values(), *self._others.values())
            for index in indexes
        }
        self._rows = []
        self._unheaded = set()
        # it would be a guess which column is which: no row is read
        self.is_broken = bool(self._doubled() or self._missing(required=True))

    @classmethod
    def find(cls, sheet, headings, top):
        """Return the table whose headings are the row that has most of them."""
        known = {heading.name for heading in headings}
        best, most = None, 0
        for number, values in top:
            names = {_heading(value) for value in values} & known
            if len(names) > most:
                best, most = (number, values), len(names)
        # one word alone may stand in a title
        if not best or most < min(2, len(known)):
            return None
        return cls(sheet, headings, *best)

    def _doubled(self):
        return {name: at for name, at in self._found.items() if len(at) > 1}

    def _missing(self, required=False):
        return [
            heading.name
            for heading in self._headings
            if heading.name not in self._found
            and (heading.required if required else not heading.optional)
        ]

    def is_filled(self, values):
        return any(
            index < len(values) and _has_value(values[index])
            for index in self._columns.values()
        )

    def note(self, number, values):
        """Take down a filled row, and what stands in it below no heading."""
        if len(self._rows) >= MAX_ROWS:
            raise WorkbookError("too_many_rows", str(MAX_ROWS))
        self._rows.append(number)
        for index, value in enumerate(values):
            if index not in self._headed and _has_value(value):
                self._unheaded.add(index)

    def make_row(self, number, values, merged):
        """Return the row, with the values of cells that are merged over it."""
        filled, columns = list(values), set()
        for column, (last, value) in merged.items():
            if number > last:
                continue
            columns.add(column)
            filled += [None] * (column + 1 - len(filled))
            filled[column] = value
        return Row(self.sheet, number, self._columns, filled, columns)

    def issues(self, layout):
        """Return what to say about the sheet; nothing when no row is filled."""
        if not self._rows:
            return []
        return [
            *self._doubled_issues(),
            *self._missing_issues(),
            *self._unread_issues(),
            *self._hidden_issues(layout),
        ]

    def _issue(self, severity, code, column, indexes=(), other="", row=None):
        row = row or self.row
        cells = [f"{get_column_letter(index + 1)}{row}" for index in indexes]
        return Issue(
            self.sheet,
            row,
            column,
            ", ".join(cells),
            severity,
            code,
            value=column,
            other=other,
        )

    def _doubled_issues(self):
        for name, indexes in self._doubled().items():
            letters = map(get_column_letter, (index + 1 for index in indexes))
            yield self._issue(
                "error", "doubled_column", name, indexes, " / ".join(letters)
            )

    def _missing_issues(self):
        required = self._missing(required=True)
        others = list(self._others)
        for name in self._missing():
            close = difflib.get_close_matches(name, others, n=2, cutoff=0.5)
            yield self._issue(
                "error" if name in required else "warning",
                "required_column" if name in required else "missing_column",
                name,
                other=" / ".join(close),
            )

    def _unread_issues(self):
        missing = [h.name for h in self._headings if h.name not in self._found]
        for name, indexes in self._others.items():
            close = difflib.get_close_matches(name, missing, n=2, cutoff=0.5)
            # what sounds like none of them may still mean one of them
            offered = close or self._missing()
            yield self._issue(
                "warning", "unread_column", name, indexes, " / ".join(offered)
            )
        if self._unheaded:
            letters = ", ".join(
                get_column_letter(i + 1) for i in sorted(self._unheaded)
            )
            yield self._issue("warning", "unheaded_column", letters)

    def _hidden_issues(self, layout):
        hidden = [number for number in self._rows if number in layout.hidden_rows]
        if hidden:
            yield self._issue(
                "warning", "hidden_rows", "", other=str(len(hidden)), row=hidden[0]
            )


def gather(issues):
    """Make one of warnings that say the same of very many rows.

    In a register of people without sound identity numbers the few problems that
    matter would be found by nobody.
    """
    alike = {}
    for issue in issues:
        if issue.severity == "warning":
            key = issue.sheet, issue.column, issue.code
            alike.setdefault(key, []).append(issue)
    many = {key for key, same in alike.items() if len(same) > MANY}
    gathered = []
    for issue in issues:
        key = issue.sheet, issue.column, issue.code
        if issue.severity != "warning" or key not in many:
            gathered.append(issue)
        elif issue is alike[key][0]:
            rows = sorted({other.row for other in alike[key]})
            gathered.append(replace(issue, count=len(rows), rows=_ranges(rows)))
    return gathered


def _ranges(numbers):
    """Write sorted numbers as 2-5, 8, 10-12."""
    ranges = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def check_size(size):
    """Refuse a file of more than ``MAX_BYTES``; raises ``WorkbookError``."""
    if size > MAX_BYTES:
        raise WorkbookError("too_large", str(MAX_BYTES // 1024**2))


def _values(worksheet):
    """Yield the values of each row of a sheet."""
    # some generators write a wrong dimension, which would cut rows off
    worksheet.reset_dimensions()
    try:
        for number, values in enumerate(worksheet.iter_rows(values_only=True), 1):
            if number > LAST_ROW:
                raise WorkbookError("too_many_rows", str(MAX_ROWS))
            yield values
    except WorkbookError:
        raise
    except Exception as error:  # openpyxl raises whatever its parser hits
        raise WorkbookError("not_a_workbook", str(error)) from error


def _kept_rows(book, name):
    """The filled rows of a sheet by number; kept, as it is asked for each formula."""
    kept = book.__dict__.setdefault("_pm_rows", {})
    if name not in kept:
        kept[name] = {
            number: values
            for number, values in enumerate(_values(book[name]), 1)
            if _is_filled(values)
        }
    return kept[name]


def _is_formula(value):
    if isinstance(value, ArrayFormula | DataTableFormula):
        return True
    return isinstance(value, str) and value.startswith("=")


def _formula_text(value):
    if isinstance(value, ArrayFormula):
        value = value.text or ""
    elif isinstance(value, DataTableFormula):
        value = ""
    return value if value.startswith("=") else f"={value}"


def _has_value(value):
    return value is not None and not (isinstance(value, str) and not value.strip())


def _is_filled(values):
    return any(map(_has_value, values))


def _heading(value):
    """A heading as it is compared: an explanation in brackets and the star of what
    must be filled in are no part of it."""
    try:
        text = to_code(value)
    except CellError:
        return None
    return text.split("(")[0].strip("*") if text else None
