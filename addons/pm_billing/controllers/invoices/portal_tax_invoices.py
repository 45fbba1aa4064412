from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ...models.invoices.pm_tax_invoice import TITLE

LONGEST = 200


class TaxInvoicePortal(CustomerPortal):
    """Residents ask for tax invoices of bills they have paid, and take their files."""

    def _tax_invoice_values(self, bill="", **values):
        partner = request.env.user.partner_id
        holders = partner._pm_stands_for()
        TaxInvoice = request.env["pm.tax.invoice"].sudo()
        bills = self._bills_to_invoice(holders)
        chosen = bills.filtered(lambda move: str(move.id) == bill) or bills[:1]
        entered = TaxInvoice._last_title(chosen.partner_id or partner)
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "pm_tax_invoice",
            "bills": bills,
            "bill": chosen,
            "invoices": TaxInvoice.search(
                [("partner_id", "in", holders.ids)], limit=80
            ),
            "entered": entered,
            "problem": "",
            **values,
        }

    def _bills_to_invoice(self, holders):
        """Return paid bills of which something is on no tax invoice yet."""
        charges = (
            request.env["pm.charge"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", holders.ids),
                    ("state", "=", "posted"),
                    ("origin_id", "=", False),
                    ("payment_state", "=", "paid"),
                    ("tax_invoice_id", "=", False),
                ],
                order="date_from desc",
                limit=200,
            )
        )
        return charges.move_id.filtered(
            lambda move: move.payment_state in ("paid", "in_payment")
        )

    @http.route(
        "/my/tax-invoices", type="http", auth="user", methods=["GET"], website=True
    )
    def pm_tax_invoices(self, bill="", **kw):
        return request.render(
            "pm_billing.portal_my_tax_invoices", self._tax_invoice_values(bill)
        )

    @http.route(
        "/my/tax-invoices/ask", type="http", auth="user", methods=["POST"], website=True
    )
    def pm_tax_invoice_ask(self, bill="", **post):
        values = self._tax_invoice_values(bill)
        entered = {
            name: (post.get(name) or "").strip()[:LONGEST] or False for name in TITLE
        }
        entered["kind"] = "special" if post.get("kind") == "special" else "normal"
        move = values["bills"].filtered(lambda row: str(row.id) == bill)
        charges = move.pm_charge_ids.filtered(
            lambda charge: (
                charge.state == "posted"
                and not charge.origin_id
                and not charge.tax_invoice_id
            )
        )
        try:
            if not move:
                raise UserError(request.env._("Choose a bill that is paid."))
            with request.env.cr.savepoint():
                request.env["pm.tax.invoice"].sudo()._ask(
                    move.partner_id, charges, entered
                )
                request.env.flush_all()
        except (UserError, ValidationError) as error:
            return request.render(
                "pm_billing.portal_my_tax_invoices",
                {**values, "entered": entered, "problem": error.args[0]},
            )
        return request.redirect("/my/tax-invoices")

    @http.route(
        "/my/tax-invoices/<int:invoice_id>/<int:file_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def pm_tax_invoice_file(self, invoice_id, file_id, **kw):
        holders = request.env.user.partner_id._pm_stands_for()
        invoice = (
            request.env["pm.tax.invoice"]
            .sudo()
            .search([("id", "=", invoice_id), ("partner_id", "in", holders.ids)])
        )
        file = invoice.file_ids.filtered(lambda row: row.id == file_id)
        if not file or invoice.state not in ("issued", "red_asked", "red"):
            return request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(file)
        return stream.get_response(as_attachment=True)
