from odoo import fields, models


class PmLateFeeRate(models.Model):
    """A rate that holds from a day until the next one."""

    _name = "pm.late.fee.rate"
    _description = "Rate of a Late Fee Rule"
    _inherit = ["pm.part.mixin"]
    _whole = "rule_id"
    _order = "rule_id, date_from desc, id"
    _rec_name = "date_from"

    rule_id = fields.Many2one(
        "pm.late.fee.rule", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="rule_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    date_from = fields.Date("From", required=True)
    percent = fields.Float("Rate (%)", digits=(16, 6), required=True, aggregator=None)
    source = fields.Char(help="Who published it.")

    _once = models.UniqueIndex("(rule_id, date_from)", "There is a rate from that day.")
    _positive = models.Constraint("CHECK (percent >= 0)", "A rate is not negative.")
