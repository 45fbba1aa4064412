from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ledger.business_day import likely_today, today_at


class PmBillRun(models.Model):
    """Bill a part of the property tree for a time: prepare, check, confirm, undo.

    Each step is done by jobs of the queue. What is done is not done twice, and one bad
    record stops only itself.
    """

    _name = "pm.bill.run"
    _description = "Bill Run"
    _inherit = [
        "pm.estate.mixin",
        "pm.state.mixin",
        "mail.thread",
        "pm.job.mixin",
        "pm.event.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _user_columns = dict.fromkeys(
        ("property_id", "date_from", "date_to"), ("draft",)
    ) | dict.fromkeys(("date_invoice", "date_due"), ("draft", "prepared"))

    name = fields.Char(
        "Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    property_id = fields.Many2one(
        string="Scope", help="Everything below this part of the property tree."
    )
    date_from = fields.Date(
        "Period From",
        required=True,
        default=lambda self: fields.Date.start_of(self._default_day(), "month"),
    )
    date_to = fields.Date(
        "Period To",
        required=True,
        default=lambda self: fields.Date.end_of(self._default_day(), "month"),
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
    amount_credited = fields.Monetary("Credited", compute="_compute_totals")
    amount_receivable = fields.Monetary("Receivable", compute="_compute_totals")
    amount_paid = fields.Monetary("Received", compute="_compute_totals")
    amount_written_off = fields.Monetary("Written Off", compute="_compute_totals")
    amount_residual = fields.Monetary("Open", compute="_compute_totals")
    collection_rate = fields.Float(
        compute="_compute_totals", help="Money received ÷ receivable."
    )
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

    @api.model
    def _default_day(self):
        return likely_today(self.env)

    @api.depends("date_from", "date_to", "property_id")
    def _compute_date_invoice(self):
        """Today, as far as it lies in the period; later where the books are closed."""
        for run in self:
            day = today = today_at(run.property_id)
            if run.date_from and run.date_to:
                day = min(max(today, run.date_from), run.date_to)
            company = run.company_id or self.env.company
            run.date_invoice = company._pm_first_open_day(
                day, company._pm_sale_journal(), has_tax=True
            )

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
                    "amount_credited:sum",
                    "amount_receivable:sum",
                    "amount_paid:sum",
                    "amount_written_off:sum",
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
                [("run_id", "in", self.ids), ("stage", "!=", "check")],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            (
                run.charge_count,
                run.amount_total,
                run.amount_credited,
                run.amount_receivable,
                run.amount_paid,
                run.amount_written_off,
                run.amount_residual,
                run.invoice_count,
            ) = charges.get(run._origin, (0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0))
            run.posted_count = posted.get(run._origin, 0)
            run.exception_count = exceptions.get(run._origin, 0)
            run.collection_rate = (
                run.amount_paid / run.amount_receivable
                if run.amount_receivable
                else 0.0
            )

    @api.depends("name", "property_id", "date_from")
    def _compute_display_name(self):
        for run in self:
            month = run.date_from and run.date_from.strftime("%Y-%m")
            # an accountant reads the run, but not the register
            place = run.property_id.sudo().display_name
            parts = (run.name, place, month)
            run.display_name = " ".join(filter(None, parts))

    # ------------------------------------------------------------------
    # Create and delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        for run in runs._as_step():
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

    def action_view_charges(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_charge_action"
            ),
            "domain": [("run_id", "=", self.id)],
            "context": {},
        }

    def action_view_invoices(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "account.action_move_out_invoice_type"
            ),
            "domain": [("pm_bill_run_id", "=", self.id)],
        }

    def _may_begin(self, working, *states, stopped=()):
        """Tell whether a step may begin; refuse what does not fit the state.

        It may not where it is under way already (``working``), because somebody has
        pressed twice. A step that has stopped may be left for another one in the
        states ``stopped``.
        """
        self.ensure_one()
        if self._job_is_working() and self.state == working:
            self.check_access("write")
            return False
        self._check_state(*states, *(stopped if self.job_stop else ()))
        return True

    def _check_state(self, *states):
        """Refuse a step that does not fit the state of the run."""
        self.ensure_one()
        self.check_access("write")
        self._check_in_state(*states)

    def _check_unlocked(self, day):
        """Refuse to book on a day on which the books are closed.

        :raises UserError: naming the lock; Odoo would take another day in silence
        """
        self.ensure_one()
        groups = self.env["pm.charge"]._read_group(
            [("run_id", "=", self.id), ("state", "!=", "cancelled")], ["fee_item_id"]
        )
        self.company_id._pm_check_unlocked(
            day,
            self.company_id._pm_sale_journal(),
            has_tax=any(item.sudo()._taxes_on(day) for (item,) in groups),
        )

    def _job_label(self, step):
        return self.env._("Charges") if step == "prepare" else self.env._("Invoices")

    # ------------------------------------------------------------------
    # Exceptions
    # ------------------------------------------------------------------

    def _clear_exceptions(self, domain):
        self.env["pm.bill.run.exception"].sudo().search(
            [("run_id", "=", self.id), *domain]
        ).unlink()

    def _add_exceptions(self, stage, vals_list):
        self.env["pm.bill.run.exception"].sudo()._as_step().create(
            [{**vals, "run_id": self.id, "stage": stage} for vals in vals_list]
        )
