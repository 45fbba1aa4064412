from odoo import fields, models


class PmPolicyReview(models.Model):
    """What came out of the review of a policy. Written by the step alone."""

    _name = "pm.policy.review"
    _description = "Review of a Policy"
    _order = "date desc, id desc"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "pm.policy", required=True, readonly=True, index=True, ondelete="cascade"
    )
    origin_id = fields.Many2one(
        related="policy_id.origin_id",
        string="First Version",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="policy_id.company_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    result = fields.Selection(
        [("kept", "Kept"), ("changed", "Changed"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
    )
    date_due = fields.Date("Due", readonly=True)
    date = fields.Date("Reviewed on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Reviewed by", required=True, readonly=True)
    note = fields.Text("What the Review Found", readonly=True)
    new_policy_id = fields.Many2one(
        "pm.policy",
        "New Version",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date_next = fields.Date("Next Review on", readonly=True)
