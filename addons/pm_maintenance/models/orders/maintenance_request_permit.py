from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.engine.recurrence import moment

from .maintenance_request import WORKING


class MaintenanceRequest(models.Model):
    """Dangerous work: it begins with a permit, and ends when that is closed."""

    _inherit = "maintenance.request"

    permit_ids = fields.One2many("pm.order.permit", "request_id", "Permits")
    permit_needed = fields.Selection(
        related="fault_category_id.permit", string="Permit Needed"
    )

    def action_arrive(self, latitude=None, longitude=None):
        """On site: where the category asks for a permit, it is issued by now.

        :raises UserError: no permit is in force
        """
        self._check_worker()
        self._check_permitted()
        return super().action_arrive(latitude, longitude)

    def action_resume(self):
        """Dangerous work goes on as it began.

        :raises UserError: the permit has run out, or was closed
        """
        self._check_worker()
        self.filtered(
            lambda order: order.state_before_pause == "on_site"
        )._check_permitted()
        return super().action_resume()

    def _ask_permit(self, kind, measures, begin=None, hours=0):
        """A permit as a contractor asks for it: somebody of the company issues it.

        :param begin: day and hour by the clock of the estate, ``2026-05-01T08:00``;
            empty: now
        :param hours: 0: as long as the category lets it
        :raises UserError: what makes the work safe is not said, or no such time
        """
        self._check_in_state("dispatched", *WORKING)
        kinds = dict(self.env["pm.order.permit"]._fields["kind"].selection)
        self._need(kind in kinds, self.env._("which work it is for"))
        self._need(measures, self.env._("what makes the work safe"))
        start = self._read_begin(begin)
        permits = self.env["pm.order.permit"].sudo()
        permits.create(
            {
                "request_id": self.id,
                "kind": kind,
                "measures": measures,
                "valid_from": start,
                **({"valid_to": start + timedelta(hours=hours)} if hours else {}),
            }
        )
        self._tell_dispatcher("permit_asked", self.env.user.name)

    def _read_begin(self, begin):
        """:raises UserError: no day and hour"""
        if not begin:
            return fields.Datetime.now()
        try:
            told = datetime.fromisoformat(begin).replace(tzinfo=None)
        except ValueError as error:
            raise UserError(self.env._("%s is no day and hour.", begin)) from error
        return moment(told.date(), told.time(), self.estate_id._zone())

    def _close_permit(self, permit_id):
        """The dangerous work of a contractor is over, and the place is safe.

        :raises UserError: no permit of this order that is issued
        """
        permit = self.permit_ids.filtered(lambda one: one.id == permit_id)
        self._need(permit, self.env._("which permit"))
        permit.action_close()

    def _check_permitted(self):
        """:raises UserError: no permit of the kind that is asked for is in force now"""
        kinds = dict(self._fields["permit_needed"]._description_selection(self.env))
        for order in self.filtered("permit_needed"):
            if not order._permits_in_force():
                raise UserError(
                    self.env._(
                        "%(order)s needs a permit before the work begins: %(kind)s. "
                        "Enter it under Permits, and have the dispatcher issue it.",
                        order=order.display_name,
                        kind=kinds[order.permit_needed],
                    )
                )

    def _fitting_permits(self):
        """Permits of the kind that is asked for, not issued by who does the work: it
        may not have been theirs yet when they issued one."""
        return self.sudo().permit_ids.filtered(
            lambda permit: (
                permit.kind == self.permit_needed
                and not permit.issued_by_id & self.user_id
            )
        )

    def _permits_in_force(self):
        now = fields.Datetime.now()
        return self._fitting_permits().filtered(
            lambda permit: (
                permit.state == "open" and permit.valid_from <= now < permit.valid_to
            )
        )

    def _tell_step(self, step):
        """Who issues permits learns that one is needed when the work is taken on."""
        result = super()._tell_step(step)
        if step in ("accept", "grab"):
            waiting = self.filtered(
                lambda order: order.permit_needed and not order._permits_in_force()
            )
            waiting._tell_dispatcher("permit")
        return result

    def _dispatcher_text(self, why, detail=None):
        if why == "permit":
            return self.env._("The work needs a permit before it begins.")
        if why == "permit_asked":
            return self.env._("%s asks for a permit: look, and issue it.", detail)
        return super()._dispatcher_text(why, detail)

    def _missing_for_done(self):
        missing = super()._missing_for_done()
        if self.permit_needed and not self._fitting_permits().filtered(
            lambda permit: permit.state == "closed"
        ):
            missing.append(self.env._("the permit, issued and closed"))
        if self.sudo().permit_ids.filtered(lambda permit: permit.state == "open"):
            missing.append(self.env._("closing the open permit"))
        return missing
