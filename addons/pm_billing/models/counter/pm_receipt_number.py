from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PmReceipt(models.Model):
    """Numbers of receipts: one after the other in company and year, without gaps.

    The number is taken last, when everything is booked, so that cashiers wait for
    each other for the moment of the commit only. A counter in a row, or a sequence of
    the database, would either leave a gap for each booking that is rolled back or have
    whoever began earlier start anew. Here the unique index decides: a number that
    another booking has just taken makes this one wait for its end, and is then either
    free again or taken, and the next one is tried.
    """

    _inherit = "pm.receipt"

    series = fields.Char(
        readonly=True,
        copy=False,
        help="What stands before the number, with the year: within it, numbers follow "
        "one another.",
    )
    number = fields.Integer(
        "Number in the Year",
        readonly=True,
        copy=False,
        aggregator=None,
    )

    _number_once = models.UniqueIndex(
        "(company_id, series, number)", "This receipt number is taken."
    )

    def _give_number(self):
        """Number a booked receipt, and write the number on its entry."""
        self.ensure_one()
        series, suffix, padding = self._number_format()
        # all that takes time comes before others have to wait
        self.env.flush_all()
        number = self._highest_number(series) + 1
        name = f"{series}{number:0{padding}}{suffix}"
        while not self._take_number(series, number, name):
            number += 1
            name = f"{series}{number:0{padding}}{suffix}"
        self.invalidate_recordset(["name", "series", "number"], flush=False)
        receipt_sudo = self.sudo()
        receipt_sudo.payment_id.memo = name
        receipt_sudo.move_id.with_context(skip_is_manually_modified=True).ref = name

    def _number_format(self):
        """Return prefix, suffix and digits, as the sequence *Receipt* says.

        Prefix and suffix may name the year; the sequence counts nothing.
        """
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [
                    ("code", "=", "pm.receipt"),
                    ("company_id", "in", (self.company_id.id, False)),
                ],
                order="company_id",
                limit=1,
            )
        )
        if not sequence:
            raise UserError(
                self.env._(
                    "There is no sequence with the code pm.receipt. Make one: it says "
                    "how receipts are numbered."
                )
            )
        year = date(self.date.year, 1, 1)
        prefix, suffix = sequence._get_prefix_suffix(date=self.date, date_range=year)
        return prefix, suffix, sequence.padding

    def _highest_number(self, series):
        ((highest,),) = self.env.execute_query(
            SQL(
                "SELECT coalesce(max(number), 0) FROM pm_receipt"
                " WHERE company_id = %s AND series = %s",
                self.company_id.id,
                series,
            )
        )
        return highest

    def _take_number(self, series, number, name):
        """Return whether the number was free; waits for who is about to take it."""
        query = SQL(
            "UPDATE pm_receipt SET series = %s, number = %s, name = %s WHERE id = %s",
            series,
            number,
            name,
            self.id,
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query, log_exceptions=False)
        except UniqueViolation:
            return False
        return True
