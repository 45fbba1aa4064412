import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...engine.plain_tables import write_csv, write_xlsx
from ..ledger.business_day import set_today


class PmCollectionBatch(models.Model):
    """What a bank is asked to collect (托收): a file out, its answer in, a second try.

    Each line has a reference, by which the answer is matched. A line is receipted once,
    whatever file its row comes in and however often. Amounts in company currency.
    """

    _name = "pm.collection.batch"
    _description = "Bank Collection"
    _inherit = [
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.state.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(readonly=True, copy=False)
    property_id = fields.Many2one(string="Scope")
    layout_id = fields.Many2one(
        "pm.collection.layout", required=True, ondelete="restrict", check_company=True
    )
    journal_id = fields.Many2one(related="layout_id.journal_id")
    date = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    due_until = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Of what is due until this day.",
    )
    retry_of_id = fields.Many2one(
        "pm.collection.batch", "Second Try of", readonly=True, index="btree_not_null"
    )
    line_ids = fields.One2many(
        "pm.collection.line", "batch_id", "To Collect", readonly=True
    )
    result_ids = fields.One2many("pm.collection.result", "batch_id", "Answers")
    held_ids = fields.One2many(
        "pm.collection.row", "batch_id", "Rows Held", readonly=True
    )
    file = fields.Binary(readonly=True, copy=False, attachment=True)
    filename = fields.Char("File Name", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "Amount to Collect", compute="_compute_amounts", store=True
    )
    amount_paid = fields.Monetary("Collected", compute="_compute_amounts", store=True)
    amount_failed = fields.Monetary("Failed", compute="_compute_amounts", store=True)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("prepared", "List Made"),
            ("sent", "At the Bank"),
            ("done", "Answered"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    @api.depends("property_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date")
        set_today(self, "due_until")

    @api.depends("line_ids.amount", "line_ids.state")
    def _compute_amounts(self):
        for batch in self:
            lines = batch.line_ids
            batch.amount = sum(lines.mapped("amount"))
            for state, name in (("paid", "amount_paid"), ("failed", "amount_failed")):
                mine = lines.filtered(lambda line, state=state: line.state == state)
                batch[name] = sum(mine.mapped("amount"))

    @api.model_create_multi
    def create(self, vals_list):
        batches = super().create(vals_list)
        for batch in batches.sudo()._as_step():
            batch.name = (
                self.env["ir.sequence"]
                .sudo()
                .with_company(batch.company_id)
                .next_by_code("pm.collection.batch")
            )
        return batches

    def write(self, vals):
        """What was prepared stays as it is."""
        fixed = {"property_id", "layout_id", "date", "due_until"}
        if fixed & vals.keys() and not self._writes_freely():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_prepared(self):
        self._check_in_state("draft", "cancelled")

    def action_prepare(self):
        """Gather what is open and due of those who have a mandate.

        :raises UserError: nothing to collect
        """
        self.check_access("write")
        self._check_in_state("draft", "prepared")
        for batch in self:
            step = batch.sudo()._as_step()
            step.line_ids.unlink()
            rows = batch._rows_to_collect()
            if not rows:
                raise UserError(
                    self.env._(
                        "Nothing to collect at %(place)s: nobody with a mandate owes "
                        "anything that is due until %(day)s and is at no bank already.",
                        place=batch.property_id.display_name,
                        day=batch.due_until,
                    )
                )
            step.write(
                {
                    "line_ids": [Command.create(row) for row in rows],
                    "state": "prepared",
                }
            )

    def _rows_to_collect(self):
        """Return the values of the lines: one for each mandate."""
        mandates = self.env["pm.collection.mandate"]._valid_on(
            self.property_id, self.date
        )
        charges = self.env["pm.charge"].search(
            [
                ("partner_id", "in", mandates.partner_id.ids),
                ("property_id", "in", mandates.property_id.ids),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
                ("date_due", "<=", self.due_until),
            ],
            order="date_due, date_from, id",
        )
        if "is_disputed" in charges._fields:
            charges = charges.filtered(lambda charge: not charge.is_disputed)
        charges -= self.env["pm.collection.line"]._under_way(charges)
        if self.retry_of_id:
            failed = self.retry_of_id.line_ids.filtered(
                lambda line: line.state == "failed"
            )
            charges &= failed.charge_ids
        rows = []
        for mandate in mandates:
            mine = charges.filtered(
                lambda charge, mandate=mandate: (
                    charge.partner_id == mandate.partner_id
                    and charge.property_id == mandate.property_id
                )
            )
            amount = sum(mine.mapped("amount_residual"))
            if mandate.most:
                amount = min(amount, mandate.most)
            if mandate.currency_id.compare_amounts(amount, 0) > 0:
                rows.append(
                    {
                        "mandate_id": mandate.id,
                        "amount": amount,
                        "charge_ids": [Command.set(mine.ids)],
                        "note": ", ".join(mine.fee_item_id.mapped("name")),
                    }
                )
        return rows

    def action_write_file(self):
        """Write the file for the bank; from then on the lines are at the bank.

        :raises UserError: written already, paid otherwise meanwhile, or asked for by
            another file
        """
        self.check_access("write")
        self._check_in_state("prepared")
        self.line_ids._check_still_open()
        self.line_ids._check_asked_once()
        for batch in self:
            layout = batch.layout_id
            columns = layout.column_ids
            rows = [
                [column._cell(line) for column in columns] for line in batch.line_ids
            ]
            headings = columns.mapped("heading")
            if layout.form == "csv":
                content = write_csv(headings, rows, layout.encoding)
            else:
                content = write_xlsx(headings, rows)
            batch.sudo()._as_step().write(
                {
                    "file": base64.b64encode(content),
                    "filename": f"{batch.name}.{layout.form}",
                    "state": "sent",
                }
            )

    def action_retry(self):
        """Make a batch of what failed and is still open."""
        self.ensure_one()
        self.check_access("write")
        self._check_in_state("done")
        retry = self.create(
            {
                "property_id": self.property_id.id,
                "layout_id": self.layout_id.id,
                "due_until": self.due_until,
            }
        )
        retry.sudo()._as_step().retry_of_id = self
        retry.action_prepare()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": retry.id,
            "view_mode": "form",
        }

    def action_cancel(self):
        """Give it up; the bank was told nothing, or answers nothing."""
        self.check_access("write")
        self._check_in_state("draft", "prepared", "sent")
        if self.line_ids.filtered(lambda line: line.state != "waiting"):
            raise UserError(
                self.env._("The bank has answered to a part of it: read its answer.")
            )
        self.sudo()._as_step().state = "cancelled"

    def action_close(self):
        """The bank answers no more: what it did not name has failed."""
        self.check_access("write")
        self._check_in_state("sent")
        waiting = self.line_ids.filtered(lambda line: line.state == "waiting")
        waiting.sudo()._as_step().write(
            {"state": "failed", "reason": self.env._("The bank did not answer.")}
        )
        self.sudo()._as_step().state = "done"
