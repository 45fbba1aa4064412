from odoo import api, fields, models
from odoo.exceptions import AccessError

from .maintenance_request import OPEN


class PmOrderWork(models.Model):
    """The time one person worked on an order; several may work at the same time.

    Hours become cost and pay: people enter their own while the order is open, and
    dispatchers those of others.
    """

    _name = "pm.order.work"
    _description = "Working Time of an Order"
    _inherit = ["pm.order.part.mixin"]
    _order = "start, id"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
    )
    worker_name = fields.Char(
        "Contractor's Worker", help="Somebody of the contractor, who is no employee."
    )
    start = fields.Datetime("Begins", required=True, default=fields.Datetime.now)
    stop = fields.Datetime("Ends")
    hours = fields.Float(compute="_compute_hours", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    cost = fields.Monetary(
        compute="_compute_cost",
        store=True,
        compute_sudo=True,
        groups="pm_maintenance.group_pm_dispatcher",
        help="Hours at the rate of the post, as it was when they were worked.",
    )
    note = fields.Char()

    _times_in_order = models.Constraint(
        "CHECK (stop IS NULL OR stop >= start)", "Work ends after it begins."
    )
    _somebody = models.Constraint(
        "CHECK (employee_id IS NOT NULL OR worker_name IS NOT NULL)",
        "Say who worked: an employee, or somebody of the contractor by name.",
    )
    _running_once_by_name = models.UniqueIndex(
        "(request_id, worker_name) WHERE stop IS NULL AND worker_name IS NOT NULL",
        "This person is at work on the order already.",
    )
    _running_once = models.UniqueIndex(
        "(request_id, employee_id) WHERE stop IS NULL",
        "This person is at work on the order already.",
    )

    @api.depends("employee_id", "worker_name")
    def _compute_display_name(self):
        for work in self:
            work.display_name = work.employee_id.display_name or work.worker_name

    @api.depends("start", "stop")
    def _compute_hours(self):
        for work in self:
            worked = work.stop - work.start if work.stop else None
            work.hours = worked.total_seconds() / 3600 if worked else 0.0

    @api.depends("hours")
    def _compute_cost(self):
        for work in self:
            work.cost = work.hours * work.employee_id.job_id.pm_hourly_rate

    def _check_may_change(self):
        """:raises AccessError: hours of somebody else, or of an order that is done"""
        result = super()._check_may_change()
        if self.env.su or self._writes_freely():
            return result
        if self.env.user.has_group("pm_maintenance.group_pm_dispatcher"):
            return result
        for work in self:
            person = work.employee_id
            if person.sudo().user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "You enter your own hours. Those of %(person)s on %(order)s "
                        "are entered by a dispatcher.",
                        person=work.sudo().display_name,
                        order=work.request_id.display_name,
                    )
                )
            if work.request_id.state not in OPEN:
                raise AccessError(
                    self.env._(
                        "The work of %s is accepted. A dispatcher changes its hours.",
                        work.request_id.display_name,
                    )
                )
        return result
