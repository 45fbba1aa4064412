import logging

from odoo import models

from odoo.addons.pm_core.models.shared.pm_job_mixin import PASSING

from ..ledger.booked import booking
from ..ledger.business_day import today_at

_logger = logging.getLogger(__name__)

INVOICES_AT_ONCE = 250
# No follower and no tracking value for each of many credit notes.
QUIETLY = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}


class PmBillRun(models.Model):
    """Undo a bill run: reverse what is unpaid and free its periods."""

    _inherit = "pm.bill.run"

    def _job_size(self, step):
        return INVOICES_AT_ONCE if step == "undo" else super()._job_size(step)

    def action_undo(self):
        """Reverse the unpaid invoices and drop the rest; those periods are open again.

        Invoices on which something was paid, or that Odoo refuses to reverse, stay and
        are listed with the reason.
        """
        for run in self:
            states = ("prepared", "done")
            stopped = ("preparing", "confirming", "undoing")
            if run._may_begin("undoing", *states, stopped=stopped):
                run._check_unlocked(max(today_at(run.property_id), run.date_invoice))
                run._begin_undo()

    def _begin_undo(self):
        self._as_step().state = "undoing"
        self.charge_ids.filtered(lambda charge: charge.state == "draft").unlink()
        self._job_begin("undo", self.charge_ids.move_id.sorted("id").ids)

    def _job_end_undo(self, then):
        self._as_step().state = "done" if self.charge_ids else "undone"
        self._raise_event("bill.undo")

    def _job_do_undo(self, move_ids):
        """Reverse the unpaid ones of some invoices and free their periods."""
        self.ensure_one()
        moves = self.env["account.move"].sudo()._as_step().browse(move_ids).exists()
        self._clear_exceptions([("stage", "=", "undo"), ("move_id", "in", moves.ids)])
        moves = moves.filtered(
            lambda move: "posted" in move.pm_charge_ids.mapped("state")
        )
        if not moves:
            return
        try:
            with self.env.cr.savepoint():
                self._undo(moves)
        except PASSING:
            raise
        except Exception as error:
            _logger.info("%s: undone one by one after: %s", self.name, error)
            self._undo_one_by_one(moves)

    def _undo_one_by_one(self, moves):
        """Undo what can be undone; name the rest."""
        refused = []
        for move in moves:
            try:
                with self.env.cr.savepoint():
                    self._undo(move)
            except PASSING:
                raise
            except Exception as error:
                _logger.info("%s: %s: %s", self.name, move, error)
                refused.append((move, str(error)))
        self._list_undo(
            [
                (
                    move,
                    "refused",
                    self.env._(
                        "%(invoice)s of %(payer)s could not be reversed; it stays: "
                        "%(error)s Put that right, then undo again.",
                        invoice=move.name,
                        payer=move.partner_id.name,
                        error=error,
                    ),
                )
                for move, error in refused
            ]
        )

    def _undo(self, moves):
        """Reverse the unpaid ones and list those that stay.

        :raises UserError: the day was closed since the undo began
        """
        today = today_at(self.property_id)
        for day in {max(today, move.invoice_date) for move in moves}:
            self._check_unlocked(day)
        corrected = moves.filtered(
            lambda move: any(
                credit.state == "posted" and credit.move_id != move
                for credit in move.pm_charge_ids.credit_ids
            )
        )
        awaited = moves.pm_charge_ids._awaited()
        waiting = moves.filtered(
            lambda move: not awaited.keys().isdisjoint(move.pm_charge_ids.ids)
        )
        moves._pm_release_credits()
        unpaid = (moves - corrected - waiting).filtered(
            lambda move: (
                (move.payment_state == "not_paid" or not move.amount_total)
                and not move.currency_id.compare_amounts(
                    move.amount_residual, move.amount_total
                )
            )
        )
        if unpaid:
            booking(unpaid.with_context(**QUIETLY))._pm_reverse(
                [
                    {
                        "ref": self.env._("Undo of %s", self.name),
                        "invoice_date": max(today, move.invoice_date),
                        "pm_property_id": move.pm_property_id.id,
                    }
                    for move in unpaid
                ]
            )
            # what was prepared to be given back of them is void
            unpaid.pm_charge_ids.credit_ids.filtered(
                lambda charge: charge.state == "draft"
            ).unlink()
            unpaid.pm_charge_ids.filtered(
                lambda charge: charge.state != "cancelled"
            ).write({"state": "cancelled"})
        (moves - unpaid)._pm_offset_credits()
        self._list_undo(
            [
                (
                    move,
                    "corrected" if move in corrected else "paid",
                    self._why_not_undone(move, move in corrected),
                )
                for move in moves - unpaid - waiting
            ]
        )
        self._list_undo(
            [
                (
                    move,
                    "awaited",
                    self.env._(
                        "The money of %(invoice)s of %(payer)s is on its way: %(who)s. "
                        "It stays. Wait for the answer, or cancel that first.",
                        invoice=move.name,
                        payer=move.partner_id.name,
                        who=", ".join(
                            sorted(
                                {
                                    awaited[row]
                                    for row in move.pm_charge_ids.ids
                                    if row in awaited
                                }
                            )
                        ),
                    ),
                )
                for move in waiting
            ]
        )

    def _list_undo(self, reasons):
        """List invoices that stay: ``(invoice, code, message)``."""
        self._add_exceptions(
            "undo",
            [
                {
                    "move_id": move.id,
                    "property_id": move.pm_property_id.id,
                    "partner_id": move.partner_id.id,
                    "code": code,
                    "message": message,
                }
                for move, code, message in reasons
            ],
        )

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
        credits = move.line_ids.matched_credit_ids.credit_move_id.move_id
        credits = credits.filtered(lambda credit: credit.move_type == "out_refund")
        if credits:
            return self.env._(
                "A part of %(invoice)s of %(payer)s was credited by %(credits)s; it "
                "stays. What is credited is owed no more.",
                invoice=move.name,
                payer=move.partner_id.name,
                credits=", ".join(credits.mapped("name")),
            )
        return self.env._(
            "Something was paid on %(invoice)s of %(payer)s; it stays. Cancel the "
            "receipt first, then undo again.",
            invoice=move.name,
            payer=move.partner_id.name,
        )
