from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from .pm_duty import MANNING_STATES
from .pm_duty_roster import PLANNERS


class PmDutyRoster(models.Model):
    """When staff see a roster, and what speaks against it by then."""

    _inherit = "pm.duty.roster"

    published_date = fields.Datetime("Published on", readonly=True, copy=False)
    warning_text = fields.Text(
        "Warnings", compute="_compute_warning_text", groups=PLANNERS
    )

    @api.depends("member_ids.employee_id", "member_ids.post_id", "duty_ids")
    def _compute_warning_text(self):
        for roster in self:
            roster.warning_text = "\n".join(roster._warnings()) or False

    def action_publish(self):
        """Let staff see the roster, and tell those who are in it."""
        for roster in self:
            if roster.state != "draft":
                raise UserError(
                    self.env._("%s is published already.", roster.display_name)
                )
            if not roster.duty_ids:
                raise UserError(
                    self.env._(
                        "%s has no duties yet: make them first.", roster.display_name
                    )
                )
        self._as_step().write(
            {"state": "published", "published_date": fields.Datetime.now()}
        )
        for roster in self:
            roster._post_warnings()
            roster._notify_members()

    def action_revise(self):
        """Take the roster back to work on it; staff do not see a draft."""
        self._as_step().write({"state": "draft"})

    def _warnings(self):
        """Lines on who lacks a certificate that the post needs, and who is away."""
        self.ensure_one()
        lines = self.skipped_note.splitlines() if self.skipped_note else []
        duties = self.duty_ids.filtered(lambda duty: duty.state in MANNING_STATES)
        last_days = {}
        for duty in duties:
            key = (duty.employee_id, duty.post_id)
            last_days[key] = max(duty.date, last_days.get(key, duty.date))
        for member in self.member_ids:
            if member.employee_id and member.post_id and member.roster_id.date_to:
                last_days.setdefault(
                    (member.employee_id._origin, member.post_id._origin), self.date_to
                )
        lacking = self.env["pm.duty.post"]._lacking(last_days)
        for (employee, post), skills in lacking.items():
            lines.append(
                self.env._(
                    "%(employee)s lacks %(certificates)s, needed at %(post)s.",
                    employee=employee.name,
                    certificates=", ".join(skills.mapped("name")),
                    post=post.name,
                )
            )
        away = defaultdict(list)
        for duty in duties.filtered("on_leave"):
            away[duty.employee_id].append(format_date(self.env, duty.date))
        for employee, days in away.items():
            lines.append(
                self.env._(
                    "%(employee)s is on leave: %(days)s.",
                    employee=employee.name,
                    days=", ".join(days),
                )
            )
        return lines

    def _post_warnings(self):
        lines = self._warnings()
        if lines:
            self.message_post(
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    self.env._("Published in spite of:"),
                    Markup("").join(Markup("<li>%s</li>") % line for line in lines),
                )
            )

    def _notify_members(self):
        """Tell who is in the roster and has a login, once at publication."""
        partners = self.duty_ids.employee_id.sudo().user_id.partner_id
        if partners:
            self.message_notify(
                partner_ids=partners.ids,
                subject=self.env._("Duty roster %s", self.name),
                body=self.env._(
                    "The duty roster %s is published. Find your shifts under "
                    "People / My Duties.",
                    self.name,
                ),
            )
