from odoo import Command, api, fields, models
from odoo.exceptions import UserError

OPEN_STATES = ("new", "analysed", "planned")


class PmRequirement(models.Model):
    """What a customer needs from the service, as it was said or written.

    Taken at the counter, by phone, on a visit or from a questionnaire; grouped
    into a service plan, and done when the contract that follows is made.
    """

    _name = "pm.requirement"
    _pm_copyable = True
    _description = "Customer Requirement"
    _inherit = [
        "pm.estate.mixin",
        "pm.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.sla.mixin",
    ]
    _order = "priority desc, date desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name", "prospect_name"]
    _check_company_auto = True

    name = fields.Char(
        "Number",
        readonly=True,
        copy=False,
        index="trigram",
    )
    title = fields.Char("Need", required=True, tracking=True)
    description = fields.Text()
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )
    prospect_name = fields.Char(
        "Prospect", help="Who asks, as long as there is no customer record."
    )
    prospect_phone = fields.Char("Phone of the Prospect")
    customer_name = fields.Char(
        "Customer or Prospect", compute="_compute_customer_name"
    )
    property_id = fields.Many2one(
        compute="_compute_property_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="What the need is about: a unit, a building or the whole estate.",
    )
    category_id = fields.Many2one(
        "pm.service.category",
        "Service Category",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    channel_id = fields.Many2one(
        "pm.channel",
        default=lambda self: self.env.ref(
            "pm_core.pm_channel_counter", raise_if_not_found=False
        ),
        ondelete="restrict",
    )
    expected_standard = fields.Text(help="How well, in the customer's own words.")
    frequency = fields.Char(
        "Expected Frequency", help="How often, for example twice a day."
    )
    budget = fields.Monetary(
        "Budget a Month", help="What the customer is ready to pay a month."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")], default="0"
    )
    date = fields.Date(
        "Received on", required=True, default=fields.Date.context_today, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        tracking=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("analysed", "Analysed"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("declined", "Declined"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="new",
        index=True,
        tracking=True,
        group_expand="_expand_states",
    )
    decline_reason = fields.Text(copy=False, tracking=True)
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Questionnaire",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    question_id = fields.Many2one(
        "survey.question",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    from_questionnaire = fields.Boolean(compute="_compute_from_questionnaire")
    plan_id = fields.Many2one(
        "pm.service.plan",
        "Service Plan",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="set null",
        tracking=True,
        help="The latest version of the plan that answers the need.",
    )
    attributes = fields.Properties(
        definition="category_id.requirement_attribute_definition", precompute=False
    )

    _customer_known = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR prospect_name IS NOT NULL)",
        "Name the customer, or the prospect who has no customer record yet.",
    )
    _budget_positive = models.Constraint(
        "CHECK (budget >= 0)", "A budget cannot be negative."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name)", "This requirement number is taken."
    )

    _answer_unique = models.UniqueIndex(
        "(user_input_id, question_id) WHERE user_input_id IS NOT NULL",
        "The answer to this question is a requirement already.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for requirement in self:
            requirement.display_name = " ".join(
                filter(None, (requirement.name, requirement.title))
            )

    @api.model
    def _expand_states(self, states, domain):
        """Empty columns of the stages in which there is work; others when filled."""
        return list(OPEN_STATES)

    @api.depends("partner_id", "prospect_name")
    def _compute_customer_name(self):
        for requirement in self:
            requirement.customer_name = (
                requirement.partner_id.display_name or requirement.prospect_name
            )

    @api.depends("user_input_id")
    def _compute_from_questionnaire(self):
        for requirement in self:
            requirement.from_questionnaire = bool(requirement.user_input_id)

    @api.depends("partner_id")
    def _compute_property_id(self):
        """Propose what the customer holds today."""
        places = self.partner_id._pm_held_properties()
        for requirement in self:
            requirement.property_id = (
                requirement.property_id
                or places.get(requirement.partner_id.id)
                or requirement.property_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        for requirement in requirements._as_step():
            requirement.name = (
                self.env["ir.sequence"]
                .with_company(requirement.company_id)
                .next_by_code("pm.requirement", sequence_date=requirement.date)
            )
        planned = requirements.filtered("plan_id")
        for plan, needs in planned.grouped("plan_id").items():
            needs._check_joins(plan)
        planned._as_step().state = "planned"
        return requirements

    def write(self, vals):
        """What joins a plan is planned; what leaves it can be planned anew."""
        if "plan_id" in vals:
            self._check_joins(self.env["pm.service.plan"].browse(vals["plan_id"]))
        result = super().write(vals)
        if vals.get("plan_id"):
            open_needs = self.filtered(lambda need: need.state in ("new", "analysed"))
            open_needs._as_step().state = "planned"
        elif "plan_id" in vals:
            planned = self.filtered(lambda need: need.state == "planned")
            planned._as_step().state = "analysed"
        return result

    def _check_joins(self, plan):
        """Refuse a plan of another customer or estate.

        :raises UserError: naming the need, the plan and the way out
        """
        for need in self:
            if plan and need.estate_id != plan.estate_id:
                raise UserError(
                    self.env._(
                        "%(requirement)s is about %(estate)s, which %(plan)s is not "
                        "made for.",
                        requirement=need.display_name,
                        estate=need.estate_id.display_name,
                        plan=plan.display_name,
                    )
                )
            if plan and need.partner_id.commercial_partner_id != (
                plan.partner_id.commercial_partner_id
            ):
                raise UserError(
                    self.env._(
                        "%(requirement)s is a need of %(customer)s, and %(plan)s is "
                        "made for another customer.",
                        requirement=need.display_name,
                        customer=need.customer_name,
                        plan=plan.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for requirement in self:
            if requirement.state in ("planned", "done"):
                raise UserError(
                    self.env._(
                        "%s is part of a service plan and stays on file. Decline it "
                        "instead.",
                        requirement.display_name,
                    )
                )

    def action_analyse(self):
        """The need is understood and sorted; it can be planned.

        :raises UserError: not new, or without service category
        """
        self._check_in_state("new")
        for requirement in self:
            if not requirement.category_id:
                raise UserError(
                    self.env._(
                        "Choose the service category of %s first: a plan is made by "
                        "category.",
                        requirement.display_name,
                    )
                )
        self._as_step().state = "analysed"

    def action_open_decline(self):
        """Ask for the reason in a dialog."""
        self.ensure_one()
        self._check_in_state(*OPEN_STATES)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decline the Need"),
            "res_model": "pm.requirement",
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("pm_core.pm_requirement_view_form_decline").id, "form")
            ],
            "target": "new",
        }

    def action_decline(self):
        """The need is not served; the reason is kept.

        :raises UserError: no reason, or over already
        """
        self._check_in_state(*OPEN_STATES)
        for requirement in self:
            if not (requirement.decline_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write down why %s is declined; the customer may ask.",
                        requirement.display_name,
                    )
                )
        self._as_step().write({"state": "declined", "plan_id": False})

    def action_done(self):
        """The need is served without a plan, or its contract is made.

        :raises UserError: new or over
        """
        self._check_in_state("analysed", "planned")
        self._as_step().state = "done"

    def action_reset(self):
        """Take a declined or analysed need up again."""
        self._check_in_state("analysed", "declined")
        self._as_step().write({"state": "new", "decline_reason": False})

    def action_make_customer(self):
        """Turn the prospect into a customer of the estate, once for all their needs.

        A customer of the same name and phone is taken, not doubled. A name alone says
        nothing: several people bear it.

        :raises UserError: there is a customer already
        """
        Partner = self.env["res.partner"]
        made = {}
        for requirement in self:
            if requirement.partner_id:
                raise UserError(
                    self.env._(
                        "%(requirement)s has its customer already: %(customer)s.",
                        requirement=requirement.display_name,
                        customer=requirement.partner_id.display_name,
                    )
                )
            name, phone = requirement.prospect_name, requirement.prospect_phone
            partner = made.get((name, phone))
            if not partner and phone:
                who = [("name", "=", name), ("pm_phone", "=", phone)]
                partner = Partner.search(who, limit=1)
            made[name, phone] = requirement.partner_id = partner or Partner.create(
                {
                    "name": name,
                    "phone": phone,
                    "pm_estate_id": requirement.estate_id.id,
                }
            )

    def action_make_plan(self):
        """Group the selected needs of one customer into a new service plan.

        :raises UserError: needs of several customers or estates, of a prospect,
            without category, planned already or over
        """
        self._check_in_state("new", "analysed")
        self._check_plannable()
        plan = self.env["pm.service.plan"].create(self._plan_values())
        self.plan_id = plan
        return plan._form()

    def action_view_plan(self):
        self.ensure_one()
        return self.plan_id._form()

    def action_view_answers(self):
        """Open the answers that the need comes from."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.user_input_id.sudo().get_print_url(),
            "target": "new",
        }

    def _check_plannable(self):
        for requirement in self:
            if not requirement.partner_id:
                raise UserError(
                    self.env._(
                        "%s is a prospect's. Make the customer first: a plan is made "
                        "for a customer.",
                        requirement.display_name,
                    )
                )
            if not requirement.category_id:
                raise UserError(
                    self.env._(
                        "Choose the service category of %s first: a plan is made by "
                        "category.",
                        requirement.display_name,
                    )
                )
        if len(self.partner_id.commercial_partner_id) > 1 or len(self.estate_id) > 1:
            raise UserError(
                self.env._(
                    "A plan is made for one customer in one estate. Selected are "
                    "%(customers)s in %(estates)s: make one plan each.",
                    customers=", ".join(self.partner_id.mapped("display_name")),
                    estates=", ".join(self.estate_id.mapped("display_name")),
                )
            )

    def _plan_values(self):
        """Values of the plan that answers these needs of one customer."""
        partner = self.partner_id[:1]
        scope = self.property_id - self.estate_id
        return {
            "title": self.env._("Service plan for %s", partner.name),
            "partner_id": partner.id,
            "estate_id": self.estate_id.id,
            # a need about the whole estate makes the plan one of the whole estate
            "property_ids": [
                Command.set([] if self.estate_id & self.property_id else scope.ids)
            ],
            "line_ids": [
                Command.create(need._plan_line_values())
                for need in self.sorted(
                    lambda need: (need.category_id.sequence, need.date, need.id)
                )
            ],
        }

    def _plan_line_values(self):
        """Values of the line that answers this need, to be worked out by staff."""
        self.ensure_one()
        return {
            "requirement_id": self.id,
            "category_id": self.category_id.id,
            "name": self.title,
            "description": self.description,
            "standard": self.expected_standard,
            "frequency": self.frequency,
            "method": "whole" if self.budget else "included",
            "surcharge": self.budget,
        }
