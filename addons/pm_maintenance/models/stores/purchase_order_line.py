from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class PurchaseOrderLine(models.Model):
    """Goods that a store expects, and jobs of contractors."""

    _inherit = "purchase.order.line"

    request_id = fields.Many2one(
        related="order_id.request_id", store=True, index="btree_not_null"
    )
    store_id = fields.Many2one(
        related="order_id.store_id", store=True, index="btree_not_null"
    )
    estate_id = fields.Many2one(
        related="order_id.estate_id", store=True, index="btree_not_null"
    )
    material_ids = fields.One2many(
        "pm.order.material", "purchase_line_id", "For", readonly=True
    )
    qty_expected = fields.Float(
        "Still to Come", digits="Product Unit", compute="_compute_qty_expected"
    )
    is_expected = fields.Boolean(
        "Expected", compute="_compute_qty_expected", search="_search_is_expected"
    )
    job_cost = fields.Monetary(
        "Cost to the Work Order",
        compute="_compute_job_cost",
        store=True,
        compute_sudo=True,
        currency_field="company_currency_id",
        help="A contractor's job: as billed, and as ordered for what is not billed "
        "yet; without the tax that the company gets back.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    @api.depends("product_qty", "qty_received", "state")
    def _compute_qty_expected(self):
        for line in self:
            open_line = line.state == "purchase"
            rest = line.product_qty - line.qty_received
            line.qty_expected = max(rest, 0.0) if open_line else 0.0
            line.is_expected = bool(line.store_id) and line.qty_expected > 0

    def _search_is_expected(self, operator, value):
        if operator != "in":
            return NotImplemented
        expected = self._domain_expected()
        return expected if True in value else ~expected

    @api.depends(
        "request_id",
        "product_id.type",
        "order_id.state",
        "price_subtotal",
        "product_qty",
        "qty_invoiced",
        "invoice_lines.balance",
        "invoice_lines.parent_state",
    )
    def _compute_job_cost(self):
        for line in self:
            counts = (
                line.request_id
                and line.product_id.type == "service"
                and line.order_id.state == "purchase"
            )
            line.job_cost = line._job_cost() if counts else 0.0

    def _job_cost(self):
        posted = self.invoice_lines.filtered(lambda bill: bill.parent_state == "posted")
        billed = sum(posted.mapped("balance"))
        quantity = sum(
            -bill.quantity if bill.move_id.move_type == "in_refund" else bill.quantity
            for bill in posted
        )
        rest = max(self.product_qty - quantity, 0.0)
        ordered = self.price_subtotal / self.product_qty if self.product_qty else 0.0
        return billed + self.currency_id._convert(
            ordered * rest,
            self.company_id.currency_id,
            self.company_id,
            self.date_order or fields.Date.today(),
        )

    @api.model
    def _domain_expected(self):
        """Goods that were ordered for stores and did not come yet."""
        return (
            Domain("store_id", "!=", False)
            & Domain("order_id.state", "=", "purchase")
            & Domain("product_id.type", "=", "consu")
            & Domain.custom(
                to_sql=lambda model, alias, query: model._sql_not_received(
                    alias, query
                ),
                predicate=lambda line: line.qty_received < line.product_qty,
            )
        )

    def _sql_not_received(self, alias, query):
        received = self._field_to_sql(alias, "qty_received", query)
        ordered = self._field_to_sql(alias, "product_qty", query)
        return SQL("COALESCE(%s, 0) < %s", received, ordered)

    # receiving

    def action_pm_receive(self, quantity=None, lot_name=None, received=None):
        """Goods came to the store of an estate.

        :param quantity: how much, in the unit of the line; all of it by default
        :param lot_name: for what is followed by lots
        :param received: what the form showed as received before; another figure means
            that somebody was quicker, and nothing is booked twice
        :raises UserError: not ordered, received already, more than was ordered
        """
        self.check_access("read")
        for line in self:
            line.store_id._check_keeper()
            line._check_receivable(quantity, received)
            step = line.sudo().with_company(line.company_id)._as_step()
            step._receive(line.qty_expected if quantity is None else quantity, lot_name)

    def _check_receivable(self, quantity, received):
        wanted = self.qty_expected if quantity is None else quantity
        uom = self.product_uom_id
        quicker = received is not None and uom.compare(received, self.qty_received)
        valid = isinstance(wanted, (int, float)) and uom.compare(wanted, 0) > 0
        if not self.store_id or not valid or quicker or self.product_id.type != "consu":
            raise UserError(
                self.env._(
                    "%(product)s of %(purchase)s: %(received)s of %(ordered)s are "
                    "received. Look again at what is still to come.",
                    product=self.product_id.display_name,
                    purchase=self.order_id.name,
                    received=self.qty_received,
                    ordered=self.product_qty,
                )
            )
        if uom.compare(wanted, self.qty_expected) > 0:
            raise UserError(
                self.env._(
                    "Only %(quantity)s %(unit)s of %(product)s are still to come. What "
                    "comes on top is ordered first.",
                    quantity=self.qty_expected,
                    unit=uom.name,
                    product=self.product_id.display_name,
                )
            )

    def _receive(self, quantity, lot_name):
        self.lock_for_update(allow_referencing=True)
        product, store = self.product_id, self.store_id
        if product.tracking != "none" and not (lot_name or "").strip():
            raise UserError(
                self.env._(
                    "Enter the lot of %s: it is followed by lots.", product.display_name
                )
            )
        self._first_cost()
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        move = moves[:1]
        if not move:
            raise UserError(
                self.env._(
                    "The receipt of %s was closed in Odoo's stock.", self.order_id.name
                )
            )
        uom = self.product_uom_id
        moved = uom._compute_quantity(quantity, move.product_uom)
        lot = store._lot(product, lot_name)
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_id": move.product_uom.id,
                    "quantity": moved,
                    "lot_id": lot.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": move.picking_id.id,
                    "company_id": move.company_id.id,
                }
            )
        ]
        (move.picking_id.move_ids - move).picked = False
        move.picked = True
        move.picking_id.with_context(skip_backorder=True, skip_sms=True)._action_done()

    def _first_cost(self):
        """Give a product at fixed cost, which has none yet, what it came at."""
        product = self.product_id.with_company(self.company_id)
        if product.cost_method == "standard" and not product.standard_price:
            product.standard_price = self._get_stock_move_price_unit()

    def action_ask_receive(self):
        """Open the dialog that asks how much came."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive"),
            "res_model": "pm.store.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step": "receive", "default_purchase_line_id": self.id},
        }
