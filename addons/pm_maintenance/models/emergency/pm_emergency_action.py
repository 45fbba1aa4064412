from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..orders.maintenance_request_steps import DISPATCHER


class PmEmergencyAction(models.Model):
    """What follows from an emergency or drill: who does what by when."""

    _name = "pm.emergency.action"
    _description = "Action after an Emergency"
    _inherit = ["pm.part.mixin", "pm.cron.mixin", "mail.thread", "mail.activity.mixin"]
    _whole = "emergency_id"
    _order = "date_due, id"
    # what came of it stands as it was when it was carried out
    _user_columns = dict.fromkeys(("name", "user_id", "date_due", "result"), ("open",))

    emergency_id = fields.Many2one(
        "pm.emergency", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="emergency_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="emergency_id.company_id", store=True, index=True, precompute=True
    )
    name = fields.Char("What Is to Be Done", required=True)
    user_id = fields.Many2one("res.users", "Responsible", required=True, index=True)
    date_due = fields.Date("Deadline", required=True, index=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Carried Out")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
    )
    done_at = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    result = fields.Text()
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_escalated = fields.Boolean(readonly=True, copy=False)

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_overdue = bool(
                action.state == "open" and action.date_due and action.date_due < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_overdue()

    @api.model
    def _domain_overdue(self):
        today = fields.Date.context_today(self)
        return Domain("state", "=", "open") & Domain("date_due", "<", today)

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        for action in actions:
            if action.emergency_id.state not in ("running", "over"):
                raise UserError(
                    self.env._(
                        "%s is closed: enter what follows before that.",
                        action.emergency_id.display_name,
                    )
                )
        actions._ask_owner()
        return actions

    def write(self, vals):
        if vals.keys() - {"result"}:
            self._check_plans()
        result = super().write(vals)
        if {"user_id", "date_due"} & vals.keys():
            self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            self._ask_owner()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        """What was carried out is not made undone by taking it away."""
        for action in self:
            if action.state != "open":
                raise UserError(
                    self.env._(
                        "“%s” was carried out and stays. Send a message about it to "
                        "add something.",
                        action.name,
                    )
                )

    def _check_plans(self):
        """:raises AccessError: who carries it out says what came of it, and no more"""
        if not (self.env.su or self.env.user.has_group(DISPATCHER)):
            raise AccessError(
                self.env._(
                    "Of “%s” you write the result. Ask a dispatcher or manager to "
                    "change what is to be done, by whom or by when.",
                    self[:1].sudo().name,
                )
            )

    def _ask_owner(self):
        for action in self.sudo().filtered(lambda action: action.state == "open"):
            action.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=action.date_due,
                summary=action.name,
                user_id=action.user_id.id,
            )

    def action_done(self):
        """:raises AccessError: neither the owner nor a dispatcher or manager"""
        self.check_access("read")
        for action in self.sudo():
            user = self.env.user
            if user != action.user_id and not (
                self.env.su or user.has_group(DISPATCHER)
            ):
                raise AccessError(
                    self.env._(
                        "“%(action)s” is done by %(owner)s.",
                        action=action.name,
                        owner=action.user_id.name,
                    )
                )
            if action.state != "open":
                continue
            action._as_step().write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "done_by_id": self.env.uid,
                }
            )
            action.activity_feedback(["mail.mail_activity_data_todo"])

    @api.model
    def _cron_escalate(self):
        """Managers are told, once, of what its owner has not done in time."""
        domain = self._domain_overdue() & Domain("is_escalated", "=", False)
        self.search(domain)._cron_each(lambda action: action._escalate(), domain)

    def _escalate(self):
        self._as_step().is_escalated = True
        group = self.env.ref("pm_core.group_pm_estate_manager")
        manager = group._pm_members(self.estate_id)[:1]
        if manager and manager != self.user_id:
            reader = self.with_context(lang=manager.lang)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=reader.env._("Overdue: %s", self.name),
                user_id=manager.id,
            )
