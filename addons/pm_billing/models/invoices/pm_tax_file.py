import base64
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import plain_tables
from ...engine.statement_cells import amount_of, time_of
from ..ledger.business_day import today_at
from .pm_tax_invoice_file import (
    CONFIRMATION,
    DAY,
    NUMBER,
    REASON,
    RED,
    RED_LETTER,
    REFERENCE,
    TOTAL,
)


class PmTaxFile(models.Model):
    """A workbook to the issuing platform, or its list of what was issued.

    Rows that come back are matched by our reference. What cannot be is held with its
    reason, stops no other row, and changes nothing.
    """

    _name = "pm.tax.file"
    _description = "File of the Issuing Platform"
    _inherit = ["mail.thread", "pm.state.mixin"]
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True

    direction = fields.Selection(
        [("out", "To the Platform"), ("in", "From the Platform")],
        required=True,
        readonly=True,
        default="in",
    )
    filename = fields.Char("File Name", required=True)
    file = fields.Binary(required=True, attachment=True)
    fingerprint = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    row_count = fields.Integer("Rows", readonly=True, copy=False, aggregator=None)
    row_ids = fields.One2many("pm.tax.file.row", "file_id", "Rows Read", readonly=True)
    held_count = fields.Integer("Held", compute="_compute_held_count")
    tax_invoice_ids = fields.One2many(
        "pm.tax.invoice", "tax_file_id", "Sent", readonly=True
    )
    state = fields.Selection(
        [("draft", "New"), ("done", "Done")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )

    _user_columns = dict.fromkeys(("filename", "file"), ("draft",))
    _read_once = models.UniqueIndex(
        "(company_id, fingerprint) WHERE fingerprint IS NOT NULL",
        "This file was read already.",
    )

    @api.depends("row_ids.state")
    def _compute_held_count(self):
        for file in self:
            held = file.row_ids.filtered(lambda row: row.state == "held")
            file.held_count = len(held)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_in_state("draft")

    def action_read(self):
        """Read what the platform issued.

        :raises UserError: no such list, or a file that was read already
        """
        self.check_access("write")
        self._check_in_state("draft")
        for file in self:
            content = base64.b64decode(file.with_context(bin_size=False).file)
            digest = sha256(content).hexdigest()
            file._check_new(digest)
            rows = file._rows(content)
            step = file.sudo()._as_step()
            step.write({"state": "done", "fingerprint": digest, "row_count": len(rows)})
            step._take(rows)

    def _check_new(self, digest):
        before = self.sudo().search(
            [("company_id", "=", self.company_id.id), ("fingerprint", "=", digest)],
            limit=1,
        )
        if before:
            raise UserError(
                self.env._(
                    "%(file)s was read already as %(before)s on %(day)s.",
                    file=self.filename,
                    before=before.filename,
                    day=before.create_date.date(),
                )
            )

    def _rows(self, content):
        try:
            return plain_tables.read_table(content, self.filename, (REFERENCE, NUMBER))
        except plain_tables.FileError as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read: %(reason)s. Choose the list of issued "
                    "invoices as the platform gives it out; it needs the columns "
                    "%(columns)s.",
                    file=self.filename,
                    reason=self.env["pm.statement.file"]._explain(error),
                    columns=", ".join((REFERENCE, NUMBER)),
                )
            ) from error

    def _take(self, rows):
        """Match rows with requests; several rows of one number are one invoice."""
        groups = {}
        for number, row in rows:
            is_red = row.get(RED, "") == RED_LETTER
            key = row.get(REFERENCE, ""), row.get(NUMBER, ""), is_red
            groups.setdefault(key, []).append((number, row))
        known = {
            invoice.name: invoice
            for invoice in self.env["pm.tax.invoice"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("name", "in", [key[0] for key in groups]),
                ]
            )
        }
        vals_list = []
        for (reference, invoice_number, is_red), found in groups.items():
            invoice = known.get(reference, self.env["pm.tax.invoice"])
            reason = self._take_one(invoice, invoice_number, is_red, found)
            vals_list.append(
                {
                    "file_id": self.id,
                    "row": found[0][0],
                    "reference": reference,
                    "number": invoice_number,
                    "text": " | ".join(filter(None, found[0][1].values()))[:500],
                    "tax_invoice_id": invoice.id,
                    "reason": reason,
                    "state": "held" if reason else "matched",
                }
            )
        self.env["pm.tax.file.row"].create(vals_list)

    def _take_one(self, invoice, number, is_red, found):
        """Note one issued invoice; return why it is held, empty when it is matched."""
        if not invoice:
            return self.env._("No request of ours has this reference.")
        try:
            for _no, row in found:
                plain_tables.check_cells(row)
        except plain_tables.FileError as error:
            return self.env["pm.statement.file"]._explain(error)
        failed = "; ".join(filter(None, (row.get(REASON, "") for _no, row in found)))
        if failed or not number:
            return failed or self.env._("The platform gives no number.")
        try:
            total = sum(amount_of(row[TOTAL]) for _no, row in found if row.get(TOTAL))
            day = found[0][1].get(DAY)
            day = time_of(day).date() if day else today_at(invoice.property_id)
        except plain_tables.FileError as error:
            return self.env["pm.statement.file"]._explain(error)
        check = invoice._red_problem if is_red else invoice._issue_problem
        problem = check(number, abs(total))
        if problem is not None:
            return problem
        confirmation = found[0][1].get(CONFIRMATION) or invoice.red_confirmation
        if is_red:
            invoice._as_step().write(
                {
                    "red_number": number,
                    "red_date": day,
                    "red_confirmation": confirmation,
                    "state": "red",
                }
            )
        else:
            invoice._as_step().write({"number": number, "date": day, "state": "issued"})
        return ""
