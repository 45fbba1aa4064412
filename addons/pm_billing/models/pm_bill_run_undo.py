from odoo import fields, models

from .booked import booking

INVOICES_AT_ONCE = 20
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

        Invoices on which something was paid stay and are listed.
        """
        for run in self:
            states = ("prepared", "done")
            stopped = ("preparing", "confirming", "undoing")
            if run._may_begin("undoing", *states, stopped=stopped):
                run._check_unlocked(
                    max(fields.Date.context_today(run), run.date_invoice)
                )
                run._begin_undo()

    def _begin_undo(self):
        self._as_step().state = "undoing"
        self.charge_ids.filtered(lambda charge: charge.state == "draft").unlink()
        self._job_begin("undo", self.charge_ids.move_id.sorted("id").ids)

    def _job_end_undo(self, then):
        self._as_step().state = "done" if self.charge_ids else "undone"

    def _job_do_undo(self, move_ids):
        """Reverse the unpaid ones of some invoices and free their periods."""
        self.ensure_one()
        moves = self.env["account.move"].sudo()._as_step().browse(move_ids).exists()
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
            booking(unpaid.with_context(**QUIETLY))._pm_reverse(
                [
                    {
                        "ref": self.env._("Undo of %s", self.name),
                        "invoice_date": max(
                            fields.Date.context_today(self), move.invoice_date
                        ),
                        "pm_property_id": move.pm_property_id.id,
                    }
                    for move in unpaid
                ]
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
