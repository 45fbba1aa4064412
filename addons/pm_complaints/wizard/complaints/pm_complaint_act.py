from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.complaints.pm_complaint_closing import VERDICTS

STEPS = [
    ("assign", "Assign"),
    ("investigate", "What Was Found"),
    ("reply", "Reply"),
    ("rectify", "Put It Right"),
    ("follow_up", "Ask the Customer"),
    ("wait", "Wait for the Customer"),
    ("escalate", "Hand Up"),
    ("reopen", "Reopen"),
    ("new_case", "New Case"),
    ("withdraw", "Taken Back by the Customer"),
    ("invalid", "Invalid"),
    ("forward", "Forward to an Authority"),
    ("merge", "Merge"),
    ("split", "Split"),
    ("verify_measure", "Verify"),
    ("redo_measure", "Send Back"),
    ("cancel_measure", "Call Off"),
    ("order_measure", "Make a Work Order"),
    ("confirm", "The Charge Is Right"),
    ("credit", "Credit"),
    ("waive", "Waive"),
]


class PmComplaintAct(models.TransientModel):
    """Asks for what a step needs: words, a colleague, the complaint that stays."""

    _name = "pm.complaint.act"
    _inherit = ["pm.act.mixin"]
    _description = "Step of a Complaint with Its Words"
    _step_key = "pm_complaint_step"

    complaint_id = fields.Many2one("pm.complaint", ondelete="cascade")
    rectification_id = fields.Many2one("pm.rectification", ondelete="cascade")
    dispute_id = fields.Many2one("pm.complaint.dispute", ondelete="cascade")
    step = fields.Selection(STEPS, required=True)
    estate_id = fields.Many2one(related="complaint_id.estate_id")
    text = fields.Text(compute="_compute_text", store=True, readonly=False)
    heard = fields.Text("Who Was Heard")
    user_id = fields.Many2one(
        "res.users",
        "Person",
        domain="[('share', '=', False), '|', ('pm_estate_ids', 'in', estate_id),"
        " ('pm_all_estates', '=', True)]",
    )
    date_due = fields.Date("Due")
    likely_ids = fields.Many2many(related="complaint_id.likely_duplicate_ids")
    target_id = fields.Many2one(
        "pm.complaint",
        "Complaint That Stays",
        domain="[('estate_id', '=', estate_id), ('id', '!=', complaint_id), ('state',"
        " 'not in', ('closed', 'withdrawn', 'invalid', 'forwarded', 'merged'))]",
    )
    template_id = fields.Many2one("pm.complaint.template")
    channel_id = fields.Many2one("pm.channel", "Reply by")
    category_id = fields.Many2one("pm.complaint.category")
    fault_category_id = fields.Many2one("pm.fault.category")
    authority_id = fields.Many2one("res.partner")
    verdict = fields.Selection(VERDICTS)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary()

    @api.depends("template_id", "step")
    def _compute_text(self):
        for act in self:
            if act.template_id and act.complaint_id:
                act.complaint_id.check_access("read")
                act.text = act.template_id._text_for(act.complaint_id)
            elif act.step == "reply" and not act.text:
                act.text = act.complaint_id.reply

    def _apply_words(self):
        """Steps that need words only."""
        return getattr(self.complaint_id, f"action_{self.step}")(self.text)

    def _apply_assign(self):
        return self.complaint_id.action_assign(self.user_id.id or None)

    def _apply_investigate(self):
        return self.complaint_id.action_investigate(self.text, self.heard)

    def _apply_reply(self):
        return self.complaint_id.action_reply(self.text, self.channel_id.id or None)

    def _apply_rectify(self):
        return self.complaint_id.action_rectify(
            self.text, self.user_id.id or None, self.date_due
        )

    def _apply_follow_up(self):
        reason = None if self.verdict else self.text
        return self.complaint_id.action_follow_up(self.verdict, self.text, reason)

    def _apply_forward(self):
        return self.complaint_id.action_forward(self.authority_id.id or None, self.text)

    def _apply_merge(self):
        if not self.target_id:
            raise UserError(self.env._("Choose the complaint that stays."))
        self.complaint_id.action_merge(self.target_id.id)
        return self.target_id._open_form()

    def _apply_split(self):
        return self.complaint_id.action_split(self.text, self.category_id.id or None)

    def _apply_verify_measure(self):
        return self.rectification_id.action_verify(self.text)

    def _apply_redo_measure(self):
        return self.rectification_id.action_redo(self.text)

    def _apply_cancel_measure(self):
        return self.rectification_id.action_cancel(self.text)

    def _apply_order_measure(self):
        return self.rectification_id.action_make_order(
            self.fault_category_id.id or None, text=self.text
        )

    def _apply_confirm(self):
        return self.dispute_id.action_confirm(self.text)

    def _apply_credit(self):
        return self.dispute_id.action_credit(self.amount or None, self.text)

    def _apply_waive(self):
        return self.dispute_id.action_waive(self.amount or None, self.text)
