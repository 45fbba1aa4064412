from odoo import fields, models


class PmCashDenomination(models.Model):
    """A note or coin by which cash is counted."""

    _name = "pm.cash.denomination"
    _description = "Note or Coin"
    _order = "value desc"
    _rec_name = "value"

    value = fields.Monetary("Face Value", required=True)
    kind = fields.Selection(
        [("note", "Banknote"), ("coin", "Coin")], required=True, default="note"
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        index=True,
        default=lambda self: self.env.company.currency_id,
    )
    active = fields.Boolean(default=True)

    _value_positive = models.Constraint(
        "CHECK (value > 0)", "A note or coin is worth more than nothing."
    )
    _once = models.UniqueIndex(
        "(currency_id, value, kind)", "This note or coin is there already."
    )

    def _compute_display_name(self):
        for piece in self:
            piece.display_name = f"{piece.currency_id.symbol or ''}{piece.value:g}"
