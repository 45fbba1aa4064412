from odoo import fields, models


class PmInspectionDecisionLine(models.TransientModel):
    """An entry of a visit, as it was entered and as it shall count."""

    _name = "pm.inspection.decision.line"
    _description = "Entry of a Decision"

    decision_id = fields.Many2one(
        "pm.inspection.decision", required=True, ondelete="cascade"
    )
    item_id = fields.Many2one("pm.inspection.item", required=True, ondelete="cascade")
    entered = fields.Char()
    value = fields.Char("Counts as")
