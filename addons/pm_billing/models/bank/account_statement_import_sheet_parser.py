from odoo import api, models
from odoo.exceptions import UserError

from ...engine import statement_files
from ...engine.statement_cells import FileError

# without them a line would be of no day, or of no amount
NEEDED = {
    "timestamp_column",
    "amount_column",
    "amount_debit_column",
    "amount_credit_column",
    "debit_credit_column",
}


class AccountStatementImportSheetParser(models.TransientModel):
    """Files of Chinese banks and channels are cleaned before they are parsed."""

    _inherit = "account.statement.import.sheet.parser"

    @api.model
    def parse(self, data_file, mapping, filename):
        # what our own statement files hand over is clean
        if mapping.pm_kind and not self._in_step("pm_statement"):
            try:
                table = statement_files.read(data_file, filename)
            except FileError as error:
                raise UserError(
                    self.env._(
                        "%(file)s: %(reason)s",
                        file=filename,
                        reason=self.env["pm.statement.file"]._explain(error),
                    )
                ) from error
            data_file = statement_files.to_csv(table)
        return super().parse(data_file, mapping, filename)

    @api.model
    def _get_column_indexes(self, header, column_name, mapping):
        """A column that this version of the file lacks is empty, where it may be."""
        if mapping.pm_kind and column_name not in NEEDED:
            names = (mapping[column_name] or "").split(",")
            return [header.index(name) for name in names if name in header]
        return super()._get_column_indexes(header, column_name, mapping)
