from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    pm_estate_ids = fields.Many2many(
        "pm.property",
        "pm_user_estate_rel",
        "user_id",
        "estate_id",
        "Estates",
        domain="[('kind', '=', 'estate')]",
        help="Estates whose records this user works with.",
    )
    pm_all_estates = fields.Boolean(
        "All Estates",
        help="Works with every estate of the allowed companies, also new ones.",
    )

    @api.model
    def _get_invalidation_fields(self):
        # record rules are cached per user and depend on the estates
        return super()._get_invalidation_fields() | {"pm_estate_ids", "pm_all_estates"}
