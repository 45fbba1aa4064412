from odoo import fields, models

LEVELS = [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")]


class PmIncidentType(models.Model):
    """What kinds of incidents there are, and what is done about each at once."""

    _name = "pm.incident.type"
    _description = "Type of Incident"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    level = fields.Selection(LEVELS, "Usual Level", default="minor", required=True)
    needs_police = fields.Boolean(
        "Police Number Needed",
        help="Such an incident is closed with the number under which the police "
        "recorded it, or the reason why they were not called.",
    )
    instruction = fields.Text("What to Do at Once", translate=True)
