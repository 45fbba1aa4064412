from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .purchase_request_steps import BUYER


class PurchaseOrder(models.Model):
    """A quotation for a request of an estate: one is chosen, the others fall away."""

    _inherit = "purchase.order"

    pm_purchase_request_id = fields.Many2one(
        "purchase.request",
        "Asked for in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("pm_purchase_request_id.estate_id")
    def _compute_estate_id(self):
        result = super()._compute_estate_id()
        for order in self:
            order.estate_id = order.estate_id or order.pm_purchase_request_id.estate_id
        return result

    def button_confirm(self):
        """What was asked for an estate is bought by another one, after comparing."""
        for order in self.filtered(lambda row: row.state in ("draft", "sent")):
            order._pm_check_quotes()
        return super().button_confirm()

    def _pm_check_quotes(self):
        """Ask for as many quotations as the company compares.

        :raises UserError: fewer, and the request does not say why
        """
        self.ensure_one()
        request = self.pm_purchase_request_id.sudo()
        company = self.company_id.sudo()
        if not request or not company.pm_quotes_from or request.single_reason:
            return
        amount = self.currency_id._convert(
            self.amount_total,
            company.currency_id,
            company,
            self.date_order or fields.Date.today(),
        )
        if company.currency_id.compare_amounts(amount, company.pm_quotes_from) < 0:
            return
        quoted = request.purchase_order_ids.filtered(lambda row: row.amount_total > 0)
        vendors = quoted.partner_id.commercial_partner_id
        if len(vendors) < company.pm_quotes_needed:
            raise UserError(
                self.env._(
                    "%(order)s comes to %(amount)s: from %(limit)s on quotations of "
                    "%(needed)s vendors are compared, and there are %(found)s. Ask for "
                    "more, or say on %(request)s why fewer are enough.",
                    order=self.name,
                    amount=format_amount(self.env, amount, company.currency_id),
                    limit=format_amount(
                        self.env, company.pm_quotes_from, company.currency_id
                    ),
                    needed=company.pm_quotes_needed,
                    found=len(vendors),
                    request=request.name,
                )
            )

    def action_pm_choose(self):
        """Order at this vendor: the levels decide by amount, the others fall away.

        :raises UserError: no quotation of a request, or lines without a price
        """
        self.ensure_one()
        request = self.pm_purchase_request_id
        if not request:
            raise UserError(self.env._("%s is no quotation of a request.", self.name))
        request._check_buyer()
        order = self.sudo()._as_step()
        if order.state not in ("draft", "sent") or order.review_ids:
            raise UserError(order._progress())
        order._pm_check_quotes()
        order.with_company(order.company_id)._submit()
        others = (request.sudo().purchase_order_ids - order).filtered(
            lambda row: row.state in ("draft", "sent")
        )
        others._as_step().button_cancel()
        for other in others:
            other.message_post(
                body=self.env._("%s was chosen instead.", order.partner_id.name)
            )

    def _check_pm_buyer(self):
        """Quotations of a request are the buyer's, who did not ask for it."""
        result = super()._check_pm_buyer()
        requests = self.pm_purchase_request_id
        if requests and not self.env.su and self.env.user.has_group(BUYER):
            requests._check_buyer()
        return result
