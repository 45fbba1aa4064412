import re

from odoo import api, fields, models
from odoo.tools import html2plaintext

from .pm_contract_clause_template import CLAUSE_TYPES, PLACEHOLDER, fill


class PmContractClause(models.Model):
    """A clause as it stands in one contract; editable while that is a draft.

    Words in braces stay in ``body`` until the contract is approved, so that the
    text follows its dates and parties; from then on the text is fixed.
    """

    _name = "pm.contract.clause"
    _description = "Contract Clause"
    _inherit = ["pm.part.mixin"]
    _order = "contract_id, sequence, id"
    _whole = "contract_id"

    contract_id = fields.Many2one(
        "pm.contract", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Title", required=True)
    clause_type = fields.Selection(CLAUSE_TYPES, "Type", required=True, default="other")
    body = fields.Html(required=True)
    text = fields.Html(compute="_compute_text")
    excerpt = fields.Char("Beginning", compute="_compute_excerpt")
    template_id = fields.Many2one(
        "pm.contract.clause.template",
        "Taken from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends(
        "body",
        "contract_id.name",
        "contract_id.partner_id.name",
        "contract_id.company_id.name",
        "contract_id.estate_id.name",
        "contract_id.property_ids",
        "contract_id.date_from",
        "contract_id.date_to",
        "contract_id.fee_basis",
        "contract_id.commission_method",
        "contract_id.commission_rate",
        "contract_id.commission_amount",
        "contract_id.line_ids.name",
        "contract_id.line_ids.method",
        "contract_id.line_ids.price",
        "contract_id.line_ids.surcharge",
        "contract_id.amount",
        "contract_id.notice_days",
        "contract_id.notice_days_other",
    )
    @api.depends_context("lang")
    def _compute_text(self):
        for contract, clauses in self.grouped("contract_id").items():
            values = contract._clause_values()
            for clause in clauses:
                clause.text = fill(clause.body, values)

    @api.depends("text")
    def _compute_excerpt(self):
        for clause in self:
            text = html2plaintext(clause.text or "", include_references=False)
            clause.excerpt = " ".join(text.split())[:120]

    @api.model_create_multi
    def create(self, vals_list):
        clauses = super().create(vals_list)
        clauses.contract_id._check_terms_open()
        return clauses

    def write(self, vals):
        self.contract_id._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.contract_id._check_terms_open()

    def _unfilled(self):
        """Return the text with its words in braces, to be filled in anew elsewhere.

        That is the text of the template, if nothing but those words was changed.
        """
        self.ensure_one()
        template = str(self.template_id.body or "")
        parts = PLACEHOLDER.split(template)[::2]
        pattern = ".*?".join(re.escape(part) for part in parts)
        if template and re.fullmatch(pattern, str(self.body), re.DOTALL):
            return template
        return self.body

    def _freeze(self):
        """Replace the words in braces for good: what is approved does not change."""
        for contract, clauses in self.grouped("contract_id").items():
            for clause in clauses.with_context(lang=contract._contract_lang()):
                clause.body = clause.text

    def _heading(self, number):
        """Return the heading of the clause that stands at ``number``."""
        self.ensure_one()
        return self.env._(
            "Article %(number)s  %(title)s", number=number, title=self.name
        )
