from odoo import fields, models


class PmLateFeePause(models.Model):
    """Days on which nobody owes a late fee, such as a holiday."""

    _name = "pm.late.fee.pause"
    _description = "Days without Late Fee"
    _inherit = ["pm.part.mixin"]
    _whole = "rule_id"
    _order = "rule_id, date_from desc, id"

    rule_id = fields.Many2one(
        "pm.late.fee.rule", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="rule_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    name = fields.Char(required=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is before the first."
    )
