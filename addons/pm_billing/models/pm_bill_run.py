import logging

from psycopg2 import OperationalError
from psycopg2.errors import ExclusionViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import split_every

from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.exception import RetryableJobError

from .pm_fee import FeeError

_logger = logging.getLogger(__name__)

FEES_PER_JOB = 1000
INVOICES_PER_JOB = 100
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

    def action_prepare(self):
        """Make the charges of the period and list what cannot be charged.

        Charges that were prepared and not billed are made anew, so that areas and
        prices corrected since count.
        """
        for run in self:
            run._check_state("draft", "prepared", "preparing", "undone")
            run.state = "preparing"
            run.charge_ids.filtered(lambda charge: charge.state == "draft").unlink()
            run._enqueue(
                run._fees_in_scope().ids, FEES_PER_JOB, "_prepare_chunk", "prepared"
            )

    def action_confirm(self):
        """Bill the prepared charges: one posted invoice per payer and property."""
        for run in self:
            run._check_state("prepared", "confirming", "done")
            run.state = "confirming"
            run._enqueue_confirm()

    def action_retry_failed(self):
        """Try again what is listed as exception, then go on as far as before."""
        for run in self:
            run._check_state("prepared", "done")
            fees = run.exception_ids.filtered(lambda row: row.stage == "prepare").fee_id
            was_done = run.state == "done"
            run.state = "preparing"
            run._enqueue(
                fees.ids,
                FEES_PER_JOB,
                "_prepare_chunk",
                "confirming" if was_done else "prepared",
            )

    def action_resume(self):
        """Go on with a step that was interrupted."""
        for run in self:
            if run.state == "preparing":
                run.action_prepare()
            elif run.state == "confirming":
                run.action_confirm()
            elif run.state == "undoing":
                run.action_undo()

    def action_undo(self):
        """Reverse the unpaid invoices and drop the rest; those periods are open again.

        Invoices on which something was paid stay and are listed.
        """
        for run in self:
            run._check_state("prepared", "done", "undoing")
            run.state = "undoing"
            run.charge_ids.filtered(lambda charge: charge.state == "draft").unlink()
            moves = run.charge_ids.move_id.sudo()
            run._enqueue(moves.ids, INVOICES_PER_JOB, "_undo_chunk", "undone")

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

    def _enqueue_confirm(self):
        draft = self.env["pm.charge"].search(
            [("run_id", "=", self.id), ("state", "=", "draft")],
            order="property_id, partner_id, id",
        )
        bills = draft.grouped(lambda charge: (charge.partner_id, charge.property_id))
        # one entry per invoice, so that no invoice is cut in two
        self._enqueue(
            [charges.ids for charges in bills.values()],
            INVOICES_PER_JOB,
            "_confirm_chunk",
            "done",
        )

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
    # Prepare
    # ------------------------------------------------------------------

    def _fees_in_scope(self):
        """Return the fees below the scope that may fall due in the period, and those
        of which something is to be given back.
        """
        self.ensure_one()
        domain = Domain("property_id", "child_of", self.property_id.id)
        domain &= Domain("date_from", "<=", self.date_to)
        # a period in arrears may have begun a year ago
        long_ago = Domain(
            "date_to", "<", fields.Date.subtract(self.date_from, months=12)
        ) & Domain("bill_from_start", "=", False)
        Fee = self.env["pm.fee"]
        past = Fee.search(domain & long_ago)._charges_beyond().fee_id
        return Fee.search(domain & (~long_ago | Domain("id", "in", past.ids)))

    def _prepare_chunk(self, fee_ids, done=0, total=0):
        """Make the charges of some fees; exceptions replace those of before."""
        self.ensure_one()
        fees = self.env["pm.fee"].browse(fee_ids).exists()
        self._clear_exceptions([("stage", "=", "prepare"), ("fee_id", "in", fees.ids)])
        wanted = self._missing_periods(fees)
        payers = {
            day: self.env["pm.fee"].concat(*found)._payers_on(day)
            for day, found in self._by_first_day(wanted).items()
        }
        vals_list, failed = self._missing_credits(fees), []
        for fee, date_from, date_to in wanted:
            try:
                vals = fee._prepare_charge(
                    date_from, date_to, payers[date_from][fee.id]
                )
                self._check_contract(fee)
                vals_list.append(vals)
            except FeeError as error:
                failed.append((fee, error.code, error.args[0]))
        self._create_charges(vals_list)
        self._add_exceptions(
            "prepare",
            [
                {
                    "fee_id": fee.id,
                    "property_id": fee.property_id.id,
                    "code": code,
                    "message": message,
                }
                for fee, code, message in failed
            ],
        )
        if total:
            self._report_progress(done, total + 1, self.env._("Charges"))

    def _missing_credits(self, fees):
        """Return the values of what to give back of periods that have fallen due.

        What is charged for those days instead falls due on the same day.
        """
        return (
            fees._charges_beyond()
            .filtered(lambda charge: charge._due_by_cycle() <= self.date_to)
            ._prepare_credits()
        )

    def _missing_periods(self, fees):
        """Return (fee, first, last) of the due periods that are not charged yet."""
        charged = {}
        for charge in self.env["pm.charge"].search_fetch(
            [
                ("fee_id", "in", fees.ids),
                ("state", "!=", "cancelled"),
                ("origin_id", "=", False),
            ],
            ["fee_id", "date_from", "date_to"],
        ):
            charged.setdefault(charge.fee_id.id, []).append(charge)
        missing = []
        for fee in fees:
            for date_from, date_to in fee._periods(self.date_from, self.date_to):
                if not any(
                    charge.date_from <= date_to and charge.date_to >= date_from
                    for charge in charged.get(fee.id, ())
                ):
                    missing.append((fee, date_from, date_to))
        return missing

    @api.model
    def _by_first_day(self, wanted):
        days = {}
        for fee, date_from, _date_to in wanted:
            days.setdefault(date_from, []).append(fee)
        return days

    def _check_contract(self, fee):
        """A fee that was agreed in a contract is due once that is in force.

        What ended with its contract has an end of its own.
        """
        contract = fee.contract_id
        if contract and not contract._has_begun():
            raise FeeError(
                "contract_inactive",
                self.env._(
                    "%(fee)s is agreed in the contract %(contract)s, which is not "
                    "active. Have it approved and signed.",
                    fee=fee.display_name,
                    contract=contract.display_name,
                ),
            )

    def _create_charges(self, vals_list):
        if not vals_list:
            return
        try:
            with self.env.cr.savepoint():
                self.env["pm.charge"].sudo().create(
                    [{**vals, "run_id": self.id} for vals in vals_list]
                )
        except ExclusionViolation as error:
            # another run has charged some of these fees since we looked
            self._try_again(error)

    # ------------------------------------------------------------------
    # Confirm
    # ------------------------------------------------------------------

    def _confirm_chunk(self, bills, done=0, total=0):
        """Make and post the invoices of some bills (lists of charge ids)."""
        self.ensure_one()
        ids = [charge_id for bill in bills for charge_id in bill]
        charges = self.env["pm.charge"].browse(ids).exists()
        self._clear_exceptions(
            [("stage", "=", "confirm"), ("charge_ids", "in", charges.ids)]
        )
        # a job that runs again after a crash finds its charges billed
        charges = charges.filtered(lambda charge: charge.state == "draft")
        groups = list(
            charges.grouped(
                lambda charge: (charge.partner_id, charge.property_id)
            ).values()
        )
        if groups:
            try:
                with self.env.cr.savepoint():
                    self._bill(groups)
            except OperationalError:
                raise
            except Exception as error:
                _logger.info("%s: bills one by one after: %s", self.name, error)
                self._bill_one_by_one(groups)
        if total:
            self._report_progress(done, total + 1, self.env._("Invoices"))

    def _bill_one_by_one(self, groups):
        """Bill what can be billed; name the rest."""
        failed = []
        for charges in groups:
            try:
                with self.env.cr.savepoint():
                    self._bill([charges])
            except OperationalError:
                raise
            except Exception as error:
                _logger.info("%s: %s: %s", self.name, charges, error)
                failed.append((charges, str(error)))
        self._add_exceptions(
            "confirm",
            [
                {
                    "charge_ids": [Command.set(charges.ids)],
                    "property_id": charges.property_id.id,
                    "partner_id": charges.partner_id.id,
                    "code": "not_posted",
                    "message": self.env._(
                        "The bill of %(payer)s for %(property)s could not be posted: "
                        "%(error)s",
                        payer=charges.partner_id.name,
                        property=charges.property_id.display_name,
                        error=error,
                    ),
                }
                for charges, error in failed
            ],
        )

    def _bill(self, groups):
        """Make and post one invoice for each group of charges.

        Where more is given back than charged, it is a credit note.
        """
        Move = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
            )
        )
        moves = Move._pm_create_invoices(
            [self._prepare_invoice(charges) for charges in groups]
        )
        for move, charges in zip(moves, groups, strict=True):
            charges.sudo().write({"move_id": move.id, "state": "posted"})
        moves._pm_post()
        for move, charges in zip(moves, groups, strict=True):
            expected = sum(charges.mapped("amount"))
            if move.currency_id.compare_amounts(
                -move.direction_sign * move.amount_total, expected
            ):
                raise UserError(
                    self.env._(
                        "The invoice comes to %(invoice)s, the charges to %(charges)s. "
                        "Choose a tax that is included in the price on the fee item.",
                        invoice=move.amount_total,
                        charges=expected,
                    )
                )
        moves._pm_offset_credits()

    def _prepare_invoice(self, charges):
        """Return the values of the invoice of one payer for one property."""
        whole = charges.fee_id.filtered("is_whole").contract_id
        lines = [charge._prepare_invoice_line() for charge in charges]
        is_credit = (
            self.currency_id.compare_amounts(sum(charges.mapped("amount")), 0.0) < 0
        )
        for line in lines if is_credit else ():
            line["quantity"] = -line["quantity"]
        source = charges.origin_id.move_id
        return {
            "move_type": "out_refund" if is_credit else "out_invoice",
            "reversed_entry_id": is_credit and len(source) == 1 and source.id,
            "partner_id": charges.partner_id.id,
            "pm_property_id": charges.property_id.id,
            "pm_bill_run_id": self.id,
            "invoice_date": self.date_invoice,
            "invoice_date_due": self.date_due,
            "invoice_payment_term_id": False,
            "invoice_origin": self.name,
            "ref": ", ".join(whole.mapped("name")) or charges.property_id.code,
            "currency_id": self.currency_id.id,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }

    # ------------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------------

    def _undo_chunk(self, move_ids, done=0, total=0):
        """Reverse the unpaid ones of some invoices and free their periods."""
        self.ensure_one()
        moves = self.env["account.move"].sudo().browse(move_ids).exists()
        self._clear_exceptions([("stage", "=", "undo"), ("move_id", "in", moves.ids)])
        moves = moves.filtered(
            lambda move: "posted" in move.pm_charge_ids.mapped("state")
        )
        corrected = moves.filtered(
            lambda move: "posted" in move.pm_charge_ids.credit_ids.mapped("state")
        )
        moves._pm_release_credits()
        unpaid = (moves - corrected).filtered(
            lambda move: (
                move.payment_state == "not_paid"
                and not move.currency_id.compare_amounts(
                    move.amount_residual, move.amount_total
                )
            )
        )
        if unpaid:
            unpaid._reverse_moves(
                [
                    {
                        "ref": self.env._("Undo of %s", self.name),
                        "invoice_date": max(
                            fields.Date.context_today(self), move.invoice_date
                        ),
                        "pm_property_id": move.pm_property_id.id,
                    }
                    for move in unpaid
                ],
                cancel=True,
            )
            # what was prepared to be given back of them is void
            unpaid.pm_charge_ids.credit_ids.filtered(
                lambda charge: charge.state == "draft"
            ).unlink()
            unpaid.pm_charge_ids.write({"state": "cancelled"})
        (moves - unpaid)._pm_offset_credits()
        self._add_exceptions(
            "undo",
            [
                {
                    "move_id": move.id,
                    "property_id": move.pm_property_id.id,
                    "partner_id": move.partner_id.id,
                    "code": "corrected" if move in corrected else "paid",
                    "message": self._why_not_undone(move, move in corrected),
                }
                for move in moves - unpaid
            ],
        )
        if total:
            self._report_progress(done, total + 1, self.env._("Invoices"))

    def _why_not_undone(self, move, is_corrected):
        if is_corrected:
            runs = move.pm_charge_ids.credit_ids.filtered(
                lambda charge: charge.state == "posted"
            ).run_id
            return self.env._(
                "A part of %(invoice)s of %(payer)s was given back later; it stays. "
                "Undo %(runs)s first, then undo again.",
                invoice=move.name,
                payer=move.partner_id.name,
                runs=", ".join(runs.mapped("name")),
            )
        return self.env._(
            "Something was paid on %(invoice)s of %(payer)s; it stays. Cancel the "
            "receipt first, then undo again.",
            invoice=move.name,
            payer=move.partner_id.name,
        )

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
