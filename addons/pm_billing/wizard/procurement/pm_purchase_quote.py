from odoo import Command, fields, models
from odoo.exceptions import UserError


class PmPurchaseQuote(models.TransientModel):
    """Ask several vendors at once: one request for quotation each."""

    _name = "pm.purchase.quote"
    _description = "Ask for Quotations"

    request_id = fields.Many2one("purchase.request", "Purchase Request", required=True)
    vendor_ids = fields.Many2many("res.partner", string="Vendors", required=True)

    def action_ask(self):
        """Make a request for quotation for each vendor that has none yet.

        :return: the action that shows them
        """
        self.ensure_one()
        self.check_access("write")
        request = self.request_id
        request._check_buyer()
        request._check_pm_state("approved", "in_progress")
        self.vendor_ids.check_access("read")
        asked = request.sudo().purchase_order_ids.filtered(
            lambda order: order.state != "cancel"
        )
        vendors = self.vendor_ids - asked.partner_id
        if not vendors:
            raise UserError(self.env._("Choose vendors who were not asked yet."))
        company = request.company_id
        orders = (
            self.env["purchase.order"]
            .sudo()
            .with_company(company)
            ._as_step()
            .create([self._prepare_order(vendor) for vendor in vendors])
        )
        for order in orders:
            for line in order.order_line:
                self._allocate(line)
        if request.state == "approved":
            request.button_in_progress()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_billing.pm_quote_action"
        )
        return {**action, "domain": [("pm_purchase_request_id", "=", request.id)]}

    def _prepare_order(self, vendor):
        request = self.request_id.sudo()
        return {
            "partner_id": vendor.id,
            "company_id": request.company_id.id,
            "picking_type_id": request.picking_type_id.id,
            "origin": request.name,
            "pm_purchase_request_id": request.id,
            "user_id": self.env.uid,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_qty": line.product_qty,
                        "product_uom_id": (
                            line.product_uom_id or line.product_id.uom_id
                        ).id,
                        "analytic_distribution": line.analytic_distribution,
                        "date_planned": fields.Datetime.to_datetime(line.date_required),
                        "purchase_request_lines": [Command.link(line.id)],
                        "name": line.name or line.product_id.display_name,
                    }
                )
                for line in request.line_ids.filtered(lambda line: not line.cancelled)
            ],
        }

    def _allocate(self, line):
        """Tell OCA's follow-up which line of the request it serves."""
        for asked in line.purchase_request_lines:
            self.env["purchase.request.allocation"].sudo().create(
                {
                    "requested_product_uom_qty": asked.product_qty,
                    "product_uom_id": (
                        asked.product_uom_id or asked.product_id.uom_id
                    ).id,
                    "purchase_request_line_id": asked.id,
                    "purchase_line_id": line.id,
                }
            )
