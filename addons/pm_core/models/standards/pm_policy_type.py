from odoo import fields, models


class PmPolicyType(models.Model):
    """A kind of policy: service standards, safety and fire, training, archives…"""

    _name = "pm.policy.type"
    _description = "Policy Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short code, for example SAF.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text("Description", translate=True)

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is taken by another policy type."
    )
