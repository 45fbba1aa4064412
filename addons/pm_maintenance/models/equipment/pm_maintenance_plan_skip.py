from datetime import time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.engine.recurrence import moment

from ..orders.maintenance_request import WAITING

NOON = time(12)


class PmMaintenancePlan(models.Model):
    """A service that is left out once, with the reason; the next one comes in time."""

    _inherit = "pm.maintenance.plan"

    skipped_day = fields.Date(
        "Left out on",
        readonly=True,
        copy=False,
        tracking=True,
        help="The last planned day on which the service was left out.",
    )

    @api.depends("skipped_day")
    def _compute_day_to_come(self):
        return super()._compute_day_to_come()

    @api.depends("skipped_day")
    def _compute_next_day(self):
        return super()._compute_next_day()

    def action_ask_skip(self):
        """Open the dialog that asks why the next service is left out."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get("pm.maintenance.skip").name,
            "res_model": "pm.maintenance.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_skip(self, reason=None):
        """Leave the next service out, whether it has an order or not.

        :raises UserError: no reason; the law asks for the service; somebody works on it
        """
        self.check_access("write")
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Enter why the service is left out."))
        for plan in self:
            plan._check_may_skip()
            day = plan._day_to_skip()
            plan._open_orders().sudo().action_cancel(reason)
            plan.sudo()._as_step().skipped_day = day
            plan.message_post(
                body=self.env._(
                    "Left out on %(day)s: %(reason)s",
                    day=fields.Date.to_string(day),
                    reason=reason,
                )
            )

    def _check_may_skip(self):
        if self.is_statutory:
            raise UserError(
                self.env._(
                    "%s is asked for by law and is not left out. Take the machine out "
                    "of use, or archive the plan where the law does not hold.",
                    self.display_name,
                )
            )
        for order in self._open_orders():
            if order.state not in WAITING:
                raise UserError(
                    self.env._(
                        "%s is being worked on. Cancel it with its button first.",
                        order.display_name,
                    )
                )

    def _open_orders(self):
        return self.order_ids.filtered(lambda order: order.state in self._open_states())

    def _day_to_skip(self):
        """The day of the open order, or else the next one.

        :raises UserError: nothing is to come
        """
        days = filter(None, self._open_orders().mapped("planned_day"))
        day = min(days, default=None) or self.day_to_come
        if not day:
            raise UserError(self.env._("%s has no service to come.", self.display_name))
        return day

    def _next_planned(self, today):
        if self.skipped_day:
            today = max(today, self.skipped_day + timedelta(days=1))
        return super()._next_planned(today)

    def _days_made(self):
        """What was left out needs no order any more."""
        made = super()._days_made()
        for plan in self.filtered("skipped_day"):
            made[plan.id] = max(plan.skipped_day, made.get(plan.id, plan.skipped_day))
        return made

    def _served(self, done):
        """{id: moment of the last service}: left out is as good as done."""
        served = dict(done)
        for plan in self.filtered("skipped_day"):
            skipped = moment(plan.skipped_day, NOON, plan.estate_id._zone())
            served[plan.id] = max(skipped, served.get(plan.id, skipped))
        return served
