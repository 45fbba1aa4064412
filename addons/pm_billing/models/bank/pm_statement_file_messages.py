from odoo import api, models


class PmStatementFile(models.Model):
    """What is said of a file, or of a row of it, that cannot be read."""

    _inherit = "pm.statement.file"

    @api.model
    def _explain(self, error):
        """Return why a file or a row cannot be read, in the reader's language.

        :param error: a ``FileError`` of the readers of statement files
        """
        values = error.values
        value, heading = values.get("value"), values.get("heading")
        limit = values.get("limit")
        texts = {
            "no_table": self.env._(
                "there is no table with the headings of a statement"
            ),
            "no_headings": self.env._("no row has the headings %s", heading),
            "empty": self.env._("there is nothing in it"),
            "damaged": self.env._("the file is damaged"),
            "encrypted": self.env._("it is locked by a password; unpack it first"),
            "encoding": self.env._("its text is neither UTF-8 nor GB18030"),
            "not_a_workbook": self.env._("the workbook cannot be opened"),
            "too_large": self.env._("it unpacks to more than %s MB", limit),
            "too_many_rows": self.env._("it has more than %s rows", limit),
            "doubled_heading": self.env._(
                "the heading %s stands there twice, and nobody can say which column "
                "counts",
                heading,
            ),
            "no_date": self.env._("No date."),
            "not_a_date": self.env._("“%s” is no date.", value),
            "not_a_number": self.env._("“%s” is no amount.", value),
            "decimal_comma": self.env._(
                "“%(value)s” may be %(hint)s, or a slip: a point stands before the "
                "cents.",
                value=value,
                hint=values.get("hint"),
            ),
            "cells_missing": self.env._(
                "The row has %(found)s of %(needed)s cells.",
                found=values.get("found"),
                needed=values.get("needed"),
            ),
            "cells_beyond": self.env._(
                "The row has %(found)s cells, but there are %(needed)s headings: a "
                "comma in a text has moved its amounts.",
                found=values.get("found"),
                needed=values.get("needed"),
            ),
            "not_a_text": self.env._("“%s” is neither a text nor a number.", value),
            "error_value": self.env._("The spreadsheet shows the error %s.", value),
            "formula": self.env._("The formula %s has no result.", value),
            "digits_lost": self.env._(
                "The spreadsheet has rounded the long number %s. Take the file as the "
                "platform gives it out.",
                value,
            ),
            "key_lost": self.env._(
                "The spreadsheet has rounded the number of the transaction "
                "(%(heading)s %(value)s). Take the file as the platform gives it out.",
                heading=heading,
                value=value,
            ),
            "no_key": self.env._(
                "The number of the transaction (%s) is missing.", heading
            ),
            "known_key": self.env._(
                "This number is known from an earlier file, with the amount %s.", value
            ),
            "doubled_key": self.env._(
                "The number of the transaction, %s, stands in several rows.", value
            ),
        }
        return texts[error.reason]
