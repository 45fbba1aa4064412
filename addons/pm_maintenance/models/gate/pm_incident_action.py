from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .gate_roles import MANAGER

AGREED = ("name", "user_id", "due")


class PmIncidentAction(models.Model):
    """What is still to be done about an incident: by whom, until when."""

    _name = "pm.incident.action"
    _description = "Follow-up of an Incident"
    _inherit = ["pm.part.mixin"]
    _whole = "incident_id"
    _order = "due, id"

    incident_id = fields.Many2one(
        "pm.incident", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="incident_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="incident_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char("What", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        index=True,
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    due = fields.Date(required=True)
    note = fields.Char("What Came of It")
    done_at = fields.Datetime("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    @api.depends("due", "done_at")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_overdue = bool(
                action.due and action.due < today and not action.done_at
            )

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._check_open()
        for action in actions:
            action.incident_id._check_can_open(action.user_id)
            action._tell()
        return actions

    def write(self, vals):
        if not self._writes_freely():
            self._check_open()
            if set(AGREED) & vals.keys() and any(self.mapped("done_at")):
                raise UserError(self.env._("What is done is not changed any more."))
        result = super().write(vals)
        if {"user_id", "due"} & vals.keys():
            for action in self:
                action.incident_id._check_can_open(action.user_id)
                action._tell()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_open()
        if any(self.mapped("done_at")):
            raise UserError(self.env._("What is done stays on record."))

    def _check_open(self):
        for action in self:
            if action.incident_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%s is closed. Reopen it first.",
                        action.incident_id.display_name,
                    )
                )

    def _tell(self):
        """Whoever is responsible has it among the activities until it is done."""
        if self.done_at:
            return
        incident = self.incident_id.sudo()
        self._untell()
        incident.activity_schedule(
            "pm_maintenance.mail_activity_incident",
            user_id=self.user_id.id,
            date_deadline=self.due,
            summary=self.name,
            note=f"#{self.id}",
        )

    def _untell(self):
        incident = self.incident_id.sudo()
        kind = self.env.ref("pm_maintenance.mail_activity_incident")
        incident.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == kind
                and f"#{self.id}<" in f"{activity.note}<"
            )
        ).unlink()

    def action_done(self):
        """It is done, by who is responsible or a manager.

        :raises AccessError: somebody else
        """
        self.check_access("write")
        user = self.env.user
        for action in self:
            if not (self.env.su or action.user_id == user or user.has_group(MANAGER)):
                raise AccessError(
                    self.env._(
                        "%(what)s is the task of %(who)s.",
                        what=action.name,
                        who=action.user_id.name,
                    )
                )
            if action.done_at:
                raise UserError(self.env._("%s is done already.", action.name))
            action._check_open()
            action._untell()
        self.sudo()._as_step().write(
            {"done_at": fields.Datetime.now(), "done_by_id": self.env.uid}
        )
