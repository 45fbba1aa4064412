from odoo import fields, models


class PmEmergencyLog(models.Model):
    """What happened when and by whom. Written by the steps alone, changed by nobody."""

    _name = "pm.emergency.log"
    _description = "Log of an Emergency"
    _inherit = ["pm.part.mixin"]
    _whole = "emergency_id"
    _order = "at, id"
    _rec_name = "text"

    emergency_id = fields.Many2one(
        "pm.emergency", required=True, readonly=True, index=True, ondelete="cascade"
    )
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("start", "Alarm"),
            ("join", "Alarm Again"),
            ("told", "Told"),
            ("answered", "Comes"),
            ("declined", "Cannot Come"),
            ("step", "Step Done"),
            ("agency", "Called Outside"),
            ("measure", "Made"),
            ("note", "Note"),
            ("problem", "Went Wrong"),
            ("end", "Over"),
            ("close", "Closed"),
        ],
        required=True,
        readonly=True,
    )
    text = fields.Text(readonly=True)
