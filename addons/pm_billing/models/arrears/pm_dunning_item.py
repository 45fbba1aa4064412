from odoo import api, fields, models


class PmDunningItem(models.Model):
    """One charge on a letter: what was open of it when the letter was written."""

    _name = "pm.dunning.item"
    _description = "Dunned Charge"
    _inherit = ["pm.part.mixin"]
    _whole = "line_id"
    _order = "line_id, id"
    _rec_name = "charge_id"

    line_id = fields.Many2one(
        "pm.dunning.line", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dunning_id = fields.Many2one(
        related="line_id.dunning_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="line_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, index=True, precompute=True
    )
    charge_id = fields.Many2one(
        "pm.charge", required=True, readonly=True, index=True, ondelete="restrict"
    )
    level_id = fields.Many2one(
        "pm.dunning.level",
        "Dunned by",
        readonly=True,
        ondelete="restrict",
        help="Empty: the letter names the charge, and another level dunned it.",
    )
    property_id = fields.Many2one(related="charge_id.property_id")
    fee_item_id = fields.Many2one(related="charge_id.fee_item_id")
    date_from = fields.Date(related="charge_id.date_from")
    date_to = fields.Date(related="charge_id.date_to")
    date_due = fields.Date(related="charge_id.date_due")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Open Then", readonly=True)
    amount_paid = fields.Monetary("Received before", readonly=True)
    amount_residual = fields.Monetary("Open Now", related="charge_id.amount_residual")

    _once = models.UniqueIndex(
        "(charge_id, level_id) WHERE level_id IS NOT NULL",
        "This charge was dunned by that level already.",
    )

    @api.model
    def _told(self, charges):
        """Return {charge id: {level: day}} of what rounds have said already."""
        found = {}
        for charge, level, day in self.sudo()._read_group(
            [
                ("charge_id", "in", charges.ids),
                ("level_id", "!=", False),
                ("line_id.state", "!=", "left_out"),
            ],
            ["charge_id", "level_id"],
            ["line_id:recordset"],
        ):
            found.setdefault(charge.id, {})[level] = max(
                line.dunning_id.date for line in day
            )
        return found
