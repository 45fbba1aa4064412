from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .pm_contract_states import IN_FORCE


class PmContract(models.Model):
    """What goes on under a contract: obligations, amendments, the next contract."""

    _inherit = "pm.contract"

    # ------------------------------------------------------------------
    # Obligations
    # ------------------------------------------------------------------

    def _fulfilment(self, date_from=None, date_to=None, side=None):
        """Return {contract id: (duties met in time, duties due)}, in one query.

        Due is what was due before today, and what was met ahead; waived duties do
        not count.

        :param date_from: first due day that counts, and ``date_to`` the last one
        :param side: "ours" or "theirs"; both if empty
        """
        domain = Domain("contract_id", "in", self.ids)
        domain &= Domain("state", "in", ("met", "late", "breached")) | (
            Domain("state", "=", "pending")
            & Domain("date_due", "<", fields.Date.context_today(self))
        )
        if date_from:
            domain &= Domain("date_due", ">=", date_from)
        if date_to:
            domain &= Domain("date_due", "<=", date_to)
        if side:
            domain &= Domain("side", "=", side)
        figures = {}
        for contract, state, count in self.env[
            "pm.contract.obligation.event"
        ]._read_group(domain, ["contract_id", "state"], ["__count"]):
            met, due = figures.get(contract.id, (0, 0))
            figures[contract.id] = (
                met + (count if state == "met" else 0),
                due + count,
            )
        return figures

    def action_take_obligations(self):
        """Add the duties of the templates of the kind that are not there yet."""
        self._check_manager()
        self._take_obligations()

    def _take_obligations(self):
        templates = self.env["pm.contract.obligation.template"]
        # who may make a contract may have its duties
        self.env["pm.contract.obligation"].sudo().create(
            [
                vals
                for contract in self
                for vals in templates.with_context(
                    # a cron may start it, people read it
                    lang=contract.user_id.lang or self.env.lang
                )._prepare_obligations(contract)
            ]
        )

    def action_view_obligations(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_obligation_event_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {},
            "views": [
                (False, "list"),
                (False, "calendar"),
                (False, "kanban"),
                (False, "form"),
            ],
        }

    # ------------------------------------------------------------------
    # Change
    # ------------------------------------------------------------------

    def action_amend(self):
        """Open a new amendment that starts from the terms of today.

        :raises UserError: not signed yet, or over
        """
        self.ensure_one()
        self._check_manager()
        self._check_in_state("signed", *IN_FORCE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": "pm.contract.amendment",
            "view_mode": "form",
            "context": {"default_contract_id": self.id},
        }

    def action_view_amendments(self):
        self.ensure_one()
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

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    def action_view_renewals(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_renewal_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }

    def _make_follow_on(self, last_day):
        """Return the draft of the contract that follows ``last_day``.

        It has the same length, parties, clauses and duties, and the fees that hold
        on the last day. The contract is renewed when it starts.
        """
        self.ensure_one()
        starts = last_day + timedelta(days=1)
        ends = False
        if self.date_to:
            term = relativedelta(self.date_to + timedelta(days=1), self.date_from)
            ends = starts + term - timedelta(days=1)
        lines = self.line_ids.filtered(
            lambda line: (
                (not line.date_to or line.date_to >= last_day)
                and (not line.date_from or line.date_from <= last_day)
            )
        )
        vals = self.copy_data(
            {
                "date_from": starts,
                "date_to": ends,
                "predecessor_id": self.id,
                "user_id": self.user_id.id,
                # worked out anew from the fees when it is submitted
                "amount": 0.0,
            }
        )[0]
        vals["line_ids"] = [
            Command.create({**line_vals, "contract_id": False})
            for line_vals in lines.copy_data({"date_from": False, "date_to": False})
        ]
        vals["clause_ids"] = [
            Command.create(
                {
                    **clause.copy_data({"contract_id": False})[0],
                    "template_id": clause.template_id.id,
                    "body": clause._unfilled(),
                }
            )
            for clause in self.clause_ids
        ]
        follower = self.create(vals)
        present = follower.party_ids.partner_id
        self.env["pm.contract.party"].create(
            [
                {
                    "contract_id": follower.id,
                    "partner_id": party.partner_id.id,
                    "role": party.role,
                    "sequence": party.sequence,
                    "signatory": party.signatory,
                    "signatory_title": party.signatory_title,
                }
                for party in self.party_ids
                if party.partner_id not in present
            ]
        )
        self.env["pm.contract.obligation"].create(
            self.obligation_ids._prepare_follow_on(follower, last_day)
        )
        return follower
