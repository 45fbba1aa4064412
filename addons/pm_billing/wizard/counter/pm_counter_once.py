from hashlib import sha256

from odoo import api, models
from odoo.exceptions import RedirectWarning
from odoo.tools import float_repr, format_amount
from odoo.tools.sql import escape_psql


class PmCounter(models.TransientModel):
    """A window books once, and only what it shows."""

    _inherit = "pm.counter"

    @api.depends("partner_id", "property_id")
    def _compute_shown_debt(self):
        for counter in self:
            counter.shown_debt = counter._fingerprint()

    def _fingerprint(self):
        """Return what stands for the open charges and the prepayment, to the cent."""
        self.ensure_one()
        digits = self.currency_id.decimal_places or 2
        rows = [
            (charge.id, float_repr(charge.amount_residual, digits))
            for charge in self.charge_ids._origin.sorted("id")
        ]
        prepaid = float_repr(self.amount_prepaid, digits)
        shown = (
            self.partner_id._origin.id,
            self.property_id._origin.id,
            rows,
            prepaid,
            self._late_shown(),
        )
        return sha256(repr(shown).encode()).hexdigest()

    def _booked(self):
        """Return the receipts that this form was answered with before.

        :raises RedirectWarning: it asks for something else now
        """
        key = f"counter-{self.request_key}"
        receipts_sudo = (
            self.env["pm.receipt"]
            .sudo()
            .search(
                [
                    "|",
                    ("request_key", "=", key),
                    # a key of a client stands for itself, and for no others
                    ("request_key", "=like", f"{escape_psql(key)}/%"),
                ],
                order="id",
            )
        )
        money = receipts_sudo.filtered(lambda receipt: receipt.kind == "money")
        same = (
            receipts_sudo.user_id <= self.env.user
            and receipts_sudo.partner_id <= self.partner_id
            and {
                receipt.journal_id.id: float_repr(receipt.amount, 6)
                for receipt in money
            }
            == {
                journal.id: float_repr(amount, 6)
                for journal, amount in self._methods().items()
            }
        )
        if receipts_sudo and not same:
            raise self._look_again(
                self.env._(
                    "This form was booked already: %(receipts)s. Open the counter anew "
                    "to take another payment.",
                    receipts=", ".join(receipts_sudo.mapped("name")),
                )
            )
        return receipts_sudo.sudo(self.env.su)

    def _check_shown_debt(self):
        """Book only what the cashier saw.

        :raises RedirectWarning: the debt has changed since
        """
        self.charge_ids.invalidate_recordset(["amount_residual"])
        if self.shown_debt == self._fingerprint():
            return
        raise self._look_again(
            self.env._(
                "What %(customer)s owes has changed since this form was opened: "
                "%(open)s is open now, late fees until today come to %(late)s, "
                "%(prepaid)s is prepaid. Nothing was booked. "
                "Look at it again, and take what is still to pay.",
                customer=self.partner_id.display_name,
                open=format_amount(self.env, self.amount_open, self.currency_id),
                late=format_amount(self.env, self.amount_late, self.currency_id),
                prepaid=format_amount(self.env, self.amount_prepaid, self.currency_id),
            )
        )

    def _look_again(self, message):
        """Return the error that leads to a new form of the same customer."""
        return RedirectWarning(
            message,
            self.env.ref("pm_billing.pm_counter_action").id,
            self.env._("Open the Counter Anew"),
            {
                "default_partner_id": self.partner_id.id,
                "default_property_id": self.property_id.id,
            },
        )
