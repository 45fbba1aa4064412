import logging
from collections import Counter

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.pm_core.models.shared.pm_job_mixin import PASSING

from ..ledger.bulk_posting import BulkPosting, KnownKinds

_logger = logging.getLogger(__name__)

INVOICES_AT_ONCE = 250
SECONDS_PER_POSTING_JOB = 0.5


class PmBillRun(models.Model):
    """Second step of a bill run: post the invoices of its charges."""

    _inherit = "pm.bill.run"

    posting_report = fields.Json(
        readonly=True,
        copy=False,
        help="How many invoices were posted in bulk, and why the others were not.",
    )

    def _job_size(self, step):
        return INVOICES_AT_ONCE if step == "confirm" else super()._job_size(step)

    def action_confirm(self):
        """Bill the prepared charges: one posted invoice per payer and property."""
        for run in self:
            states = ("prepared", "done")
            if run._may_begin("confirming", *states, stopped=("confirming",)):
                run._check_unlocked(run.date_invoice)
                run._begin_confirm()

    def _begin_confirm(self):
        self._as_step().write({"state": "confirming", "posting_report": False})
        draft = self.env["pm.charge"].search(
            [("run_id", "=", self.id), ("state", "=", "draft")],
            order="property_id, partner_id, id",
        )
        # One entry for each invoice, so that no invoice is cut in two. Odoo numbers
        # invoices that are posted together by their reference; in that order the
        # numbers are the same however the work is cut.
        bills = draft.grouped(lambda charge: (charge.partner_id, charge.property_id))
        bills = sorted(bills.values(), key=self._bill_reference)
        self._job_begin("confirm", [charges.ids for charges in bills])

    def _bill_reference(self, charges):
        """Return the contract of an agreed amount, else the code of the property."""
        whole = charges.fee_id.filtered("is_whole").contract_id
        return ", ".join(whole.mapped("name")) or charges.property_id.code or ""

    def _job_end_confirm(self, then):
        self._as_step().state = "done"
        self._tell_posting()
        self._raise_event("bill.confirm")

    def _job_do_confirm(self, bills):
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
            except PASSING:
                raise
            except Exception as error:
                _logger.info("%s: bills one by one after: %s", self.name, error)
                self._bill_one_by_one(groups)

    def _bill_one_by_one(self, groups):
        """Bill what can be billed; name the rest."""
        failed = []
        for charges in groups:
            try:
                with self.env.cr.savepoint():
                    self._bill([charges])
            except PASSING:
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

        :raises UserError: the day was closed since the run was confirmed
        """
        self._check_unlocked(self.date_invoice)
        Move = (
            self.env["account.move"]
            .sudo()
            ._as_step()
            .with_company(self.company_id)
            .with_context(
                tracking_disable=True,
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
            )
        )
        posting = BulkPosting(Move, KnownKinds.of(self.env))
        moves = Move.browse(
            posting.post(
                [(self._prepare_invoice(charges), charges) for charges in groups]
            )
        )
        self._check_totals(moves)
        self._report_posting(posting)
        moves._pm_offset_credits()

    def _job_seconds(self):
        """Who posts another invoice waits for the number until a job is over."""
        seconds = super()._job_seconds()
        if self.job_step in ("confirm", "undo"):
            return min(seconds, SECONDS_PER_POSTING_JOB)
        return seconds

    def _job_do_pieces(self, tries=None):
        """What kinds of invoices there are is known from piece to piece of a job:
        nobody else can have changed a setting meanwhile.
        """
        run = self.with_context(pm_known_kinds=KnownKinds())
        return super(PmBillRun, run)._job_do_pieces(tries)

    def _check_totals(self, moves):
        """An invoice comes to what its charges do.

        :raises UserError: naming both amounts
        """
        self.env.flush_all()
        for total, charged in self.env.execute_query(
            SQL(
                """
                SELECT move.amount_total, sum(charge.amount)
                  FROM account_move move
                  JOIN pm_charge charge ON charge.move_id = move.id
                 WHERE move.id = ANY(%s)
                 GROUP BY move.id
                HAVING sum(charge.amount) <> move.amount_total
                       * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                """,
                moves.ids,
            )
        ):
            raise UserError(
                self.env._(
                    "The invoice comes to %(invoice)s, the charges to %(charges)s. "
                    "Choose a tax that is included in the price on the fee item.",
                    invoice=total,
                    charges=charged,
                )
            )

    def _report_posting(self, posting):
        """Add up what was posted in bulk, and why the rest was not."""
        report = self.posting_report or {"bulk": 0, "plain": {}}
        plain = Counter(report["plain"])
        plain.update(posting.reasons)
        self._as_step().posting_report = {
            "bulk": report["bulk"] + posting.in_bulk,
            "plain": dict(plain),
        }

    def _tell_posting(self):
        """Say how the invoices were posted, where it was not all in bulk."""
        report = self.posting_report
        if not report or not report["plain"]:
            return
        self.sudo().message_post(
            body=self.env._(
                "%(bulk)s invoices were posted in bulk, these one by one: %(plain)s.",
                bulk=report["bulk"],
                plain="; ".join(
                    f"{reason}: {count}" for reason, count in report["plain"].items()
                ),
            )
        )

    def _prepare_invoice(self, charges):
        """Return the values of the invoice of one payer for one property."""
        lines = [charge._prepare_invoice_line() for charge in charges]
        is_credit = (
            self.currency_id.compare_amounts(sum(charges.mapped("amount")), 0.0) < 0
        )
        if is_credit:
            # a credit note has what it gives back as positive quantities
            for line in lines:
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
            "ref": self._bill_reference(charges),
            "currency_id": self.currency_id.id,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }
