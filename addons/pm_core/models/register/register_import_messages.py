"""What is said about each kind of problem of a register workbook.

Each code of an :class:`Issue` has its text and the facts that fill it in: in their
order for ``%s``, by name for ``%(name)s``. The facts are ``value``, ``other``,
``column`` and ``sheet`` of the issue, and ``offer``, the question whether ``other``
is the heading that was meant.
"""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MESSAGES = {
    "missing": (
        _lt("%s is empty. Fill it in."),
        ["column"],
    ),
    "not_a_number": (
        _lt("“%(value)s” is no number. Enter %(column)s in digits."),
        {"value": "value", "column": "column"},
    ),
    "not_an_integer": (
        _lt("“%s” is no whole number. Enter a whole number."),
        ["value"],
    ),
    "not_a_date": (
        _lt("“%s” is no date. Enter it as 2026-01-31."),
        ["value"],
    ),
    "negative": (
        _lt("%(column)s is negative (%(value)s). Enter a positive number."),
        {"column": "column", "value": "value"},
    ),
    "zero": (
        _lt("%s is zero. Enter a number above zero."),
        ["column"],
    ),
    "duplicate": (
        _lt(
            "The same key stands in row %(row)s already; that one counts. "
            "Delete this row or correct its number."
        ),
        {"row": "other"},
    ),
    "unknown_building": (
        _lt(
            "Building %s is not in the sheet 楼栋单元. Add it there or correct the "
            "number."
        ),
        ["value"],
    ),
    "unknown_entrance": (
        _lt(
            "Building %(building)s has no entrance %(entrance)s in the sheet "
            "楼栋单元. Add it there or correct the number."
        ),
        {"building": "other", "entrance": "value"},
    ),
    "unknown_customer": (
        _lt(
            "Customer %s is not in the sheet 业主信息, or was refused there. Add "
            "the customer or correct the number."
        ),
        ["value"],
    ),
    "unknown_fee": (
        _lt(
            "Fee %s is not in the sheet 费用设置, or was refused there. Add the fee "
            "or correct the number."
        ),
        ["value"],
    ),
    "duplicate_fee": (
        _lt("Fee %s stands here twice. Name each fee once."),
        ["value"],
    ),
    "fee_count": (
        _lt(
            "There are %(fees)s fees but not as many start dates (“%(value)s”). "
            "Enter one date for each fee, joined by #."
        ),
        {"fees": "other", "value": "value"},
    ),
    "unknown_formula": (
        _lt(
            "Formula %s is not known. Use 1001 (area × price + surcharge) or "
            "2002 (fixed amount)."
        ),
        ["value"],
    ),
    "always_zero": (
        _lt("This fee would always be zero. Enter a price or a fixed amount."),
        [],
    ),
    "not_recurring": (
        _lt("“%s” is no recurring fee. Only 周期性费用 are taken over."),
        ["value"],
    ),
    "end_before_start": (
        _lt("The end (%s) lies before the start. Correct one of the dates."),
        ["value"],
    ),
    "cycle_too_long": (
        _lt(
            "A cycle of %(cycle)s months is too long. Bill %(limit)s months at "
            "once at most."
        ),
        {"cycle": "value", "limit": "other"},
    ),
    "unknown_choice": (
        _lt(
            "“%(value)s” is not known for %(column)s; the usual value is taken. "
            "Check the record after the import."
        ),
        {"value": "value", "column": "column"},
    ),
    "digits_lost": (
        _lt(
            "The identity number was typed as a number and has lost digits; it "
            "is left out. Format the cell as text and type it again."
        ),
        [],
    ),
    "inside_above_gross": (
        _lt(
            "The inside area (%(inside)s) is larger than the gross area "
            "(%(gross)s). Check both."
        ),
        {"inside": "value", "gross": "other"},
    ),
    "no_holder": (
        _lt(
            "The space is marked as sold or let but names no customer. Add the "
            "customer number."
        ),
        [],
    ),
    "error_value": (
        _lt(
            "“%s” is an error of the spreadsheet, no value. Correct the formula "
            "or type the value."
        ),
        ["value"],
    ),
    "formula": (
        _lt(
            "The formula %s has no result in the file. Open it in the "
            "spreadsheet program, save it, and choose it again."
        ),
        ["value"],
    ),
    "not_a_text": (
        _lt(
            "“%(value)s” is a date, a time or a yes/no, not %(column)s: the "
            "spreadsheet program has changed what was typed. Format the column "
            "as text and type it again."
        ),
        {"value": "value", "column": "column"},
    ),
    "not_a_code": (
        _lt(
            "“%(value)s” is a fraction; %(column)s is a text or a whole number. "
            "Format the column as text and type it again."
        ),
        {"value": "value", "column": "column"},
    ),
    "not_a_flag": (
        _lt("“%s” is neither yes nor no."),
        ["value"],
    ),
    "scientific": (
        _lt(
            "“%(value)s” has lost digits of %(column)s. Format the column as "
            "text and type it again."
        ),
        {"value": "value", "column": "column"},
    ),
    "decimal_comma": (
        _lt("“%(value)s” may be a fraction or thousands. Write %(plain)s."),
        {"value": "value", "plain": "other"},
    ),
    "merged_amount": (
        _lt(
            "%s is merged over several rows: is it meant for each or for all? "
            "Unmerge the cells and enter each value."
        ),
        ["column"],
    ),
    "no_age": (
        _lt("“%s” is no age; it is left out."),
        ["value"],
    ),
    "not_taken_over": (
        _lt("“%(value)s” (%(column)s) is not taken over."),
        {"value": "value", "column": "column"},
    ),
    "differs": (
        _lt(
            "“%(value)s” (%(column)s) is not what row %(row)s says. Correct one "
            "of the rows."
        ),
        {"value": "value", "column": "column", "row": "other"},
    ),
    "state_with_holder": (
        _lt(
            "The state %s says that nobody has the unit, but a customer is "
            "named; the customer counts."
        ),
        ["value"],
    ),
    "state_without_holder": (
        _lt(
            "The state %s says that somebody has the unit, but no customer is "
            "named. Add the customer."
        ),
        ["value"],
    ),
    "id_form": (
        _lt(
            "%s is no identity number: it has 18 digits, or 15 before 1999. It "
            "is left out. Format the column as text and type it again."
        ),
        ["value"],
    ),
    "id_check": (
        _lt(
            "The identity number %s has a wrong digit: its check digit or its "
            "day of birth does not fit. Compare it with the card."
        ),
        ["value"],
    ),
    "id_shared": (
        _lt(
            "The identity number %(value)s stands at other people, too (rows "
            "%(rows)s); it is left out for all of them."
        ),
        {"value": "value", "rows": "other"},
    ),
    "same_person": (
        _lt(
            "The same name and identity number stand in row %(rows)s: this may "
            "be one person entered twice. Both are imported; merge them "
            "afterwards."
        ),
        {"rows": "other"},
    ),
    "several_phones": (
        _lt(
            "“%s” is more than one phone number. No text is sent to it; keep "
            "one number, and note the others in another place."
        ),
        ["value"],
    ),
    "phone_note": (
        _lt(
            "“%s” is not only a phone number. No text is sent to it; move the "
            "words to another place."
        ),
        ["value"],
    ),
    "phone_invalid": (
        _lt(
            "“%s” is the phone number of nobody. Correct it; a landline needs "
            "its area code."
        ),
        ["value"],
    ),
    "no_headings": (
        _lt(
            "The sheet %(sheet)s has none of its headings in the first rows. "
            "Put them above the data: %(headings)s."
        ),
        {"sheet": "sheet", "headings": "other"},
    ),
    "required_column": (
        _lt(
            "The sheet %(sheet)s has no column %(column)s; none of its rows can "
            "be read. %(close)s"
        ),
        {"sheet": "sheet", "column": "column", "close": "offer"},
    ),
    "missing_column": (
        _lt(
            "The sheet %(sheet)s has no column %(column)s; all rows are taken "
            "over without it. %(close)s"
        ),
        {"sheet": "sheet", "column": "column", "close": "offer"},
    ),
    "doubled_column": (
        _lt(
            "The heading %(column)s stands twice in the sheet %(sheet)s: "
            "columns %(columns)s. Delete or rename one of them."
        ),
        {"column": "column", "sheet": "sheet", "columns": "other"},
    ),
    "unread_column": (
        _lt(
            "The column %(column)s of the sheet %(sheet)s is not known and was "
            "not read. %(close)s"
        ),
        {"column": "column", "sheet": "sheet", "close": "offer"},
    ),
    "unheaded_column": (
        _lt(
            "In the sheet %(sheet)s, values in rows of the table stand below no "
            "heading (columns %(columns)s) and were not read. Give the column a "
            "heading, or move notes away."
        ),
        {"sheet": "sheet", "columns": "column"},
    ),
    "unread_sheet": (
        _lt("The sheet %s is not known and was not read."),
        ["sheet"],
    ),
    "hidden_rows": (
        _lt(
            "%(count)s rows of the sheet %(sheet)s are hidden, perhaps by a "
            "filter; they are read like all others. Delete those that do not "
            "belong to the register."
        ),
        {"count": "other", "sheet": "sheet"},
    ),
}
