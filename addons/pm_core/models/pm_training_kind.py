from odoo import fields, models


class PmTrainingKind(models.Model):
    """Kinds of training: before taking up a post, yearly safety, skills, drills."""

    _name = "pm.training.kind"
    _description = "Training Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_drill = fields.Boolean(
        "Drill", help="Sessions record people, minutes, faults and what follows."
    )
    description = fields.Text(translate=True)
