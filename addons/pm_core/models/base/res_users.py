from odoo import api, fields, models

# on these it depends who may decide on what waits for approval
DECIDES = {"active", "group_ids", "company_ids", "pm_estate_ids", "pm_all_estates"}


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

    @api.model_create_multi
    def create(self, vals_list):
        asked = self.env["tier.review"]._pm_asked()
        users = super().create(vals_list)
        self.env["tier.review"]._pm_ask_anew(asked)
        return users

    def write(self, vals):
        decides = DECIDES & vals.keys()
        asked = self.env["tier.review"]._pm_asked() if decides else {}
        result = super().write(vals)
        self.env["tier.review"]._pm_ask_anew(asked)
        if "pm_estate_ids" in vals:
            self.env["res.partner"].invalidate_model(["pm_is_served"])
        return result

    def _pm_sees(self, estate):
        """Whether this user works with ``estate``, by the rules of the estates."""
        return bool(
            estate.company_id in self.company_ids
            and (
                self.pm_all_estates
                or estate in self.pm_estate_ids
                or self.has_group("pm_core.group_pm_company_manager")
            )
        )

    def _pm_jobs(self):
        """The roles with a menu of their own, without those that a higher one contains.

        :return: ``res.groups``, as superuser: nobody else may read them all
        """
        self.ensure_one()
        jobs = self.sudo().all_group_ids.filtered("pm_menu_ids")
        return jobs.filtered(
            lambda job: not any(job in other.all_implied_ids for other in jobs - job)
        )
