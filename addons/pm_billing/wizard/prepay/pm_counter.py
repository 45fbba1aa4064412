from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr, format_amount

# what is known only when the period is over
UNKNOWN_BEFORE = ("metered", "pool", "tariff")
# more is a slip: an amount in the field of the months
MOST_MONTHS = 120


class PmCounter(models.TransientModel):
    """Paying months ahead at the counter, with the discount that fits."""

    _inherit = "pm.counter"

    prepay_months = fields.Integer(
        "Pay Ahead (Months)",
        help="So many months of all fees of this place whose amount is known before, "
        "beginning after what is billed.",
    )
    prepay_rule_id = fields.Many2one(
        "pm.prepay.rule",
        "Discount for Prepaying",
        compute="_compute_prepay_rule_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    prepay_line_ids = fields.One2many(
        "pm.counter.prepay",
        "counter_id",
        "Months Paid Ahead",
        compute="_compute_prepay_line_ids",
        compute_sudo=False,
        store=True,
    )
    shown_months = fields.Char(
        compute="_compute_shown_months",
        store=True,
        readonly=False,
        help="Stands for the months and amounts as they were shown.",
    )
    prepay_text = fields.Char(compute="_compute_amount_prepay")
    amount_prepay = fields.Monetary(
        "Months Ahead", compute="_compute_amount_prepay", help="Less the discount."
    )

    @api.depends("prepay_months", "property_id")
    def _compute_prepay_rule_id(self):
        for counter in self:
            counter.prepay_rule_id = counter._fitting_rules()[:1]

    def _fitting_rules(self):
        """Return the rules that hold for so many months at this place today."""
        self.ensure_one()
        rules = self.env["pm.prepay.rule"]
        if self.prepay_months <= 0 or not self.property_id:
            return rules
        today = self._today()
        estate = self.property_id.estate_id._origin
        rules = rules.search([("company_id", "=", self.company_id.id)])
        rules = rules.filtered(
            lambda rule: rule._fits(estate, self.prepay_months, today)
        )
        return rules.filtered("estate_id") + rules.filtered(
            lambda rule: not rule.estate_id
        )

    @api.depends("prepay_months", "prepay_rule_id", "property_id", "partner_id")
    def _compute_prepay_line_ids(self):
        for counter in self:
            counter.prepay_line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "fee_item_id": row["fee_item_id"],
                            "date_from": row["date_from"],
                            "date_to": row["date_to"],
                            "amount": row["amount"],
                            "discount": row["discount"],
                            "amount_paid": row["amount"] - row["discount"],
                        }
                    )
                    for row in counter._prepay_offer()[0]
                ),
            ]

    @api.depends("prepay_months", "prepay_rule_id", "property_id", "partner_id")
    def _compute_amount_prepay(self):
        for counter in self:
            rows, problems = counter._prepay_offer()
            if counter.prepay_months > 0 and not rows and not problems:
                problems = [
                    self.env._(
                        "No fee of this place and payer can be paid ahead for so many "
                        "months."
                    )
                ]
            counter.prepay_text = " ".join(problems)
            counter.amount_prepay = sum(row["amount"] - row["discount"] for row in rows)

    def _prepay_offer(self):
        """Return (values of lines, problems) of the months to be paid ahead."""
        self.ensure_one()
        place, partner = self.property_id._origin, self.partner_id._origin
        if self.prepay_months <= 0 or not place or not partner:
            return [], []
        if self.prepay_months > MOST_MONTHS:
            text = self.env._("Nobody pays more than %s months ahead.", MOST_MONTHS)
            return [], [text]
        today = self._today()
        fees = self.env["pm.fee"].search(
            [
                ("property_id", "=", place.id),
                ("company_id", "=", self.company_id.id),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ]
        )
        fees = fees.filtered(lambda fee: fee.method not in UNKNOWN_BEFORE)
        payers = fees._payers_on(today)
        fees = fees.filtered(lambda fee: payers[fee.id] == partner)
        return self.env["pm.prepay.line"]._offer(
            fees, partner, self.prepay_months, self.prepay_rule_id._origin, today
        )

    @api.depends("prepay_months", "prepay_rule_id", "property_id", "partner_id")
    def _compute_shown_months(self):
        for counter in self:
            counter.shown_months = self._stands_for(counter._prepay_offer()[0])

    def _stands_for(self, rows):
        """Return a text that is the same for the same months and amounts."""
        return ";".join(
            f"{row['fee_item_id']} {row['date_from']} {row['date_to']} "
            f"{float_repr(row['amount'], 2)} {float_repr(row['discount'], 2)}"
            for row in rows
        )

    def _prepay_wanted(self):
        """Return (values of lines, dedicated amounts) of what is paid ahead now.

        :raises UserError: a rule that does not hold, nothing to pay ahead
        """
        if self.prepay_months <= 0:
            return [], []
        rule = self.prepay_rule_id
        if rule and rule not in self._fitting_rules():
            raise UserError(
                self.env._(
                    "The discount %(rule)s does not hold for %(months)s months here "
                    "today. Choose another one, or none.",
                    rule=rule.name,
                    months=self.prepay_months,
                )
            )
        rows, problems = self._prepay_offer()
        if not rows:
            raise UserError(
                " ".join(problems)
                or self.env._(
                    "No fee of this place and payer can be paid ahead for so many "
                    "months."
                )
            )
        if self.shown_months != self._stands_for(rows):
            raise self._look_again(
                self.env._(
                    "The months ahead come to something else than what was shown. "
                    "Nothing was booked. Look at them again."
                )
            )
        wallets = [
            [
                row["fee_item_id"],
                self.property_id.id,
                self.currency_id.round(row["amount"] - row["discount"]),
            ]
            for row in rows
        ]
        return rows, [wallet for wallet in wallets if wallet[2] > 0]

    def _agree_prepaid(self, rows, missing, receipts):
        """Keep the agreement about the months that were just paid.

        :param missing: dedicated amounts that the money did not cover
        :raises UserError: the money does not cover all months
        """
        if not rows:
            return
        if missing:
            raise UserError(
                self.env._(
                    "To pay %(months)s months ahead, %(amount)s more is needed. Take "
                    "it, or fewer months. Nothing was booked.",
                    months=self.prepay_months,
                    amount=format_amount(
                        self.env, sum(row[2] for row in missing), self.currency_id
                    ),
                )
            )
        self.env["pm.prepay"]._agree(
            self.partner_id,
            self.property_id,
            self.prepay_rule_id,
            self.prepay_months,
            rows,
            receipts.filtered("wallets").filtered(lambda row: row.kind == "money"),
        )
