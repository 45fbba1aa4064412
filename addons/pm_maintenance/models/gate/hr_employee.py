from odoo import fields, models


class HrEmployee(models.Model):
    """Who leaves brings the keys and cards back."""

    _inherit = "hr.employee"

    pm_key_move_ids = fields.One2many(
        "pm.key.move",
        "employee_id",
        "Keys",
        domain=[("state", "=", "out")],
        groups="pm_core.group_pm_estate_manager",
        readonly=True,
    )

    def write(self, vals):
        result = super().write(vals)
        if not vals.get("active", True) or vals.get("departure_date"):
            self._pm_ask_for_keys()
        return result

    def _pm_ask_for_keys(self):
        """What the leavers have is due on their last day, and managers are told."""
        moves = (
            self.env["pm.key.move"]
            .sudo()
            .search([("employee_id", "in", self.ids), ("state", "=", "out")])
        )
        managers = self.env.ref("pm_core.group_pm_estate_manager")
        for move in moves._as_step():
            employee = move.employee_id
            last_day = employee._pm_last_day()
            if not last_day:
                continue
            end = fields.Datetime.to_datetime(last_day)
            end = fields.Datetime.add(end, hours=18)
            move.write({"due": min(move.due or end, end), "told_for": False})
            for user in managers._pm_members(move.estate_id):
                reader = move.with_context(lang=user.lang or self.env.lang)
                move.activity_schedule(
                    "pm_maintenance.mail_activity_key",
                    user_id=user.id,
                    date_deadline=last_day,
                    summary=reader.env._(
                        "%(employee)s leaves on %(day)s: get %(key)s back",
                        employee=employee.name,
                        day=fields.Date.to_string(last_day),
                        key=move.key_id.display_name,
                    ),
                )
