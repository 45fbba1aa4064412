from odoo import fields, models


class PmPrepayRule(models.Model):
    """What is let off who pays months ahead: free months, or a percentage.

    The counter proposes the first rule that fits. Whatever is agreed with a customer is
    kept with the agreement: another rule changes nothing of it.
    """

    _name = "pm.prepay.rule"
    _description = "Discount for Prepaying"
    _inherit = ["pm.setting.mixin", "mail.thread"]
    _order = "months desc, sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    fee_item_ids = fields.Many2many(
        "pm.fee.item",
        "pm_prepay_rule_item_rel",
        string="Applies to",
        check_company=True,
        help="Empty: all fee items.",
    )
    months = fields.Integer(
        "From Months",
        required=True,
        default=12,
        tracking=True,
        aggregator=None,
        help="It holds for who pays as many months or more.",
    )
    kind = fields.Selection(
        [("free", "Free Months"), ("percent", "Percentage")],
        "Discount",
        required=True,
        default="free",
        tracking=True,
    )
    free_months = fields.Integer(
        default=1, tracking=True, aggregator=None, help="The last ones are free."
    )
    percent = fields.Float(
        "Discount (%)",
        digits=(16, 4),
        tracking=True,
        aggregator=None,
        help="Of each month.",
    )
    date_from = fields.Date("Paid From", tracking=True)
    date_to = fields.Date("Paid Until", tracking=True)
    is_lost = fields.Boolean(
        "Lost When Given Back",
        default=True,
        tracking=True,
        help="Where months are given back before they are used, the discount of those "
        "that were used is charged again.",
    )

    _months_positive = models.Constraint(
        "CHECK (months > 0)", "A discount begins at one month or more."
    )
    _discount_in_range = models.Constraint(
        """CHECK (CASE kind WHEN 'free' THEN free_months > 0 AND free_months < months
                  ELSE percent > 0 AND percent < 100 END)""",
        "Fewer months are free than are paid for, and the percentage is between 0 "
        "and 100.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it begins."
    )

    def write(self, vals):
        """A rule moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    def _fits(self, estate, months, day):
        """Whether it holds for who pays so many months at an estate on a day."""
        self.ensure_one()
        return (
            self.months <= months
            and (not self.estate_id or self.estate_id == estate)
            and (not self.date_from or self.date_from <= day)
            and (not self.date_to or self.date_to >= day)
        )

    def _for_item(self, item):
        """Return the rule where it holds for a fee item, else none."""
        return self.filtered(
            lambda rule: not rule.fee_item_ids or item in rule.fee_item_ids
        )
