from odoo import fields, models
from odoo.tools import format_amount, format_date

from .pm_contract_states import AMENDABLE


class PmContract(models.Model):
    """How a contract is changed: by amendments."""

    _inherit = "pm.contract"

    amendment_count = fields.Integer(compute="_compute_amendment_count")

    def _compute_amendment_count(self):
        amendments = dict(
            self.env["pm.contract.amendment"]._read_group(
                [("contract_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["contract_id"],
                ["__count"],
            )
        )
        for contract in self:
            contract.amendment_count = amendments.get(contract._origin, 0)

    def action_amend(self):
        """Open a new amendment that starts from the terms of today.

        :raises UserError: not signed yet, or over
        """
        self.ensure_one()
        self._check_manager()
        self._check_in_state(*AMENDABLE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": "pm.contract.amendment",
            "view_mode": "form",
            "context": {"default_contract_id": self.id},
        }

    def action_view_amendments(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_amendment_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }

    def _term_value(self, name, holder=None):
        """Return a term of the contract, or of the amendment ``holder``, as JSON."""
        self.ensure_one()
        record = self if holder is None else holder
        value, field = record[name], self._fields[name]
        if field.type == "many2many":
            return sorted(value.ids)
        if field.type == "many2one":
            return value.id
        if field.type == "date":
            return value and fields.Date.to_string(value)
        if field.type == "monetary":
            return self.currency_id.round(value)
        if field.type == "float":
            return round(value, field.get_digits(self.env)[1])
        return value

    def _term_text(self, name, holder=None):
        """Return the same term in words."""
        self.ensure_one()
        record = self if holder is None else holder
        value, field = record[name], self._fields[name]
        if name == "property_ids":
            return ", ".join(value.mapped("display_name")) or self.env._(
                "the whole estate"
            )
        if name == "date_to":
            return format_date(self.env, value) if value else self.env._("open-ended")
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "monetary":
            return format_amount(self.env, value, self.currency_id)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "float":
            return f"{value:g}"
        return str(value)

    def _amended(self, amendment, before):
        """React to an amendment that took effect; addons extend it.

        :param before: {field: value so far} of the terms that changed
        """
