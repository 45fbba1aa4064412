from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PmStoreCountLine(models.Model):
    """One product, or one lot of it, on the sheet of a count."""

    _name = "pm.store.count.line"
    _description = "Line of a Count"
    _inherit = ["pm.part.mixin"]
    _whole = "count_id"
    _order = "count_id, id"
    _rec_name = "product_id"

    count_id = fields.Many2one(
        "pm.store.count", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="count_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        domain="[('is_storable', '=', True)]",
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    tracking = fields.Selection(related="product_id.tracking")
    lot_name = fields.Char("Lot")
    shown = fields.Float(
        "In the Books",
        digits="Product Unit",
        compute="_compute_shown",
        store=True,
        help="When the line was put on the sheet.",
    )
    counted = fields.Float(digits="Product Unit")
    is_counted = fields.Boolean(
        "Was Counted",
        compute="_compute_is_counted",
        store=True,
        readonly=False,
        help="Zero is a count too: mark it where nothing was found.",
    )
    difference = fields.Float(
        digits="Product Unit", compute="_compute_difference", store=True
    )
    note = fields.Char()

    _counted_once = models.UniqueIndex(
        "(count_id, product_id, COALESCE(lot_name, ''))",
        "This product stands on the sheet already.",
    )
    _counted_positive = models.Constraint(
        "CHECK (counted >= 0)", "Nobody counts less than nothing."
    )

    @api.depends("product_id", "lot_name", "count_id.store_id")
    def _compute_shown(self):
        held = self._held()
        for line in self:
            line.shown = held.get(line._key(), 0.0)

    def _key(self):
        lot = (self.lot_name or "").strip() or False
        return self.count_id.store_id.id, self.product_id.id, lot

    def _held(self):
        """{(store, product, name of the lot): quantity} as the books are now."""
        held = {}
        for quant in (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id.pm_store_id", "in", self.count_id.store_id.ids),
                    ("product_id", "in", self.product_id.ids),
                ]
            )
        ):
            store = quant.location_id.pm_store_id.id
            key = store, quant.product_id.id, quant.lot_id.name or False
            held[key] = held.get(key, 0.0) + quant.quantity
        return held

    @api.depends("counted")
    def _compute_is_counted(self):
        for line in self:
            line.is_counted = line.is_counted or bool(line.counted)

    @api.depends("counted", "shown", "is_counted")
    def _compute_difference(self):
        for line in self:
            line.difference = line.counted - line.shown if line.is_counted else 0.0

    @api.constrains("product_id", "lot_name", "counted")
    def _check_lot(self):
        for line in self:
            if line.tracking != "none" and line.counted and not line.lot_name:
                raise ValidationError(
                    self.env._(
                        "Enter the lot of %s: it is followed by lots.",
                        line.product_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.count_id._check_open()
        return lines

    def write(self, vals):
        if not self._in_step():
            self.count_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self.count_id._check_open()

    def _check_unmoved(self):
        """:raises UserError: naming what moved since the sheet was filled"""
        held = self._held()
        moved = self.filtered(
            lambda line: line.uom_id.compare(line.shown, held.get(line._key(), 0.0))
        )
        if moved:
            raise UserError(
                self.env._(
                    "Taken or received since the sheet was filled: %(products)s. "
                    "Delete these lines, fill the sheet anew and count them again.",
                    products=", ".join(moved.product_id.mapped("display_name")),
                )
            )

    def _book(self):
        if not self.uom_id.is_zero(self.difference):
            store = self.count_id.store_id
            store._correct(
                self.product_id,
                self.difference,
                store._lot(self.product_id, self.lot_name),
                self.count_id.name,
            )
