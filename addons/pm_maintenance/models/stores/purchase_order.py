from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from .pm_order_material import DISPATCHER
from .pm_store import KEEPER

BUYER = "purchase.group_purchase_user"
# whom Odoo lets read purchase orders
ODOO_READERS = (
    BUYER,
    "stock.group_stock_user",
    "account.group_account_readonly",
    "account.group_account_invoice",
)


class PurchaseOrder(models.Model):
    """What is bought for an estate: for its store, or for one work order.

    Other purchases stay as Odoo has them. People of property management have none of
    Odoo's groups of purchase: they read the purchases of their estates and take the
    steps below; levels of approval (OCA's) decide by amount.
    """

    _name = "purchase.order"
    _inherit = ["purchase.order", "pm.review.mixin", "tier.validation"]

    request_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    store_id = fields.Many2one(
        "pm.store",
        "Store",
        related="picking_type_id.pm_store_id",
        store=True,
        index="btree_not_null",
    )
    estate_id = fields.Many2one(
        "pm.property",
        compute="_compute_estate_id",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        help="For which estate this is bought.",
    )
    amount_to_approve = fields.Monetary(
        compute="_compute_amount_to_approve",
        currency_field="company_currency_id",
        compute_sudo=True,
        help="All that is bought for the same work order, in company currency: what "
        "is cut into small purchases is no small one.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    progress = fields.Char(
        "Where It Stands",
        compute="_compute_progress",
        compute_sudo=True,
        help="Whose turn it is, and since when.",
    )

    @api.depends("request_id.estate_id", "picking_type_id.pm_store_id.estate_id")
    def _compute_estate_id(self):
        for order in self:
            order.estate_id = order.request_id.estate_id or order.store_id.estate_id

    @api.depends("amount_total", "currency_id", "request_id.purchase_ids.amount_total")
    def _compute_amount_to_approve(self):
        for order in self:
            counted = order | order.request_id.purchase_ids.filtered(
                lambda other: other.state != "cancel"
            )
            order.amount_to_approve = sum(
                other.currency_id._convert(
                    other.amount_total,
                    other.company_id.currency_id,
                    other.company_id,
                    other.date_order or fields.Date.today(),
                )
                for other in counted
            )

    def _compute_progress(self):
        for order in self:
            order.progress = order._progress()

    def _progress(self):
        """In words: whose turn it is, and since when."""
        name = self.name
        if self.state == "purchase":
            return self._progress_of_receipt()
        if self.state == "cancel":
            return self.env._("%s: cancelled", name)
        pending = self.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        )
        refused = self.review_ids.filtered(lambda review: review.status == "rejected")
        if refused:
            return self.env._(
                "%(purchase)s: refused by %(who)s",
                purchase=name,
                who=refused[:1].done_by.name,
            )
        if pending:
            first = pending.sorted("sequence")[:1]
            names = first.reviewer_ids.mapped("name")
            return self.env._(
                "%(purchase)s: waits for approval by %(who)s since %(day)s",
                purchase=name,
                who=", ".join(names[:3]) or first.todo_by,
                day=format_date(self.env, first.create_date),
            )
        if self.state == "to approve":
            return self.env._("%s: waits for the manager of purchases", name)
        return self.env._(
            "%(purchase)s: not sent to %(supplier)s yet",
            purchase=name,
            supplier=self.partner_id.name,
        )

    def _progress_of_receipt(self):
        goods = self.order_line.filtered(lambda line: line.product_id.type == "consu")
        late = [line for line in goods if line.qty_received < line.product_qty]
        if not late:
            return self.env._("%s: received", self.name)
        return self.env._(
            "%(purchase)s: ordered from %(supplier)s, expected on %(day)s",
            purchase=self.name,
            supplier=self.partner_id.name,
            day=format_date(self.env, self.date_planned) or "–",
        )

    # made for an estate

    @api.model
    def _for_estate(self, request, store, supplier, lines):
        """A draft that brings its goods to the estate's store.

        :param request: the work order it is for, or none
        :param lines: commands for its lines
        """
        company = store.company_id
        return (
            self.sudo()
            .with_company(company)
            ._as_step()
            .create(
                {
                    "partner_id": supplier.id,
                    "company_id": company.id,
                    "picking_type_id": store.receipt_type_id.id,
                    "request_id": request.id,
                    "origin": request.number,
                    "order_line": lines,
                }
            )
        )

    def _submit(self):
        """Place it with the supplier, or ask those who decide by amount."""
        for order in self:
            if any(
                not line.display_type and line.price_unit <= 0
                for line in order.order_line
            ):
                raise UserError(
                    self.env._(
                        "%s has a line without a price. Enter what it costs.",
                        order.name,
                    )
                )
            order.invalidate_recordset(["need_validation", "amount_to_approve"])
            if order.need_validation:
                order.request_validation()
                order.invalidate_recordset(["need_validation"])
            else:
                order.button_confirm()

    # steps for those who have no group of Odoo's purchase

    def _check_pm_buyer(self):
        """:raises AccessError: neither storekeeper nor dispatcher of the estate"""
        self.check_access("read")
        user = self.env.user
        for order in self:
            if not order.estate_id or not (
                self.env.su
                or user.has_group(KEEPER)
                or user.has_group(DISPATCHER)
                or user.has_group(BUYER)
            ):
                raise AccessError(
                    self.env._(
                        "%s is no purchase of an estate that you buy for.", order.name
                    )
                )

    def action_pm_place(self):
        """Place a draft, for instance one of the replenishment, or ask for approval.

        :raises UserError: placed, or waiting already
        """
        self._check_pm_buyer()
        for order in self.sudo()._as_step():
            if order.state not in ("draft", "sent") or order.review_ids:
                raise UserError(order._progress())
            order.with_company(order.company_id)._submit()

    def action_pm_cancel(self):
        """Buy it not, as long as nothing was received.

        :raises UserError: something was received
        """
        self._check_pm_buyer()
        for order in self.sudo()._as_step():
            if any(line.qty_received for line in order.order_line):
                raise UserError(
                    self.env._(
                        "Goods of %s were received already. Send them back in Odoo's "
                        "stock.",
                        order.name,
                    )
                )
            order.with_company(order.company_id).button_cancel()

    # approval

    def _validate_tier(self, tiers=False):
        if self._in_step("pm_asks_levels") and not self._reviews_of(self.env.user):
            # somebody confirms: what the levels still miss is said by who asked them
            return None
        result = super()._validate_tier(tiers)
        if (
            self.estate_id
            and not self._in_step("pm_asks_levels")
            and self.state in ("draft", "sent")
            and self._decisions() == {"approved"}
        ):
            # approved is ordered: nobody has to come back for a second press
            self.sudo()._as_step().button_confirm()
        return result

    def _tier_validation_check_state_on_write(self, vals):
        asking = self._as_step("pm_asks_levels") if "state" in vals else self
        return super(PurchaseOrder, asking)._tier_validation_check_state_on_write(vals)

    def restart_validation(self):
        self.check_access("write")
        return super(PurchaseOrder, self.sudo()).restart_validation()

    def _add_tier_validation_buttons(self, node, params):
        """Without those for buyers where the user is none: they would be refused."""
        added = super()._add_tier_validation_buttons(node, params)
        if not self.env.user.has_group(BUYER):
            for name in ("request_validation", "restart_validation"):
                for button in added.findall(f".//button[@name='{name}']"):
                    button.getparent().remove(button)
        return added

    @api.model
    def _opens_in_odoo(self):
        """Whether the user has one of the groups that Odoo gives purchases to."""
        return any(self.env.user.has_group(group) for group in ODOO_READERS)

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        """Who has no group of Odoo's sees the pages of purchases for estates.

        Odoo's own show taxes, accounts and bills, which they may not read.
        """
        views = {
            "form": "pm_maintenance.purchase_order_view_form_estate",
            "list": "pm_maintenance.purchase_order_view_list_estate",
        }
        if not view_id and view_type in views and not self._opens_in_odoo():
            view_id = self.env.ref(views[view_type]).id
        return super().get_view(view_id=view_id, view_type=view_type, **options)

    # Odoo's own, for estates

    def _get_final_location_record(self):
        self.ensure_one()
        return self.store_id.sudo().location_id or super()._get_final_location_record()
