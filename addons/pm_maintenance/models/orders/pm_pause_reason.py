from odoo import fields, models


class PmPauseReason(models.Model):
    """Why work stands still, and whether the promised time stands still with it."""

    _name = "pm.pause.reason"
    _description = "Reason of a Pause"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    stops_clock = fields.Boolean(
        "Clocks Stop",
        default=True,
        help="What the company can do nothing about stops the promised time; what "
        "is its own affair, such as a missing part, does not.",
    )
