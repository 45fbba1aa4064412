from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .maintenance_request import LINKS, OPEN


class MaintenanceRequest(models.Model):
    """Orders that wait for another one: they are done when that one is accepted."""

    _inherit = "maintenance.request"

    is_blocked = fields.Boolean(
        "Waits for Another Order", compute="_compute_is_blocked", compute_sudo=True
    )

    @api.depends("blocked_by_id.state", "state")
    def _compute_is_blocked(self):
        for order in self:
            order.is_blocked = order.state in OPEN and order.blocked_by_id.state in OPEN

    @api.constrains(*LINKS)
    def _check_no_circle(self):
        """:raises ValidationError: orders that wait for each other are never done"""
        for name in LINKS:
            for order in self:
                if order.sudo()._has_cycle(name):
                    raise ValidationError(
                        self.env._(
                            "%(order)s would lead back to itself: %(link)s is %(other)s"
                            ", which follows from it already. Choose another order.",
                            order=order.display_name,
                            link=self._fields[name]._description_string(self.env),
                            other=order[name].display_name,
                        )
                    )

    def _missing_for_done(self):
        missing = super()._missing_for_done()
        if self.is_blocked:
            missing.append(
                self.env._(
                    "the order that comes first: %s",
                    self.sudo().blocked_by_id.display_name,
                )
            )
        return missing

    def _tell_step(self, step):
        """Whoever waits for an order hears that it is accepted, or will not be done."""
        result = super()._tell_step(step)
        if step in ("verify", "cancel"):
            self._tell_waiting()
        return result

    def _tell_waiting(self):
        waiting = self.sudo().search(
            [("blocked_by_id", "in", self.ids), ("state", "in", OPEN)]
        )
        rows = []
        for order in waiting.filtered("user_id"):
            reader = order.with_context(lang=order.user_id.lang or self.env.lang)
            text = reader.env._(
                "%s is over, the work may go on.", order.blocked_by_id.number
            )
            rows.append((order, order.user_id, text))
        self._plan_activities("pm_maintenance.mail_activity_order", rows)
        for order in waiting.filtered(lambda one: not one.user_id):
            order._tell_dispatcher("free", order.blocked_by_id.number)

    def _dispatcher_text(self, why, detail=None):
        if why == "free":
            return self.env._("%s is over, the work may go on.", detail)
        return super()._dispatcher_text(why, detail)
