from odoo import fields, models

KINDS = [
    ("fire", "Fire Brigade"),
    ("medical", "Ambulance"),
    ("police", "Police"),
    ("power", "Power Supply"),
    ("water", "Water Supply"),
    ("gas", "Gas Supply"),
    ("lift", "Lift Company"),
    ("government", "Authority"),
    ("other", "Other"),
]


class PmEmergencyPlanContact(models.Model):
    """Whom to call outside the company; the number is one tap away."""

    _name = "pm.emergency.plan.contact"
    _description = "Contact outside the Company"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _plan_field = "contact_ids"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="other")
    phone = fields.Char(help="As it is dialled, for example 119.")
    note = fields.Char(
        translate=True, help="When to call, and what to say: place, kind, people."
    )

    def _version_text(self):
        return " ".join(filter(None, (self.name, self.phone)))
