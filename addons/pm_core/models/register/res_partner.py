from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...engine.phone import PhoneError

# what the links are signed for by which customers bind WeChat
WECHAT_SCOPE = "pm_wechat_bind"

# Odoo's own, and the phone number: what people say at the counter.
SEARCHED = [
    "complete_name",
    "email",
    "ref",
    "vat",
    "company_registry",
    "phone",
    "phone_sanitized",
]


def _search_index(registry):
    """One index for a part of any of the fields by which customers are found."""
    if not registry.has_trigram:
        return ""
    columns = (f"{registry.unaccent(name)} gin_trgm_ops" for name in SEARCHED)
    return f"USING gin ({', '.join(columns)})"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "pm.document.mixin"]
    _document_subject = "customer"
    _document_kind_field = "company_type"
    # a register brings thousands of customers; their lists are made when needed
    _document_on_create = False
    _rec_names_search = SEARCHED

    pm_estate_id = fields.Many2one(
        "pm.property",
        "Registered at",
        domain="[('kind', '=', 'estate')]",
        index="btree_not_null",
        help="Estate whose register this customer comes from; the reference is "
        "unique there.",
    )
    pm_occupancy_ids = fields.One2many("pm.occupancy", "partner_id", "Occupancies")
    pm_contract_ids = fields.One2many("pm.contract", "partner_id", "Contracts")
    pm_property_count = fields.Integer(
        "Number of Properties", compute="_compute_pm_property_count"
    )
    pm_is_customer = fields.Boolean(
        "Customer of an Estate",
        compute="_compute_pm_is_customer",
        store=True,
        help="Is registered at an estate, holds or has held something there, or is "
        "the other party of a contract.",
    )
    # whether the user may see the contact: it is no customer, or one of the own estates
    pm_is_served = fields.Boolean(
        "Of Own Estates",
        compute="_compute_pm_is_served",
        search="_search_pm_is_served",
    )
    pm_phone = fields.Char(
        "Phone as Searched",
        compute="_compute_pm_phone",
        search="_search_pm_phone",
    )
    pm_gender = fields.Selection(
        [("male", "Male"), ("female", "Female")],
        "Gender",
        groups="pm_core.group_pm_personal_data",
    )
    pm_birth_year = fields.Integer(
        "Year of Birth", groups="pm_core.group_pm_personal_data"
    )
    pm_id_number = fields.Char(
        "Identity Card Number", groups="pm_core.group_pm_personal_data", copy=False
    )

    pm_id_masked = fields.Char(
        "Identity No. (masked)",
        compute="_compute_pm_id_masked",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
        help="The first three and the last four characters, to tell people apart.",
    )
    pm_property_names = fields.Char(
        "Holds",
        compute="_compute_pm_property_count",
        groups="pm_core.group_pm_user",
        help="Codes of what the customer holds today.",
    )
    is_pm_short_form = fields.Boolean("Short Form", compute="_compute_is_pm_short_form")
    pm_wechat_openid = fields.Char(
        "WeChat (OpenID)",
        company_dependent=True,
        copy=False,
        groups="base.group_system",
        help="Who the customer is for the WeChat account of the company.",
    )
    pm_wechat_bound = fields.Boolean(
        "WeChat Bound",
        compute="_compute_pm_wechat",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
        help="Notices reach the customer by WeChat.",
    )
    pm_wechat_offered = fields.Boolean(
        "WeChat Offered",
        compute="_compute_pm_wechat",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
    )
    pm_requirement_count = fields.Integer(
        "Number of Requirements",
        compute="_compute_pm_need_counts",
        groups="pm_core.group_pm_user",
    )
    pm_plan_count = fields.Integer(
        "Number of Service Plans",
        compute="_compute_pm_need_counts",
        groups="pm_core.group_pm_user",
    )

    _pm_ref_unique = models.UniqueIndex(
        "(pm_estate_id, ref) WHERE pm_estate_id IS NOT NULL AND ref IS NOT NULL",
        "The estate has a customer with this reference already.",
    )

    _pm_search_idx = models.Index(_search_index)
    _pm_customer_idx = models.Index("(complete_name, id) WHERE pm_is_customer")

    @api.depends("pm_estate_id", "pm_occupancy_ids", "pm_contract_ids")
    def _compute_pm_is_customer(self):
        for partner in self:
            partner.pm_is_customer = bool(
                partner.pm_estate_id
                or partner.pm_occupancy_ids
                or partner.pm_contract_ids
            )

    @api.depends(
        "pm_is_customer",
        "pm_estate_id",
        "pm_occupancy_ids.estate_id",
        "pm_contract_ids.estate_id",
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
        common = (
            Domain("pm_is_customer", "=", False)
            | Domain("partner_share", "=", False)
            | Domain("id", "=", user.partner_id.id)
        )
        if user.share:
            # the rules of the portal show everybody under one parent
            return common | Domain("id", "in", user.partner_id._pm_stands_for().ids)
        companies = self.env.companies
        if self._pm_sees_all_customers(user):
            here = Domain("company_id", "in", companies.ids)
            registered = Domain("pm_estate_id.company_id", "in", companies.ids)
            # the rule of companies holds for who has one
            return (
                common
                | Domain("company_id", "!=", False)
                | registered
                | Domain("pm_occupancy_ids", "any!", here)
                | Domain("pm_contract_ids", "any!", here)
            )
        if not user.has_group("pm_core.group_pm_user"):
            return common
        estates = user.pm_estate_ids.sudo().filtered(
            lambda estate: estate.company_id in companies
        )
        here = Domain("estate_id", "in", estates.ids)
        return (
            common
            | Domain("pm_estate_id", "in", estates.ids)
            | Domain("pm_occupancy_ids", "any!", here)
            | Domain("pm_contract_ids", "any!", here)
        )

    @api.model
    def _pm_sees_all_customers(self, user):
        """Whether estates are no bounds for what ``user`` sees of customers."""
        return user.has_group("pm_core.group_pm_company_manager") or (
            user.pm_all_estates and user.has_group("pm_core.group_pm_user")
        )

    def _compute_pm_need_counts(self):
        """Count needs, and plans without their replaced versions."""
        needs = dict(
            self.env["pm.requirement"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        plans = dict(
            self.env["pm.service.plan"]._read_group(
                [("partner_id", "in", self.ids), ("state", "!=", "replaced")],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.pm_requirement_count = needs.get(partner._origin, 0)
            partner.pm_plan_count = plans.get(partner._origin, 0)

    @api.depends("pm_wechat_openid")
    @api.depends_context("company")
    def _compute_pm_wechat(self):
        offered = bool(self.env["pm.wechat.account"]._of_company(self.env.company))
        for partner in self:
            partner.pm_wechat_offered = offered
            partner.pm_wechat_bound = offered and bool(partner.pm_wechat_openid)

    @api.depends("pm_occupancy_ids.is_current")
    def _compute_pm_property_count(self):
        """Count and name what is held, with one query for the set."""
        held = dict(
            self.env["pm.occupancy"]._read_group(
                [("partner_id", "in", self.ids), ("is_current", "=", True)],
                ["partner_id"],
                ["property_id:recordset"],
            )
        )
        for partner in self:
            places = held.get(partner._origin, self.env["pm.property"])
            partner.pm_property_count = len(places)
            partner.pm_property_names = ", ".join(
                places.sorted("code_sort").mapped("code")
            )

    @api.depends("pm_id_number")
    def _compute_pm_id_masked(self):
        for partner in self:
            number = partner.pm_id_number or ""
            shown = number[:3], number[-4:]
            hidden = len(number) - 7
            # a number that short would be shown whole
            partner.pm_id_masked = (
                ("*" * hidden).join(shown) if hidden > 3 else "*" * len(number)
            )

    def _compute_pm_phone(self):
        for partner in self:
            partner.pm_phone = partner.phone

    @api.model
    def _search_pm_phone(self, operator, value):
        """Find a number however it was written, here or in the search box."""
        domain = Domain("phone", operator, value)
        e164 = self._pm_phone_of_search(operator, value)
        return domain | Domain("phone_sanitized", "=", e164) if e164 else domain

    @api.model
    def _pm_phone_of_search(self, operator, value):
        """Return the number that somebody looks for, or None."""
        if operator not in ("=", "ilike", "=ilike", "like") or not isinstance(
            value, str
        ):
            return None
        try:
            phone = self._pm_read_phone(value)
        except PhoneError:
            return None
        return phone.e164 if phone else None

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        e164 = self._pm_phone_of_search(operator, value)
        return Domain(domain) | Domain("phone_sanitized", "=", e164) if e164 else domain

    @api.depends_context("uid")
    def _compute_is_pm_short_form(self):
        """Staff of the estates see no fields of sales, purchase and accounting."""
        user = self.env.user
        self.is_pm_short_form = user.has_group("pm_core.group_pm_user") and not any(
            user.has_group(group)
            for group in (
                "base.group_system",
                "account.group_account_readonly",
                "account.group_account_invoice",
            )
        )

    @api.model
    def default_get(self, fields):
        """From the list of customers, a new one is registered at the user's estate,
        and is written to in the user's language."""
        defaults = super().default_get(fields)
        if not self.env.context.get("pm_customer") or defaults.get("parent_id"):
            return defaults
        if "lang" in fields and self.env.lang:
            defaults["lang"] = self.env.lang
        if "pm_estate_id" in fields and not defaults.get("pm_estate_id"):
            estates = self.env["pm.property"].search([("kind", "=", "estate")], limit=2)
            if len(estates) == 1:
                defaults["pm_estate_id"] = estates.id
        return defaults

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

    def _pm_held_properties(self, estate=None):
        """Return {customer id: property} of what each holds today.

        Of several, a unit stands before a parking space, the latest first.

        :param estate: look in this estate only
        """
        occupancies = self.env["pm.occupancy"].search(
            [
                ("partner_id", "in", self.ids),
                ("is_current", "=", True),
                *([("estate_id", "=", estate.id)] if estate else []),
            ],
            order="date_from desc, id desc",
        )
        held = {}
        for occupancy in occupancies.sorted(
            lambda row: row.property_id.kind == "parking"
        ):
            held.setdefault(occupancy.partner_id.id, occupancy.property_id)
        return held

    def _pm_companies(self):
        """Return the companies in whose estates the customer holds something."""
        occupancies_sudo = self.env["pm.occupancy"].sudo()
        return occupancies_sudo.search(
            [("partner_id", "in", self.ids), ("is_current", "=", True)]
        ).company_id

    def _pm_wechat_link(self, company):
        """Return the address at which this customer binds WeChat; good for a day."""
        self.ensure_one()
        token = hash_sign(
            self.sudo().env, WECHAT_SCOPE, [self.id, company.id], expiration_hours=24
        )
        return f"{self.get_base_url()}/wechat/bind/{token}"

    @api.model
    def _pm_of_wechat_token(self, token):
        """Return (customer, account) of a link, as superuser, or None.

        None for a link that is forged or over, and where WeChat is not offered.
        """
        try:
            values = verify_hash_signed(self.sudo().env, WECHAT_SCOPE, token)
        except (ValueError, IndexError):
            return None
        if not values:
            return None
        partner_sudo = self.sudo().browse(values[0]).exists()
        company = self.env["res.company"].browse(values[1])
        account_sudo = self.env["pm.wechat.account"]._of_company(company)
        return (partner_sudo, account_sudo) if partner_sudo and account_sudo else None

    def action_pm_wechat_link(self):
        """Show the code that the customer scans with WeChat, at the counter.

        :raises UserError: the company has no account
        """
        self.ensure_one()
        self.check_access("write")
        if not self.pm_wechat_offered:
            raise UserError(
                self.env._(
                    "%(company)s has no WeChat account yet. An administrator sets it "
                    "up under Configuration.",
                    company=self.env.company.name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": self._pm_wechat_link(self.env.company),
            "target": "new",
        }

    def action_pm_wechat_forget(self):
        """Let notices no longer go to the customer's WeChat."""
        self.check_access("write")
        self.sudo().pm_wechat_openid = False

    @api.model
    def _document_kind_domain(self, doc_type):
        kinds = set(doc_type.sudo().kind_ids.mapped("value"))
        of_kind = (
            Domain("is_company", "=", "company" in kinds)
            if len(kinds) == 1
            else Domain.TRUE
        )
        # what is asked of customers is not asked of employees and carriers
        return of_kind & Domain("pm_is_customer", "=", True)

    def _document_types_by_record(self, types=None):
        result = super()._document_types_by_record(types)
        customers = self._origin.filtered("pm_is_customer")
        none = self.env["pm.document.type"]
        return {
            partner: found if partner._origin in customers else none
            for partner, found in result.items()
        }

    def _document_estate(self):
        return self.pm_estate_id

    def _document_responsible(self):
        return self.user_id

    def _document_folder_name(self):
        return f"{self.name} ({self.ref})" if self.ref else self.name

    def action_pm_view_properties(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_occupancy_action"
            ),
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def _pm_file_messages(self, limit=20):
        """The latest messages with and about the customer, for the printed file."""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "email")),
            ],
            limit=limit,
        )

    def _pm_file_requirements(self, limit=40):
        """The latest needs of the customer, for the printed file."""
        return self.env["pm.requirement"].search(
            [("partner_id", "=", self.id)], limit=limit
        )

    def _pm_file_plans(self, limit=40):
        """The latest service plans, without replaced versions, for the printed file."""
        return self.env["pm.service.plan"].search(
            [("partner_id", "=", self.id), ("state", "!=", "replaced")], limit=limit
        )

    def action_pm_view_requirements(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_requirement_action"
            ),
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_pm_view_plans(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_service_plan_action"
            ),
            "domain": [("partner_id", "=", self.id)],
            "context": {
                "default_partner_id": self.id,
                "search_default_current": 1,
            },
        }
