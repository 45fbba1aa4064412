from odoo import fields, models
from odoo.tools import format_date


class PurchaseRequest(models.Model):
    """What who asked sees: whose turn it is, and since when."""

    _inherit = "purchase.request"

    progress = fields.Char(
        "Where It Stands",
        compute="_compute_progress",
        compute_sudo=True,
        help="Whose turn it is, and since when.",
    )

    def _compute_progress(self):
        for request in self:
            request.progress = request._progress()

    def _progress(self):
        """In words: agreement, quotations, order, goods, bill, payment."""
        self.ensure_one()
        if self.state == "draft":
            return self.env._("Not submitted yet")
        if self.state == "rejected":
            return self.env._("Refused")
        if self.state == "to_approve":
            pending = self.review_ids.filtered(
                lambda review: review.status in ("waiting", "pending")
            ).sorted("sequence")[:1]
            names = ", ".join(pending.reviewer_ids.mapped("name")[:3])
            return self.env._(
                "Waits for agreement by %(who)s since %(day)s",
                who=names or self.env._("the estate manager"),
                day=format_date(self.env, pending.create_date or self.write_date),
            )
        orders = self.purchase_order_ids.filtered(lambda order: order.state != "cancel")
        ordered = orders.filtered(lambda order: order.state == "purchase")
        if ordered:
            return "; ".join(order._pm_progress_of_bill() for order in ordered)
        waiting = orders.filtered(
            lambda order: (
                "pending" in order.review_ids.mapped("status")
                or "waiting" in order.review_ids.mapped("status")
            )
        )
        if waiting:
            return waiting[0]._progress()
        if orders:
            return self.env._(
                "Quotations of %(vendors)s are compared",
                vendors=", ".join(orders.partner_id.mapped("name")),
            )
        if self.state == "done":
            return self.env._("Closed")
        return self.env._(
            "Agreed by %(who)s; the buyer asks for quotations",
            who=self.decided_by_id.name or "",
        )


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def _pm_progress_of_bill(self):
        """Beyond the goods: billed, and paid."""
        bills = self.invoice_ids.filtered(lambda bill: bill.state == "posted")
        if not bills:
            return self._progress()
        if all(bill.payment_state in ("paid", "in_payment") for bill in bills):
            return self.env._("%s: billed and paid", self.name)
        return self.env._("%s: billed, not paid yet", self.name)
