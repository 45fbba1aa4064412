from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import split_every

from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.exception import RetryableJobError

RETRY_SECONDS = 5


class PmBillRun(models.Model):
    """Bill a part of the property tree for a time: prepare, check, confirm, undo.

    Work is cut into jobs of the queue. Every step can be called again: what is done
    is not done twice, and one bad record stops only itself.
    """

    _name = "pm.bill.run"
    _description = "Bill Run"
    _inherit = ["pm.estate.mixin", "mail.thread", "pm.progress.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        "Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    property_id = fields.Many2one(
        string="Scope", help="Everything below this part of the property tree."
    )
    date_from = fields.Date(
        "Period From",
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.context_today(self), "month"
        ),
    )
    date_to = fields.Date(
        "Period To",
        required=True,
        default=lambda self: fields.Date.end_of(
            fields.Date.context_today(self), "month"
        ),
    )
    date_invoice = fields.Date(
        "Invoice Date",
        compute="_compute_date_invoice",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    date_due = fields.Date(
        "Due Date",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_ids = fields.One2many(
        "pm.charge", "run_id", "Charges", domain=[("state", "!=", "cancelled")]
    )
    exception_ids = fields.One2many("pm.bill.run.exception", "run_id", "Exceptions")
    move_ids = fields.One2many("account.move", "pm_bill_run_id", "Invoices")
    charge_count = fields.Integer(compute="_compute_totals")
    posted_count = fields.Integer("Billed Charges", compute="_compute_totals")
    invoice_count = fields.Integer(compute="_compute_totals")
    exception_count = fields.Integer(compute="_compute_totals")
    amount_total = fields.Monetary("Total", compute="_compute_totals")
    amount_paid = fields.Monetary("Received", compute="_compute_totals")
    amount_residual = fields.Monetary("Open", compute="_compute_totals")
    collection_rate = fields.Float(compute="_compute_totals")
    state = fields.Selection(
        [
            ("draft", "New"),
            ("preparing", "Preparing"),
            ("prepared", "Prepared"),
            ("confirming", "Confirming"),
            ("done", "Billed"),
            ("undoing", "Undoing"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )

    # ------------------------------------------------------------------
    # Computed fields
    # ------------------------------------------------------------------

    @api.depends("date_from", "date_to")
    def _compute_date_invoice(self):
        """Today, as far as it lies in the period."""
        today = fields.Date.context_today(self)
        for run in self:
            if run.date_from and run.date_to:
                run.date_invoice = min(max(today, run.date_from), run.date_to)
            else:
                run.date_invoice = today

    @api.depends("date_invoice", "company_id.pm_due_days")
    def _compute_date_due(self):
        for run in self:
            days = (run.company_id or self.env.company).pm_due_days
            run.date_due = run.date_invoice and fields.Date.add(
                run.date_invoice, days=days
            )

    @api.depends(
        "charge_ids.amount",
        "charge_ids.amount_residual",
        "charge_ids.state",
        "exception_ids",
    )
    def _compute_totals(self):
        charges = {
            run: figures
            for run, *figures in self.env["pm.charge"]._read_group(
                [("run_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["run_id"],
                [
                    "__count",
                    "amount:sum",
                    "amount_paid:sum",
                    "amount_residual:sum",
                    "move_id:count_distinct",
                ],
            )
        }
        posted = dict(
            self.env["pm.charge"]._read_group(
                [("run_id", "in", self.ids), ("state", "=", "posted")],
                ["run_id"],
                ["__count"],
            )
        )
        exceptions = dict(
            self.env["pm.bill.run.exception"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            (
                run.charge_count,
                run.amount_total,
                run.amount_paid,
                run.amount_residual,
                run.invoice_count,
            ) = charges.get(run._origin, (0, 0.0, 0.0, 0.0, 0))
            run.posted_count = posted.get(run._origin, 0)
            run.exception_count = exceptions.get(run._origin, 0)
            run.collection_rate = (
                run.amount_paid / run.amount_total if run.amount_total else 0.0
            )

    @api.depends("name", "property_id", "date_from")
    def _compute_display_name(self):
        for run in self:
            month = run.date_from and run.date_from.strftime("%Y-%m")
            parts = (run.name, run.property_id.display_name, month)
            run.display_name = " ".join(filter(None, parts))

    # ------------------------------------------------------------------
    # Create and delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        for run in runs:
            run.name = (
                self.env["ir.sequence"]
                .with_company(run.company_id)
                .next_by_code("pm.bill.run", sequence_date=run.date_from)
            )
        return runs

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        charges = self.env["pm.charge"].sudo().search([("run_id", "in", self.ids)])
        for run in self:
            if run.state not in ("draft", "undone") or run in charges.run_id:
                raise UserError(
                    self.env._("The bill run %s is in use. Undo it first.", run.name)
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_resume(self):
        """Go on with a step that was interrupted."""
        for run in self:
            if run.state == "preparing":
                run.action_prepare()
            elif run.state == "confirming":
                run.action_confirm()
            elif run.state == "undoing":
                run.action_undo()

    def action_view_charges(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_charge_action"
            ),
            "domain": [("run_id", "=", self.id)],
            "context": {},
        }

    def action_view_invoices(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account.action_move_out_invoice_type"
            ),
            "domain": [("pm_bill_run_id", "=", self.id)],
        }

    def _check_state(self, *states):
        """Refuse a step that does not fit the state of the run."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The bill run %(run)s is in state %(state)s; this step needs "
                    "%(wanted)s.",
                    run=self.name,
                    state=labels[self.state],
                    wanted=", ".join(labels[state] for state in states),
                )
            )

    # ------------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------------

    def _enqueue(self, ids, size, method, next_state):
        """Cut ``ids`` into jobs of ``method``; then the run is in ``next_state``."""
        chunks = list(split_every(size, ids, list)) or [[]]
        total = len(ids)
        jobs = [
            getattr(
                self.delayable(
                    description=f"{self.name} {method} {index + 1}/{len(chunks)}"
                ),
                method,
            )(chunk, min((index + 1) * size, total), total)
            for index, chunk in enumerate(chunks)
        ]
        finish = self.delayable(description=f"{self.name} {next_state}")._finish(
            next_state
        )
        group(*jobs).on_done(finish).delay()

    def _finish(self, state):
        """Last job of a step."""
        self.ensure_one()
        if state == "confirming":
            self.state = state
            self._enqueue_confirm()
            return
        if state == "undone" and self.charge_ids:
            state = "done"
        if state == "prepared" and not self.charge_ids and not self.exception_ids:
            self.message_post(
                body=self.env._(
                    "Nothing to charge: no fee falls due here in this period, or all "
                    "of them are charged already."
                )
            )
        self.state = state
        self._report_finished()

    def _try_again(self, error):
        """Have the transaction done again: another run was at the same records."""
        if self.env.context.get("job_uuid"):
            raise RetryableJobError(
                str(error), seconds=RETRY_SECONDS, ignore_retry=True
            ) from error
        raise ConcurrencyError(str(error)) from error

    # ------------------------------------------------------------------
    # Exceptions
    # ------------------------------------------------------------------

    def _clear_exceptions(self, domain):
        self.env["pm.bill.run.exception"].sudo().search(
            [("run_id", "=", self.id), *domain]
        ).unlink()

    def _add_exceptions(self, stage, vals_list):
        self.env["pm.bill.run.exception"].sudo().create(
            [{**vals, "run_id": self.id, "stage": stage} for vals in vals_list]
        )
