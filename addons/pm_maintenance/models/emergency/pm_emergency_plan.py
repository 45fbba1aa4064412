from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# days before the review date on which the responsible person is reminded
REVIEW_NOTICE_DAYS = 14


class PmEmergencyPlan(models.Model):
    """What is done in an emergency of one type: steps, who is called, what is needed.

    A plan without an estate is shared: it holds in every estate that has none of its
    own for the type. Plans are approved and kept in versions. An emergency does not
    wait for that: a plan that is still a draft can be activated where no other holds,
    and the log says so.
    """

    _name = "pm.emergency.plan"
    _pm_copyable = True
    _description = "Emergency Plan"
    _inherit = ["pm.version.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "type_sequence, type_id, estate_id, name, version desc, id"
    _check_company_auto = True
    _version_fields = [
        "name",
        "type_id",
        "estate_id",
        "purpose",
        "ack_minutes",
        "step_ids",
        "call_ids",
        "contact_ids",
        "material_ids",
        "order_ids",
        "notice_ids",
        "source",
    ]
    _version_locked_fields = ["company_id"]

    name = fields.Char("Emergency Plan", required=True, translate=True, tracking=True)
    type_id = fields.Many2one(
        "pm.emergency.type", required=True, index=True, ondelete="restrict"
    )
    type_sequence = fields.Integer(related="type_id.sequence", store=True)
    estate_id = fields.Many2one(
        "pm.property",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Empty: a shared plan, for every estate without one of its own.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Empty: holds in all companies.",
    )
    template_id = fields.Many2one(
        "pm.emergency.plan",
        "Made From",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Keeps the plan up to date; is reminded of the review.",
    )
    purpose = fields.Text("What Counts Most", translate=True)
    source = fields.Char("Law or Source", translate=True)
    ack_minutes = fields.Integer(
        "Answer Within (Minutes)",
        default=3,
        required=True,
        aggregator=None,
        help="Who is told and does not answer in so many minutes is followed by the "
        "next of the call tree.",
    )
    step_ids = fields.One2many("pm.emergency.plan.step", "plan_id", "Steps", copy=True)
    call_ids = fields.One2many(
        "pm.emergency.plan.call", "plan_id", "Call Tree Inside", copy=True
    )
    contact_ids = fields.One2many(
        "pm.emergency.plan.contact", "plan_id", "Call Tree Outside", copy=True
    )
    material_ids = fields.One2many(
        "pm.emergency.plan.material", "plan_id", "Materials", copy=True
    )
    order_ids = fields.One2many(
        "pm.emergency.plan.order", "plan_id", "Work Orders to Make", copy=True
    )
    notice_ids = fields.One2many(
        "pm.emergency.plan.notice", "plan_id", "Notices to Residents", copy=True
    )
    floor_plan_ids = fields.Many2many(
        "pm.document",
        "pm_emergency_plan_document_rel",
        "plan_id",
        "document_id",
        "Floor Plans",
        domain="[('res_model', '=', 'pm.property')]",
        help="Floor, escape and pipe plans on file with the estate or its buildings.",
    )
    review_months = fields.Integer(
        "Review Every", default=12, aggregator=None, help="Months; 0: never."
    )
    review_date = fields.Date("Review Due", copy=False, tracking=True)
    review_reminded = fields.Boolean(readonly=True, copy=False)
    is_default = fields.Boolean("Shipped Default", readonly=True, copy=False)
    emergency_ids = fields.One2many("pm.emergency", "plan_id", "Emergencies")
    emergency_count = fields.Integer(
        "Emergencies and Drills", compute="_compute_emergency_count"
    )
    origin_id = fields.Many2one(
        "pm.emergency.plan",
        "First Version",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "pm.emergency.plan",
        "Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_ids = fields.One2many("pm.emergency.plan", "origin_id", "Versions")

    _minutes_positive = models.Constraint(
        "CHECK (ack_minutes > 0 AND review_months >= 0)",
        "People have at least a minute to answer, and a review is due after 0 or more "
        "months.",
    )

    @api.depends("estate_id")
    def _compute_company_id(self):
        for plan in self:
            plan.company_id = (
                plan.estate_id.company_id or plan.company_id or self.env.company
            )

    @api.depends("name", "estate_id.name")
    def _compute_display_name(self):
        for plan in self:
            estate = plan.estate_id.sudo().name
            plan.display_name = f"{plan.name} ({estate})" if estate else plan.name

    @api.depends("emergency_ids")
    def _compute_emergency_count(self):
        groups = self.env["pm.emergency"]._read_group(
            [("plan_id.origin_id", "in", self.origin_id.ids)], ["plan_id"], ["__count"]
        )
        counts = {}
        for plan, count in groups:
            origin = plan.sudo().origin_id.id
            counts[origin] = counts.get(origin, 0) + count
        for plan in self:
            plan.emergency_count = counts.get(plan.origin_id.id, 0)

    def write(self, vals):
        if "review_date" in vals and "review_reminded" not in vals:
            self.sudo()._as_step().filtered("review_reminded").review_reminded = False
        return super().write(vals)

    def action_view_emergencies(self):
        """Emergencies and drills after any version of this plan."""
        self.check_access("read")
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_emergency_action"
        )
        action["domain"] = [("plan_id.origin_id", "=", self.origin_id.id)]
        action["context"] = {}
        return action

    def action_reviewed(self):
        """It still fits: the next review is due after the months of the plan.

        :raises UserError: not in force
        """
        self._check_in_state("in_force")
        self.check_access("write")
        for plan in self:
            plan.sudo()._as_step().write(
                {"review_date": plan._next_review(), "review_reminded": False}
            )

    def action_start_dialog(self):
        """Ask where and what, as the second tap before the alarm."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Activate: %s", self.name),
            "res_model": "pm.emergency.start",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _check_submittable(self):
        result = super()._check_submittable()
        for plan in self:
            if not plan.step_ids or not plan.call_ids:
                raise UserError(
                    self.env._(
                        "%s has no steps or no call tree. Enter what is done, and who "
                        "is called, first.",
                        plan.display_name,
                    )
                )
        return result

    def _after_in_force(self, before):
        result = super()._after_in_force(before)
        self.sudo()._as_step().review_date = self._next_review()
        return result

    def _next_review(self):
        if not self.review_months:
            return False
        today = fields.Date.context_today(self)
        return fields.Date.add(today, months=self.review_months)

    @api.model
    def _usable(self, estates):
        """The plans that hold at each estate, one or more for every type.

        An estate's own come before the shared ones of the same type; a draft of its
        own counts where nothing holds yet.

        :return: {estate: ``pm.emergency.plan``}
        """
        live = Domain("state", "in", ("draft", "approval", "scheduled", "in_force"))
        plans = self.search(live & Domain("estate_id", "in", [False, *estates.ids]))
        found, shared = {}, self.env["res.company"]
        for estate in estates:
            here = plans.filtered(
                lambda plan, estate=estate: (
                    plan.estate_id == estate
                    or (
                        not plan.estate_id
                        and plan.company_id in (shared, estate.company_id)
                    )
                )
            )
            found[estate] = here._best_of_each_type()
        return found

    def _best_of_each_type(self):
        """Of these plans of one estate, those of the best kind of each type."""
        best = self.browse()
        for plans in self.grouped("type_id").values():
            ranked = plans.grouped(lambda plan: plan._rank())
            best |= ranked[min(ranked)]
        return best

    def _rank(self):
        """Own in force, shared in force, own draft, shared draft."""
        return (self.state != "in_force", not self.estate_id)

    def _apply(self, estates):
        """Make plans of their own for estates from these, to be adapted to the place.

        An estate that has one of the same template keeps it.

        :return: the drafts made
        """
        made = self.browse()
        there = self.search(
            [
                ("estate_id", "in", estates.ids),
                ("template_id.origin_id", "in", self.origin_id.ids),
                ("state", "!=", "withdrawn"),
            ]
        )
        known = {(plan.template_id.origin_id, plan.estate_id) for plan in there}
        for template in self:
            for estate in estates:
                if (template.origin_id, estate) in known:
                    continue
                made |= template._as_step().copy(
                    {
                        "name": template.name,
                        "estate_id": estate.id,
                        "company_id": estate.company_id.id,
                        "template_id": template.id,
                        "user_id": self.env.uid,
                    }
                )
        return made.with_env(self.env)

    @api.model
    def _cron_remind_review(self):
        """Remind who is responsible, once for each review date."""
        until = fields.Date.add(
            fields.Date.context_today(self), days=REVIEW_NOTICE_DAYS
        )
        domain = (
            Domain("state", "=", "in_force")
            & Domain("review_date", "<=", until)
            & Domain("review_reminded", "=", False)
            & Domain("user_id", "!=", False)
        )
        self.search(domain)._cron_each(lambda plan: plan._remind_review(), domain)

    def _remind_review(self):
        self._as_step().review_reminded = True
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.review_date,
            summary=self.env._("Does the plan still fit?"),
            user_id=self.user_id.id,
        )
