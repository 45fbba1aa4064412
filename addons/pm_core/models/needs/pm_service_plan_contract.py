from markupsafe import Markup

from odoo import Command, fields, models
from odoo.exceptions import UserError


class PmServicePlan(models.Model):
    """The contract that an accepted plan makes."""

    _inherit = "pm.service.plan"

    def action_make_contract(self):
        """Draft the contract of the accepted plan.

        :raises UserError: not accepted, or the contract is made already
        """
        self.ensure_one()
        self._check_in_state("accepted")
        self.lock_for_update()
        self._check_no_contract()
        contract = self.env["pm.contract"]._as_step().create(self._contract_values())
        contract.message_post(
            body=self.env._("Made from the service plan %s.", self.display_name)
        )
        if self.currency_id.compare_amounts(self.amount_month, contract.amount_month):
            contract.message_post(
                body=self.env._(
                    "The plan came to %(plan)s a month, the contract comes to "
                    "%(contract)s: the register knows other units or areas in scope "
                    "than the plan counted on. Check the fees before you submit it.",
                    plan=self._money(self.amount_month),
                    contract=self._money(contract.amount_month),
                )
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
