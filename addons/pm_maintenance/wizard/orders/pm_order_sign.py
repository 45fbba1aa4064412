from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.controllers.base.drawn import check_drawn


class PmOrderSign(models.TransientModel):
    """The customer signs on the phone of the technician, or at the desk.

    What is signed depends on where the order stands: the consent to a quote, of just
    the amount that the page shows, or the acceptance of work that is done.
    """

    _name = "pm.order.sign"
    _description = "The Customer Signs"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, ondelete="cascade"
    )
    signs = fields.Selection(
        [("quote", "Consent to the Cost"), ("work", "Acceptance of the Work")],
        compute="_compute_signs",
    )
    currency_id = fields.Many2one(related="request_id.currency_id")
    # of when the page was opened: a quote that changed since is not what was signed
    amount = fields.Monetary("Cost", help="What is agreed to.")
    name = fields.Char("Who Signs", required=True)
    signature = fields.Binary(attachment=False)

    @api.depends("request_id.quote_state", "request_id.state")
    def _compute_signs(self):
        for page in self:
            order = page.request_id
            page.signs = (
                "quote"
                if order.quote_state == "asked"
                else "work"
                if order.state == "done"
                else False
            )

    def action_apply(self):
        """Take the consent, or the acceptance, with the signature.

        :raises UserError: nothing to sign, no signature, or another cost by now
        """
        self.ensure_one()
        order = self.request_id
        order._check_signature_taken()
        if not self.signs:
            raise UserError(
                self.env._(
                    "%s waits for no signature: neither for consent to a quote nor for "
                    "acceptance of the work.",
                    order.display_name,
                )
            )
        signature = self._read_signature()
        if self.signs == "quote":
            shown = order._quote_shown(self.amount)
            order._quote_answer(True, self.name, signature, shown)
        else:
            order._accept_by_customer(self.name, signature)
        return {"type": "ir.actions.act_window_close"}

    def _read_signature(self):
        try:
            check_drawn(self.signature or b"")
        except ValueError as error:
            raise UserError(
                self.env._("Have %s sign in the field.", self.name)
            ) from error
        return self.signature
