from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr, format_date

from ..engine.allocation import allocate
from ..engine.amounts import credit_steps_between, steps_from_rows, steps_to_rows
from ..engine.periods import due_day


class PmCharge(models.Model):
    """What one fee costs for one period; keeps how the amount came about.

    Money is in company currency, tax included. A fee is charged once a day of its
    life: the database refuses charges that overlap.
    """

    _name = "pm.charge"
    _description = "Charge"
    _inherit = ["pm.estate.mixin"]
    _order = "date_from desc, property_id, fee_item_id"
    _check_company_auto = True

    fee_id = fields.Many2one("pm.fee", required=True, index=True, ondelete="restrict")
    fee_item_id = fields.Many2one(
        "pm.fee.item", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date("Period From", required=True, index=True)
    date_to = fields.Date("Period To", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    inputs = fields.Json(readonly=True)
    formula = fields.Char(
        compute="_compute_formula", help="How the amount was computed."
    )
    origin_id = fields.Many2one(
        "pm.charge",
        "Credit of",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The charge whose days from here on are given back, because its fee "
        "ended or changed before.",
    )
    credit_ids = fields.One2many("pm.charge", "origin_id", "Credits")
    run_id = fields.Many2one(
        "pm.bill.run", "Bill Run", index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", index="btree_not_null", readonly=True
    )
    # precompute: a charge is inserted whole, without an update that follows
    date_due = fields.Date(
        "Due Date",
        related="move_id.invoice_date_due",
        store=True,
        index=True,
        precompute=True,
    )
    amount_paid = fields.Monetary(
        "Received", compute="_compute_residual", store=True, precompute=True
    )
    amount_residual = fields.Monetary(
        "Open", compute="_compute_residual", store=True, precompute=True
    )
    payment_state = fields.Selection(
        [
            ("draft", "Not Billed"),
            ("open", "Open"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
            ("cancelled", "Cancelled"),
        ],
        "Payment",
        compute="_compute_residual",
        store=True,
        precompute=True,
    )
    state = fields.Selection(
        [("draft", "Prepared"), ("posted", "Billed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK (CASE WHEN origin_id IS NULL THEN amount > 0 ELSE amount < 0 END)",
        "A charge must be above zero, and a credit below.",
    )
    # int4range stands in for equality, which gist has only with an extension
    _once_per_period = models.Constraint(
        """EXCLUDE USING gist (
            int4range(fee_id, fee_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state <> 'cancelled' AND origin_id IS NULL)""",
        "This fee is charged for that period already.",
    )
    _once_credited = models.Constraint(
        """EXCLUDE USING gist (
            int4range(origin_id, origin_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state <> 'cancelled' AND origin_id IS NOT NULL)""",
        "These days of the charge are credited already.",
    )

    @api.depends("property_id", "fee_item_id", "date_from", "date_to")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = (
                f"{charge.property_id.display_name} {charge._period_label()}"
            )

    @api.depends("inputs", "amount")
    def _compute_formula(self):
        for charge in self:
            charge.formula = charge._explain()

    @api.depends("state", "amount", "move_id.amount_residual", "move_id.amount_total")
    def _compute_residual(self):
        """Spread what an invoice received over its charges, the oldest first.

        A credit on an invoice is received with it: it settles the charges beside it.
        On a credit note the signs are the other way round.
        """
        billed = self.filtered(lambda charge: charge.state == "posted")
        shares = {}
        siblings = self.search(
            [("move_id", "in", billed.move_id.ids), ("state", "=", "posted")],
            order="date_from, id",
        )
        for move, charges in (siblings | billed).grouped("move_id").items():
            move_sudo = move.sudo()
            digits = charges.currency_id.decimal_places
            paid = Decimal(
                float_repr(move_sudo.amount_total - move_sudo.amount_residual, digits)
            )
            sign = -1 if move_sudo.move_type == "out_refund" else 1
            charges = charges.sorted(lambda row, sign=sign: row.amount * sign > 0)
            amounts = [
                sign * Decimal(float_repr(row.amount, digits)) for row in charges
            ]
            for charge, share in zip(charges, allocate(paid, amounts), strict=True):
                shares[charge] = sign * share
        for charge in self:
            if charge.state != "posted":
                charge.amount_paid = charge.amount_residual = 0.0
                charge.payment_state = charge.state
                continue
            paid = float(shares.get(charge, 0))
            charge.amount_paid = paid
            charge.amount_residual = charge.amount - paid
            if charge.currency_id.is_zero(charge.amount_residual):
                charge.payment_state = "paid"
            else:
                charge.payment_state = "partial" if paid else "open"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        for charge in self:
            if charge.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is billed and stays on record. Undo its bill run instead.",
                        charge.display_name,
                    )
                )

    def _due_by_cycle(self):
        """Return the day on which the period of the charge fell due."""
        self.ensure_one()
        fee, item = self.fee_id, self.fee_item_id
        return due_day(
            self.date_from, fee.cycle_start or fee.date_from, item.cycle, item.timing
        )

    def _prepare_credits(self):
        """Return the values of what to give back of charges beyond their fee's end.

        What was given back before is left out; nothing is made of a month that stays
        due as a whole.
        """
        vals_list = []
        for charge in self:
            first = fields.Date.add(charge.fee_id.date_to, days=1)
            first = max(first, charge.date_from)
            before = charge.credit_ids.filtered(lambda row: row.state != "cancelled")
            last = min(
                (fields.Date.subtract(row.date_from, days=1) for row in before),
                default=charge.date_to,
            )
            if first > last:
                continue
            steps = credit_steps_between(
                steps_from_rows(charge.inputs["steps"]),
                charge.date_from,
                charge.date_to,
                first,
                last,
                charge.inputs["proration"],
                Decimal(str(charge.currency_id.rounding)),
            )
            amount = sum((step.amount for step in steps), Decimal())
            if not amount:
                continue
            vals_list.append(
                {
                    "origin_id": charge.id,
                    "fee_id": charge.fee_id.id,
                    "fee_item_id": charge.fee_item_id.id,
                    "property_id": charge.property_id.id,
                    "partner_id": charge.partner_id.id,
                    "date_from": first,
                    "date_to": last,
                    "amount": -float(amount),
                    "inputs": {
                        **charge.inputs,
                        "steps": steps_to_rows(steps),
                    },
                }
            )
        return vals_list

    def _period_label(self):
        """Return "2026-11" for a calendar month, else both dates."""
        self.ensure_one()
        item = self.fee_item_id.name or ""
        if not self.date_from or not self.date_to:
            return item
        following = fields.Date.add(self.date_to, days=1)
        whole = self.date_from.day == 1 and following.day == 1
        months = [self.date_from.strftime("%Y-%m"), self.date_to.strftime("%Y-%m")]
        if whole:
            return f"{item} {' – '.join(dict.fromkeys(months))}"
        return (
            f"{item} {format_date(self.env, self.date_from)} – "
            f"{format_date(self.env, self.date_to)}"
        )

    def _explain(self):
        """Return the calculation in words that fit on a bill."""
        self.ensure_one()
        inputs = self.inputs
        if not inputs:
            return ""
        parts = []
        if inputs["method"] == "area":
            parts.append(f"{inputs['area']:g} m² × {inputs['price']:g}")
        if inputs["surcharge"] or not parts:
            parts.append(f"{inputs['surcharge']:g}")
        text = " + ".join(parts)
        steps = inputs["steps"]
        partial = [step for step in steps if step["days"] != step["of_days"]]
        if partial:
            days = ", ".join(
                f"{step['month']}: {step['days']}/{step['of_days']}" for step in partial
            )
            text = f"({text}) × {days}" if len(steps) == 1 else f"{text} ({days})"
        elif len(steps) > 1:
            text = f"({text}) × {len(steps)}"
        return text

    def _prepare_invoice_line(self):
        """Return the values of the invoice line of this charge, or credit."""
        self.ensure_one()
        name = f"{self._period_label()}: {self._explain()}"
        if self.fee_id.is_whole:
            line = self.fee_id.contract_line_id
            agreed = f"{line.name}, " if line.name != self.fee_item_id.name else ""
            name = f"{line.contract_id.name} {agreed}{name}"
        if self.origin_id:
            name = self.env._(
                "Credit of %(invoice)s, %(charge)s",
                invoice=self.origin_id.move_id.sudo().name,
                charge=name,
            )
        analytic = self.estate_id.sudo().analytic_account_id
        return {
            "product_id": self.fee_item_id.product_id.id,
            "name": name,
            "quantity": -1.0 if self.origin_id else 1.0,
            "price_unit": abs(self.amount),
            "tax_ids": [Command.set(self.fee_item_id.tax_ids.ids)],
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
            "pm_charge_id": self.id,
        }

    def action_view_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
