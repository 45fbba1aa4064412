from odoo import fields, models

from .pm_complaint import STATES


class PmComplaintStep(models.Model):
    """Who took which step of a complaint, and when. Written by the steps alone."""

    _name = "pm.complaint.step"
    _description = "Step of a Complaint"
    _order = "id"
    _rec_name = "step"

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, index=True, ondelete="cascade"
    )
    step = fields.Selection(
        [
            ("report", "Received"),
            ("accept", "Accepted"),
            ("assign", "Assigned"),
            ("investigate", "Looked Into"),
            ("draft", "Reply Drafted"),
            ("ask_reply", "Approval Asked"),
            ("take_back", "Reply Taken Back"),
            ("refuse_reply", "Reply Not Agreed To"),
            ("reply", "Replied"),
            ("rectify", "Measure Set"),
            ("verify", "Verified"),
            ("follow_up", "Follow-up"),
            ("close", "Case Closed"),
            ("reopen", "Reopened"),
            ("escalate", "Handed Up"),
            ("wait", "Waits for the Customer"),
            ("go_on", "Goes on"),
            ("urge", "Urged"),
            ("add", "Customer Added"),
            ("merge", "Merged into Another"),
            ("merged", "Another Merged into It"),
            ("split", "Split"),
            ("withdraw", "Taken Back"),
            ("invalid", "Invalid"),
            ("forward", "Forwarded"),
            ("dispute", "Dispute Settled"),
            ("slip", "Number and Code Handed Out"),
            ("by_slip", "Came by a Slip of the Desk"),
            ("new_code", "New Code"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(STATES, "State After", readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    handler_id = fields.Many2one(
        "res.users",
        "Handled by",
        readonly=True,
        help="Who had it then. Customers are asked by somebody else.",
    )
    at = fields.Datetime("When", required=True, readonly=True)
    note = fields.Text(readonly=True)
