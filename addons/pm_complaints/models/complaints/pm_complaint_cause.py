from odoo import fields, models


class PmComplaintCause(models.Model):
    """Why things go wrong: few words, so that they can be counted."""

    _name = "pm.complaint.cause"
    _description = "Cause of Complaints"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
