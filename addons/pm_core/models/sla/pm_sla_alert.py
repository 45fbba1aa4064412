from odoo import fields, models
from odoo.tools import format_datetime


class PmSlaAlert(models.Model):
    """An escalation that took place: which level, when, and who was told.

    Unique in the database, so nobody is told twice about the same thing.
    """

    _name = "pm.sla.alert"
    _description = "Service Level Alert"
    _order = "date desc, id desc"

    clock_id = fields.Many2one(
        "pm.sla.clock", required=True, index=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        "pm.sla.level", required=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_ids = fields.Many2many("res.users", string="Told")
    activity_ids = fields.Many2many("mail.activity")
    note = fields.Char(help="Why nobody could be told.")

    _once = models.UniqueIndex(
        "(clock_id, level_id)", "This level has been escalated already."
    )

    def _schedule_activities(self):
        """Put an activity on the document for each person told."""
        activity_type = self.env.ref("pm_core.mail_activity_type_sla")
        Model = self.env["ir.model"]
        owners, vals_list = [], []
        for alert in self:
            clock = alert.clock_id
            for user in alert.user_ids:
                owners.append(alert)
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": Model._get_id(clock.res_model),
                        "res_id": clock.res_id,
                        "user_id": user.id,
                        "automated": True,
                        "date_deadline": fields.Date.context_today(
                            self.with_context(tz=user.tz), alert.date
                        ),
                        "summary": alert._summary(user),
                    }
                )
        activities = self.env["mail.activity"].create(vals_list)
        for alert, activity in zip(owners, activities, strict=True):
            alert.activity_ids |= activity

    def _summary(self, user):
        """Return what the alert is about, in the language of who is told."""
        alert = self.with_context(lang=user.lang, tz=user.tz)
        deadline = alert.clock_id.deadline
        values = {
            "target": alert.clock_id.target_id.name,
            "deadline": format_datetime(
                alert.env, deadline, tz=user.tz, dt_format="short"
            ),
        }
        # a warning may come late, after the job stood still
        if not deadline or alert.date < deadline:
            return alert.env._("%(target)s is due at %(deadline)s", **values)
        return alert.env._("%(target)s was due at %(deadline)s", **values)
