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
    is_disputed = fields.Boolean(
        "Disputed",
        compute="_compute_is_disputed",
        search="_search_is_disputed",
        compute_sudo=True,
    )

    @api.depends("dispute_complaint_id")
    def _compute_is_disputed(self):
        for charge in self:
            charge.is_disputed = bool(charge.dispute_complaint_id)

    @api.model
    def _search_is_disputed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("dispute_complaint_id", "!=" if True in value else "=", False)]
