from odoo import fields, models


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
    code = fields.Char(help="Kind of problem.", export_string_translation=False)
    message = fields.Char("What is wrong, what to do", required=True)
