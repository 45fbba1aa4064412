from odoo import api, fields, models


class StockMove(models.Model):
    """What moves for the orders of an estate."""

    _inherit = "stock.move"

    pm_material_id = fields.Many2one(
        "pm.order.material",
        "Material of an Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # The database says so: a line of material leaves the store once, whoever presses
    # twice. What comes back refers to the move that it takes back.
    _pm_consumed_once = models.UniqueIndex(
        "(pm_material_id) WHERE pm_material_id IS NOT NULL"
        " AND origin_returned_move_id IS NULL AND state <> 'cancel'",
        "This material was taken out of the store already.",
    )

    @api.depends("pm_material_id.request_id.number")
    def _compute_reference(self):
        """Movements without a picking are known by the order that they are for."""
        done = super()._compute_reference()
        for move in self.sudo():
            if move.pm_material_id and not move.picking_id:
                move.reference = move.pm_material_id.request_id.number
        return done

    def _get_analytic_distribution(self):
        """Material is a cost of the estate when it is used up there."""
        account = self.pm_material_id.request_id.estate_id.analytic_account_id
        if account:
            return {str(account.id): 100}
        return super()._get_analytic_distribution()

    def _prepare_analytic_line_values(self, account_field_values, amount, unit_amount):
        values = super()._prepare_analytic_line_values(
            account_field_values, amount, unit_amount
        )
        if self.pm_material_id:
            order = self.pm_material_id.request_id
            values["name"] = f"{order.number}: {self.product_id.display_name}"
            values["pm_request_id"] = order.id
        return values

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        arrived = moves.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.sudo().pm_store_id
                and not move.pm_material_id
            )
        )
        if arrived:
            self.env["pm.order.material"].sudo()._as_step()._goods_arrived(arrived)
        moves._tell_keepers()
        return moves

    def _tell_keepers(self):
        """What moved in stores of estates; other stock is none of ours."""
        done = self.sudo()._as_step().filtered(lambda move: move.state == "done")
        places = done.location_id | done.location_dest_id
        stores = places.pm_store_id
        if not stores:
            return
        stores._goods_moved(done)
        bought = done.filtered(
            lambda move: move.purchase_line_id and move.location_dest_id.pm_store_id
        )
        stores._tell_arrived(bought)
