from odoo import api, fields, models
from odoo.tools import format_date

from ..fees.quantities import exact
from ..ledger.business_day import today_at


class PmLateFeeRule(models.Model):
    """What is owed for paying late, and when it is booked.

    It counts on the principal alone. What is booked stays booked: another rate holds
    for the days that follow.
    """

    _name = "pm.late.fee.rule"
    _description = "Late Fee Rule"
    _inherit = ["pm.setting.mixin", "mail.thread", "pm.cron.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10, help="The first rule that fits holds.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    fee_item_ids = fields.Many2many(
        "pm.fee.item",
        "pm_late_fee_rule_item_rel",
        string="Applies to",
        check_company=True,
        help="Empty: all fee items.",
    )
    fee_item_id = fields.Many2one(
        "pm.fee.item",
        "Booked as",
        required=True,
        ondelete="restrict",
        check_company=True,
        help="The item that late fees are charged as; a late fee bears none itself.",
    )
    rate = fields.Float(
        "Rate (%)",
        digits=(16, 6),
        default=0.05,
        tracking=True,
        aggregator=None,
        help="Percent of what is owed, a day, month or year.",
    )
    rate_ids = fields.One2many(
        "pm.late.fee.rate",
        "rule_id",
        "Rates by Date",
        help="A reference rate (LPR) that changes: each until the next. They come "
        "before the one rate.",
    )
    factor = fields.Float(
        digits=(16, 6),
        default=1.0,
        aggregator=None,
        help="Times the rate, for example 1.3 times the LPR.",
    )
    per = fields.Selection(
        [("day", "A Day"), ("month", "A Month"), ("year", "A Year")],
        required=True,
        default="day",
    )
    basis = fields.Selection(
        [
            ("actual", "Calendar"),
            ("365", "365 Days"),
            ("366", "366 Days"),
            ("360", "360 Days"),
            ("30", "Months of 30 Days"),
            ("begun", "Begun Ones as Whole Ones"),
            ("complete", "Complete Ones Only"),
        ],
        "Days of a Month or Year",
        required=True,
        default="actual",
    )
    grace_days = fields.Integer(
        aggregator=None, help="Days after the due date without a late fee."
    )
    grace_retroactive = fields.Boolean(
        "From the Due Date All the Same",
        help="When the days of grace are over, it counts from the due date.",
    )
    cap_percent = fields.Float(
        "At Most (% of What Is Owed)",
        digits=(16, 4),
        default=30.0,
        aggregator=None,
        help="A court may cut what is more than 30 % above the loss; 0: no limit.",
    )
    minimum = fields.Monetary("At Least")
    rounding_mode = fields.Selection(
        [("half_up", "Half Up"), ("down", "Down"), ("up", "Up")],
        "Rounded How",
        required=True,
        default="half_up",
    )
    rounding_to = fields.Selection(
        [("0.01", "0.01"), ("0.1", "0.1"), ("1", "1")],
        "Rounded to",
        required=True,
        default="0.01",
    )
    booking = fields.Selection(
        [
            ("payment", "At Payment"),
            ("monthly", "Each Month and at Payment"),
            ("daily", "Each Day and at Payment"),
        ],
        "Booked",
        required=True,
        default="monthly",
    )
    pause_ids = fields.One2many("pm.late.fee.pause", "rule_id", "Days without Late Fee")

    _values = models.Constraint(
        "CHECK (rate >= 0 AND factor > 0 AND grace_days >= 0 AND cap_percent >= 0"
        " AND minimum >= 0)",
        "Rates, days and limits are not negative.",
    )

    def write(self, vals):
        """A rule moves only to an estate that the user may see."""
        if vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    def _fits(self, charge):
        self.ensure_one()
        return (
            self.company_id == charge.company_id
            and (not self.estate_id or self.estate_id == charge.estate_id)
            and (not self.fee_item_ids or charge.fee_item_id in self.fee_item_ids)
            and charge.fee_item_id != self.fee_item_id
        )

    def _engine_rule(self, pauses=()):
        """Return the rule as :func:`engine.late_fee` reads it, without limits.

        Limits are for all that is booked on one charge, not for a stretch of days.
        """
        self.ensure_one()
        rule = {
            "rate": exact(self.rate) / 100,
            "factor": exact(self.factor),
            "per": self.per,
            "basis": self.basis,
            "grace_days": self.grace_days,
            "grace_retroactive": self.grace_retroactive,
            "pauses": [
                *((row.date_from, row.date_to) for row in self.pause_ids),
                *pauses,
            ],
            "rounding": {"to": "0.00000001"},
        }
        if self.rate_ids:
            rule["rates"] = [
                {"from": row.date_from, "rate": exact(row.percent) / 100}
                for row in self.rate_ids
            ]
        return rule

    def _no_rate_text(self, day):
        """What is missing in the table of rates, and the way out."""
        return self.env._(
            "The late fee rule %(rule)s has no rate for %(day)s. Add a row to its "
            "rates by date that begins on that day or before.",
            rule=self.name,
            day=format_date(self.env, day),
        )

    @api.model
    def _cron_book(self):
        """Book what is owed until yesterday, or until the last day of the month."""
        domain = [("booking", "in", ("daily", "monthly"))]
        self.search(domain)._cron_each(lambda rule: rule._book_due(), domain)

    def _book_due(self):
        self.ensure_one()
        estates = self.estate_id or self.env["pm.property"].search(
            [("kind", "=", "estate"), ("company_id", "=", self.company_id.id)]
        )
        for until, some in estates.grouped(self._due_until).items():
            charges = self.env["pm.charge"]._bearing_late_fees(self, until)
            for estate, mine in charges.grouped("estate_id").items():
                if estate in some:
                    mine._book_late_fees(until)

    def _due_until(self, estate):
        """Return the last day that is over at an estate, or its last month's."""
        today = today_at(estate)
        if self.booking == "monthly":
            today = today.replace(day=1)
        return fields.Date.subtract(today, days=1)

    def action_book(self):
        """Book now what the daily job would."""
        self.check_access("write")
        for rule in self:
            rule._book_due()
