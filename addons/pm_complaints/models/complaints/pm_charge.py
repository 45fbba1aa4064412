from odoo import api, fields, models


class PmCharge(models.Model):
    """What is disputed is neither collected nor charged late fees on."""

    _inherit = "pm.charge"

    dispute_complaint_id = fields.Many2one(
        "pm.complaint",
        "Disputed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="pm_core.group_pm_service",
        help="While this complaint is open the charge is not collected.",
    )
    dispute_ids = fields.One2many(
        "pm.complaint.dispute",
        "charge_id",
        "Disputes",
        readonly=True,
        groups="pm_core.group_pm_service",
    )

    @api.depends("dispute_complaint_id")
    def _compute_is_disputed(self):
        """Besides what the desk says by itself."""
        result = super()._compute_is_disputed()
        charges = self.filtered(lambda charge: charge.sudo().dispute_complaint_id)
        charges.is_disputed = True
        return result

    def _credited_by(self, move_ids):
        """And what was given back because somebody complained."""
        disputes = self.sudo().dispute_ids.filtered(
            lambda one: one.credit_move_id.id in move_ids
        )
        return super()._credited_by(move_ids) + sum(disputes.mapped("amount"))
