from odoo import fields, models


class AccountAnalyticLine(models.Model):
    """Costs of an estate that come from its work orders."""

    _inherit = "account.analytic.line"

    pm_request_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    pm_work_id = fields.Many2one(
        "pm.order.work",
        "Working Time",
        readonly=True,
        copy=False,
        ondelete="cascade",
    )

    _pm_work_once = models.UniqueIndex(
        "(pm_work_id) WHERE pm_work_id IS NOT NULL",
        "These working hours are booked already.",
    )
