from odoo import fields, models

INVOICES_PER_JOB = 100


class PmBillRun(models.Model):
    """Undo a bill run: reverse what is unpaid and free its periods."""

    _inherit = "pm.bill.run"

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
