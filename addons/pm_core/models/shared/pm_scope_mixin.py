from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmScopeMixin(models.AbstractModel):
    """A record about an estate, or about some parts of it.

    Models name the table of ``property_ids`` themselves, and say what is meant when
    it is empty.
    """

    _name = "pm.scope.mixin"
    _description = "Is About an Estate or Parts of It"

    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
    )
    property_ids = fields.Many2many(
        "pm.property", string="Scope", domain="[('id', 'child_of', estate_id)]"
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )

    def write(self, vals):
        """A record moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    @api.constrains("estate_id", "property_ids")
    def _check_scope(self):
        for record in self:
            foreign = record.property_ids.filtered(
                lambda prop, estate=record.estate_id: prop.estate_id != estate
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(property)s does not belong to %(estate)s, which "
                        "%(record)s is about. Take it out of the scope, or make "
                        "another one for its estate.",
                        property=foreign[0].display_name,
                        estate=record.estate_id.display_name,
                        record=record.display_name,
                    )
                )
