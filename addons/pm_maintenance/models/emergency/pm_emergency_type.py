from odoo import fields, models


class PmEmergencyType(models.Model):
    """What kind of emergency it is: fire, people in a lift, flood. Editable."""

    _name = "pm.emergency.type"
    _description = "Type of Emergency"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(
        default="fa-exclamation-triangle",
        help="Name of a Font Awesome icon, for example fa-fire.",
    )
    training_kind_id = fields.Many2one(
        "pm.training.kind",
        "Drills Count as",
        domain="[('is_drill', '=', True)]",
        ondelete="restrict",
        help="The kind of training under which people's part in a drill is recorded.",
    )
    note = fields.Text(translate=True, help="What belongs to it.")

    _name_unique = models.UniqueIndex(
        "(name) WHERE active", "There is a type of this name already."
    )
