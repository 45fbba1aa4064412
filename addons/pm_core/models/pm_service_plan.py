from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, html2plaintext

# a version that is being worked on; a chain has one at most
OPEN_STATES = ("draft", "approval", "approved")
# what was handed to the customer may be looked at by the customer
SHOWN_STATES = ("presented", "accepted", "declined", "replaced")
# what follows from the steps, and what the customer said
STEPS = {
    *("name", "version", "origin_id", "previous_id", "presented_date"),
    *("signed_on", "signature", "revision_comment"),
}


class PmServicePlan(models.Model):
    """What a customer is offered: content, standard, frequency and fee of services.

    A plan is approved inside the company, presented to the customer, revised as
    often as needed and accepted once. Each revision is a record of its own; the
    versions of one plan share ``origin_id``, the first of them, and its number.
    What was presented is never edited. The accepted version makes the contract.
    """

    _name = "pm.service.plan"
    _description = "Service Plan"
    _inherit = [
        "pm.scope.mixin",
        "pm.approval.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name desc, version desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]
    _check_company_auto = True
    _state_to = ["approved"]
    _cancel_state = "declined"
    # what a version fixes; everything else may be noted later
    _fixed_fields = [
        *["title", "partner_id", "estate_id", "property_ids", "area"],
        *["contract_kind", "date_from", "date_to", "introduction", "conditions"],
        "line_ids",
    ]

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    title = fields.Char(required=True, tracking=True)
    version = fields.Integer(
        default=1, required=True, readonly=True, copy=False, aggregator=None
    )
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
    version_count = fields.Integer(
        "Number of Versions", compute="_compute_version_count"
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
        "Scope",
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
    change_reason = fields.Text(
        "Reason for the Change", copy=False, help="Why this version was made."
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
    signature = fields.Image(copy=False, attachment=True, max_width=1024)
    decline_reason = fields.Text(copy=False, tracking=True)
    changes = fields.Html(
        "What Changed", compute="_compute_changes", compute_sudo=True, sanitize=False
    )
    share_link = fields.Char("Link for the Customer", compute="_compute_share_link")
    contract_ids = fields.One2many("pm.contract", "plan_id", "Contracts")
    contract_count = fields.Integer(compute="_compute_contract_count")

    _version_unique = models.UniqueIndex(
        "(origin_id, version)", "This version of the plan exists already."
    )
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
        "CHECK (area >= 0)", "An area cannot be negative."
    )

    @api.depends("name", "version", "title")
    def _compute_display_name(self):
        for plan in self:
            number = f"{plan.name} V{plan.version}" if plan.name else False
            plan.display_name = " ".join(filter(None, (number, plan.title)))

    @api.depends("origin_id")
    def _compute_version_count(self):
        groups = self._read_group(
            [("origin_id", "in", self.origin_id.ids)], ["origin_id"], ["__count"]
        )
        counts = {origin.id: count for origin, count in groups}
        for plan in self:
            plan.version_count = counts.get(plan.origin_id.id, 0)

    @api.depends("estate_id", "property_ids")
    def _compute_area(self):
        """Add up the units in scope, and what else is named in it itself.

        The gross area of a unit has its share of the common areas in it.
        """
        for plan in self:
            scope = plan.property_ids._origin or plan.estate_id._origin
            counted = Domain("id", "child_of", scope.ids) & Domain("kind", "=", "unit")
            counted |= Domain("id", "in", scope.ids) & Domain(
                "kind", "not in", ("estate", "building", "entrance", "parking_lot")
            )
            [(area,)] = self.env["pm.property"]._read_group(
                counted, [], ["gross_area:sum"]
            )
            plan.area = area or 0.0

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

    def _is_shown(self):
        """Whether the customer may look at the plan: it was handed over once."""
        return bool(self.presented_date and self.state in SHOWN_STATES)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/service-plans/{plan.id}"
        return result

    @api.depends(
        "previous_id",
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
            plan.changes = bool(plan.previous_id) and self.env["ir.qweb"]._render(
                "pm_core.service_plan_comparison",
                {"plan": plan, "comparison": plan._comparison()},
                lang=self.env.lang,
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise AccessError(
                    self.env._("A plan starts as a draft and is approved then.")
                )
            if vals.get("origin_id"):
                # it takes the place of the version that the customer has
                self.browse(vals["origin_id"]).check_access("write")
        plans = super().create(vals_list)
        for plan in plans.sudo().filtered(lambda plan: not plan.origin_id):
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
        if not self.env.su and (
            STEPS & vals.keys()
            or ("signed_by" in vals and "accepted" in self.mapped("state"))
        ):
            raise AccessError(
                self.env._(
                    "What was presented and signed of %s follows from its steps and "
                    "is not written by hand. Use its buttons.",
                    self[:1].display_name,
                )
            )
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
        # the needs are there to be planned again, by the version before if any
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
        self.sudo().with_context(skip_validation_check=True).write(
            {"state": state, **vals}
        )

    # STEPS

    def _check_submittable(self):
        result = super()._check_submittable()
        for plan in self:
            if not plan.line_ids:
                raise UserError(
                    self.env._(
                        "%s offers nothing yet. Add the services first.",
                        plan.display_name,
                    )
                )
            priced = plan.line_ids.filtered(lambda line: line.method == "area")
            if priced and not plan.area:
                raise UserError(
                    self.env._(
                        "%(plan)s charges %(line)s by area, but the area is 0. Enter "
                        "the area, or a fixed amount.",
                        plan=plan.display_name,
                        line=priced[0].name,
                    )
                )
        self._check_fixed_fees()
        return result

    def _check_fixed_fees(self):
        """Refuse a fixed amount for several units.

        A plan has it once a month, the contract that comes of it for each unit: the
        customer would pay a multiple of what was offered. Suppliers are paid once.

        :raises UserError: naming the plan, the service and the ways out
        """
        for plan in self:
            fixed = plan.line_ids.filtered(
                lambda line: line.method != "included" and line.surcharge
            )[:1]
            if not fixed or plan.contract_kind == "supplier":
                continue
            units = self.env["pm.property"].search_count(
                [
                    ("id", "child_of", (plan.property_ids or plan.estate_id).ids),
                    ("kind", "=", "unit"),
                ],
                limit=2,
            )
            if units > 1:
                raise UserError(
                    self.env._(
                        "%(line)s of %(plan)s has a fixed amount, but the plan covers "
                        "several units, and a contract charges a fixed amount to "
                        "each of them. Narrow the scope to one unit, or price "
                        "the service by area.",
                        line=fixed.name,
                        plan=plan.display_name,
                    )
                )

    def action_fill_from_requirements(self):
        """Add a line for each requirement of the plan that has none yet.

        :raises UserError: the plan is no draft
        """
        self.ensure_one()
        self._check_editable()
        covered = self.line_ids.requirement_id
        missing = self.requirement_ids - covered
        self.line_ids = [
            Command.create(requirement._plan_line_values()) for requirement in missing
        ]

    def action_present(self):
        """Hand the plan to the customer: it can be accepted until the last day.

        :raises UserError: not approved, or another version is accepted
        """
        self._check_in_state("approved")
        for plan in self:
            plan._check_none_accepted()
            today = fields.Date.context_today(plan)
            until = plan.valid_until or today + timedelta(days=30)
            if until < today:
                raise UserError(
                    self.env._(
                        "%(plan)s would be valid until %(day)s, which has passed. "
                        "Enter a later day.",
                        plan=plan.display_name,
                        day=format_date(self.env, until),
                    )
                )
            plan._portal_ensure_token()
            plan._set_state("presented", presented_date=today, valid_until=until)
            plan._other_versions()._replace()

    def action_send(self):
        """Open the e-mail to the customer; sending it presents the plan.

        :raises UserError: not approved nor presented, or no e-mail address
        """
        self.ensure_one()
        self._check_in_state("approved", "presented")
        if self.state == "approved":
            self._check_none_accepted()
        if not self.partner_id.email:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Enter one, or present the "
                    "plan and pass its link on by WeChat or SMS.",
                    customer=self.partner_id.display_name,
                )
            )
        self._portal_ensure_token()
        template = self.env.ref(
            "pm_core.mail_template_service_plan", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Plan"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "mark_plan_presented": True,
                "force_email": True,
            },
        }

    def message_post(self, **kwargs):
        if self.env.context.get("mark_plan_presented"):
            self.filtered(lambda plan: plan.state == "approved").action_present()
        return super().message_post(**kwargs)

    def action_open_accept(self):
        return self._open_dialog(
            "pm_core.pm_service_plan_view_form_accept",
            self.env._("Accepted by the Customer"),
        )

    def action_accept(self):
        """The customer accepted on paper or in words; who did is written down.

        :raises UserError: not presented, expired, or nobody named
        """
        for plan in self:
            if not (plan.signed_by or "").strip():
                raise UserError(
                    self.env._(
                        "Write down who accepted %s for the customer.",
                        plan.display_name,
                    )
                )
            plan.check_access("write")
            plan._accept(plan.signed_by)

    def _accept(self, name, signature=False):
        """Take the acceptance of the customer.

        Two people who accept at the same time meet at the lock and, across
        versions, at the unique index.

        :param name: who accepts for the customer
        :param signature: image as base64, or False where it is on paper
        :raises UserError: not presented, expired, or another version is accepted
        """
        self.ensure_one()
        self.lock_for_update()
        self._check_in_state("presented")
        self._check_none_accepted()
        if self.is_overdue:
            raise UserError(
                self.env._(
                    "%(plan)s was valid until %(day)s. Ask for a new version.",
                    plan=self.display_name,
                    day=format_date(self.env, self.valid_until),
                )
            )
        self.sudo().with_context(skip_validation_check=True).write(
            {
                "state": "accepted",
                "signed_by": name.strip(),
                "signed_on": fields.Datetime.now(),
                "signature": signature,
                "revision_comment": False,
            }
        )
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def action_withdraw_acceptance(self):
        """The acceptance was a mistake; the plan is presented again.

        :raises UserError: not accepted, or the contract is made
        :raises AccessError: not a manager
        """
        if not self.env.user.has_group("pm_core.group_pm_estate_manager"):
            raise AccessError(
                self.env._("An estate manager withdraws an acceptance; ask one.")
            )
        self._check_in_state("accepted")
        for plan in self:
            plan._check_no_contract()
        self._set_state("presented", signed_by=False, signed_on=False, signature=False)

    def action_open_decline(self):
        return self._open_dialog(
            "pm_core.pm_service_plan_view_form_decline",
            self.env._("Declined by the Customer"),
        )

    def action_decline(self):
        """The customer does not want the plan; the needs can be planned anew.

        :raises UserError: neither approved nor presented, or no reason
        """
        self._check_in_state("approved", "presented")
        for plan in self:
            if not (plan.decline_reason or "").strip():
                raise UserError(
                    self.env._("Write down why %s was declined.", plan.display_name)
                )
        self._set_state("declined")
        self.requirement_ids.plan_id = False
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def _ask_revision(self, comment, author):
        """The customer wants it differently: keep the words and tell who answers.

        :param comment: what the customer wrote
        :param author: partner who wrote it
        :raises UserError: not presented
        """
        self.ensure_one()
        self._check_in_state("presented")
        self.sudo().with_context(skip_validation_check=True).revision_comment = comment
        self.sudo().message_post(
            author_id=author.id,
            body=Markup("<p><strong>%s</strong></p><p>%s</p>")
            % (
                self.env._("The customer asks for a revision:"),
                Markup("<br/>").join(comment.splitlines()),
            ),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        if self.user_id:
            self.sudo().activity_schedule(
                "pm_core.mail_activity_plan_revision",
                note=comment,
                user_id=self.user_id.id,
            )

    # VERSIONS

    def action_new_version(self):
        """Open the version that is being worked on, drafting it where there is none.

        :raises UserError: a version of the plan is accepted
        """
        self.ensure_one()
        self._check_none_accepted(including_self=True)
        version = self.search(
            [("origin_id", "=", self.origin_id.id), ("state", "in", OPEN_STATES)],
            limit=1,
        )
        if version == self and self.state == "approved":
            version = self._next_version()
        return (version or self._next_version())._form()

    def action_view_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %s", self.name),
            "res_model": self._name,
            "view_mode": "list,form",
            "views": [
                (self.env.ref("pm_core.pm_service_plan_view_list_versions").id, "list"),
                (False, "form"),
            ],
            "domain": [("origin_id", "=", self.origin_id.id)],
            "context": {"create": False},
        }

    def _next_version(self):
        """Draft the next version of the chain as a copy of this one."""
        self.ensure_one()
        if self.state == "approved":
            # never presented: the new version takes its place at once
            self._replace()
            self.flush_recordset()
        last = self.search(
            [("origin_id", "=", self.origin_id.id)], order="version desc", limit=1
        )
        plan = self.with_context(pm_next_version=True).copy(
            {
                "name": self.name,
                "origin_id": self.origin_id.id,
                "previous_id": self.id,
                "version": last.version + 1,
                "title": self.title,
                "change_reason": self.revision_comment,
            }
        )
        needs = self.env["pm.requirement"].search(
            [("plan_id.origin_id", "=", self.origin_id.id)]
        )
        needs |= self.line_ids.requirement_id.filtered(
            lambda need: not need.plan_id and need.state == "analysed"
        )
        needs.plan_id = plan
        self.activity_feedback(
            ["pm_core.mail_activity_plan_revision"],
            feedback=self.env._("Version %s was drafted.", plan.version),
        )
        return plan.with_context(pm_next_version=False)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self.env.context.get("pm_next_version"):
            return vals_list
        return [
            {**vals, "title": self.env._("%s (copy)", plan.title)}
            for plan, vals in zip(self, vals_list, strict=True)
        ]

    def _other_versions(self):
        return self.search(
            [
                ("origin_id", "in", self.origin_id.ids),
                ("id", "not in", self.ids),
                ("state", "in", ("approved", "presented")),
            ]
        )

    def _replace(self):
        """A later version holds instead."""
        self._set_state("replaced")
        self.activity_feedback(["pm_core.mail_activity_plan_revision"])

    def _check_none_accepted(self, including_self=False):
        """Refuse what would make a second accepted version.

        :raises UserError: naming the accepted version and the way out
        """
        domain = [
            ("origin_id", "in", self.origin_id.ids),
            ("state", "=", "accepted"),
        ]
        if not including_self:
            domain.append(("id", "not in", self.ids))
        accepted = self.sudo().search(domain, limit=1)
        if accepted:
            raise UserError(
                self.env._(
                    "Version %(version)s of %(plan)s has been accepted. Make its "
                    "contract and amend that, or withdraw the acceptance first.",
                    version=accepted.version,
                    plan=accepted.name,
                )
            )

    # COMPARISON

    def _comparison(self):
        """Compare with the previous version, line by line.

        :return: dict with ``fields`` (list of (label, old, new)) and ``lines`` (list
            of dict: ``kind`` same, changed, added or removed; ``old`` and ``new``
            line; ``cells``: {field: (old text, new text, differs)})
        """
        self.ensure_one()
        before = self.previous_id
        heads = []
        for name in self._fixed_fields:
            if name == "line_ids":
                continue
            old, new = before._text_of(name), self._text_of(name)
            if old != new:
                label = self._fields[name]._description_string(self.env)
                heads.append((label, old, new))
        rest = before.line_ids
        lines = []
        for line in self.line_ids:
            old = line.previous_line_id & rest
            rest -= old
            lines.append(line._compared_with(old))
        lines += [rest.browse()._compared_with(old) for old in rest]
        return {"fields": heads, "lines": lines}

    def _text_of(self, name):
        """The value of a field as people read it."""
        field, value = self._fields[name], self[name]
        if field.type in ("many2one", "many2many"):
            return ", ".join(value.mapped("display_name"))
        if field.type == "float":
            return f"{value:,.2f}"
        if not value:
            return ""
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "html":
            return html2plaintext(value, include_references=False)
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return str(value)

    # CONTRACT

    def action_make_contract(self):
        """Draft the contract of the accepted plan.

        :raises UserError: not accepted, the contract is made already, or a fixed
            amount for several units
        """
        self.ensure_one()
        self._check_in_state("accepted")
        self.lock_for_update()
        self._check_no_contract()
        self._check_fixed_fees()
        contract = self.env["pm.contract"].create(self._contract_values())
        contract.message_post(
            body=self.env._("Made from the service plan %s.", self.display_name)
        )
        self.message_post(
            body=self.env._("Contract drafted: %s.", contract.display_name)
        )
        self.requirement_ids.filtered(
            lambda need: need.state == "planned"
        ).action_done()
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.contract",
            "res_id": contract.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_view_contracts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_core.pm_contract_action"
        )
        action.update(domain=[("plan_id", "=", self.id)], context={"create": False})
        if self.contract_count == 1:
            action.update(views=[(False, "form")], res_id=self.contract_ids.id)
        return action

    def action_view_requirements(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_requirement_action"
            ),
            "views": [(False, "list"), (False, "form")],
            "domain": [("plan_id", "=", self.id)],
            "context": {"create": False},
        }

    def _check_no_contract(self):
        for plan in self:
            if plan.contract_ids:
                raise UserError(
                    self.env._(
                        "The contract of %(plan)s is made already: %(contract)s. "
                        "Amend or delete that one.",
                        plan=plan.display_name,
                        contract=plan.contract_ids[0].display_name,
                    )
                )

    def _contract_values(self):
        """Values of the draft contract: parties, scope, term, fees and content."""
        self.ensure_one()
        return {
            "plan_id": self.id,
            "title": self.title,
            "kind": self.contract_kind,
            "partner_id": self.partner_id.id,
            "estate_id": self.estate_id.id,
            "property_ids": [Command.set(self.property_ids.ids)],
            "date_from": self.date_from or fields.Date.context_today(self),
            "date_to": self.date_to,
            "line_ids": [
                Command.create(line._contract_line_values())
                for line in self.line_ids
                if line.method != "included"
            ],
            "note": self._contract_terms(),
        }

    def _contract_terms(self):
        """What is served, how well and how often, as the terms of the contract."""
        terms = self.env["ir.qweb"]._render(
            "pm_core.service_plan_terms", {"plan": self}, lang=self.env.lang
        )
        return Markup(terms) + (self.conditions or "")

    # VIEWS

    def _form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
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

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{(self.name or '').replace('/', '-')} V{self.version}"
