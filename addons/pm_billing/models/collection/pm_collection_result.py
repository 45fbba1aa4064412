import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import plain_tables
from ...engine.statement_cells import amount_of


class PmCollectionResult(models.Model):
    """An answer of the bank to a batch: read once, and again without effect."""

    _name = "pm.collection.result"
    _description = "Answer of the Bank"
    _inherit = ["pm.part.mixin"]
    _whole = "batch_id"
    _order = "batch_id, id"
    _rec_name = "filename"

    batch_id = fields.Many2one(
        "pm.collection.batch", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.company_id", store=True, index=True, precompute=True
    )
    filename = fields.Char("File Name", required=True, default="result.xlsx")
    file = fields.Binary(required=True, attachment=True)
    row_ids = fields.One2many(
        "pm.collection.row", "result_id", "Held Rows", readonly=True
    )
    read_on = fields.Datetime(readonly=True)
    paid_count = fields.Integer("Collected", readonly=True, aggregator=None)
    failed_count = fields.Integer("Failed", readonly=True, aggregator=None)
    known_count = fields.Integer("Known Before", readonly=True, aggregator=None)
    held_count = fields.Integer("Held", readonly=True, aggregator=None)

    def write(self, vals):
        """What was read stays, as proof of what was receipted by it."""
        if {"file", "filename"} & vals.keys():
            self._check_not_read()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        self._check_not_read()

    def _check_not_read(self):
        read = self.filtered("read_on")
        if read and not self._writes_freely():
            raise UserError(
                self.env._(
                    "The answer %s was read and stays as it is. Add another answer "
                    "to the batch, and read that.",
                    read[0].filename,
                )
            )

    def action_read(self):
        """Read the answer: receipts for what was collected, reasons for the rest.

        :raises UserError: a file without the columns of the layout
        """
        self.check_access("write")
        for result in self:
            batch = result.batch_id
            batch.check_access("write")
            batch._check_in_state("sent", "done")
            rows = result._rows()
            step = result.sudo()._as_step()
            step.row_ids.unlink()
            counts = step._take(rows)
            step.write({"read_on": fields.Datetime.now(), **counts})
            if all(line.state != "waiting" for line in step.batch_id.line_ids):
                step.batch_id.state = "done"

    def _rows(self):
        layout = self.batch_id.layout_id
        content = base64.b64decode(self.with_context(bin_size=False).file)
        wanted = [
            text.replace(" ", "")
            for text in (layout.reference_heading, layout.result_heading)
        ]
        try:
            return plain_tables.read_table(content, self.filename, wanted)
        except plain_tables.FileError as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read: %(reason)s. The layout %(layout)s says "
                    "which columns the answer has.",
                    file=self.filename,
                    reason=self.env["pm.statement.file"]._explain(error),
                    layout=layout.name,
                )
            ) from error

    def _take(self, rows):
        """Take each row; return how many of which kind."""
        layout = self.batch_id.layout_id
        lines = {line.reference: line for line in self.batch_id.line_ids}
        counts = dict.fromkeys(
            ("paid_count", "failed_count", "known_count", "held_count"), 0
        )
        held = []
        for number, row in rows:
            reference = row.get(layout.reference_heading.replace(" ", ""), "")
            line = lines.get(reference)
            kind, reason = self._take_one(line, row)
            counts[f"{kind}_count"] += 1
            if kind == "held":
                held.append(
                    {
                        "batch_id": self.batch_id.id,
                        "result_id": self.id,
                        "row": number,
                        "text": " | ".join(filter(None, row.values()))[:500],
                        "reason": reason,
                    }
                )
        self.env["pm.collection.row"].create(held)
        return counts

    def _take_one(self, line, row):
        """Return (what became of a row, why it is held)."""
        layout = self.batch_id.layout_id
        if not line:
            return "held", self.env._("No line of this batch has this reference.")
        succeeded = layout._succeeded(row.get(layout.result_heading.replace(" ", "")))
        if line.state == "paid":
            if succeeded:
                return "known", ""
            return "held", self.env._(
                "It was collected, with the receipt %s, and the bank takes it back. "
                "Cancel that receipt.",
                line.receipt_id.name,
            )
        if succeeded:
            problem = self._amount_problem(line, row)
            if problem:
                return "held", problem
            try:
                with self.env.cr.savepoint():
                    line._collected()
            except UserError as error:
                # closed books, an account that is missing: the others go on
                return "held", error.args[0]
            return "paid", ""
        if line.state == "failed":
            return "known", ""
        reason = row.get((layout.reason_heading or "").replace(" ", ""), "")
        reason = reason or row.get(layout.result_heading.replace(" ", ""), "")
        line.write({"state": "failed", "reason": reason or self.env._("No reason")})
        return "failed", ""

    def _amount_problem(self, line, row):
        text = row.get((self.batch_id.layout_id.amount_heading or "").replace(" ", ""))
        if not text:
            return ""
        try:
            found = amount_of(text)
        except plain_tables.FileError as error:
            return self.env["pm.statement.file"]._explain(error)
        expected = line.amount
        if self.batch_id.layout_id.is_answer_in_cents:
            if found % 1:
                return self.env._(
                    "The bank says %s, which is no amount in cents. The layout says "
                    "whether its answers are in cents.",
                    text,
                )
            found = found / 100
        if line.currency_id.compare_amounts(float(found), expected):
            return self.env._(
                "The bank says %(found)s, asked for was %(asked)s.",
                found=found,
                asked=f"{expected:.2f}",
            )
        return ""
