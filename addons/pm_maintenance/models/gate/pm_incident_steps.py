from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .gate_roles import GUARD, MANAGER, SERVICE, check_role


class PmIncident(models.Model):
    """The way of an incident: reported, handled, closed by somebody else."""

    _inherit = "pm.incident"

    def action_report(self):
        """The facts are written down; managers of the estate learn of it."""
        check_role(self, GUARD, SERVICE)
        self._check_in_state("draft")
        managers = self.env.ref(MANAGER)
        for incident in self:
            incident.sudo()._as_step().write(
                {"state": "reported", "reported_at": fields.Datetime.now()}
            )
            for user in managers._pm_members(incident.estate_id):
                if user == self.env.user:
                    continue
                reader = incident.with_context(lang=user.lang or self.env.lang)
                incident.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=reader.env._(
                        "Incident: %s", reader.type_id.sudo().name or ""
                    ),
                    note=incident.property_id.display_name,
                )

    def action_handle(self):
        """A manager takes it on, or gives it to whoever is named as responsible."""
        check_role(self, MANAGER)
        self._check_in_state("reported")
        for incident in self:
            incident.sudo()._as_step().write(
                {
                    "state": "handling",
                    "handled_by_id": self.env.uid,
                    "user_id": incident.user_id.id or self.env.uid,
                }
            )
            incident.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    def action_close(self):
        """Close it; whoever reported it, took it on or is responsible does not.

        :raises AccessError: the user did one of these
        :raises UserError: naming what is missing
        """
        check_role(self, MANAGER)
        self._check_in_state("handling")
        for incident in self:
            if self.env.user in (
                incident.reporter_id | incident.handled_by_id | incident.user_id
            ):
                raise AccessError(
                    self.env._(
                        "%s is closed by somebody other than who reported it, took it "
                        "on or is responsible for it.",
                        incident.display_name,
                    )
                )
            missing = incident._missing_to_close()
            if missing:
                raise UserError(
                    self.env._(
                        "%(incident)s cannot be closed. Missing: %(missing)s.",
                        incident=incident.display_name,
                        missing=", ".join(missing),
                    )
                )
        self.sudo()._as_step().write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink(
            ["mail.mail_activity_data_todo", "pm_maintenance.mail_activity_incident"]
        )

    def _missing_to_close(self):
        """Return in words what is missing, all at once."""
        self.ensure_one()
        missing = []
        if not (self.measures or "").strip():
            missing.append(self.env._("what was done"))
        if not (self.result or "").strip():
            missing.append(self.env._("the result"))
        police = self.police_number or (not self.police_called and self.police_note)
        if self.type_id.needs_police and not police:
            missing.append(
                self.env._("the police number, or why the police were not called")
            )
        if self.open_action_count:
            missing.append(
                self.env._("%s follow-ups that are open", self.open_action_count)
            )
        return missing

    def action_reopen(self):
        """Something new has come up."""
        check_role(self, MANAGER)
        self._check_in_state("closed")
        self.sudo()._as_step().write(
            {"state": "handling", "closed_at": False, "closed_by_id": False}
        )

    def action_make_order(self):
        """Make a work order of what has to be repaired, and open it."""
        self.ensure_one()
        check_role(self, GUARD, SERVICE)
        self._check_in_state("reported", "handling")
        text = "\n".join(filter(None, (self.damage, self.place_detail)))
        order = self.env["maintenance.request"]._report(
            self.property_id,
            text or self.description,
            channel="app",
            reporter={"name": self.env.user.name},
            reference=f"{self.number}-{len(self.sudo().order_ids) + 1}",
        )
        order.sudo()._as_step().incident_id = self.id
        return order.with_env(self.env)._open_form()

    def _people_shown(self):
        """The people that a reader of the print-out may know of."""
        people = self.env["pm.incident.person"]
        if not people.has_access("read"):
            return people
        return people.search([("incident_id", "in", self.ids)])
