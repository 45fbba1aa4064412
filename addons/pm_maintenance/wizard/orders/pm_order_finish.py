from odoo import api, fields, models

from ...models.orders.pm_fault_code import of_kind


class PmOrderFinish(models.TransientModel):
    """The last step on site, on one page: what was done, the photo, the codes."""

    _name = "pm.order.finish"
    _description = "Work Is Done"
    _inherit = ["pm.order.photo"]

    moment = fields.Selection(default="after")
    photo = fields.Binary("Photo after the Work", required=False)
    category_id = fields.Many2one(related="request_id.fault_category_id")
    needs_cause = fields.Boolean(related="category_id.needs_cause")
    result = fields.Text(
        "What Was Done",
        compute="_compute_from_order",
        store=True,
        readonly=False,
    )
    problem_id = fields.Many2one(
        "pm.fault.code",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        domain=of_kind("problem", "category_id"),
    )
    cause_id = fields.Many2one(
        "pm.fault.code",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        domain=of_kind("cause", "category_id"),
    )
    remedy_id = fields.Many2one(
        "pm.fault.code",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        domain=of_kind("remedy", "category_id"),
    )
    check_ids = fields.One2many(related="request_id.check_ids", readonly=False)
    needs_reading = fields.Boolean(compute="_compute_needs_reading")
    reading_kind = fields.Selection(
        [("hours", "Running Hours"), ("starts", "Starts")],
        "What It Counts",
        compute="_compute_reading_kind",
        store=True,
        readonly=False,
    )
    reading = fields.Float("Counter Reading", digits=(14, 2))
    missing = fields.Char("Still Missing", compute="_compute_missing")

    @api.depends("request_id")
    def _compute_from_order(self):
        for page in self:
            order = page.request_id
            for name in ("result", "problem_id", "cause_id", "remedy_id"):
                page[name] = order[name]

    @api.depends("request_id")
    def _compute_needs_reading(self):
        for page in self:
            order = page.request_id
            page.needs_reading = order._needs_reading() and not order._has_reading()

    @api.depends("request_id")
    def _compute_reading_kind(self):
        for page in self:
            page.reading_kind = page.request_id.sudo().plan_id.meter_kind or "hours"

    @api.depends("request_id")
    def _compute_missing(self):
        for page in self:
            order = page.request_id
            page.missing = ", ".join(order._missing_for_done()) if order else False

    def action_apply(self):
        """Enter what was given, and take the step; the step says what is missing."""
        self.ensure_one()
        order = self.request_id
        order._check_worker()
        if self.photo:
            order._add_photos_of(self.moment, [self._read_photo()])
        if self.needs_reading and self.reading:
            order._add_reading(self.reading_kind, self.reading)
        order.write(
            {
                "result": self.result,
                "problem_id": self.problem_id.id,
                "cause_id": self.cause_id.id,
                "remedy_id": self.remedy_id.id,
            }
        )
        order.action_done()
        return {"type": "ir.actions.act_window_close"}
