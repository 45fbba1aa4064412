from odoo import fields, models
from odoo.exceptions import AccessError


class PmComplaintReply(models.Model):
    """A reply to the customer: agreed to where levels say so, and then sent.

    Made by ``action_reply``. What was sent is kept as it was.
    """

    _name = "pm.complaint.reply"
    _description = "Reply to a Complaint"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.approval.mixin"]
    _order = "id desc"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    body = fields.Text(required=True)
    user_id = fields.Many2one("res.users", "Written by", readonly=True, required=True)
    channel_id = fields.Many2one("pm.channel", readonly=True, ondelete="restrict")
    estate_id = fields.Many2one(
        related="complaint_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, index=True, precompute=True
    )
    severity = fields.Selection(
        related="complaint_id.severity", store=True, precompute=True
    )
    kind = fields.Selection(related="complaint_id.kind")
    state = fields.Selection(
        [
            ("draft", "Not Sent"),
            ("approval", "Waiting for Approval"),
            ("approved", "Sent"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    def write(self, vals):
        """What the levels decide on, or the customer has, is not exchanged."""
        if "body" in vals and not self._writes_freely():
            self._check_in_state("draft")
        return super().write(vals)

    def action_submit(self):
        """Ask for approval, or send at once where no level applies."""
        self.complaint_id._check_handler()
        result = super().action_submit()
        for reply in self.filtered(lambda one: one.state == "approval"):
            complaint = reply.complaint_id
            complaint._take_step(
                "ask_reply", complaint._state_while_replying("approval")
            )
        return result

    def action_withdraw(self):
        """Take it back, to be improved."""
        self.complaint_id._check_handler()
        result = super().action_withdraw()
        self._back("take_back")
        return result

    def _back(self, step):
        for reply in self:
            complaint = reply.complaint_id
            complaint._take_step(
                step,
                complaint._state_while_replying("investigating"),
                reply=reply.body,
            )

    def _rejected_tier(self, tiers=False):
        before = self.state
        result = super()._rejected_tier(tiers)
        if before == "approval" and self.state == "draft":
            self.sudo()._back("refuse_reply")
        return result

    def _kept_from_deciding(self):
        """Nobody decides on the reply to a complaint about themselves."""
        return super()._kept_from_deciding() | self.complaint_id.concerned_user_ids

    def validate_tier(self):
        """Nobody decides what they may not see."""
        if self.env.user in self.sudo().complaint_id.concerned_user_ids:
            raise AccessError(self.env._("This is decided by somebody else."))
        return super().validate_tier()

    def _approve(self):
        """Send it: the customer has it from now on."""
        result = super()._approve()
        now = fields.Datetime.now()
        for reply in self:
            complaint = reply.complaint_id
            complaint._take_step(
                "reply",
                complaint._state_while_replying("replied"),
                note=reply.body,
                replied_at=complaint.replied_at or now,
                reply_channel_id=reply.channel_id.id,
                reply=False,
            )
            complaint._tell_customer("reply", reply.body)
            complaint._ask_how_it_was()
        return result
