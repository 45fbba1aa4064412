from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models


class PmAppraisal(models.Model):
    _inherit = "pm.appraisal"

    pm_praise_count = fields.Integer(
        "Praise", compute="_compute_pm_praise_count", compute_sudo=True
    )

    def _compute_pm_praise_count(self):
        """How often the person was praised in these days."""
        for appraisal in self:
            appraisal.pm_praise_count = self.env["pm.praise"].search_count(
                appraisal._domain_of_praise()
            )

    def _domain_of_praise(self):
        zone = ZoneInfo(self.employee_id.tz or "UTC")

        def moment(day):
            local = datetime.combine(day, time(0), zone)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

        return [
            ("employee_id", "=", self.employee_id.id),
            ("received_at", ">=", moment(self.date_from)),
            ("received_at", "<", moment(self.date_to + timedelta(days=1))),
        ]

    def action_pm_view_praise(self):
        """Open the praise of these days; who appraises reads what they may read."""
        self.ensure_one()
        self.check_access("read")
        ids = self.env["pm.praise"].sudo().search(self._domain_of_praise())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Praise"),
            "res_model": "pm.complaint",
            "view_mode": "list,form",
            "domain": [("id", "in", ids.complaint_id.ids)],
        }
