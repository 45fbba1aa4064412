from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ledger.business_day import today_at
from .pm_parking_let_steps import DESK

MANAGER = "pm_core.group_pm_estate_manager"
RENTED = ("let", "monthly")


class PmParkingRequest(models.Model):
    """Offer, answer, and who is next."""

    _inherit = "pm.parking.request"

    def _check_desk(self):
        self.check_access("write")
        user = self.env.user
        if not any(user.has_group(group) for group in DESK):
            raise AccessError(
                self.env._("Spaces are offered by the service desk and billing clerks.")
            )

    def action_offer(self):
        """Offer the space that was chosen; only a manager passes somebody over.

        :raises UserError: no free space chosen, or somebody asked before
        """
        self._check_desk()
        self._check_in_state("waiting")
        for request in self:
            space = request.offer_property_id
            if not space:
                raise UserError(
                    self.env._(
                        "Choose the space that %s is offered.", request.display_name
                    )
                )
            first = request.sudo()._next_for(space, (request.kind,))
            passes_over = first and first != request.sudo()
            if passes_over and not self.env.user.has_group(MANAGER):
                raise UserError(
                    self.env._(
                        "%(customer)s has waited for such a space since %(day)s. Only "
                        "an estate manager passes somebody over.",
                        customer=first.partner_id.name,
                        day=fields.Date.to_string(first.date),
                    )
                )
            request._offer(space)

    def _offer(self, space):
        self.ensure_one()
        request = self.sudo()._as_step()
        if not space.sudo().is_parking_free:
            raise UserError(
                self.env._("%s is not free. Choose another space.", space.display_name)
            )
        today = request.estate_id._today()
        until = fields.Date.add(
            today, days=request.company_id.pm_parking_offer_days or 3
        )
        request.write(
            {
                "state": "offered",
                "offer_property_id": space.id,
                "offered_on": today,
                "offer_until": until,
            }
        )
        request.flush_recordset()
        request.message_post(
            body=self.env._(
                "The parking space %(space)s is offered to you. Accept it by %(day)s; "
                "after that it goes to who is next.",
                space=space.sudo().display_name,
                day=fields.Date.to_string(until),
            ),
            partner_ids=request.partner_id.ids,
        )

    def action_accept(self):
        """The customer takes the space: its use is prepared."""
        self._check_desk()
        return self._accept()._pm_open()

    def _accept(self):
        """Take what is offered, while it is.

        :return: the use of the space, new
        :raises UserError: not offered, or too late
        """
        self.ensure_one()
        request = self.sudo()._as_step()
        request._check_in_state("offered")
        if request.offer_until < request.estate_id._today():
            raise UserError(
                self.env._(
                    "The offer ran until %s.",
                    fields.Date.to_string(request.offer_until),
                )
            )
        request.state = "accepted"
        request.flush_recordset()
        request.let_id = (
            self.env["pm.parking.let"]
            .sudo()
            ._as_step()
            .create(
                {
                    "property_id": request.offer_property_id.id,
                    "partner_id": request.partner_id.id,
                    "kind": request.kind,
                    "date_from": request.estate_id._today(),
                    "request_id": request.id,
                }
            )
        )
        return request.let_id.with_env(self.env)

    def action_decline(self):
        """The customer does not want it: who is next is offered it."""
        self._check_desk()
        for request in self:
            request._decline("declined")

    def _decline(self, state):
        self.ensure_one()
        request = self.sudo()._as_step()
        request._check_in_state("offered")
        request.state = state
        request.flush_recordset()
        self._offer_next(request.offer_property_id, request.kind)

    def action_cancel(self):
        """Nobody waits any more; a space that was offered goes on."""
        self._check_desk()
        self._check_in_state("waiting", "offered")
        for request in self:
            if request.state == "offered":
                request._decline("cancelled")
            else:
                request.sudo()._as_step().state = "cancelled"

    @api.model
    def _next_for(self, space, kinds):
        """Who waits longest for a space like this one, in one of some ways."""
        above = [int(part) for part in space.sudo().parent_path.split("/") if part]
        domain = [
            ("state", "=", "waiting"),
            ("property_id", "in", above),
            ("kind", "in", kinds),
        ]
        return self.sudo().search(domain, limit=1)

    @api.model
    def _offer_next(self, space, kind):
        """Offer a space that came free to who waits longest; nobody is quiet success.

        What was let is offered to who waits to rent, what was sold to who waits to buy.

        :param kind: how it was used, or offered, until now
        :return: the request that it was offered to
        """
        space = space.sudo()
        space.invalidate_recordset(["is_parking_free"])
        if space.kind != "parking" or not space.is_parking_free:
            return self.browse()
        request = self._next_for(space, RENTED if kind in RENTED else (kind,))
        if request:
            request._offer(space)
        return request

    @api.model
    def _cron_lapse(self):
        """Offers that nobody answered go to who is next."""
        # it is tomorrow somewhere already
        soon = fields.Date.add(fields.Date.context_today(self), days=1)
        domain = [("state", "=", "offered"), ("offer_until", "<", soon)]
        over = self.search(domain).filtered(
            lambda request: request.offer_until < today_at(request.estate_id)
        )
        over._cron_each(lambda request: request._decline("lapsed"), domain)


class PmParkingLet(models.Model):
    _inherit = "pm.parking.let"

    def _pm_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
