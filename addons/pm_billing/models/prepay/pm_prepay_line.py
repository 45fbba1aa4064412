from decimal import Decimal

from odoo import api, fields, models

from ...engine.amounts import credit_steps_between, steps_from_rows
from ...engine.periods import month_first, month_index, month_last, periods
from ...engine.rounding import round_to
from ..fees.billing_facts import BillingFacts
from ..fees.pm_fee import FeeError
from ..fees.pm_fee_amount import NothingDue
from ..fees.quantities import exact

CENT = Decimal("0.01")


class PmPrepayLine(models.Model):
    """The months of one fee that are paid ahead, and what is let off of each.

    A fee is paid ahead once for a day of its life: the database refuses a second
    agreement over the same days.
    """

    _name = "pm.prepay.line"
    _description = "Prepaid Months of a Fee"
    _inherit = ["pm.part.mixin"]
    _whole = "prepay_id"
    _order = "prepay_id, id"
    _rec_name = "fee_item_id"

    prepay_id = fields.Many2one(
        "pm.prepay", required=True, index=True, ondelete="cascade", readonly=True
    )
    property_id = fields.Many2one(
        related="prepay_id.property_id", store=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="prepay_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="prepay_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="prepay_id.partner_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="prepay_id.state", store=True, precompute=True)
    fee_item_id = fields.Many2one("pm.fee.item", required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("Until", required=True, readonly=True)
    agreed_to = fields.Date("Agreed Until", required=True, readonly=True)
    free_from = fields.Date(readonly=True)
    percent = fields.Float(
        "Discount (%)", digits=(16, 4), readonly=True, aggregator=None
    )
    currency_id = fields.Many2one(related="prepay_id.currency_id")
    amount = fields.Monetary("Before Discount", readonly=True)
    discount = fields.Monetary(readonly=True)
    charge_ids = fields.One2many("pm.charge", "prepay_line_id", "Discounts Given")

    _once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(property_id, property_id, '[]') WITH &&,
            int4range(fee_item_id, fee_item_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state = 'active')""",
        "This fee is paid ahead for these months already.",
    )

    @api.model
    def _offer(self, fees, partner, months, rule, day):
        """Return (values of lines, what cannot be paid ahead) for so many months.

        They begin where what is billed or paid ahead ends. Each month is priced as a
        bill run would.

        :param fees: fees of one place
        :param rule: the discount, may be empty
        :param day: of the payment
        """
        charged = fees._charged_until()
        ahead = (
            self.env["pm.prepay"]
            .sudo()
            .search(
                [
                    ("property_id", "in", fees.property_id.ids),
                    ("partner_id", "=", partner.id),
                    ("state", "=", "active"),
                ]
            )
            ._until()
        )
        firsts = {}
        for fee in fees:
            known = [
                charged.get(fee),
                ahead.get((fee.property_id.id, fee.fee_item_id.id)),
                fields.Date.subtract(max(fee.date_from, day.replace(day=1)), days=1),
            ]
            firsts[fee] = fields.Date.add(max(filter(None, known)), days=1)
        rows, problems = [], []
        for item, theirs in fees.grouped("fee_item_id").items():
            grids = self._months_ahead({fee: firsts[fee] for fee in theirs}, months)
            for fee, grid in grids.items():
                try:
                    row = self._offer_fee(
                        fee, partner, grid, self._discount_ahead(item, grids, rule)
                    )
                except FeeError as error:
                    problems.append(error.args[0])
                    continue
                if row:
                    rows.append(row)
        return rows, problems

    @api.model
    def _months_ahead(self, firsts, months):
        """Return {fee: its periods} of the fees of one item, so many months together.

        Where the price changes one fee follows another: the months go on and do not
        begin anew.

        :param firsts: {fee: the first day that can be paid}
        """
        open_fees = {
            fee: first
            for fee, first in firsts.items()
            if not fee.date_to or first <= fee.date_to
        }
        if not open_fees:
            return {}
        end = month_last(month_index(min(open_fees.values())) + months - 1)
        grids = {}
        for fee, first in open_fees.items():
            grid = periods(
                fee.date_from,
                fee.date_to,
                fee.fee_item_id.cycle,
                first,
                end,
                "advance",
                fee.cycle_start or None,
            )
            # whole periods only, and none after the fee ends
            grid = [row for row in grid if row[0] >= first and row[1] <= end]
            if grid:
                grids[fee] = grid
        return grids

    @api.model
    def _discount_ahead(self, item, grids, rule):
        """Return what is agreed for the months of an item, perhaps fewer than typed."""
        begins = min(grid[0][0] for grid in grids.values())
        ends = max(grid[-1][1] for grid in grids.values())
        covered = month_index(ends) - month_index(begins) + 1
        rule = rule._for_item(item).filtered(lambda row: row.months <= covered)
        return {
            "percent": rule.percent if rule.kind == "percent" else 0.0,
            "free_from": month_first(month_index(ends) - rule.free_months + 1)
            if rule.kind == "free"
            else False,
        }

    @api.model
    def _offer_fee(self, fee, partner, grid, agreed):
        """Return the values of the line of one fee, or None where nothing is due."""
        line = {
            "fee_item_id": fee.fee_item_id.id,
            "date_from": grid[0][0],
            "date_to": grid[-1][1],
            "agreed_to": grid[-1][1],
            **agreed,
        }
        facts = BillingFacts(fee, grid[0][0], grid[-1][1])
        amount = discount = Decimal()
        for begins, ends in grid:
            try:
                vals = fee._prepare_charge(begins, ends, partner, facts)
            except NothingDue:
                continue
            amount += exact(vals["amount"])
            discount += self._part(
                line["percent"],
                line["free_from"],
                exact(vals["amount"]),
                vals["inputs"],
                begins,
                ends,
            )
        line.update(amount=float(amount), discount=float(discount))
        return line if amount else None

    @api.model
    def _part(self, percent, free_from, amount, inputs, first, last):
        """Return what is let off of one charge, as ``Decimal``."""
        if percent:
            return round_to(amount * exact(percent) / 100, CENT, "half_up")
        if not free_from or last < free_from:
            return Decimal()
        if first >= free_from:
            return amount
        steps = credit_steps_between(
            steps_from_rows(inputs["steps"]),
            first,
            last,
            free_from,
            last,
            inputs["proration"],
        )
        return min(sum((step.amount for step in steps), Decimal()), amount)

    def _discount_of(self, charge):
        """Return what is let off of a charge of these months."""
        self.ensure_one()
        return self._part(
            self.percent,
            self.free_from,
            exact(charge.amount),
            charge.inputs,
            charge.date_from,
            charge.date_to,
        )

    def _covers(self, charge):
        """Whether a charge is one of the months that are paid ahead."""
        self.ensure_one()
        return (
            charge.fee_item_id == self.fee_item_id
            and charge.property_id == self.property_id
            and charge.partner_id == self.partner_id
            and self.date_from <= charge.date_from
            and charge.date_to <= self.date_to
        )

    def _charges(self):
        """Return the charges of these months, credits and discounts apart."""
        if not self:
            return self.env["pm.charge"]
        charges = self.env["pm.charge"].search(
            [
                ("property_id", "in", self.property_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("fee_item_id", "in", self.fee_item_id.ids),
                ("kind", "=", "fee"),
                ("origin_id", "=", False),
                ("is_rebilled", "=", False),
                ("state", "!=", "cancelled"),
                ("date_from", ">=", min(self.mapped("date_from"))),
                ("date_to", "<=", max(self.mapped("date_to"))),
            ]
        )
        return charges.filtered(
            lambda charge: any(line._covers(charge) for line in self)
        )

    def _paid(self):
        """Return {line: what is paid of its months that are billed}."""
        charges = self._charges()
        return {
            line: sum(charges.filtered(line._covers).mapped("amount_paid"))
            for line in self
        }

    def _given(self):
        """Return the discount that was booked so far."""
        self.ensure_one()
        rows = self.charge_ids.filtered(
            lambda row: row.state == "posted" and row.correction == "discount"
        )
        return self.currency_id.round(-sum(rows.mapped("amount")))

    def _is_cut_short(self):
        """Whether months of it are not billed yet."""
        last = max(self._charges().mapped("date_to"), default=None)
        return last is None or last < self.agreed_to
