from odoo import fields, models


class PmEstateMixin(models.AbstractModel):
    """A record that belongs to one node of the property tree.

    Carries the stored estate, building and company that record rules, filters
    and reports group by.
    """

    _name = "pm.estate.mixin"
    _description = "Belongs to a Property"

    property_id = fields.Many2one(
        "pm.property", required=True, index=True, ondelete="restrict"
    )
    estate_id = fields.Many2one(
        related="property_id.estate_id", store=True, index=True, precompute=True
    )
    building_id = fields.Many2one(
        related="property_id.building_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    company_id = fields.Many2one(
        related="property_id.company_id", store=True, index=True, precompute=True
    )

    def write(self, vals):
        """A record moves only to a property that the user may see."""
        if vals.get("property_id"):
            self.env["pm.property"].browse(vals["property_id"]).check_access("read")
        return super().write(vals)
