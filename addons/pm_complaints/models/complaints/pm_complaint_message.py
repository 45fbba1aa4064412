from odoo import fields, models

# what asks the customer how it was
ASKING = ("verdict", "rate")


class PmComplaintMessage(models.Model):
    """What a customer is told about a complaint: one message for each change."""

    _name = "pm.complaint.message"
    _description = "Message about a Complaint"
    _inherit = ["pm.outgoing.mixin"]
    _document = "complaint_id"
    _order = "id desc"
    _rec_name = "text"

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("accept", "Received"),
            ("reply", "Reply"),
            ("wait", "Something Is Needed"),
            ("verdict", "How Was It"),
            ("rate", "How Was Our Answer"),
            ("close", "Case Closed"),
            ("reopen", "Goes on"),
            ("merge", "Merged"),
            ("withdraw", "Taken Back"),
            ("invalid", "Invalid"),
            ("forward", "Forwarded"),
            ("code", "New Code"),
        ],
        "What",
        required=True,
    )

    _waiting_idx = models.Index("(due_at) WHERE state = 'outgoing'")
    _recipient_idx = models.Index(
        "(company_id, channel, address) WHERE state = 'outgoing'"
    )

    def _page(self):
        complaint = self.complaint_id
        return f"{complaint.get_base_url()}/my/complaints/{complaint.id}"

    def _said(self):
        """Whoever has no login gets the code with which the page is opened; who is
        asked gets the page."""
        if self._is_secret():
            complaint = self.complaint_id
            page = f"{complaint.get_base_url()}{complaint.sudo()._case_address()}"
        elif self.kind in ASKING and self.channel != "wechat":
            # what goes by WeChat has it anyhow
            page = self._page()
        else:
            return self.text
        return f"{self.text} {page}"

    def _is_secret(self):
        has_code = self.kind in ("accept", "code", *ASKING)
        return has_code and not self.partner_id.user_ids
