from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# days before the review date on which the responsible person is reminded
REVIEW_NOTICE_DAYS = 14


class PmPolicy(models.Model):
    """A rule of the company, published to posts and estates, and read by its staff.

    When a version comes into force, each employee in scope gets an
    acknowledgement to confirm; employees who join later get it too. What carries
    the rule out (standards, steps, figures) is linked, so that one goes from the
    rule to the records.
    """

    _name = "pm.policy"
    _pm_copyable = True
    _description = "Policy"
    _inherit = ["pm.version.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "type_sequence, type_id, code, version desc, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _version_fields = [
        "code",
        "name",
        "type_id",
        "body",
        "attachment_ids",
        "estate_ids",
        "job_ids",
        "acknowledge",
        "reference",
    ]
    _version_locked_fields = ["company_id"]

    code = fields.Char(required=True, index=True, help="Number, for example SAF-01.")
    name = fields.Char("Policy", required=True, translate=True)
    type_id = fields.Many2one("pm.policy.type", required=True, index=True)
    type_sequence = fields.Integer(related="type_id.sequence", store=True)
    estate_ids = fields.Many2many(
        "pm.property",
        "pm_policy_estate_rel",
        "policy_id",
        "estate_id",
        "Estates",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="Empty: holds in all estates.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        "pm_policy_job_rel",
        "policy_id",
        "job_id",
        "Posts",
        check_company=True,
        help="Who has to follow it; empty: every post.",
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
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Keeps the policy up to date; is reminded of the review.",
    )
    body = fields.Html("Text", translate=True, required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "pm_policy_attachment_rel",
        "policy_id",
        "attachment_id",
        "Files",
        copy=False,
    )
    reference = fields.Char(
        "Law or Source",
        translate=True,
        help="The rule that the policy carries out.",
    )
    is_default = fields.Boolean(
        "Shipped Default",
        readonly=True,
        copy=False,
        help="Came with the program as a draft: adapt it before it is approved.",
    )
    standard_ids = fields.Many2many(
        "pm.service.standard",
        "pm_policy_standard_rel",
        "policy_id",
        "standard_id",
        "Standards",
        domain="[('state', '=', 'in_force')]",
        help="Standards that carry the policy out; a new version takes the place of "
        "the old one by itself.",
    )
    kpi_ids = fields.Many2many(
        "pm.kpi",
        "pm_policy_kpi_rel",
        "policy_id",
        "kpi_id",
        "KPIs",
        check_company=True,
        help="Figures by which one sees whether the policy is followed.",
    )
    link_ids = fields.One2many(
        "pm.policy.link", "policy_id", "Carried Out By", copy=True
    )
    acknowledge = fields.Boolean(
        "Staff Confirm Reading",
        default=True,
        help="Each employee in scope confirms having read and understood it.",
    )
    remind_days = fields.Integer(
        "Remind Every",
        default=7,
        aggregator=None,
        help="Days after which an employee who has not confirmed is reminded, again "
        "and again; 0: never.",
    )
    review_months = fields.Integer(
        "Review Every", default=12, aggregator=None, help="Months; 0: never."
    )
    review_date = fields.Date(
        "Review Due",
        copy=False,
        tracking=True,
        help="The day by which the responsible person looks whether it still fits.",
    )
    review_reminded = fields.Boolean(copy=False)
    acknowledgement_ids = fields.One2many("pm.policy.acknowledgement", "policy_id")
    asked_count = fields.Integer("To Be Read By", compute="_compute_reading")
    read_count = fields.Integer("Read By", compute="_compute_reading")
    read_rate = fields.Float(
        "Read (%)",
        compute="_compute_reading",
        digits=(5, 1),
        help="Of the employees in scope, those who confirmed.",
    )
    to_confirm = fields.Boolean(
        "To Be Read by Me",
        compute="_compute_to_confirm",
        search="_search_to_confirm",
    )
    origin_id = fields.Many2one(
        "pm.policy",
        "First Version",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "pm.policy",
        "Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_ids = fields.One2many("pm.policy", "origin_id", "Versions")

    _days_positive = models.Constraint(
        "CHECK (remind_days >= 0 AND review_months >= 0)",
        "Days and months are counted from 0, which means never.",
    )

    @api.depends("estate_ids")
    def _compute_company_id(self):
        for policy in self:
            policy.company_id = (
                policy.estate_ids[:1].company_id
                or policy.company_id
                or self.env.company
            )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.code} {policy.name or ''}".strip()

    @api.depends("acknowledgement_ids.state")
    @api.depends_context("uid")
    def _compute_reading(self):
        groups = self.env["pm.policy.acknowledgement"]._read_group(
            [("policy_id", "in", self.ids), ("state", "!=", "void")],
            ["policy_id", "state"],
            ["__count"],
        )
        counts = {(policy.id, state): count for policy, state, count in groups}
        for policy in self:
            read = counts.get((policy.id, "read"), 0)
            asked = read + counts.get((policy.id, "to_read"), 0)
            policy.read_count = read
            policy.asked_count = asked
            policy.read_rate = 100 * read / asked if asked else 0

    @api.depends("acknowledgement_ids.state")
    @api.depends_context("uid")
    def _compute_to_confirm(self):
        mine = self._to_confirm_policies()
        for policy in self:
            policy.to_confirm = policy in mine

    def _search_to_confirm(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._to_confirm_policies().ids)

    def _to_confirm_policies(self):
        return (
            self.env["pm.policy.acknowledgement"]
            .search([("user_id", "=", self.env.uid), ("state", "=", "to_read")])
            .policy_id
        )

    @api.constrains("estate_ids", "company_id")
    def _check_estates(self):
        for policy in self:
            if len(policy.estate_ids.company_id) > 1:
                raise ValidationError(
                    self.env._(
                        "The estates of %s belong to different companies. Make one "
                        "policy for each company.",
                        policy.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._own_attachments()
        return policies

    def write(self, vals):
        if "review_date" in vals:
            vals = {**vals, "review_reminded": False}
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Make the files readable by those who may read the policy."""
        for policy in self:
            loose = policy.attachment_ids.filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": policy.id})

    def action_repeal(self):
        result = super().action_repeal()
        self.sudo()._as_step()._void_acknowledgements()
        return result

    def action_confirm_reading(self):
        """Confirm, for oneself, that the policy was read and understood.

        :raises UserError: nothing is to be confirmed by this user
        """
        self.ensure_one()
        mine = self.acknowledgement_ids.search(
            [
                ("policy_id", "=", self.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "to_read"),
            ]
        )
        if not mine:
            raise UserError(
                self.env._("You have no reading of %s to confirm.", self.display_name)
            )
        mine.action_acknowledge()

    def action_reviewed(self):
        """Note that the policy was reviewed and stays; the next review is set."""
        self._check_in_state("in_force")
        today = fields.Date.context_today(self)
        for policy in self:
            policy.review_date = policy._next_review(today)
            policy.message_post(body=self.env._("Reviewed; it stays as it is."))
        self.activity_feedback(["pm_core.mail_activity_type_policy_review"])

    def action_view_acknowledgements(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_policy_acknowledgement_action"
            ),
            "domain": [("policy_id", "=", self.id)],
            "context": {"search_default_group_estate": 1},
            "display_name": self.env._("Readers of %s", self.display_name),
        }

    def action_publish_again(self):
        """Ask those who came into scope since the last night at once."""
        self._check_in_state("in_force")
        self.check_access("write")
        self.sudo()._as_step()._sync_acknowledgements()

    def _new_version(self):
        version = super()._new_version()
        version.attachment_ids = [
            Command.link(file.copy({"res_model": self._name, "res_id": version.id}).id)
            for file in self.attachment_ids
        ]
        return version

    def _next_review(self, start):
        return self.review_months and start + relativedelta(months=self.review_months)

    def _first_reminder(self, day):
        return self.remind_days and day + relativedelta(days=self.remind_days)

    def _after_in_force(self, before):
        if before:
            before._void_acknowledgements()
        if not self.review_date:
            self.review_date = self._next_review(self.valid_from)
        self._sync_acknowledgements()

    # ACKNOWLEDGEMENTS

    def _readings_to_sign(self):
        """Open readings, for the sheet to sign; those without a login first."""
        return self.acknowledgement_ids.filtered(
            lambda reading: reading.state == "to_read"
        ).sorted(lambda reading: (bool(reading.user_id), reading.employee_id.name))

    def _void_acknowledgements(self):
        """Withdraw the open readings of policies that are no longer in force."""
        self.acknowledgement_ids.filtered(
            lambda reading: reading.state == "to_read"
        )._void()

    def _employees_in_scope(self):
        """{policy: employees who have to follow it}, all policies in one query."""
        scope = Domain("active", "=", True)
        if all(policy.company_id for policy in self):
            scope &= Domain("company_id", "in", self.company_id.ids)
        employees = self.env["hr.employee"].search(scope)
        return {
            policy: employees.filtered(
                lambda employee, policy=policy: (
                    policy.company_id in (employee.company_id, policy.company_id[:0])
                    and (not policy.job_ids or employee.job_id in policy.job_ids)
                    and (
                        not policy.estate_ids
                        or employee.pm_estate_id in policy.estate_ids
                    )
                )
            )
            for policy in self
        }

    def _sync_acknowledgements(self):
        """Ask whoever came into scope, and no longer ask who left it.

        Safe to run again: an employee is asked once per version.
        """
        policies = self.filtered("acknowledge")
        Acknowledgement = self.env["pm.policy.acknowledgement"]
        known = {
            (reading.policy_id, reading.employee_id): reading
            for reading in Acknowledgement.search([("policy_id", "in", policies.ids)])
        }
        wanted = {
            (policy, employee)
            for policy, employees in policies._employees_in_scope().items()
            for employee in employees
        }
        Acknowledgement._ask(
            sorted(wanted - known.keys(), key=lambda pair: (pair[0].id, pair[1].id))
        )
        for pair, reading in known.items():
            if pair in wanted:
                reading._ask_again()
            elif reading.state == "to_read":
                reading._void()

    @api.model
    def _cron_acknowledgements(self):
        """Ask employees who joined, then remind those who have not confirmed."""
        policies = self.search([("state", "=", "in_force"), ("acknowledge", "=", True)])
        policies._try_together(lambda some: some._sync_acknowledgements())
        self.env["ir.cron"]._commit_progress(len(policies))
        self.env["pm.policy.acknowledgement"]._remind()

    @api.model
    def _cron_review(self):
        """Remind those responsible of the reviews that come up, once for each date."""
        today = fields.Date.context_today(self)
        domain = Domain("state", "=", "in_force")
        domain &= Domain(
            "review_date", "<=", today + relativedelta(days=REVIEW_NOTICE_DAYS)
        )
        domain &= Domain("review_reminded", "=", False)
        self.search(domain)._cron_each(
            lambda policy: policy._remind_of_review(), domain
        )

    def _remind_of_review(self):
        self.activity_schedule(
            "pm_core.mail_activity_type_policy_review",
            date_deadline=self.review_date,
            user_id=(self.user_id or self.env.user).id,
        )
        self.review_reminded = True
