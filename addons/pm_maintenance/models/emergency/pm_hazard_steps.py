from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..orders.maintenance_request_steps import DISPATCHER
from .pm_emergency_activation import STAFF

# days overdue after which each level is told: the owner, the managers of the estate,
# those of the company
LEVELS = ((1, None), (2, "pm_core.group_pm_estate_manager"))
LEVELS += ((5, "pm_core.group_pm_company_manager"),)


class PmHazard(models.Model):
    """The steps of a hazard: graded, given to somebody, put right, looked at again."""

    _inherit = "pm.hazard"

    def _check_manages(self):
        """:raises AccessError: no dispatcher or manager of the estate"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(DISPATCHER)):
            raise AccessError(
                self.env._(
                    "%s is graded and given out by dispatchers and managers.",
                    self[:1].display_name,
                )
            )

    def action_grade(self):
        """The grade follows from likelihood and consequence; a due day is proposed.

        :raises UserError: one of the two is missing
        """
        self._check_manages()
        self._check_in_state("found")
        for hazard in self:
            if not hazard.grade_id:
                raise UserError(
                    self.env._(
                        "Enter likelihood and consequence of %s first.",
                        hazard.display_name,
                    )
                )
        for hazard in self.sudo():
            today = hazard.estate_id._today()
            due = today + timedelta(days=hazard.grade_id.days)
            hazard._as_step().write(
                {"state": "graded", "date_due": hazard.date_due or due}
            )

    def action_assign(self):
        """Give it to its owner, who puts it right by the day.

        :raises UserError: no owner, or no day
        """
        self._check_manages()
        self._check_in_state("graded")
        for hazard in self:
            if not hazard.owner_id or not hazard.date_due:
                raise UserError(
                    self.env._(
                        "Enter who puts %s right, and by when.", hazard.display_name
                    )
                )
        self.sudo()._as_step().state = "assigned"
        self._ask_owner()

    def _ask_owner(self):
        for hazard in self.sudo():
            hazard.activity_unlink(["mail.mail_activity_data_todo"])
            reader = hazard.with_context(lang=hazard.owner_id.lang)
            hazard.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=hazard.date_due,
                summary=reader.env._("Put right: %s", hazard.name),
                user_id=hazard.owner_id.id,
            )

    def action_fixed(self, result=None):
        """It is put right, says its owner; somebody else looks.

        :param result: what was done
        :raises AccessError: neither the owner nor a dispatcher or manager
        """
        self.check_access("read")
        self._check_in_state("assigned")
        user = self.env.user
        for hazard in self.sudo():
            if user != hazard.owner_id and not (
                self.env.su or user.has_group(DISPATCHER)
            ):
                raise AccessError(
                    self.env._(
                        "%(hazard)s is put right by %(owner)s.",
                        hazard=hazard.display_name,
                        owner=hazard.owner_id.name,
                    )
                )
        words = result.strip()[:2000] if isinstance(result, str) else False
        self.sudo()._as_step().write(
            {
                "state": "fixed",
                "fixed_at": fields.Datetime.now(),
                "fixed_by_id": self.env.uid,
                "result": words,
            }
        )
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _check_rechecker(self):
        """:raises AccessError: not on the staff, or who put it right"""
        self.check_access("read")
        user = self.env.user
        if not (self.env.su or user.has_group(STAFF)):
            raise AccessError(self.env._("This is for the staff of the estate."))
        for hazard in self.sudo():
            if user in (hazard.fixed_by_id | hazard.owner_id):
                raise AccessError(
                    self.env._(
                        "You put %s right: somebody else looks at it again.",
                        hazard.display_name,
                    )
                )

    def action_recheck(self):
        """Somebody else has looked: the danger is gone."""
        self._check_rechecker()
        self._check_in_state("fixed")
        self.sudo()._as_step().write(
            {
                "state": "closed",
                "rechecked_at": fields.Datetime.now(),
                "rechecked_by_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink(
            ["mail.mail_activity_data_warning", "mail.mail_activity_data_todo"]
        )

    def action_redo(self, reason=None):
        """The danger is still there: back to its owner, counted."""
        self._check_rechecker()
        self._check_in_state("fixed")
        words = reason.strip()[:500] if isinstance(reason, str) else ""
        for hazard in self.sudo():
            hazard._as_step().write(
                {"state": "assigned", "redo_count": hazard.redo_count + 1}
            )
            text = self.env._("Looked at again: not put right.")
            hazard.message_post(body=" ".join(filter(None, (text, words))))
            hazard._ask_owner()

    def action_dismiss(self, reason):
        """It is no hazard.

        :raises UserError: no reason
        """
        self._check_manages()
        self._check_in_state("found", "graded")
        words = reason.strip()[:500] if isinstance(reason, str) else ""
        if not words:
            raise UserError(self.env._("Say why it is no hazard."))
        self.sudo()._as_step().write({"state": "dismissed", "reason": words})
        self.sudo().activity_unlink(["mail.mail_activity_data_warning"])

    def action_make_order(self):
        """Make a work order of it, or open the one that was made."""
        self.ensure_one()
        self._check_manages()
        self._check_in_state("found", "graded", "assigned")
        order = self.sudo().request_ids[:1]
        if not order:
            order = self.env["maintenance.request"]._report(
                self.property_id,
                "\n".join(filter(None, (self.name, self.description))),
                channel="inspection",
                category=self.sudo().fault_category_id,
                urgency="danger" if self.is_serious else "urgent",
                reporter={"name": self.sudo().found_by_id.name},
                reference=self.number,
            )
            order.sudo()._as_step().hazard_id = self
        return {
            "type": "ir.actions.act_window",
            "res_model": "maintenance.request",
            "res_id": order.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _cron_escalate(self):
        """Each day: who is told of what is overdue, each level once."""
        domain = self._domain_overdue()
        self.search(domain)._cron_each(lambda hazard: hazard._escalate(), domain)

    def _escalate(self):
        late = (self.estate_id._today() - self.date_due).days
        for level, (days, role) in enumerate(LEVELS, 1):
            if late < days or self.escalation >= level:
                continue
            self._as_step().escalation = level
            people = (
                self.env.ref(role)._pm_members(self.estate_id)
                if role
                else self.owner_id
            )
            for user in people:
                reader = self.with_context(lang=user.lang)
                self.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=reader.env._(
                        "Hazard overdue since %(days)s days: %(hazard)s",
                        days=late,
                        hazard=self.name,
                    ),
                    user_id=user.id,
                )

    def _failure_reader(self):
        return self.owner_id or self.found_by_id
