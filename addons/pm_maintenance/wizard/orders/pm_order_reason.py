from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = [
    ("refuse", "Give Back"),
    ("transfer", "Hand Over"),
    ("pause", "Pause"),
    ("redo", "Have It Redone"),
    ("cancel", "Cancel"),
    ("merge", "Merge"),
    ("follow_up", "Follow-up"),
]


class PmOrderReason(models.TransientModel):
    """Asks for what a step needs: a reason, a colleague, the order that stays.

    It checks nothing itself: the step does, as it does for every other call.
    """

    _name = "pm.order.reason"
    _description = "Step with a Reason"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, ondelete="cascade"
    )
    step = fields.Selection(STEPS, required=True)
    reason = fields.Char()
    pause_reason_id = fields.Many2one("pm.pause.reason", "Paused because")
    estate_id = fields.Many2one(related="request_id.estate_id")
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        domain="[('share', '=', False), ('pm_estate_ids', 'in', estate_id)]",
    )
    likely_ids = fields.Many2many(related="request_id.likely_duplicate_ids")
    target_id = fields.Many2one(
        "maintenance.request",
        "Order That Stays",
        domain="[('estate_id', '=', estate_id), ('id', '!=', request_id),"
        " ('state', 'not in', ('verified', 'closed', 'cancelled'))]",
    )
    rating = fields.Selection(
        [("5", "Very good"), ("4", "Good"), ("3", "Fair"), ("2", "Poor"), ("1", "Bad")]
    )

    @api.depends("step")
    def _compute_display_name(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for wizard in self:
            wizard.display_name = labels.get(wizard.step)

    def action_apply(self):
        """Take the step on the order, with what was entered."""
        self.ensure_one()
        order = self.request_id
        if self.step == "pause":
            order.action_pause(self.pause_reason_id.id)
        elif self.step == "transfer":
            order.action_transfer(self.user_id.id, self.reason)
        elif self.step == "merge":
            if not self.target_id:
                raise UserError(self.env._("Choose the order that stays."))
            order.action_merge(self.target_id.id)
            return self.target_id._open_form()
        elif self.step == "follow_up":
            order.action_follow_up(self.rating, self.reason)
        elif self.step == "refuse":
            order.action_refuse(self.reason)
        elif self.step == "redo":
            order.action_redo(self.reason)
        else:
            order.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
