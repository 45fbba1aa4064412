from odoo import fields, models


class PmSharedCostLine(models.Model):
    """One unit's part of a common cost."""

    _name = "pm.shared.cost.line"
    _description = "Share in a Common Cost"
    _inherit = ["pm.part.mixin", "pm.estate.mixin"]
    _whole = "cost_id"
    _order = "cost_id, property_id, id"
    _rec_name = "property_id"

    cost_id = fields.Many2one(
        "pm.shared.cost", required=True, index=True, ondelete="cascade"
    )
    property_id = fields.Many2one(readonly=True)
    date_to = fields.Date(related="cost_id.date_to")
    currency_id = fields.Many2one(related="company_id.currency_id")
    weights = fields.Json(readonly=True)
    weight_text = fields.Char("Weight", compute="_compute_weight_text")
    amount = fields.Monetary(readonly=True)
    charge_id = fields.Many2one(
        "pm.charge",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _once = models.UniqueIndex(
        "(cost_id, property_id)", "The unit has a share of this cost already."
    )

    def _compute_weight_text(self):
        labels = dict(
            self.env["pm.allocation.key.part"]
            ._fields["basis"]
            ._description_selection(self.env)
        )
        for line in self:
            line.weight_text = " + ".join(
                f"{labels.get(row['basis'], '')} {row['weight']} / {row['of']}"
                for row in line.weights or ()
            )

    def _charged(self):
        """Return those that a charge that stands was made of."""
        return self.filtered(
            lambda line: line.charge_id and line.charge_id.state != "cancelled"
        )

    def _open_of(self, fees, date_to):
        """Return {(property id, item id): lines} that are to be charged; one query."""
        lines = self.search(
            [
                ("property_id", "in", fees.property_id.ids),
                ("cost_id.fee_item_id", "in", fees.fee_item_id.ids),
                ("cost_id.state", "=", "confirmed"),
                ("cost_id.date_to", "<=", date_to),
                "|",
                ("charge_id", "=", False),
                ("charge_id.state", "=", "cancelled"),
            ],
            order="id",
        )
        return lines.grouped(
            lambda line: (line.property_id.id, line.cost_id.fee_item_id.id)
        )

    def _explanation(self):
        """Return the share as it is kept with a charge."""
        self.ensure_one()
        cost = self.cost_id
        return {
            "cost": cost.name,
            "from": fields.Date.to_string(cost.date_from),
            "to": fields.Date.to_string(cost.date_to),
            "total": cost.amount,
            "quantity": cost.quantity,
            "unit": cost.unit or "",
            "place": cost.property_id.name,
            "weights": self.weights,
            "units": cost.line_count,
            "amount": self.amount,
        }
