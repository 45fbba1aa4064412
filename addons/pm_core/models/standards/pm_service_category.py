from odoo import fields, models


class PmServiceCategory(models.Model):
    """A kind of service: security, cleaning, greening, equipment, customer service.

    Needs, standards, plans and, later, inspections and complaints are sorted by it.
    """

    _name = "pm.service.category"
    _description = "Service Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short code, for example SEC.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text("Description", translate=True)
    standard_attribute_definition = fields.PropertiesDefinition(
        "Attributes of Its Standards"
    )
    requirement_attribute_definition = fields.PropertiesDefinition(
        "Attributes of Requirements"
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This code is taken by another category."
    )
