from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmMaintenancePlanTemplate(models.Model):
    _inherit = "pm.maintenance.plan.template"

    def write(self, vals):
        """A template that learns the years changes no plan: managers are told."""
        before = self.filtered("due_ages")
        result = super().write(vals)
        new = self.filtered("due_ages") - before
        if new:
            plans = self.env["pm.maintenance.plan"].sudo()
            plans.search(plans._domain_rule_newer([("id", "in", new.ids)]))._tell_rule()
        return result


class PmMaintenancePlan(models.Model):
    """A plan that was made before its template knew the years of a machine's age.

    Which day a test falls on is for people to decide, as other years may need another
    test: the plan says that there is the rule, one button takes it over, another one
    says that the plan keeps its own.
    """

    _inherit = "pm.maintenance.plan"

    keeps_rule = fields.Boolean(
        "Keeps Its Own Interval", readonly=True, copy=False, tracking=True
    )
    is_rule_newer = fields.Boolean(
        "Template Goes by Age",
        compute="_compute_is_rule_newer",
        search="_search_is_rule_newer",
        help="The template says now in which years of the machine's age it is due.",
    )
    template_due_ages = fields.Char(
        "Years of Age by the Template", related="template_id.due_ages"
    )

    @api.depends("template_id.due_ages", "due_ages", "equipment_id", "keeps_rule")
    def _compute_is_rule_newer(self):
        for plan in self:
            plan.is_rule_newer = bool(
                plan.template_id.due_ages
                and plan.equipment_id
                and not plan.due_ages
                and not plan.keeps_rule
            )

    def _search_is_rule_newer(self, operator, value):
        if operator != "in":
            return NotImplemented
        newer = self._domain_rule_newer()
        return newer if True in value else ~newer

    @api.model
    def _domain_rule_newer(self, templates=()):
        return (
            Domain("template_id", "any", [("due_ages", "!=", False), *templates])
            & Domain("equipment_id", "!=", False)
            & Domain("due_ages", "=", False)
            & Domain("keeps_rule", "=", False)
        )

    def action_take_rule(self):
        """Be due in the years of age that the template names, from the next day on.

        :raises UserError: the template has no such rule, or it is decided already
        """
        self.check_access("write")
        self._check_rule_newer()
        for plan in self:
            template = plan.template_id
            plan.write(
                {
                    "due_ages": template.due_ages,
                    "after_ages": template.after_ages,
                    "schedule_unit": template.schedule_unit,
                    "schedule_every": template.schedule_every,
                    "counts_from": "plan",
                    "source": template.source,
                }
            )
            plan.message_post(
                body=self.env._(
                    "Taken over from the template: %(rule)s", rule=plan.schedule_summary
                )
            )
        self._rule_decided()

    def action_keep_rule(self):
        """The plan stays as it is, and nobody is asked again.

        :raises UserError: the template has no such rule, or it is decided already
        """
        self.check_access("write")
        self._check_rule_newer()
        self.sudo()._as_step().keeps_rule = True
        self._rule_decided()

    def _check_rule_newer(self):
        for plan in self:
            if not plan.is_rule_newer:
                raise UserError(
                    self.env._(
                        "%s: there is no rule of the template to decide about.",
                        plan.display_name,
                    )
                )

    def _rule_decided(self):
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_plan_rule"])

    def _tell_rule(self):
        """One activity for a manager of the estate, whatever is repeated."""
        kind = self.env.ref(
            "pm_maintenance.mail_activity_plan_rule", raise_if_not_found=False
        )
        if not kind:
            return
        group = self.env.ref("pm_core.group_pm_estate_manager")
        for estate, plans in self.sudo().grouped("estate_id").items():
            manager = group._pm_members(estate)[:1]
            reader = plans.with_context(lang=manager.lang or self.env.lang)
            told = plans.activity_ids.filtered(
                lambda one, kind=kind: one.activity_type_id == kind
            )
            known = set(told.mapped("res_id"))
            new = reader.filtered(lambda plan, known=known: plan.id not in known)
            if manager and new:
                new.activity_schedule(
                    "pm_maintenance.mail_activity_plan_rule",
                    summary=reader.env._("The template goes by age now: take it over?"),
                    user_id=manager.id,
                )
