from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...engine.rounding import round_to
from ..fees.quantities import exact


class PmTaxInvoiceLine(models.Model):
    """A charge on a tax invoice, with the tax that its bill has."""

    _name = "pm.tax.invoice.line"
    _description = "Charge on a Tax Invoice"
    _inherit = ["pm.part.mixin"]
    _whole = "tax_invoice_id"
    _order = "tax_invoice_id, id"
    _rec_name = "charge_id"

    tax_invoice_id = fields.Many2one(
        "pm.tax.invoice", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="tax_invoice_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="tax_invoice_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_id = fields.Many2one(
        "pm.charge",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("state", "=", "posted"), ("tax_invoice_id", "=", False)],
    )
    fee_item_id = fields.Many2one(related="charge_id.fee_item_id")
    date_from = fields.Date(related="charge_id.date_from")
    date_to = fields.Date(related="charge_id.date_to")
    amount = fields.Monetary(
        "With Tax", compute="_compute_amounts", store=True, precompute=True
    )
    amount_tax = fields.Monetary(
        "Tax", compute="_compute_amounts", store=True, precompute=True
    )
    tax_percent = fields.Float(
        "Tax (%)",
        digits=(16, 4),
        compute="_compute_amounts",
        store=True,
        precompute=True,
        aggregator=None,
    )
    is_live = fields.Boolean(compute="_compute_is_live", store=True)

    _once = models.UniqueIndex(
        "(charge_id) WHERE is_live", "This charge is on a tax invoice already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_asked("asked")
        return lines

    def write(self, vals):
        """What was sent to the platform covers the charges that it says."""
        if "charge_id" in vals:
            self._check_asked("asked")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_asked("asked", "cancelled")

    def _check_asked(self, *states):
        """:raises UserError: by hand, and its tax invoice is in another state"""
        if not self._writes_freely():
            self.tax_invoice_id._check_in_state(*states)

    # what was asked for stays, whatever is given back later: see _check_billed
    @api.depends("charge_id")
    def _compute_amounts(self):
        for line in self:
            line.update(line._billed())

    def _billed(self):
        """Return the amounts of the charge, less what was given back of it."""
        self.ensure_one()
        charge = self.charge_id.sudo()
        row = charge.move_id.invoice_line_ids.filtered(
            lambda line: line.pm_charge_id == charge
        )[:1]
        amount = exact(charge.amount_receivable)
        tax = Decimal()
        if row.price_total:
            share = exact(row.price_total - row.price_subtotal) / exact(row.price_total)
            tax = round_to(amount * share, Decimal("0.01"), "half_up")
        percents = row.tax_ids.filtered(lambda tax: tax.amount_type == "percent")
        return {
            "amount": float(amount),
            "amount_tax": float(tax),
            "tax_percent": sum(percents.mapped("amount")),
        }

    @api.depends(
        "tax_invoice_id.state",
        "tax_invoice_id.red_amount",
        "tax_invoice_id.amount_total",
    )
    def _compute_is_live(self):
        """A charge is free again when its tax invoice is void as a whole."""
        for line in self:
            invoice = line.tax_invoice_id
            void = invoice.state == "red" and (
                invoice.currency_id.compare_amounts(
                    invoice.red_amount, invoice.amount_total
                )
                >= 0
            )
            line.is_live = invoice.state != "cancelled" and not void

    def _refresh(self):
        """Take the amounts anew, as they are before the request goes out."""
        for line in self:
            line.sudo()._as_step().write(line._billed())

    def _check_billed(self):
        """No more is on a tax invoice than was billed, of its own payer and place.

        :raises UserError: naming the charge
        """
        for line in self:
            charge = line.charge_id.sudo()
            invoice = line.tax_invoice_id
            if (
                charge.state != "posted"
                or charge.partner_id != invoice.partner_id
                or charge.property_id != invoice.property_id
            ):
                raise UserError(
                    self.env._(
                        "%(charge)s is not billed to %(payer)s at %(place)s. Take it "
                        "off the tax invoice.",
                        charge=charge.display_name,
                        payer=invoice.partner_id.name,
                        place=invoice.property_id.display_name,
                    )
                )
            over = line.currency_id.compare_amounts(
                line.amount, charge.amount_receivable
            )
            if over > 0 or line.amount <= 0:
                raise UserError(
                    self.env._(
                        "%(charge)s comes to %(amount)s on the tax invoice, but "
                        "%(billed)s is billed of it less what was given back.",
                        charge=charge.display_name,
                        amount=format_amount(self.env, line.amount, line.currency_id),
                        billed=format_amount(
                            self.env, charge.amount_receivable, line.currency_id
                        ),
                    )
                )
