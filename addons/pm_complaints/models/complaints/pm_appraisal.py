from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models


class PmAppraisal(models.Model):
    _inherit = "pm.appraisal"

    pm_praise_count = fields.Integer(
        "Praise", compute="_compute_pm_praise_count", compute_sudo=True
    )

    def _compute_pm_praise_count(self):
        """How often each person was praised in these days: one query for all."""
        self.pm_praise_count = 0
        dated = self.filtered(lambda one: one.date_from and one.date_to)
        if not dated:
            return
        spans = {appraisal: appraisal._moments() for appraisal in dated}
        praised = dict(
            self.env["pm.praise"]._read_group(
                [
                    ("employee_id", "in", dated.employee_id.ids),
                    ("received_at", ">=", min(first for first, _end in spans.values())),
                    ("received_at", "<", max(end for _first, end in spans.values())),
                ],
                ["employee_id"],
                ["received_at:array_agg"],
            )
        )
        for appraisal, (first, end) in spans.items():
            moments = praised.get(appraisal.employee_id, ())
            appraisal.pm_praise_count = sum(first <= at < end for at in moments)

    def _moments(self):
        """The moment in which its days begin, and the one in which they are over."""
        zone = ZoneInfo(self.employee_id.tz or "UTC")

        def moment(day):
            local = datetime.combine(day, time(0), zone)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

        return moment(self.date_from), moment(self.date_to + timedelta(days=1))

    def _domain_of_praise(self):
        first, end = self._moments()
        return [
            ("employee_id", "=", self.employee_id.id),
            ("received_at", ">=", first),
            ("received_at", "<", end),
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
