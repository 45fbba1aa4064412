from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class PmContract(models.Model):
    """The text of a contract: clauses from templates, and how it is printed."""

    _inherit = "pm.contract"

    clause_ids = fields.One2many(
        "pm.contract.clause", "contract_id", "Clauses", copy=True
    )
    note = fields.Html("Other Terms")

    # ------------------------------------------------------------------
    # Clauses
    # ------------------------------------------------------------------

    def action_take_clauses(self):
        """Add the clauses of the templates of the kind that are not there yet.

        :raises UserError: not a draft
        """
        self._check_terms_open()
        self._take_clauses()

    def _take_clauses(self, only_basis=False):
        """Copy the clauses that fit; ``only_basis``: those for one fee basis only."""
        domain = [("fee_basis", "!=", False)] if only_basis else []
        templates = self.env["pm.contract.clause.template"].search(domain)
        vals_list = []
        for contract in self:
            present = contract.clause_ids.template_id
            wanted = (templates - present).filtered(
                lambda template, contract=contract: (
                    (not template.kind_ids or contract.kind_id in template.kind_ids)
                    and template.fee_basis in (False, contract.fee_basis)
                )
            )
            vals_list += [
                {
                    "contract_id": contract.id,
                    "template_id": template.id,
                    "sequence": template.sequence,
                    "name": template.name,
                    "clause_type": template.clause_type,
                    "body": template.body,
                }
                for template in wanted.with_context(lang=contract._contract_lang())
            ]
        # whoever may make a contract gets its clauses, without a right to make others
        self.env["pm.contract.clause"].sudo()._as_step().create(vals_list)

    def _swap_clauses(self):
        """Let the clauses of another fee basis make room for those of the new one."""
        for contract in self:
            others = contract.clause_ids.filtered(
                lambda clause, contract=contract: (
                    clause.template_id.fee_basis not in (False, contract.fee_basis)
                )
            )
            if others or contract.clause_ids.template_id:
                others.sudo().unlink()
                contract._take_clauses(only_basis=True)

    @api.model
    def _clause_placeholders(self):
        """Return the words in braces that clauses may use."""
        return [
            "company",
            "party",
            "estate",
            "scope",
            "date_from",
            "date_to",
            "fee_basis",
            "commission",
            "fees",
            "amount",
            "notice_ours",
            "notice_theirs",
            "notice_open",
            "handover_days",
            "number",
        ]

    def _clause_values(self):
        """Return {word: text} of what clauses take from the contract."""
        self.ensure_one()
        blank = "______"
        labels = self._fields["fee_basis"]._description_selection(self.env)
        values = {
            "company": self.company_id.name,
            "party": self.partner_id.name,
            "estate": self.estate_id.name,
            "scope": ", ".join(
                self.property_ids.with_context(hierarchical_naming=False).mapped(
                    "display_name"
                )
            )
            or self.env._("the whole estate"),
            "date_from": self.date_from and format_date(self.env, self.date_from),
            "date_to": (
                format_date(self.env, self.date_to)
                if self.date_to
                else self.env._("open-ended")
            ),
            "fee_basis": dict(labels).get(self.fee_basis),
            "commission": self._commission_text(),
            "fees": "; ".join(line._describe() for line in self.line_ids),
            "amount": self.amount
            and format_amount(self.env, self.amount, self.currency_id),
            "notice_ours": str(self.notice_days),
            "notice_theirs": str(self.notice_days_other),
            "notice_open": str(self.kind_id.notice_days_open),
            "handover_days": str(self.kind_id.handover_days),
            "number": self.is_numbered and self.name,
        }
        return {word: values[word] or blank for word in self._clause_placeholders()}

    def _commission_text(self):
        """Return the agreed commission in words, or False."""
        if self.fee_basis != "commission":
            return False
        if self.commission_method == "percent":
            return self.env._(
                "%(rate)s %% of what is spent", rate=f"{self.commission_rate:g}"
            )
        return self.env._(
            "%(amount)s a month",
            amount=format_amount(self.env, self.commission_amount, self.currency_id),
        )

    # ------------------------------------------------------------------
    # Print
    # ------------------------------------------------------------------

    def _contract_lang(self):
        """Return the language of the other party, else of who is responsible."""
        self.ensure_one()
        return self.partner_id.lang or self.user_id.lang or self.env.lang

    def _get_report_base_filename(self):
        """Return the name of the printed file, without signs that files refuse."""
        self.ensure_one()
        return self.display_name.replace("/", "-")

    def _parties_in_order(self):
        """Return (Party A, party), (Party B, party) and the rest, as printed.

        Party A is who entrusts the service.
        """
        self.ensure_one()
        we_entrust = self.side == "supplier"
        roles = dict(
            self.env["pm.contract.party"]
            ._fields["role"]
            ._description_selection(self.env)
        )
        parties = self.party_ids.sorted(
            lambda party: (
                party.role == "guarantor",
                (party.role == "manager") != we_entrust,
                party.sequence,
                party.id,
            )
        )
        letters = iter(
            [
                self.env._("Party A"),
                self.env._("Party B"),
                self.env._("Party C"),
                self.env._("Party D"),
            ]
        )
        return [
            (
                roles["guarantor"]
                if party.role == "guarantor"
                else next(letters, roles[party.role]),
                party,
            )
            for party in parties
        ]

    def _signature_rows(self):
        """Return the parties two by two, as their signatures are laid out."""
        parties = self._parties_in_order()
        return [parties[start : start + 2] for start in range(0, len(parties), 2)]
