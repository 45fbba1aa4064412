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
    certificate_id = fields.Many2one(
        "hr.skill",
        "Gives Certificate",
        domain="[('skill_type_id.is_certification', '=', True)]",
        ondelete="restrict",
        help="Who attends and passes the test gets this certificate, or a new one "
        "after the old; how long it is valid is set on its kind.",
    )
