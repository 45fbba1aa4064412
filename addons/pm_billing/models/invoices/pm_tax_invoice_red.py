from odoo import fields, models
from odoo.exceptions import UserError

from ..ledger.business_day import today_at


class PmTaxInvoice(models.Model):
    """Red-letter invoices: an issued one is taken back, as a whole or in part.

    The platform wants a confirmation first, with one of four reasons. The charges of
    one that is taken back as a whole may be put on another tax invoice.
    """

    _inherit = "pm.tax.invoice"

    red_reason = fields.Selection(
        [
            ("wrong", "Issued in Error"),
            ("returned", "Goods Returned"),
            ("ended", "Service Ended"),
            ("allowance", "Sales Allowance"),
        ],
        "Reason of the Red Letter",
        copy=False,
        tracking=True,
    )
    red_amount = fields.Monetary(
        "Taken Back", copy=False, help="With tax; the whole when nothing is entered."
    )
    red_confirmation = fields.Char("Number of the Confirmation", copy=False)
    red_number = fields.Char("Number of the Red Letter", copy=False, tracking=True)
    red_date = fields.Date("Red Letter on", copy=False)

    _red_number_once = models.UniqueIndex(
        "(company_id, red_number) WHERE red_number IS NOT NULL",
        "A red-letter invoice with this number is registered already.",
    )
    _red_within = models.Constraint(
        "CHECK (red_amount IS NULL"
        " OR (red_amount >= 0 AND red_amount <= amount_total))",
        "No more is taken back than the tax invoice comes to.",
    )

    def _check_kept(self, vals):
        if {"red_reason", "red_amount"} & vals.keys():
            self._check_in_state("issued")
        if {"red_confirmation", "red_number", "red_date"} & vals.keys():
            self._check_in_state("issued", "red_asked")
        return super()._check_kept(vals)

    def action_ask_red(self):
        """Ask the platform to take it back; it goes out with the next file.

        :raises UserError: no reason
        """
        self.check_access("write")
        self._check_in_state("issued")
        for invoice in self:
            if not invoice.red_reason:
                raise UserError(
                    self.env._("Choose why %s is taken back.", invoice.number)
                )
            part = invoice.red_amount or invoice.amount_total
            if invoice.red_reason != "allowance":
                part = invoice.amount_total
            invoice.sudo()._as_step().write(
                {"state": "red_asked", "red_amount": part, "sent_on": False}
            )

    def action_keep(self):
        """It is not taken back after all."""
        self.check_access("write")
        self._check_in_state("red_asked")
        self.sudo()._as_step().write({"state": "issued", "red_amount": 0.0})

    def action_red(self):
        """Note by hand that the red-letter invoice was issued.

        :raises UserError: no number
        """
        self.check_access("write")
        self._check_in_state("red_asked")
        for invoice in self:
            if not invoice.red_number:
                raise UserError(
                    self.env._(
                        "Enter the number of the red-letter invoice of %s.",
                        invoice.number,
                    )
                )
            invoice.sudo()._as_step().write(
                {
                    "state": "red",
                    "red_date": invoice.red_date or today_at(invoice.property_id),
                }
            )
