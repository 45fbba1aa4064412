from odoo import fields, models


class PmGateLog(models.Model):
    """Who went through which gate, when, and which guard let them. Never changed."""

    _name = "pm.gate.log"
    _description = "Gate Log"
    _inherit = ["pm.estate.mixin"]
    _order = "at desc, id desc"
    _rec_name = "pass_id"

    pass_id = fields.Many2one(
        "pm.access.pass", required=True, readonly=True, index=True, ondelete="restrict"
    )
    property_id = fields.Many2one(string="Place of the Gate", readonly=True)
    kind = fields.Selection(related="pass_id.kind", store=True)
    post_id = fields.Many2one(
        "pm.duty.post", "Gate", required=True, readonly=True, ondelete="restrict"
    )
    direction = fields.Selection(
        [("in", "In"), ("out", "Out"), ("refused", "Turned Away")],
        required=True,
        readonly=True,
    )
    at = fields.Datetime("When", required=True, readonly=True, index=True)
    turn = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Which use of the pass it was: one way in and one way out of each.",
    )
    people = fields.Integer("Number of People", readonly=True)
    user_id = fields.Many2one("res.users", "Guard", required=True, readonly=True)
    key = fields.Char(
        readonly=True, required=True, help="What the phone called this press."
    )
    is_missed = fields.Boolean(
        "Not Seen", readonly=True, help="Left without being seen; found out later."
    )
    note = fields.Char(readonly=True)

    _turn_once = models.UniqueIndex(
        "(pass_id, direction, turn) WHERE direction <> 'refused'",
        "This use of the pass is in the log already.",
    )
    _key_once = models.UniqueIndex("(key)", "This press is in the log already.")
