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
        }
        return messages[issue.code]()
