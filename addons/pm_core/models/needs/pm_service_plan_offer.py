from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class PmServicePlan(models.Model):
    """From the draft to the customer: filled, checked, presented, sent."""

    _inherit = "pm.service.plan"

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
            plan._check_units()
        return result

    def _check_units(self):
        """Refuse an amount for each unit where there is none: it would be nothing.

        :raises UserError: naming the plan, the service and the ways out
        """
        for plan in self.filtered(lambda plan: not plan.unit_count):
            each = plan.line_ids.filtered(
                lambda line: line.method in ("area", "fixed") and line.surcharge
            )[:1]
            if each:
                raise UserError(
                    self.env._(
                        "%(line)s of %(plan)s has an amount for each unit, but no unit "
                        "is in scope. Enter the number of units, or choose one amount "
                        "for the whole contract.",
                        line=each.name,
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
            plan._set_state("presented", presented_date=today, valid_until=until)
            plan._portal_ensure_token()
            plan._other_versions()._replace()

    def action_send(self):
        """Open the e-mail to the customer; sending it presents the plan.

        :raises UserError: not approved nor presented, or no e-mail address
        """
        self.ensure_one()
        self.check_access("write")
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
