from odoo import fields, models


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
            ("close", "Case Closed"),
            ("reopen", "Goes on"),
            ("merge", "Merged"),
            ("withdraw", "Taken Back"),
            ("invalid", "Invalid"),
            ("forward", "Forwarded"),
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
        """Whoever has no login gets the code with which the page is opened."""
        if not self._is_secret():
            return self.text
        complaint = self.complaint_id
        return (
            f"{self.text} {complaint.get_base_url()}{complaint.sudo()._case_address()}"
        )

    def _is_secret(self):
        return self.kind in ("accept", "verdict") and not self.partner_id.user_ids
