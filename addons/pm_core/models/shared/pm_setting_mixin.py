from odoo import fields, models


class PmSettingMixin(models.AbstractModel):
    """A setting of a company: for one of its estates, or for all of them."""

    _name = "pm.setting.mixin"
    _description = "Is a Setting of a Company or an Estate"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    estate_id = fields.Many2one(
        "pm.property",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        index="btree_not_null",
        help="Empty: for all estates of the company.",
    )
