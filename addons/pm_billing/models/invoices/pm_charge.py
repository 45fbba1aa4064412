from odoo import api, fields, models
from odoo.exceptions import UserError


class PmCharge(models.Model):
    _inherit = "pm.charge"

    tax_line_ids = fields.One2many(
        "pm.tax.invoice.line", "charge_id", "On Tax Invoices", readonly=True
    )
    tax_invoice_id = fields.Many2one(
        "pm.tax.invoice",
        "On Tax Invoice",
        compute="_compute_tax_invoice_id",
        search="_search_tax_invoice_id",
    )

    @api.depends("tax_line_ids.is_live")
    def _compute_tax_invoice_id(self):
        for charge in self:
            live = charge.sudo().tax_line_ids.filtered("is_live")
            charge.tax_invoice_id = live[:1].tax_invoice_id

    @api.model
    def _search_tax_invoice_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        live = self.env["pm.tax.invoice.line"]._search([("is_live", "=", True)])
        if wanted == {False}:
            return [("tax_line_ids", "not any", [("id", "in", live)])]
        if False in wanted:
            return NotImplemented
        return [
            (
                "tax_line_ids",
                "any",
                [("id", "in", live), ("tax_invoice_id", "in", list(wanted))],
            )
        ]

    def action_ask_tax_invoice(self):
        """Ask for a tax invoice on these charges, with the title used last.

        :raises UserError: of several payers or places, or on one already
        """
        self.check_access("read")
        charges = self.filtered(
            lambda charge: charge.state == "posted" and not charge.origin_id
        )
        if len(charges.partner_id) != 1:
            raise UserError(
                self.env._("Choose charges of one place that are billed to one payer.")
            )
        TaxInvoice = self.env["pm.tax.invoice"]
        invoice = TaxInvoice._ask(
            charges.partner_id, charges, TaxInvoice._last_title(charges.partner_id)
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.tax.invoice",
            "res_id": invoice.id,
            "view_mode": "form",
        }
