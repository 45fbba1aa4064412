from odoo import fields, models


class PmContractAmendmentLine(models.Model):
    """One changed term: what it was and what it becomes, in words and as values."""

    _name = "pm.contract.amendment.line"
    _description = "Changed Term"
    _order = "amendment_id, sequence, id"

    amendment_id = fields.Many2one(
        "pm.contract.amendment", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="amendment_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="amendment_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, readonly=True)
    what = fields.Selection(
        [
            ("end", "End Date"),
            ("party", "Party"),
            ("scope", "Scope"),
            ("fee", "Fee"),
            ("basis", "Fee Basis"),
            ("value", "Contract Value"),
            ("notice", "Notice Period"),
            ("clause", "Clause"),
            ("other", "Other"),
        ],
        "Kind of Term",
        required=True,
        readonly=True,
    )
    name = fields.Char("Agreed Term", readonly=True)
    old_text = fields.Text("Before the Change", readonly=True)
    new_text = fields.Text("After the Change", readonly=True)
    old_value = fields.Json(readonly=True)
    new_value = fields.Json(readonly=True)
    clause_id = fields.Many2one(
        "pm.contract.clause", readonly=True, ondelete="set null"
    )
