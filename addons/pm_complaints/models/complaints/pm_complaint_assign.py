from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .pm_complaint import LEVELS, OPEN, WORKING

# who stands on which level
GROUPS = {
    "clerk": "pm_core.group_pm_service",
    "manager": "pm_core.group_pm_estate_manager",
    "area": "pm_complaints.group_pm_area_manager",
    "company": "pm_core.group_pm_company_manager",
}


class PmComplaint(models.Model):
    """Who gets a complaint: by rule, else whoever has the fewest of the level."""

    _inherit = "pm.complaint"

    def action_assign(self, user_id=None):
        """Give it to somebody who can handle it.

        :param user_id: id of the user; without, the rules decide
        :raises UserError: the person cannot see it, or nobody can be found
        """
        self._check_desk()
        self._check_in_state(*WORKING)
        if not user_id:
            self._assign_by_rules()
            lost = self.filtered(lambda one: not one.user_id)
            if lost:
                raise UserError(
                    self.env._(
                        "Nobody is found who may handle %s. Name somebody, or ask an "
                        "administrator for a rule.",
                        lost[0].number,
                    )
                )
            return
        user = self.env["res.users"].browse(user_id).exists()
        for complaint in self:
            if not user or user not in complaint._may_handle(user):
                raise UserError(
                    self.env._(
                        "%(user)s cannot handle %(complaint)s: it is handled by "
                        "customer service and managers of its estate whom it does "
                        "not concern.",
                        user=user.name or user_id,
                        complaint=complaint.number,
                    )
                )
            complaint._give_to(user, self.env._("by %s", self.env.user.name))

    def _give_to(self, user, note):
        """It is somebody's now; they are told."""
        state = self.state if self.state != "accepted" else "assigned"
        self._take_step(
            "assign",
            state,
            note=f"{user.name}: {note}",
            user_id=user.id,
            assigned_at=fields.Datetime.now(),
            assign_note=note,
        )
        complaint = self.sudo()
        complaint.activity_unlink(["pm_complaints.mail_activity_complaint"])
        reader = complaint.with_context(lang=user.lang or self.env.lang)
        complaint.activity_schedule(
            "pm_complaints.mail_activity_complaint",
            user_id=user.id,
            summary=reader._reader_text("assigned"),
        )

    def _may_handle(self, users):
        """Those of ``users`` who work at the estate and whom it does not concern."""
        complaint = self.sudo()
        return users.sudo().filtered(
            lambda user: (
                user.active
                and not user.share
                and user.has_group("pm_core.group_pm_service")
                and user._pm_sees(complaint.estate_id)
                and user not in complaint.concerned_user_ids
                and (
                    not complaint.is_confidential
                    or user.has_group("pm_core.group_pm_estate_manager")
                )
            )
        )

    def _assign_by_rules(self):
        """Give each to whom a rule names; else to who has the fewest at the level."""
        complaints = self.sudo()
        rules = self.env["pm.complaint.rule"].sudo().search([])
        loads = complaints._loads()
        for complaint in complaints:
            note, users = complaint._find_by_rule(rules)
            if not users:
                note, users = self.env._("by level"), complaint._level_users()
            if not users:
                complaint._ask_handlers("nobody")
                continue
            user = min(users, key=lambda one: (loads.get(one.id, 0), one.id))
            loads[user.id] = loads.get(user.id, 0) + 1
            complaint.with_env(self.env)._give_to(user, note)

    @api.model
    def _cron_assign(self):
        """Look again for what nobody was found for, and for what somebody had who
        has left."""
        waiting = Domain("state", "in", WORKING) & (
            Domain("user_id", "=", False) | Domain("user_id.active", "=", False)
        )
        cases = self.with_context(active_test=False)
        cases.search(waiting)._cron_each(
            lambda complaint: complaint._assign_by_rules(), waiting
        )

    def _find_by_rule(self, rules):
        for rule in rules:
            if rule._fits(self):
                users = self._may_handle(rule._users(self))
                if users:
                    return self.env._("by rule %s", rule.name), users
        return None, self.env["res.users"]

    @api.model
    def _loads(self):
        """Return {user id: number of open complaints}."""
        return {
            user.id: count
            for user, count in self.sudo()._read_group(
                [("state", "in", OPEN), ("user_id", "!=", False)],
                ["user_id"],
                ["__count"],
            )
        }

    def _level_users(self):
        """Who of its level may handle it, or of the first level above that has
        somebody: whom it concerns is never among them."""
        names = [name for name, _label in LEVELS]
        start = names.index(self.level)
        if self.is_confidential:
            start = max(start, names.index("manager"))
        for name in names[start:]:
            group = self.env.ref(GROUPS[name])
            users = self._may_handle(
                group.sudo().user_ids.filtered(
                    lambda user: user._pm_sees(self.estate_id)
                )
            ) or self._may_handle(group._pm_members(self.estate_id))
            if users:
                if name != self.level:
                    self._as_step().level = name
                return users
        admins = self.env.ref("pm_core.group_pm_admin").sudo().all_user_ids
        return self._may_handle(admins)

    def _ask_handlers(self, why, detail=None):
        """An activity for who handles it, or for the level; once for each reason."""
        for complaint in self.sudo():
            users = complaint._may_handle(complaint.user_id)
            if why != "urged" or not users:
                users |= complaint._level_users()
            for user in users:
                reader = complaint.with_context(lang=user.lang or self.env.lang)
                text = reader._reader_text(why, detail)
                if not complaint.activity_ids.filtered(
                    lambda activity, user=user, text=text: (
                        activity.user_id == user and activity.summary == text
                    )
                ):
                    complaint.activity_schedule(
                        "pm_complaints.mail_activity_complaint",
                        user_id=user.id,
                        summary=text,
                    )

    def _reader_text(self, why, detail=None):
        """Why somebody of us is asked, in a few words."""
        texts = {
            "assigned": self.env._("Yours to handle: %s", self.number),
            "nobody": self.env._("Nobody is found for this complaint."),
            "urged": self.env._("The customer asks how far we are."),
            "escalated": self.env._("Handed up: %s", detail),
            "added": self.env._("The customer has added something."),
            "answered": self.env._("The customer has answered."),
            "low": self.env._("The customer is not satisfied: %s", detail),
            "objected": self.env._("The customer objects: %s", detail),
        }
        return texts[why]
