from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_complaint_count = fields.Integer(
        "Complaints",
        compute="_compute_pm_complaint_count",
        groups="pm_core.group_pm_service",
    )

    @api.depends_context("uid")
    def _compute_pm_complaint_count(self):
        """Of those that the reader may see: what is hidden is not counted either."""
        found = self.env["pm.complaint"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
        )
        counts = dict(found)
        for partner in self:
            partner.pm_complaint_count = counts.get(partner, 0)

    def action_pm_view_complaints(self):
        """Open the complaints of the customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.complaint",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
            "name": self.env._("Complaints"),
        }
