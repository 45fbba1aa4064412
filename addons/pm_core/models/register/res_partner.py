from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.phone import PhoneError

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
    _guard_private = True
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

    @api.depends_context("uid")
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

    @api.depends("pm_occupancy_ids.is_current")
    @api.depends_context("uid")
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
        self.check_access("read")
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
        self.check_access("read")
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
        self.check_access("read")
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
