from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .pm_service_plan_states import OPEN_STATES, SHOWN_STATES

# What has no area of its own beside that of the units in it, and the units.
MADE_OF_UNITS = ("estate", "building", "entrance", "parking_lot", "unit")


class PmServicePlan(models.Model):
    """What a customer is offered: content, standard, frequency and fee of services.

    A plan is approved inside the company, presented to the customer, revised as
    often as needed and accepted once. Each revision is a record of its own; the
    versions of one plan share ``origin_id``, the first of them, and its number.
    What was presented is never edited. The accepted version makes the contract.

    Fields, constraints and what keeps them are here; the stages of its life in
    files of their own beside this one.
    """

    _name = "pm.service.plan"
    _pm_copyable = True
    _description = "Service Plan"
    _inherit = [
        "pm.chain.mixin",
        "pm.scope.mixin",
        "pm.approval.mixin",
        "pm.portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name desc, version desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]
    _check_company_auto = True
    # who signed stays as it is once the plan is accepted
    _user_columns = {"signed_by": ("draft", "approval", "approved", "presented")}
    _state_to = ["approved"]
    _cancel_state = "declined"
    _open_states = OPEN_STATES
    # fixed once the plan is submitted; everything else may be entered later, too
    _fixed_fields = [
        "title",
        "partner_id",
        "estate_id",
        "property_ids",
        "area",
        "unit_count",
        "contract_kind",
        "date_from",
        "date_to",
        "introduction",
        "conditions",
        "line_ids",
    ]

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    title = fields.Char(required=True, tracking=True)
    origin_id = fields.Many2one(
        "pm.service.plan",
        "First Version",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "pm.service.plan",
        "Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )
    property_ids = fields.Many2many(
        "pm.property",
        "pm_service_plan_property_rel",
        "plan_id",
        "property_id",
        "Service Scope",
        domain="[('id', 'child_of', estate_id)]",
        help="Parts of the estate that the plan covers; empty: all of it.",
    )
    area = fields.Float(
        "Area (m²)",
        digits=(16, 2),
        compute="_compute_area",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Gross area in m² of the units and common areas in scope; prices per "
        "m² are multiplied by it. Correct it where the register is not complete.",
    )
    unit_count = fields.Integer(
        "Number of Units",
        compute="_compute_area",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Units in scope; amounts for each unit are multiplied by it. Correct it "
        "where the register is not complete.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    contract_kind = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of Contract",
        required=True,
        default="tenant",
        help="What kind of contract the accepted plan leads to.",
    )
    date_from = fields.Date("Service From")
    date_to = fields.Date("Service Until")
    introduction = fields.Html(help="Opens the offer: what the customer asked for.")
    conditions = fields.Html(help="Payment, responsibilities and what is not included.")
    line_ids = fields.One2many("pm.service.plan.line", "plan_id", "Services", copy=True)
    requirement_ids = fields.One2many(
        "pm.requirement",
        "plan_id",
        "Requirements",
        domain="[('estate_id', '=', estate_id)]",
        copy=False,
    )
    requirement_count = fields.Integer(compute="_compute_requirement_count")
    amount_month = fields.Monetary(
        "Amount a Month",
        compute="_compute_amounts",
        store=True,
        tracking=True,
        help="Sum of the services in company currency a month, tax included.",
    )
    amount_year = fields.Monetary(
        "Amount a Year", compute="_compute_amounts", store=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("approved", "Approved"),
            ("presented", "Presented"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("replaced", "Replaced"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )
    presented_date = fields.Date("Presented on", readonly=True, copy=False)
    valid_until = fields.Date(
        copy=False,
        help="Last day on which the customer can accept. Empty: 30 days from the "
        "day of presenting.",
    )
    is_overdue = fields.Boolean(
        "Expired",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Presented, not answered, and the last day has passed.",
    )
    revision_comment = fields.Text(
        "Customer Asks For", readonly=True, copy=False, tracking=True
    )
    signed_by = fields.Char("Accepted by", copy=False, tracking=True)
    signed_on = fields.Datetime("Accepted on", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024)
    decline_reason = fields.Text(copy=False, tracking=True)
    compared_id = fields.Many2one(
        "pm.service.plan",
        "Compare With",
        compute="_compute_compared_id",
        readonly=False,
        domain="[('origin_id', '=', origin_id), ('version', '<', version)]",
        help="Version that this one is compared with; not kept.",
    )
    changes = fields.Html(
        "What Changed", compute="_compute_changes", compute_sudo=True, sanitize=False
    )
    share_link = fields.Char("Link for the Customer", compute="_compute_share_link")
    contract_ids = fields.One2many("pm.contract", "plan_id", "Contracts")
    contract_count = fields.Integer(compute="_compute_contract_count")

    _open_unique = models.UniqueIndex(
        "(origin_id) WHERE state IN ('draft', 'approval', 'approved')",
        "Another version of this plan is being worked on. Finish that one first.",
    )
    _accepted_unique = models.UniqueIndex(
        "(origin_id) WHERE state = 'accepted'",
        "Another version of this plan has been accepted.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "The services cannot end before they start.",
    )
    _area_positive = models.Constraint(
        "CHECK (area >= 0 AND unit_count >= 0)",
        "An area or a number of units cannot be negative.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("name", "version", "title")
    def _compute_display_name(self):
        for plan in self:
            number = f"{plan.name} V{plan.version}" if plan.name else False
            plan.display_name = " ".join(filter(None, (number, plan.title)))

    @api.depends("estate_id", "property_ids")
    def _compute_area(self):
        """Add up the units in scope, and the area of what else is named in it itself.

        The gross area of a unit has its share of the common areas in it.
        """
        named = self.filtered("property_ids")
        of_estates = (self - named)._units_of_estates()
        units = named._units_below()
        for plan in self:
            if plan in named:
                scope = plan.property_ids._origin
                paths = tuple(scope.mapped("parent_path"))
                below = units.filtered(lambda u, p=paths: u.parent_path.startswith(p))
                own = scope.filtered(lambda node: node.kind not in MADE_OF_UNITS)
                plan.area = sum((below | own).mapped("gross_area"))
                plan.unit_count = len(below)
            else:
                estate = plan.estate_id._origin
                plan.area, plan.unit_count = of_estates.get(estate, (0.0, 0))

    def _units_of_estates(self):
        """Return {estate: (area, number of its units)} of plans for whole estates."""
        return {
            estate: (area, count)
            for estate, area, count in self.env["pm.property"]._read_group(
                [("estate_id", "in", self.estate_id.ids), ("kind", "=", "unit")],
                ["estate_id"],
                ["gross_area:sum", "__count"],
            )
        }

    def _units_below(self):
        """Return the units in the scopes of plans that name them."""
        return self.env["pm.property"].search_fetch(
            [("id", "child_of", self.property_ids.ids), ("kind", "=", "unit")],
            ["gross_area", "parent_path"],
        )

    @api.depends("line_ids.amount_month")
    def _compute_amounts(self):
        for plan in self:
            month = sum(plan.line_ids.mapped("amount_month"))
            plan.amount_month = month
            plan.amount_year = 12 * month

    @api.depends("requirement_ids")
    def _compute_requirement_count(self):
        for plan in self:
            plan.requirement_count = len(plan.requirement_ids)

    @api.depends("contract_ids")
    def _compute_contract_count(self):
        for plan in self:
            plan.contract_count = len(plan.contract_ids)

    @api.depends("state", "valid_until")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.is_overdue = bool(
                plan.state == "presented"
                and plan.valid_until
                and plan.valid_until < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "presented"), ("valid_until", "<", today)]

    @api.depends("state", "presented_date", "access_token")
    def _compute_share_link(self):
        for plan in self:
            plan.share_link = (
                plan.get_base_url() + plan.get_portal_url()
                if plan._is_shown()
                else False
            )

    @api.depends("previous_id")
    def _compute_compared_id(self):
        for plan in self:
            plan.compared_id = plan.previous_id

    @api.depends(
        "compared_id",
        "line_ids.name",
        "line_ids.description",
        "line_ids.standard",
        "line_ids.frequency",
        "line_ids.check_method",
        "line_ids.method",
        "line_ids.price",
        "line_ids.surcharge",
        "line_ids.amount_month",
        "line_ids.category_id",
    )
    @api.depends_context("lang")
    def _compute_changes(self):
        for plan in self:
            before = plan.compared_id._origin
            plan.changes = bool(before) and self.env["ir.qweb"]._render(
                "pm_core.service_plan_comparison",
                {"plan": plan, "comparison": plan._comparison(before)},
                lang=self.env.lang,
            )

    # ------------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("origin_id"):
                # a further version replaces the one that the customer has, so it is
                # made by somebody who may change the plan
                self.browse(vals["origin_id"]).check_access("write")
        plans = super().create(vals_list)
        for plan in plans.sudo()._as_step().filtered(lambda plan: not plan.origin_id):
            plan.write(
                {
                    "origin_id": plan.id,
                    "name": self.env["ir.sequence"]
                    .with_company(plan.company_id)
                    .next_by_code("pm.service.plan"),
                }
            )
        return plans

    def write(self, vals):
        if not set(self._fixed_fields).isdisjoint(vals):
            self._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%s stays on file. Make a new version, or decline it.",
                        plan.display_name,
                    )
                )
        # the needs go back to the version before; without one they can be planned anew
        for plan in self:
            plan.requirement_ids.plan_id = plan.previous_id

    def _check_editable(self):
        """Refuse to change the content of what is no draft.

        :raises UserError: naming the plan and the way out
        """
        for plan in self:
            if plan.state == "approval":
                raise UserError(
                    self.env._(
                        "%s is in approval. Take the request back to change it.",
                        plan.display_name,
                    )
                )
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no draft any more. Make a new version to change it.",
                        plan.display_name,
                    )
                )

    def _set_state(self, state, **vals):
        """Take a state that no user may write; the caller checked the step."""
        self.check_access("write")
        self.sudo()._as_step().write({"state": state, **vals})

    # ------------------------------------------------------------------
    # Portal and print
    # ------------------------------------------------------------------

    def _is_shown(self):
        """Whether the customer may look at the plan: it was handed over once."""
        return bool(self.presented_date and self.state in SHOWN_STATES)

    def _has_link(self):
        return self.state not in ("draft", "approval")

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/service-plans/{plan.id}"
        return result

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{(self.name or '').replace('/', '-')} V{self.version}"

    # ------------------------------------------------------------------
    # Views
    # ------------------------------------------------------------------

    def action_view_requirements(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_requirement_action"
            ),
            "views": [(False, "list"), (False, "form")],
            "domain": [("plan_id", "=", self.id)],
            "context": {"create": False},
        }

    def _open_dialog(self, view, name):
        self.ensure_one()
        return {
            **self._form(),
            "name": name,
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
        }

    def _money(self, amount):
        """An amount as people read it, in the currency of the plan."""
        return format_amount(self.env, amount, self.currency_id)
