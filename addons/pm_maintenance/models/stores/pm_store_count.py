from odoo import Command, fields, models
from odoo.exceptions import UserError


class PmStoreCount(models.Model):
    """A physical inventory: what was counted in a store, by whom, on which day.

    The books follow when it is confirmed. What moved between filling the sheet and
    confirming it is named, and counted again: a count of this morning says nothing
    about what was taken at noon.
    """

    _name = "pm.store.count"
    _description = "Count of a Store"
    _inherit = ["pm.part.mixin"]
    _whole = "store_id"
    _order = "id desc"
    _user_columns = {"name": ("draft",)}

    name = fields.Char(
        required=True,
        default=lambda self: self.env._("Count of %s", fields.Date.context_today(self)),
    )
    store_id = fields.Many2one(
        "pm.store",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["pm.store.item"]._default_store_id(),
    )
    estate_id = fields.Many2one(related="store_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="store_id.company_id", store=True, index=True)
    state = fields.Selection(
        [("draft", "Being Counted"), ("done", "Booked")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    done_at = fields.Datetime("Booked on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Booked by", readonly=True, copy=False)
    line_ids = fields.One2many("pm.store.count.line", "count_id", "Counted")

    def _check_open(self):
        """:raises UserError: a count that is booked stays as it is"""
        for count in self:
            if count.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is booked and stays as it is. Count again on a new sheet.",
                        count.display_name,
                    )
                )

    def action_fill(self):
        """Put everything on the sheet that is, or should be, in the store."""
        self.store_id._check_keeper()
        self._check_open()
        for count in self:
            there = {(line.product_id, line.lot_name) for line in count.line_ids}
            wanted = count._in_the_books()
            count.write(
                {
                    "line_ids": [
                        Command.create({"product_id": product.id, "lot_name": lot})
                        for product, lot in wanted
                        if (product, lot) not in there
                    ]
                }
            )

    def _in_the_books(self):
        """Pairs (product, name of the lot or False) of the store."""
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search([("location_id.pm_store_id", "=", self.store_id.id)])
        )
        pairs = {(quant.product_id, quant.lot_id.name or False) for quant in quants}
        products = {product for product, __ in pairs}
        items = self.store_id.item_ids.filtered(
            lambda item: (
                item.product_id.tracking == "none" and item.product_id not in products
            )
        )
        pairs |= {(item.product_id, False) for item in items}
        return sorted(pairs, key=lambda pair: (pair[0].display_name, pair[1] or ""))

    def action_confirm(self):
        """Let the books follow what was counted. Booked once.

        :raises UserError: nothing counted, or stock that moved since
        """
        self.store_id._check_keeper()
        for count in self:
            count._check_open()
            lines = count.line_ids.filtered("is_counted")
            if not lines:
                raise UserError(
                    self.env._("Nothing was counted yet on %s.", count.display_name)
                )
            lines._check_unmoved()
            for line in lines:
                line._book()
            count.sudo()._as_step().write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "done_by_id": self.env.uid,
                }
            )
