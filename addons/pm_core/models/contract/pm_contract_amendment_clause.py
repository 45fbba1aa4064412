from odoo import api, fields, models
from odoo.tools import html2plaintext

from .pm_contract_clause_template import CLAUSE_TYPES


class PmContractAmendmentClause(models.Model):
    """A clause of the contract as an amendment wants it: changed, new or removed."""

    _name = "pm.contract.amendment.clause"
    _description = "Amended Clause"
    _inherit = ["pm.part.mixin"]
    _order = "amendment_id, id"
    _whole = "amendment_id"

    amendment_id = fields.Many2one(
        "pm.contract.amendment", required=True, index=True, ondelete="cascade"
    )
    contract_id = fields.Many2one(related="amendment_id.contract_id")
    estate_id = fields.Many2one(
        related="amendment_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="amendment_id.company_id", store=True, precompute=True
    )
    clause_id = fields.Many2one(
        "pm.contract.clause",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('contract_id', '=', contract_id)]",
        help="The clause that changes; empty for a new one.",
    )
    name = fields.Char(
        "Title",
        required=True,
        compute="_compute_from_clause",
        store=True,
        readonly=False,
        precompute=True,
    )
    clause_type = fields.Selection(
        CLAUSE_TYPES,
        "Type",
        required=True,
        compute="_compute_from_clause",
        store=True,
        readonly=False,
        precompute=True,
    )
    body = fields.Html(
        "New Text",
        compute="_compute_from_clause",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_removed = fields.Boolean("Removed")

    @api.depends("clause_id")
    def _compute_from_clause(self):
        """Start from the clause as it stands."""
        for row in self:
            clause = row.clause_id
            row.name = clause.name or row.name
            row.clause_type = clause.clause_type or row.clause_type or "other"
            row.body = clause.body or row.body

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self._check_open()

    def _check_open(self):
        if not self.env.su:
            self.amendment_id._check_open()

    def _changes(self):
        """Return the values of the line of what changes; none if nothing does."""
        self.ensure_one()
        clause = self.clause_id
        names = ("name", "clause_type", "body")
        new = {name: str(self[name] or "") for name in names}
        old = {name: str(clause[name] or "") for name in names}
        if (self.is_removed and not clause) or (not self.is_removed and new == old):
            return []
        return [
            {
                "key": f"clause:{clause.id}" if clause else f"clause:new:{self.id}",
                "what": "clause",
                "name": self.name,
                "clause_id": clause.id,
                "old_text": html2plaintext(clause.body or "") if clause else False,
                "new_text": (
                    self.env._("removed")
                    if self.is_removed
                    else html2plaintext(self.body or "")
                ),
                "old_value": old if clause else False,
                "new_value": False if self.is_removed else new,
            }
        ]
