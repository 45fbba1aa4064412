from odoo import api, fields, models


class PmMaintenanceSkip(models.TransientModel):
    """Why the next service of a plan is left out."""

    _name = "pm.maintenance.skip"
    _description = "Leave Out a Service"

    plan_id = fields.Many2one("pm.maintenance.plan", required=True, ondelete="cascade")
    day = fields.Date("Service of", compute="_compute_day")
    reason = fields.Char(required=True)

    @api.depends("plan_id")
    def _compute_day(self):
        for page in self:
            page.day = page.plan_id.next_day

    def action_apply(self):
        """Leave it out; the plan checks whether that may be."""
        self.ensure_one()
        self.plan_id.action_skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
