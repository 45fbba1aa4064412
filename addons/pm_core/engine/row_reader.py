"""Typed access to the cells of one row, with a list of what is wrong in it."""

from .cells import (
    CellError,
    to_code,
    to_decimal,
    to_digits,
    to_display,
    to_integer,
    to_text,
)
from .identity_number import fault
from .phone import PhoneError, read_phone
from .workbook import Issue

# What a workbook may not repeat to everybody who may read the list of its problems.
PERSONAL = {"身份证号"}
# What the source system has people enter where they know nothing.
NO_PHONE, NO_ID_NUMBER, NO_AGE = "18999999999", "1" * 18, 1
OLDEST = 120


class RowReader:
    """One row: typed access by heading; problems are recorded and remembered."""

    def __init__(self, issues, row):
        self._issues = issues
        self._row = row
        self.number = row.number
        self.refused = False

    def report(self, heading, code, severity="error", value=None, other=""):
        """Record a problem of the cell below ``heading``."""
        if severity == "error":
            self.refused = True
        if value is None:
            value = self._row.get(heading)
        self._issues.append(
            Issue(
                sheet=self._row.sheet,
                row=self.number,
                column=heading,
                cell=self._row.address(heading),
                severity=severity,
                code=code,
                value=_shown(heading, value),
                other=str(other),
            )
        )

    def raw(self, heading):
        """Return the cell below ``heading`` as the workbook has it."""
        return self._row.get(heading)

    def value(self, heading, reader=to_text, required=False, severity="error"):
        """Return the cleaned value below ``heading``; None when empty or unreadable."""
        try:
            value = reader(self._row.get(heading))
        except CellError as error:
            self.report(heading, error.code, severity, other=error.hint)
            return None
        if value is None and required:
            self.report(heading, "missing")
        return value

    def read_amount(self, heading, required=False, positive=False):
        """Return a number that must not be negative (or must be above zero).

        One that is merged over several rows may be meant for each or for all.
        """
        if self._row.is_merged(heading):
            self.report(heading, "merged_amount")
            return None
        number = self.value(heading, to_decimal, required)
        if number is not None and number < 0:
            self.report(heading, "negative")
        elif number is not None and positive and not number:
            self.report(heading, "zero")
        return number

    def read_choice(self, heading, choices, default):
        """Return the choice of a code list; an unknown code is a warning."""
        code = self.value(heading, to_code)
        if code is not None and code not in choices:
            self.report(heading, "unknown_choice", "warning")
        return choices.get(code, default)

    def claim(self, heading, key, records):
        """Refuse the row when an earlier one already has ``key``."""
        if key in records:
            self.report(heading, "duplicate", other=records[key].row)

    # -- what several sheets say about people ---------------------------------

    def read_phone(self, heading, country):
        """Return a phone number as it was written; a doubtful one is a warning."""
        text = self.value(heading, to_digits)
        if text in (None, NO_PHONE):
            return None
        try:
            read_phone(text, country)
        except PhoneError as error:
            self.report(heading, error.code, "warning")
        return text

    def read_id_number(self, heading):
        """Return the number of an identity card.

        One that has lost digits is left out; one whose check digit is wrong is kept,
        to be compared with the card.
        """
        try:
            number = to_digits(self.raw(heading))
        except CellError as error:
            severity = "warning" if error.code == "digits_lost" else "error"
            self.report(heading, error.code, severity)
            return None
        if number in (None, NO_ID_NUMBER):
            return None
        number = number.upper()
        code = fault(number)
        if code:
            self.report(heading, code, "warning")
        return None if code == "id_form" else number

    def read_age(self, heading):
        age = self.value(heading, to_integer, severity="warning")
        if age is not None and not NO_AGE <= age <= OLDEST:
            self.report(heading, "no_age", "warning")
        return age if age and NO_AGE < age <= OLDEST else None


def _shown(heading, value):
    """The value of a cell for the message about it."""
    text = to_display(value)
    if heading in PERSONAL and sum(map(str.isdigit, text)) > 7:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return text
