from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields, models


class PmContract(models.Model):
    """How a contract goes on after its term: by the contract that follows it."""

    _inherit = "pm.contract"

    renewal_ids = fields.One2many("pm.contract.renewal", "contract_id", "Renewals")
    renewal_count = fields.Integer(compute="_compute_renewal_count")

    def _compute_renewal_count(self):
        renewals = dict(
            self.env["pm.contract.renewal"]._read_group(
                [("contract_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["contract_id"],
                ["__count"],
            )
        )
        for contract in self:
            contract.renewal_count = renewals.get(contract._origin, 0)

    def action_view_renewals(self):
        self.ensure_one()
        self.check_access("read")
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
        follower = self.create(
            {
                **self._follow_on_terms(last_day),
                "line_ids": self._follow_on_fees(last_day),
                "clause_ids": self._follow_on_clauses(),
            }
        )
        self._follow_on_parties(follower)
        self.env["pm.contract.obligation"].create(
            self.obligation_ids._prepare_follow_on(follower, last_day)
        )
        return follower

    def _follow_on_terms(self, last_day):
        """Values of the contract that follows: the same terms, for as long."""
        starts = last_day + timedelta(days=1)
        ends = False
        if self.date_to:
            term = relativedelta(self.date_to + timedelta(days=1), self.date_from)
            ends = starts + term - timedelta(days=1)
        return self.copy_data(
            {
                "date_from": starts,
                "date_to": ends,
                "predecessor_id": self.id,
                "user_id": self.user_id.id,
                # worked out anew from the fees when it is submitted
                "amount": 0.0,
            }
        )[0]

    def _follow_on_fees(self, last_day):
        """Commands for the fees that hold on ``last_day``, for the whole new term."""
        lines = self.line_ids.filtered(
            lambda line: (
                (not line.date_to or line.date_to >= last_day)
                and (not line.date_from or line.date_from <= last_day)
            )
        )
        return [
            Command.create({**vals, "contract_id": False})
            for vals in lines.copy_data({"date_from": False, "date_to": False})
        ]

    def _follow_on_clauses(self):
        """Commands for the clauses, to be filled in with what is agreed anew."""
        return [
            Command.create(
                {
                    **clause.copy_data({"contract_id": False})[0],
                    "template_id": clause.template_id.id,
                    "body": clause._unfilled(),
                }
            )
            for clause in self.clause_ids
        ]

    def _follow_on_parties(self, follower):
        """Enter the parties that the new contract has not got by itself."""
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
