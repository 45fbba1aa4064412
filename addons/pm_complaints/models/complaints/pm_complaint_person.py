from odoo import fields, models


class PmComplaintPerson(models.Model):
    """A minor, a witness, somebody who was heard: seen by few, told to nobody."""

    _name = "pm.complaint.person"
    _description = "Protected Person of a Complaint"
    _inherit = ["pm.part.mixin"]
    _whole = "complaint_id"
    _order = "id"

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    role = fields.Selection(
        [
            ("witness", "Witness"),
            ("minor", "Minor"),
            ("other", "Heard"),
        ],
        required=True,
        default="witness",
    )
    phone = fields.Char()
    statement = fields.Text()
