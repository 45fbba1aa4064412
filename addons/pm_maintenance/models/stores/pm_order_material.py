from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .pm_store import KEEPER

DISPATCHER = "pm_maintenance.group_pm_dispatcher"
# what may still change of a line, and by which the store goes
WISHES = {"product_id", "uom_id", "quantity", "quantity_used", "store_id"}


class PmOrderMaterial(models.Model):
    """A material of a work order: asked for, kept ready, used, perhaps brought back.

    A line leaves the store once. What was used beyond what the store has is a line
    of its own, to be settled by the storekeeper. How goods move is in
    ``pm_order_material_moves.py``, how they are bought in ``_purchase.py``.
    """

    _name = "pm.order.material"
    _description = "Material of a Work Order"
    _inherit = ["pm.part.mixin"]
    _whole = "request_id"
    _order = "request_id desc, id"
    _rec_name = "product_id"

    request_id = fields.Many2one(
        "maintenance.request",
        "Order",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('property_id', '!=', False)]",
    )
    estate_id = fields.Many2one(related="request_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True
    )
    technician_id = fields.Many2one(string="Technician", related="request_id.user_id")
    order_state = fields.Selection(related="request_id.state", string="State of Order")
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu'), ('company_id', 'in', (company_id, False))]",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )
    quantity = fields.Float("Asked For", digits="Product Unit", default=1.0)
    quantity_used = fields.Float(
        "Used",
        digits="Product Unit",
        compute="_compute_quantity_used",
        store=True,
        readonly=False,
        precompute=True,
        help="As much as was asked for, unless something else is entered.",
    )
    quantity_returned = fields.Float(
        "Brought Back", digits="Product Unit", readonly=True, copy=False
    )
    store_id = fields.Many2one(
        "pm.store",
        "Taken from",
        compute="_compute_store_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
    )
    state = fields.Selection(
        [
            ("wanted", "Asked For"),
            ("unsettled", "Used, to Be Settled"),
            ("used", "Used"),
            ("dropped", "Not Needed"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="wanted",
        index=True,
    )
    used_at = fields.Datetime("Used on", readonly=True, copy=False)
    used_by_id = fields.Many2one("res.users", "Used by", readonly=True, copy=False)
    note = fields.Char()
    # what it costs us, and the customer
    cost = fields.Monetary(
        compute="_compute_cost",
        store=True,
        compute_sudo=True,
        groups="pm_maintenance.group_pm_dispatcher,pm_maintenance.group_pm_storekeeper",
        help="What was taken out of the store is worth; for what the store does not "
        "count, its purchase price.",
    )
    is_charged = fields.Boolean(
        "Customer Pays",
        compute="_compute_is_charged",
        store=True,
        readonly=False,
        precompute=True,
    )
    price = fields.Monetary(
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        help="What the customer pays for one, tax included.",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    quote_line_id = fields.Many2one(
        "pm.order.quote.line",
        "In the Quote",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _quantities_positive = models.Constraint(
        "CHECK (quantity >= 0 AND quantity_used >= 0 AND quantity_returned >= 0"
        " AND price >= 0)",
        "Quantities and prices of materials are not below zero.",
    )
    _returned_of_used = models.Constraint(
        "CHECK (quantity_returned <= quantity_used)",
        "No more comes back than was used.",
    )
    _asked_idx = models.Index(
        "(store_id, state) WHERE state IN ('wanted', 'unsettled')"
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            if line._fits(line.uom_id):
                line.uom_id = line.uom_id
            else:
                line.uom_id = line.product_id.uom_id

    def _fits(self, uom):
        """Whether a unit measures the same thing as that of the product."""
        own = self.product_id.uom_id
        return bool(uom) and bool(own) and uom._has_common_reference(own)

    @api.depends("quantity")
    def _compute_quantity_used(self):
        for line in self:
            line.quantity_used = line.quantity

    @api.depends("request_id")
    def _compute_store_id(self):
        stores = self.env["pm.store"].sudo()
        found = stores.search([("property_id", "in", self.request_id.estate_id.ids)])
        of_estate = {store.property_id: store for store in found}
        for line in self:
            line.store_id = line.store_id or of_estate.get(line.request_id.estate_id)

    @api.depends("request_id.payer")
    def _compute_is_charged(self):
        for line in self:
            line.is_charged = line.request_id.payer == "private"

    @api.depends("product_id", "uom_id")
    def _compute_price(self):
        for line in self:
            product = line.product_id
            line.price = product.list_price
            if line.uom_id and line._fits(line.uom_id):
                line.price = product.uom_id._compute_price(
                    product.list_price, line.uom_id
                )

    @api.depends("price", "quantity_used", "quantity_returned", "is_charged", "state")
    def _compute_amount(self):
        for line in self:
            charged = line.is_charged and line.state != "dropped"
            quantity = line.quantity_used - line.quantity_returned
            amount = line.price * quantity if charged else 0.0
            line.amount = line.currency_id.round(amount) if line.currency_id else amount

    @api.depends(
        "state",
        "quantity_used",
        "quantity_returned",
        "move_ids.state",
        "move_ids.value",
        "purchase_line_id.price_subtotal",
    )
    def _compute_cost(self):
        for line in self:
            line.cost = line._cost() if line.state in ("used", "unsettled") else 0.0

    def _cost(self):
        moved = sum(
            -move.value if move.origin_returned_move_id else move.value
            for move in self.move_ids
            if move.state == "done"
        )
        if moved or (self.quantity_used == self.quantity_returned):
            return moved
        return self._unit_cost() * (self.quantity_used - self.quantity_returned)

    def _unit_cost(self):
        """What one costs where the stock says nothing: as bought, or as it stands."""
        bought = self.purchase_line_id
        if bought and bought.product_qty:
            amount = bought.price_subtotal / bought.product_qty
            amount = bought.currency_id._convert(
                amount, self.currency_id, self.company_id, bought.date_order or None
            )
            return bought.product_uom_id._compute_price(amount, self.uom_id)
        product = self.product_id.with_company(self.company_id)
        return product.uom_id._compute_price(product.standard_price, self.uom_id)

    @api.constrains("uom_id", "product_id")
    def _check_unit(self):
        for line in self:
            if not line._fits(line.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(product)s is measured in %(unit)s, and %(other)s is "
                        "something else.",
                        product=line.product_id.display_name,
                        unit=line.product_id.uom_id.name,
                        other=line.uom_id.name,
                    )
                )

    @api.constrains("store_id", "product_id", "request_id")
    def _check_companies(self):
        for line in self:
            others = (line.store_id.company_id | line.product_id.company_id).filtered(
                lambda company, line=line: company != line.company_id
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(product)s, or its store, belongs to %(other)s, and "
                        "%(order)s to %(company)s.",
                        product=line.product_id.display_name,
                        other=", ".join(others.mapped("name")),
                        order=line.request_id.display_name,
                        company=line.company_id.name,
                    )
                )

    @api.constrains("product_id")
    def _check_is_good(self):
        for line in self:
            if line.product_id.type != "consu":
                raise ValidationError(
                    self.env._(
                        "%s is a service. Buy it as the contractor's job of the order.",
                        line.product_id.display_name,
                    )
                )

    # who, and when

    def _check_may_handle(self):
        """The technician of the order, dispatchers and storekeepers handle materials.

        :raises AccessError: somebody else
        """
        user = self.env.user
        if self.env.su or user.has_group(DISPATCHER) or user.has_group(KEEPER):
            return
        for order in self.request_id:
            if order.user_id != user:
                raise AccessError(
                    self.env._(
                        "Materials of %s are handled by its technician, the dispatcher "
                        "and the storekeeper.",
                        order.display_name,
                    )
                )

    def _check_changeable(self, vals):
        """:raises UserError: what was used is not changed under the books"""
        touched = vals.keys() & WISHES
        for line in self:
            settled_by_this = (
                line.state == "unsettled"
                and touched
                and vals.keys() <= {"quantity_used", "store_id"}
            )
            if settled_by_this and self.env.user.has_group(KEEPER):
                # what the books lack is put right whenever it is found out
                continue
            if line.request_id.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%s is over and on file; its materials are not changed any "
                        "more.",
                        line.request_id.display_name,
                    )
                )
            if not touched or line.state == "wanted":
                continue
            if line.state == "unsettled" and touched <= {"quantity_used", "store_id"}:
                continue
            raise UserError(
                self.env._(
                    "%(product)s of %(order)s is booked. Bring it back, or enter a new "
                    "line.",
                    product=line.product_id.display_name,
                    order=line.request_id.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._in_step("pm_material_split"):
            lines._check_may_handle()
            lines._check_changeable({})
            lines.sudo()._as_step()._begin()
        return lines

    def write(self, vals):
        if self._in_step():
            return super().write(vals)
        self._check_may_handle()
        self._check_changeable(vals)
        result = super().write(vals)
        if vals.keys() & WISHES - {"quantity_used"}:
            self.sudo()._as_step()._ask_anew()
        return result

    def unlink(self):
        self.check_access("unlink")
        self._check_may_handle()
        self._check_not_on_order()
        self._check_unused()
        self.sudo()._as_step()._forget_moves()
        return super().unlink()

    def _check_unused(self):
        for line in self:
            if line.state not in ("wanted", "dropped"):
                raise UserError(
                    self.env._(
                        "%(product)s of %(order)s was used and stays on file. Bring it "
                        "back instead.",
                        product=line.product_id.display_name,
                        order=line.request_id.display_name,
                    )
                )

    def _begin(self):
        """What follows when lines are entered: the store keeps the goods ready.

        Of work that is done, what is entered was used.
        """
        for line in self.filtered(lambda line: not line.store_id):
            line.store_id = self.env["pm.store"]._of(line.estate_id)
        late = self.filtered(lambda line: line.request_id.state in ("done", "verified"))
        (self - late)._reserve()
        late._consume()
