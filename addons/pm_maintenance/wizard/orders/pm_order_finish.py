from odoo import api, fields, models


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
        domain="[('kind', '=', 'problem')]",
    )
    cause_id = fields.Many2one(
        "pm.fault.code",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        domain="[('kind', '=', 'cause')]",
    )
    remedy_id = fields.Many2one(
        "pm.fault.code",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        domain="[('kind', '=', 'remedy')]",
    )
    missing = fields.Char("Still Missing", compute="_compute_missing")

    @api.depends("request_id")
    def _compute_from_order(self):
        for page in self:
            order = page.request_id
            for name in ("result", "problem_id", "cause_id", "remedy_id"):
                page[name] = order[name]

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
