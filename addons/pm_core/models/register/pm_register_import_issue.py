from odoo import api, fields, models

from .register_import_messages import MESSAGES


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
    def _messages(self):
        """Return {code: (text, names of the facts in it)}; other imports have more."""
        return MESSAGES

    @api.model
    def _describe(self, issue):
        """Return what is wrong with a cell and what to do about it.

        :param issue: :class:`Issue` of the workbook
        """
        facts = {
            "value": issue.value,
            "other": issue.other,
            "column": issue.column,
            "sheet": issue.sheet,
            "offer": self._offer(issue.other),
        }
        text, names = self._messages()[issue.code]
        if isinstance(names, dict):
            filled_in = {name: facts[fact] for name, fact in names.items()}
        else:
            filled_in = tuple(facts[fact] for fact in names)
        # pylint: disable-next=translation-not-lazy
        message = self.env._(text) % filled_in if names else self.env._(text)
        if issue.count > 1:
            message = self.env._(
                "%(message)s (%(count)s rows: %(rows)s)",
                message=message,
                count=issue.count,
                rows=issue.rows,
            )
        return message

    @api.model
    def _offer(self, names):
        """Ask whether a heading that was found, or is missing, is the one meant."""
        return self.env._("Is it %s?", names) if names else ""
