from odoo import fields, models

RESULTS = [
    ("reached", "Reached"),
    ("missed", "Not Reached"),
    ("again", "Call Again"),
    ("refused", "Did Not Want to Answer"),
]


class PmFollowUpTry(models.Model):
    """One call: who made it, when, and what became of it. Written by the steps."""

    _name = "pm.follow.up.try"
    _description = "Call of a Follow-up"
    _order = "id"
    _rec_name = "result"

    follow_up_id = fields.Many2one(
        "pm.follow.up",
        "Follow-up",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    result = fields.Selection(RESULTS, required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    note = fields.Text(readonly=True)
