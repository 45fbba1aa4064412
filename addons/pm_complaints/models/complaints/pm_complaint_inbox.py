from ast import literal_eval

from odoo import fields, models


class PmComplaintInbox(models.Model):
    """An address of an estate: what is sent there becomes a complaint."""

    _name = "pm.complaint.inbox"
    _description = "Mailbox for Complaints"
    _inherit = ["mail.alias.mixin"]
    _order = "estate_id, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'estate')]",
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("pm.complaint")
        if self.id:
            values["alias_defaults"] = {
                **literal_eval(self.alias_defaults or "{}"),
                "property_id": self.estate_id.id,
            }
        return values

    def write(self, vals):
        result = super().write(vals)
        if "estate_id" in vals:
            for inbox in self:
                inbox.alias_id.sudo().write(
                    {
                        "alias_defaults": inbox._alias_get_creation_values()[
                            "alias_defaults"
                        ]
                    }
                )
        return result
