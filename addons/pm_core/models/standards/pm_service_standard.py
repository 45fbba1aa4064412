from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class PmServiceStandard(models.Model):
    """One standard of the service manual: what is done, how well, how it is checked.

    A standard without an estate holds in the whole company, and without a company
    in all of them. An estate's own standard takes the place of the shared one of
    the same code in the manual of that estate.
    """

    _name = "pm.service.standard"
    _pm_copyable = True
    _description = "Service Standard"
    _inherit = ["pm.version.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "category_sequence, category_id, code, version desc, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _version_fields = [
        "code",
        "name",
        "category_id",
        "level",
        "requirement",
        "measure",
        "target_text",
        "frequency",
        "check_method",
        "checked_by",
        "sample",
        "estate_id",
        "kind_ids",
        "usage_ids",
        "reference",
    ]
    # compared as the words of target and frequency, which are made of these
    _version_locked_fields = [
        "company_id",
        "comparison",
        "target",
        "unit",
        "frequency_times",
        "frequency_every",
        "frequency_unit",
        "frequency_note",
    ]

    code = fields.Char(
        required=True, index=True, help="Number in the manual, for example SEC-01."
    )
    name = fields.Char("Standard", required=True, translate=True)
    category_id = fields.Many2one("pm.service.category", required=True, index=True)
    category_sequence = fields.Integer(related="category_id.sequence", store=True)
    estate_id = fields.Many2one(
        "pm.property",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Empty: holds in all estates.",
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
    level = fields.Selection(
        [("basic", "Basic"), ("standard", "Standard"), ("high", "High")],
        default="standard",
        help="The grade of service for which the standard is meant.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    requirement = fields.Text(
        required=True, translate=True, help="What is done, and how well."
    )
    measure = fields.Char(
        translate=True, help="What is measured, for example minutes to arrival."
    )
    comparison = fields.Selection(
        [("at_most", "At Most"), ("at_least", "At Least"), ("exactly", "Exactly")],
        "Limit",
        help="How the measured figure compares with the target; empty: the standard "
        "has no figure.",
    )
    target = fields.Float(digits=(16, 2), aggregator=None)
    unit = fields.Char(translate=True, help="Unit of the target, for example minutes.")
    target_text = fields.Char("Target Figure", compute="_compute_target_text")
    frequency_times = fields.Integer("Times", default=1, aggregator=None)
    frequency_every = fields.Integer("Every", default=1, aggregator=None)
    frequency_unit = fields.Selection(
        [
            ("hour", "Hours"),
            ("day", "Days"),
            ("week", "Weeks"),
            ("month", "Months"),
            ("year", "Years"),
        ],
        help="Empty: no fixed interval.",
    )
    frequency_note = fields.Char(
        "When",
        translate=True,
        help="What the interval does not say, for example before the rainy season.",
    )
    frequency = fields.Char(compute="_compute_frequency")
    check_method = fields.Text("How It Is Checked", translate=True)
    checked_by = fields.Char(translate=True)
    sample = fields.Char(
        translate=True, help="How much is looked at, for example 5 units a month."
    )
    kind_ids = fields.Many2many(
        "pm.property.aspect",
        "pm_service_standard_kind_rel",
        "standard_id",
        "aspect_id",
        "Kinds of Property",
        domain="[('aspect', '=', 'kind')]",
        help="Empty: all kinds.",
    )
    usage_ids = fields.Many2many(
        "pm.property.aspect",
        "pm_service_standard_usage_rel",
        "standard_id",
        "aspect_id",
        "Uses",
        domain="[('aspect', '=', 'usage')]",
        help="Empty: all uses.",
    )
    reference = fields.Char(
        "Law or Source",
        translate=True,
        help="The rule or contract that the standard comes from.",
    )
    is_default = fields.Boolean(
        "Shipped Default",
        readonly=True,
        copy=False,
        help="Came with the program: compare it with the law of the place and the "
        "contract, and change it in a new version.",
    )
    attributes = fields.Properties(
        definition="category_id.standard_attribute_definition", precompute=False
    )
    policy_ids = fields.Many2many(
        "pm.policy",
        "pm_policy_standard_rel",
        "standard_id",
        "policy_id",
        "Policies",
        copy=False,
        help="Policies that the standard carries out.",
    )
    origin_id = fields.Many2one(
        "pm.service.standard",
        "First Version",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    previous_id = fields.Many2one(
        "pm.service.standard",
        "Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_ids = fields.One2many("pm.service.standard", "origin_id", "Versions")

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(estate_id, 0), COALESCE(company_id, 0)) "
        "WHERE state = 'in_force'",
        "A standard of this code is in force in the same place.",
    )
    _frequency_positive = models.Constraint(
        "CHECK (frequency_times > 0 AND frequency_every > 0)",
        "How often a standard applies is counted from 1.",
    )

    @api.depends("estate_id")
    def _compute_company_id(self):
        for standard in self:
            standard.company_id = (
                standard.estate_id.company_id or standard.company_id or self.env.company
            )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for standard in self:
            standard.display_name = f"{standard.code} {standard.name or ''}".strip()

    @api.depends("comparison", "target", "unit")
    @api.depends_context("lang")
    def _compute_target_text(self):
        signs = {"at_most": "≤", "at_least": "≥", "exactly": "="}
        for standard in self:
            sign = signs.get(standard.comparison)
            figure = f"{standard.target:g}"
            standard.target_text = (
                f"{sign} {figure} {standard.unit or ''}".strip() if sign else False
            )

    @api.depends(
        "frequency_times", "frequency_every", "frequency_unit", "frequency_note"
    )
    @api.depends_context("lang")
    def _compute_frequency(self):
        for standard in self:
            interval, when = standard._interval_text(), standard.frequency_note
            if interval and when:
                standard.frequency = self.env._(
                    "%(interval)s; %(when)s", interval=interval, when=when
                )
            else:
                standard.frequency = interval or when

    def _interval_text(self):
        """The structured frequency in words."""
        times, every = self.frequency_times, self.frequency_every
        singular = {
            "hour": self.env._("every hour"),
            "day": self.env._("every day"),
            "week": self.env._("every week"),
            "month": self.env._("every month"),
            "year": self.env._("every year"),
        }
        several = {
            "hour": self.env._("every %(count)s hours", count=every),
            "day": self.env._("every %(count)s days", count=every),
            "week": self.env._("every %(count)s weeks", count=every),
            "month": self.env._("every %(count)s months", count=every),
            "year": self.env._("every %(count)s years", count=every),
        }
        if not self.frequency_unit:
            return ""
        interval = (singular if every == 1 else several)[self.frequency_unit]
        if times == 1:
            return interval
        return self.env._(
            "%(times)s times %(interval)s", times=times, interval=interval
        )

    @api.constrains("state", "estate_id", "company_id", "origin_id")
    def _check_scope(self):
        for standard in self:
            origin = standard.origin_id
            if origin and origin.estate_id != standard.estate_id:
                raise ValidationError(
                    self.env._(
                        "All versions of %s hold in the same place. Adapt the "
                        "standard to the estate instead.",
                        standard.display_name,
                    )
                )

    def action_adapt(self):
        """Draft an estate's own standard from a shared one.

        It is compared with the shared one, and takes its place in the manual of
        the estate.

        :raises UserError: it belongs to an estate already, or the user has none
        """
        self.ensure_one()
        if self.estate_id:
            raise UserError(
                self.env._(
                    "%(standard)s belongs to %(estate)s already. Make a new version "
                    "to change it.",
                    standard=self.display_name,
                    estate=self.estate_id.display_name,
                )
            )
        estates = Domain("kind", "=", "estate")
        if self.company_id:
            estates &= Domain("company_id", "=", self.company_id.id)
        estate = self.env["pm.property"].search(
            estates & Domain("id", "in", self.env.user.pm_estate_ids.ids), limit=1
        ) or self.env["pm.property"].search(estates, limit=1)
        if not estate:
            raise UserError(
                self.env._("There is no estate that you work with to adapt it to.")
            )
        return self._adapt(estate)._form()

    def _adapt(self, estate):
        """Draft the standard of ``estate`` that takes the place of this shared one.

        Where the estate has its own of that code already, the next version of that
        one is drafted.
        """
        own = self.search(
            [
                ("code", "=", self.code),
                ("estate_id", "=", estate.id),
                ("state", "in", (*self._open_states, "in_force")),
            ]
        ).sorted(lambda standard: standard.state == "in_force")[:1]
        if own:
            return own._open_version() or own._new_version()
        return self._as_step().copy(
            {
                "estate_id": estate.id,
                "company_id": estate.company_id.id,
                "previous_id": self.id,
            }
        )

    def _after_in_force(self, before):
        """Policies name the version that is in force, and targets are those of it."""
        if before:
            kpis = self.env["pm.kpi"].sudo().with_context(active_test=False)
            kpis.search([("standard_id", "=", before.id)])._take_over_standard(self)
            before.policy_ids.write(
                {
                    "standard_ids": [
                        Command.unlink(before.id),
                        Command.link(self.id),
                    ]
                }
            )

    def _meets(self, value):
        """Whether a measured figure meets the target; None without a target."""
        self.ensure_one()
        if not self.comparison:
            return None
        if self.comparison == "at_most":
            return value <= self.target
        if self.comparison == "at_least":
            return value >= self.target
        return value == self.target

    def action_print_manual(self):
        """Print the standards that were chosen, or else the company's manual."""
        self.check_access("read")
        standards = self or self._of_company()
        return self.env.ref("pm_core.action_report_service_manual").report_action(
            standards, config=False
        )

    @api.model
    def _of_company(self):
        """What is in force in all estates of the company."""
        domain = Domain("state", "=", "in_force")
        domain &= Domain("company_id", "in", [False, self.env.company.id])
        domain &= Domain("estate_id", "=", False)
        return self.search(domain)._without_overridden()

    @api.model
    def _domain_of_estate(self, estate):
        """What is in force in an estate, or shared.

        A shared standard counts also where the estate has its own of that code;
        ``_without_overridden`` leaves it out.
        """
        domain = Domain("state", "=", "in_force")
        domain &= Domain("company_id", "in", [False, estate.company_id.id])
        return domain & Domain("estate_id", "in", [False, estate.id])

    @api.model
    def _of_estate(self, estate):
        """The manual of an estate, for all that is in it."""
        return self.search(self._domain_of_estate(estate))._without_overridden()

    @api.model
    def _domain_applying(self, prop):
        """Standards in force that apply to a property, by place, kind and use.

        See ``_domain_of_estate`` about shared ones.
        """
        domain = self._domain_of_estate(prop.estate_id)
        for name, value in (("kind_ids", prop.kind), ("usage_ids", prop.usage)):
            if value:
                domain &= Domain(name, "=", False) | Domain(f"{name}.value", "=", value)
        return domain

    @api.model
    def _applying(self, prop):
        """The standards that hold for a property today."""
        return self.search(self._domain_applying(prop))._without_overridden()

    def _without_overridden(self):
        """Leave out what a narrower standard of the same code takes the place of."""
        best = {}
        for standard in self:
            width = (bool(standard.estate_id), bool(standard.company_id))
            if standard.code not in best or width > best[standard.code][0]:
                best[standard.code] = (width, standard.id)
        kept = {standard_id for _width, standard_id in best.values()}
        return self.filtered(lambda standard: standard.id in kept)
