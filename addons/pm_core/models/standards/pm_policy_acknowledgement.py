from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

KEEPERS = ("pm_core.group_pm_hr", "pm_core.group_pm_estate_manager")


class PmPolicyAcknowledgement(models.Model):
    """One employee's reading of one version of a policy.

    Made when the version comes into force, and for who joins later. It changes by
    its actions only: nobody writes that somebody else has read something, except
    by noting a signed sheet, which names who noted it.
    """

    _name = "pm.policy.acknowledgement"
    _description = "Policy Reading"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "asked_on desc, policy_id, id"
    _mail_post_access = "read"

    policy_id = fields.Many2one(
        "pm.policy", required=True, index=True, ondelete="cascade", readonly=True
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one(
        related="employee_id.user_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        related="employee_id.company_id", store=True, index=True
    )
    job_id = fields.Many2one("hr.job", "Post", readonly=True, index="btree_not_null")
    estate_id = fields.Many2one("pm.property", readonly=True, index="btree_not_null")
    type_id = fields.Many2one(related="policy_id.type_id", store=True)
    version = fields.Integer(related="policy_id.version")
    body = fields.Html(related="policy_id.body")
    attachment_ids = fields.Many2many(related="policy_id.attachment_ids")
    changes = fields.Html(related="policy_id.changes")
    change_reason = fields.Text(related="policy_id.change_reason")
    state = fields.Selection(
        [("to_read", "To Read"), ("read", "Read"), ("void", "No Longer Needed")],
        required=True,
        readonly=True,
        default="to_read",
        index=True,
    )
    asked_on = fields.Date(readonly=True, default=fields.Date.context_today)
    read_on = fields.Datetime("Confirmed on", readonly=True)
    noted_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who noted that the employee has signed on paper.",
    )
    remind_on = fields.Date("Next Reminder", readonly=True, index="btree_not_null")
    reminders = fields.Integer("Reminders Sent", readonly=True)
    read_rate = fields.Float(
        "Read (%)",
        compute="_compute_read_rate",
        store=True,
        aggregator="avg",
        digits=(5, 1),
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _employee_unique = models.UniqueIndex(
        "(policy_id, employee_id)", "The employee was asked to read this already."
    )

    @api.depends("policy_id", "employee_id")
    def _compute_display_name(self):
        for reading in self:
            reading.display_name = (
                f"{reading.policy_id.display_name} – {reading.employee_id.display_name}"
            )

    @api.depends("state")
    def _compute_read_rate(self):
        for reading in self:
            reading.read_rate = 100 if reading.state == "read" else 0

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for reading in self:
            reading.is_mine = reading.user_id == self.env.user

    def action_acknowledge(self):
        """Confirm, each for oneself, that the policy was read and understood.

        :raises AccessError: somebody else's reading
        :raises UserError: no longer needed
        """
        self._check_open()
        for reading in self:
            if reading.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only %(employee)s can confirm having read %(policy)s.",
                        employee=reading.employee_id.display_name,
                        policy=reading.policy_id.display_name,
                    )
                )
        self.sudo()._as_step()._confirm()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "pm_core.pm_policy_to_read_action"
        )

    def action_note_signed(self):
        """Note that the employee has signed a sheet, for those without a login.

        :raises AccessError: not by HR or a manager
        :raises UserError: no longer needed
        """
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in KEEPERS):
            raise AccessError(
                self.env._("HR or a manager notes what was signed on paper.")
            )
        self._check_open()
        readings = self.sudo()._as_step()
        readings.noted_by_id = self.env.user
        readings._confirm()

    def _check_open(self):
        for reading in self:
            if reading.state == "void":
                raise UserError(
                    self.env._(
                        "%s need not be confirmed any more: another version is in "
                        "force, or the post or estate changed.",
                        reading.display_name,
                    )
                )

    def _confirm(self):
        readings = self.filtered(lambda reading: reading.state == "to_read")
        readings.write(
            {"state": "read", "read_on": fields.Datetime.now(), "remind_on": False}
        )
        readings.activity_unlink(["pm_core.mail_activity_type_policy_reading"])

    def _void(self):
        self.write({"state": "void", "remind_on": False})
        self.activity_unlink(["pm_core.mail_activity_type_policy_reading"])

    @api.model
    def _ask(self, pairs):
        """Ask employees to read policies.

        :param pairs: list of (policy, employee) that were not asked yet
        """
        today = fields.Date.context_today(self)
        return self.create(
            [
                {
                    "policy_id": policy.id,
                    "employee_id": employee.id,
                    "job_id": employee.job_id.id,
                    "estate_id": employee.pm_estate_id.id,
                    "asked_on": today,
                    "remind_on": policy._first_reminder(today),
                }
                for policy, employee in pairs
            ]
        )

    def _ask_again(self):
        """Bring what is open up to date; ask again who is back in scope."""
        self.ensure_one()
        if self.state == "read":
            return
        employee, vals = self.employee_id, {}
        if self.state == "void":
            today = fields.Date.context_today(self)
            vals = {
                "state": "to_read",
                "asked_on": today,
                "remind_on": self.policy_id._first_reminder(today),
            }
        if self.job_id != employee.job_id:
            vals["job_id"] = employee.job_id.id
        if self.estate_id != employee.pm_estate_id:
            vals["estate_id"] = employee.pm_estate_id.id
        if vals:
            self.write(vals)

    @api.model
    def _remind(self, limit=200):
        """Remind who has not confirmed in time: one message for all that is due.

        The next reminder is due as many days later as the policy says, so that
        running it again reminds nobody twice.
        """
        today = fields.Date.context_today(self)
        domain = Domain("state", "=", "to_read") & Domain("remind_on", "<=", today)
        while due := self.search(domain, limit=limit, order="employee_id, id"):
            locked = due.try_lock_for_update().filtered_domain(domain)
            if not locked:
                break
            for employee, readings in locked.grouped("employee_id").items():
                readings._remind_employee(employee)
            for days, readings in locked.grouped(
                lambda reading: reading.policy_id.remind_days
            ).items():
                readings.remind_on = days and today + timedelta(days=days)
            if not self.env["ir.cron"]._commit_progress(len(locked)):
                break

    def _remind_employee(self, employee):
        """An activity for each policy, and one message that names them all."""
        for reading in self:
            reading.reminders += 1
            if reading.user_id and not reading.activity_ids:
                # the message below says it; no other one for the activity
                reading.with_context(mail_activity_quick_update=True).activity_schedule(
                    "pm_core.mail_activity_type_policy_reading",
                    user_id=reading.user_id.id,
                )
        if employee.work_email:
            template = self.env.ref("pm_core.mail_template_policy_reading")
            template.with_context(policies=self.policy_id).send_mail(self[0].id)
