from odoo import api, fields, models


class PmRegisterImportIssue(models.Model):
    """A problem of one row of a register workbook, and what to do about it."""

    _name = "pm.register.import.issue"
    _description = "Register Import Problem"
    _order = "severity, sheet, row, id"
    _rec_name = "message"

    import_id = fields.Many2one(
        "pm.register.import", required=True, index=True, ondelete="cascade"
    )
    sheet = fields.Char()
    row = fields.Integer(aggregator=None)
    column = fields.Char(help="Heading of the column.")
    cell = fields.Char()
    value = fields.Char()
    severity = fields.Selection(
        [("error", "Row refused"), ("warning", "Row imported, check it")],
        required=True,
    )
    code = fields.Char(help="Kind of problem.")
    message = fields.Char("What is wrong, what to do", required=True)

    @api.model
    def _describe(self, issue):
        """Return what is wrong with a cell and what to do about it.

        :param issue: :class:`Issue` of the workbook
        """
        value, other, column = issue.value, issue.other, issue.column
        messages = {
            "missing": lambda: self.env._("%s is empty. Fill it in.", column),
            "not_a_number": lambda: self.env._(
                "“%(value)s” is no number. Enter %(column)s in digits.",
                value=value,
                column=column,
            ),
            "not_an_integer": lambda: self.env._(
                "“%s” is no whole number. Enter a whole number.", value
            ),
            "not_a_date": lambda: self.env._(
                "“%s” is no date. Enter it as 2026-01-31.", value
            ),
            "negative": lambda: self.env._(
                "%(column)s is negative (%(value)s). Enter a positive number.",
                column=column,
                value=value,
            ),
            "zero": lambda: self.env._(
                "%s is zero. Enter a number above zero.", column
            ),
            "duplicate": lambda: self.env._(
                "The same key stands in row %(row)s already; that one counts. Delete "
                "this row or correct its number.",
                row=other,
            ),
            "unknown_building": lambda: self.env._(
                "Building %s is not in the sheet 楼栋单元. Add it there or correct the "
                "number.",
                value,
            ),
            "unknown_entrance": lambda: self.env._(
                "Building %(building)s has no entrance %(entrance)s in the sheet "
                "楼栋单元. Add it there or correct the number.",
                building=other,
                entrance=value,
            ),
            "unknown_customer": lambda: self.env._(
                "Customer %s is not in the sheet 业主信息, or was refused there. Add "
                "the customer or correct the number.",
                value,
            ),
            "unknown_fee": lambda: self.env._(
                "Fee %s is not in the sheet 费用设置, or was refused there. Add the "
                "fee or correct the number.",
                value,
            ),
            "duplicate_fee": lambda: self.env._(
                "Fee %s stands here twice. Name each fee once.", value
            ),
            "fee_count": lambda: self.env._(
                "There are %(fees)s fees but not as many start dates (“%(value)s”). "
                "Enter one date for each fee, joined by #.",
                fees=other,
                value=value,
            ),
            "unknown_formula": lambda: self.env._(
                "Formula %s is not known. Use 1001 (area × price + surcharge) or 2002 "
                "(fixed amount).",
                value,
            ),
            "always_zero": lambda: self.env._(
                "This fee would always be zero. Enter a price or a fixed amount."
            ),
            "not_recurring": lambda: self.env._(
                "“%s” is no recurring fee. Only 周期性费用 are taken over.", value
            ),
            "end_before_start": lambda: self.env._(
                "The end (%s) lies before the start. Correct one of the dates.", value
            ),
            "cycle_too_long": lambda: self.env._(
                "A cycle of %(cycle)s months is too long. Bill %(limit)s months at "
                "once at most.",
                cycle=value,
                limit=other,
            ),
            "unknown_choice": lambda: self.env._(
                "“%(value)s” is not known for %(column)s; the usual value is taken. "
                "Check the record after the import.",
                value=value,
                column=column,
            ),
            "digits_lost": lambda: self.env._(
                "The identity number was typed as a number and has lost digits; it is "
                "left out. Format the cell as text and type it again."
            ),
            "inside_above_gross": lambda: self.env._(
                "The inside area (%(inside)s) is larger than the gross area "
                "(%(gross)s). Check both.",
                inside=value,
                gross=other,
            ),
            "no_holder": lambda: self.env._(
                "The space is marked as sold or let but names no customer. Add the "
                "customer number."
            ),
            "error_value": lambda: self.env._(
                "“%s” is an error of the spreadsheet, no value. Correct the formula or "
                "type the value.",
                value,
            ),
            "formula": lambda: self.env._(
                "The formula %s has no result in the file. Open it in the spreadsheet "
                "program, save it, and choose it again.",
                value,
            ),
            "not_a_text": lambda: self.env._(
                "“%(value)s” is a date, a time or a yes/no, not %(column)s: the "
                "spreadsheet program has changed what was typed. Format the column as "
                "text and type it again.",
                value=value,
                column=column,
            ),
            "not_a_code": lambda: self.env._(
                "“%(value)s” is a fraction; %(column)s is a text or a whole number. "
                "Format the column as text and type it again.",
                value=value,
                column=column,
            ),
            "not_a_flag": lambda: self.env._("“%s” is neither yes nor no.", value),
            "scientific": lambda: self.env._(
                "“%(value)s” has lost digits of %(column)s. Format the column as text "
                "and type it again.",
                value=value,
                column=column,
            ),
            "decimal_comma": lambda: self.env._(
                "“%(value)s” may be a fraction or thousands. Write %(plain)s.",
                value=value,
                plain=other,
            ),
            "merged_amount": lambda: self.env._(
                "%s is merged over several rows: is it meant for each or for all? "
                "Unmerge the cells and enter each value.",
                column,
            ),
            "no_age": lambda: self.env._("“%s” is no age; it is left out.", value),
            "not_taken_over": lambda: self.env._(
                "“%(value)s” (%(column)s) is not taken over.",
                value=value,
                column=column,
            ),
            "differs": lambda: self.env._(
                "“%(value)s” (%(column)s) is not what row %(row)s says. Correct one of "
                "the rows.",
                value=value,
                column=column,
                row=other,
            ),
            "state_with_holder": lambda: self.env._(
                "The state %s says that nobody has the unit, but a customer is named; "
                "the customer counts.",
                value,
            ),
            "state_without_holder": lambda: self.env._(
                "The state %s says that somebody has the unit, but no customer is "
                "named. Add the customer.",
                value,
            ),
            "id_form": lambda: self.env._(
                "%s is no identity number: it has 18 digits, or 15 before 1999. It is "
                "left out. Format the column as text and type it again.",
                value,
            ),
            "id_check": lambda: self.env._(
                "The identity number %s has a wrong digit: its check digit or its day "
                "of birth does not fit. Compare it with the card.",
                value,
            ),
            "id_shared": lambda: self.env._(
                "The identity number %(value)s stands at other people, too (rows "
                "%(rows)s); it is left out for all of them.",
                value=value,
                rows=other,
            ),
            "same_person": lambda: self.env._(
                "The same name and identity number stand in row %(rows)s: this may be "
                "one person entered twice. Both are imported; merge them afterwards.",
                rows=other,
            ),
            "several_phones": lambda: self.env._(
                "“%s” is more than one phone number. No text is sent to it; keep one "
                "number, and note the others in another place.",
                value,
            ),
            "phone_note": lambda: self.env._(
                "“%s” is not only a phone number. No text is sent to it; move the "
                "words to another place.",
                value,
            ),
            "phone_invalid": lambda: self.env._(
                "“%s” is the phone number of nobody. Correct it; a landline needs its "
                "area code.",
                value,
            ),
        }
        message = {**messages, **self._sheet_messages(issue)}[issue.code]()
        if issue.count > 1:
            message = self.env._(
                "%(message)s (%(count)s rows: %(rows)s)",
                message=message,
                count=issue.count,
                rows=issue.rows,
            )
        return message

    @api.model
    def _sheet_messages(self, issue):
        """Return what is said about headings and other things of a whole sheet."""
        sheet, column, other = issue.sheet, issue.column, issue.other
        return {
            "no_headings": lambda: self.env._(
                "The sheet %(sheet)s has none of its headings in the first rows. Put "
                "them above the data: %(headings)s.",
                sheet=sheet,
                headings=other,
            ),
            "required_column": lambda: self.env._(
                "The sheet %(sheet)s has no column %(column)s; none of its rows can be "
                "read. %(close)s",
                sheet=sheet,
                column=column,
                close=self._offer(other),
            ),
            "missing_column": lambda: self.env._(
                "The sheet %(sheet)s has no column %(column)s; all rows are taken over "
                "without it. %(close)s",
                sheet=sheet,
                column=column,
                close=self._offer(other),
            ),
            "doubled_column": lambda: self.env._(
                "The heading %(column)s stands twice in the sheet %(sheet)s: columns "
                "%(columns)s. Delete or rename one of them.",
                column=column,
                sheet=sheet,
                columns=other,
            ),
            "unread_column": lambda: self.env._(
                "The column %(column)s of the sheet %(sheet)s is not known and was not "
                "read. %(close)s",
                column=column,
                sheet=sheet,
                close=self._offer(other),
            ),
            "unheaded_column": lambda: self.env._(
                "In the sheet %(sheet)s, values in rows of the table stand below no "
                "heading (columns %(columns)s) and were not read. Give the column a "
                "heading, or move notes away.",
                sheet=sheet,
                columns=column,
            ),
            "unread_sheet": lambda: self.env._(
                "The sheet %s is not known and was not read.", sheet
            ),
            "hidden_rows": lambda: self.env._(
                "%(count)s rows of the sheet %(sheet)s are hidden, perhaps by a "
                "filter; they are read like all others. Delete those that do not "
                "belong to the register.",
                count=other,
                sheet=sheet,
            ),
        }

    @api.model
    def _offer(self, names):
        """Ask whether a heading that was found, or is missing, is the one meant."""
        return self.env._("Is it %s?", names) if names else ""
