from psycopg2.errors import UniqueViolation

from odoo import Command, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain

STAFF = "pm_core.group_pm_user"


class PmEmergencyPlan(models.Model):
    """The alarm: one press of anybody on the staff starts the emergency.

    Whoever presses a second time, or at the same moment, joins the one that runs.
    """

    _inherit = "pm.emergency.plan"

    def action_activate(self, place_id=None, note=None):
        """Start the emergency, or join the one that runs at that place.

        :param place_id: id of the ``pm.property`` where it is; the plan's estate by
            default, or the only estate that the user works with, or is on duty at
        :param note: in a few words what has happened
        :return: the running ``pm.emergency``; its ids for a client
        :raises UserError: a shared plan, and no place
        """
        self.ensure_one()
        self._check_may_activate()
        plan = self._to_follow()
        place = plan._place_of_alarm(place_id)
        return plan._activate(place, note)

    def _check_may_activate(self):
        """:raises AccessError: the user is not on the staff of property management"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(STAFF)):
            raise AccessError(
                self.env._("An alarm is raised by the staff of property management.")
            )

    def _to_follow(self):
        """The version of this plan that counts now.

        Somebody may have an old version open, and an emergency does not wait.

        :raises UserError: the plan was withdrawn
        """
        versions = self.search([("origin_id", "=", self.origin_id.id)])
        for states in (["in_force"], ["scheduled", "approval"], ["draft"]):
            plan = versions.filtered(lambda one, states=states: one.state in states)
            if plan:
                return plan[0]
        raise UserError(
            self.env._(
                "%s was withdrawn. Choose another plan; in danger call 119, 120 "
                "or 110.",
                self.display_name,
            )
        )

    def _place_of_alarm(self, place_id):
        """:raises UserError: no place is known, or one of another estate"""
        places = self.env["pm.property"]
        if place_id:
            place = places.browse(place_id).exists()
        else:
            place = self.estate_id or places._only_estate() or self._estate_on_duty()
        if not place:
            raise UserError(
                self.env._("Choose where it is: %s is for any estate.", self.name)
            )
        place.check_access("read")
        if self.estate_id and place.estate_id != self.estate_id:
            raise UserError(
                self.env._(
                    "%(plan)s is for %(estate)s. Choose the plan of %(place)s.",
                    plan=self.name,
                    estate=self.estate_id.display_name,
                    place=place.display_name,
                )
            )
        return place

    def _estate_on_duty(self):
        """The one estate at which the user is on duty at this moment, if it is one."""
        Duty = self.env["pm.duty"].sudo()
        duties = Duty.search(
            Duty._domain_on_duty(fields.Datetime.now())
            & Domain("employee_id.user_id", "=", self.env.uid)
        )
        estates = duties.estate_id.with_env(self.env)
        return estates if len(estates) == 1 else estates.browse()

    def _activate(self, place, note=None, drill=None):
        """Start an emergency or drill, or join what runs; who calls has checked.

        :param drill: ``pm.emergency.drill`` that is held
        """
        user = self.env.user
        Emergency = self.env["pm.emergency"].sudo()
        # a drill is not followed by mails about who follows it
        Emergency = Emergency.with_context(mail_create_nosubscribe=True)
        emergency = Emergency._running_at(place, self.type_id, bool(drill))
        if emergency:
            emergency._join(user, place, note)
            return emergency.with_env(self.env)
        values = self._emergency_values(place, note, drill)
        try:
            with self.env.cr.savepoint():
                emergency = Emergency._as_step().create(values)
        except UniqueViolation as error:
            # somebody pressed at the same moment: started anew, this press joins
            raise ConcurrencyError(str(error)) from error
        emergency = emergency.with_env(Emergency.env)
        emergency._begin(user)
        return emergency.with_env(self.env)

    def _emergency_values(self, place, note, drill):
        last = (
            self.env["pm.emergency"]
            .sudo()
            .search_fetch(
                [
                    ("estate_id", "=", place.estate_id.id),
                    ("type_id", "=", self.type_id.id),
                ],
                ["turn"],
                order="turn desc",
                limit=1,
            )
        )
        number = self.env["ir.sequence"].sudo().with_company(place.company_id)
        return {
            "name": number.next_by_code("pm.emergency"),
            "plan_id": self.id,
            "type_id": self.type_id.id,
            "property_id": place.id,
            "is_drill": bool(drill),
            "drill_id": drill.id if drill else False,
            "note": note,
            "started_by_id": self.env.uid,
            "started_at": fields.Datetime.now(),
            "turn": last.turn + 1,
            "step_ids": [
                Command.create(
                    {
                        "plan_step_id": step.id,
                        "sequence": number,
                        "name": step.name,
                        "note": step.note,
                        "role": step.post_id.name or step.job_id.name,
                        "target_minutes": step.minutes,
                    }
                )
                for number, step in enumerate(self.sudo().step_ids, 1)
            ],
            "agency_ids": [
                Command.create(
                    {
                        "sequence": contact.sequence,
                        "name": contact.name,
                        "kind": contact.kind,
                        "phone": contact.phone,
                        "note": contact.note,
                    }
                )
                for contact in self.sudo().contact_ids
            ],
        }
