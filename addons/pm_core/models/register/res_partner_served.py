from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Whose customer somebody is: who serves, and therefore sees, a contact."""

    _inherit = "res.partner"

    # whether the user may see the contact: it is no customer, or one of the own estates
    pm_is_served = fields.Boolean(
        "Of Own Estates",
        compute="_compute_pm_is_served",
        search="_search_pm_is_served",
    )

    @api.depends(
        "pm_is_customer",
        "pm_estate_id",
        "pm_occupancy_ids.estate_id",
        "pm_contract_ids.estate_id",
        "commercial_partner_id",
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_pm_is_served(self):
        """By the database: reading with all rights what a customer holds would leave
        rows of other estates in the cache, for whoever reads on."""
        served = self.sudo().with_context(active_test=False)
        found = set(
            served._search(
                Domain("id", "in", self.ids) & self._search_pm_is_served("in", [True])
            )
        )
        for partner in self:
            partner.pm_is_served = not partner._origin or partner._origin.id in found

    @api.model
    def _search_pm_is_served(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        user = self.env.user
        # colleagues and oneself are no secret, where they live is one
        common = Domain("partner_share", "=", False) | Domain(
            "id", "=", user.partner_id.id
        )
        if user.share:
            # the rules of the portal show everybody under one parent
            return common | Domain("id", "in", user.partner_id._pm_stands_for().ids)
        no_customer = Domain("pm_is_customer", "=", False)
        served = self._pm_domain_customers(user)
        # relatives and people of a firm are as secret as who they are entered below
        above = no_customer | served
        return (
            common
            | served
            | no_customer & Domain("commercial_partner_id", "any!", above)
        )

    @api.model
    def _pm_domain_customers(self, user):
        """Customers of the estates and companies in which ``user`` works just now."""
        companies = self.env.companies
        if self._pm_sees_all_customers(user):
            here = Domain("company_id", "in", companies.ids)
            registered = Domain("pm_estate_id.company_id", "in", companies.ids)
            own = here
        elif user.has_group("pm_core.group_pm_user"):
            estates = user.pm_estate_ids.sudo().filtered(
                lambda estate: estate.company_id in companies
            )
            here = Domain("estate_id", "in", estates.ids)
            registered = Domain("pm_estate_id", "in", estates.ids)
            own = Domain.FALSE
        else:
            return Domain.FALSE
        return (
            own
            | registered
            | Domain("pm_occupancy_ids", "any!", here)
            | Domain("pm_contract_ids", "any!", here)
        )

    @api.model
    def _pm_sees_all_customers(self, user):
        """Whether estates are no bounds for what ``user`` sees of customers."""
        return user.has_group("pm_core.group_pm_company_manager") or (
            user.pm_all_estates and user.has_group("pm_core.group_pm_user")
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._pm_check_estates(vals.get("pm_estate_id") for vals in vals_list)
        partners = super().create(vals_list)
        partners._pm_join_company()
        return partners

    def write(self, vals):
        self._pm_check_estates([vals.get("pm_estate_id")])
        result = super().write(vals)
        if vals.get("pm_estate_id"):
            self._pm_join_company()
        return result

    @api.model
    def _pm_check_estates(self, estate_ids):
        """Nobody registers a customer at an estate of others."""
        self.env["pm.property"].browse(filter(None, estate_ids)).check_access("read")

    def _pm_join_company(self):
        """Who is registered at an estate is a customer of its company alone.

        Who has a login belongs to the companies of that login.
        """
        common = self.filtered(
            lambda one: one.pm_estate_id and not one.company_id and not one.user_ids
        )
        for company, partners in common.grouped(
            lambda one: one.pm_estate_id.company_id
        ).items():
            partners.company_id = company

    def _pm_companies(self):
        """Return the companies in whose estates the customer holds something."""
        occupancies_sudo = self.env["pm.occupancy"].sudo()
        return occupancies_sudo.search(
            [("partner_id", "in", self.ids), ("is_current", "=", True)]
        ).company_id
