from odoo import fields, models


class PmAlarmSource(models.Model):
    """A building control or alarm system that reports by HTTP; see *Alarms*."""

    _name = "pm.alarm.source"
    _description = "Source of Alarms"
    _inherit = [
        "pm.hook.mixin",
        "pm.estate.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _hook_path = "/pm/alarm"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    property_id = fields.Many2one(
        "pm.property",
        "Estate or Building",
        domain="[('kind', 'in', ('estate', 'building'))]",
        help="Only machines here are found by their code.",
    )
    category_id = fields.Many2one(
        "pm.fault.category",
        "Fault Category",
        required=True,
        ondelete="restrict",
        help="Of its orders; says how urgent they are, and who gets them.",
    )
    hourly_limit = fields.Integer("Alarms an Hour")
    alarm_ids = fields.One2many("pm.alarm", "source_id", "Alarms")

    def _came_since(self, moment, limit):
        return (
            self.env["pm.alarm"]
            .sudo()
            .search_count(
                [("source_id", "=", self.id), ("create_date", ">=", moment)],
                limit=limit,
            )
        )

    def _machine(self, device):
        """The one machine of the place with this code, if there is one."""
        machines = self.env["maintenance.equipment"].sudo()
        found = machines.search(
            [
                ("property_id", "child_of", self.property_id.id),
                "|",
                "|",
                ("alarm_code", "=", device),
                ("pm_code", "=", device),
                ("serial_no", "=", device),
            ]
        )
        # what somebody entered for alarms counts before what happens to be the same
        named = found.filtered(lambda machine: machine.alarm_code == device)
        found = named or found
        return found if len(found) == 1 else machines.browse()

    def _tell_unknown(self, alarm):
        """Dispatchers learn of an alarm of a machine that nobody knows; once each."""
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        for user in group._pm_members(self.estate_id):
            reader = self.with_context(lang=user.lang or self.env.lang)
            summary = reader.env._("Alarm of an unknown machine: %s", alarm.device)
            waiting = (
                self.env["mail.activity"]
                .sudo()
                .search_count(
                    [
                        ("res_model", "=", self._name),
                        ("res_id", "=", self.id),
                        ("user_id", "=", user.id),
                        ("summary", "=", summary),
                    ],
                    limit=1,
                )
            )
            if not waiting:
                reader.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=user.id,
                    summary=summary,
                )
