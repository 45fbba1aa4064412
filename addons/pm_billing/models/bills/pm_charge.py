from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr, format_date

from ...engine.allocation import Settled, settle
from ...engine.amounts import credit_steps_between, steps_from_rows, steps_to_rows
from ...engine.periods import due_day
from .company_money import CompanyMoney


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

    kind = fields.Selection(
        [
            ("fee", "Fee of a Place"),
            ("single", "Single Charge"),
            ("order", "Work Order"),
            ("late", "Late Fee"),
        ],
        required=True,
        readonly=True,
        default="fee",
    )
    fee_id = fields.Many2one("pm.fee", index=True, readonly=True, ondelete="restrict")
    fee_item_id = fields.Many2one(
        "pm.fee.item", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Payer", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char("For", readonly=True, help="What a single charge is for.")
    date_from = fields.Date("Period From", required=True, index=True)
    date_to = fields.Date("Period To", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = CompanyMoney(required=True, readonly=True)
    inputs = fields.Json(readonly=True)
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
        "account.move",
        "Invoice",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    # precompute: a charge is inserted whole, without an update that follows
    date_due = fields.Date(
        "Due Date",
        related="move_id.invoice_date_due",
        store=True,
        index=True,
        precompute=True,
    )
    amount_paid = CompanyMoney(
        "Received",
        compute="_compute_residual",
        store=True,
        precompute=True,
        help="Money that came in for it, or was prepaid and used.",
    )
    amount_credited = CompanyMoney(
        "Credited",
        compute="_compute_residual",
        store=True,
        precompute=True,
        help="Taken back by credit notes. It is no longer owed, so that the receivable "
        "is smaller by it.",
    )
    amount_written_off = CompanyMoney(
        "Written Off",
        compute="_compute_residual",
        store=True,
        precompute=True,
        help="Settled in the books by neither money nor a credit note. It was owed and "
        "did not come in: it stays in the receivable.",
    )
    amount_receivable = CompanyMoney(
        "Receivable",
        compute="_compute_residual",
        store=True,
        precompute=True,
        help="Billed less what was credited: received, written off, or open.",
    )
    amount_residual = CompanyMoney(
        "Open", compute="_compute_residual", store=True, precompute=True
    )
    payment_state = fields.Selection(
        [
            ("draft", "Not Billed"),
            ("open", "Open"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
            ("settled", "Settled Without Money"),
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
    _fee_known = models.Constraint(
        "CHECK (kind <> 'fee' OR fee_id IS NOT NULL)",
        "A recurring charge is one of a fee.",
    )
    # int4range stands in for equality, which gist has only with an extension
    _once_per_period = models.Constraint(
        """EXCLUDE USING gist (
            int4range(fee_id, fee_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state <> 'cancelled' AND origin_id IS NULL AND fee_id IS NOT NULL
               AND is_rebilled IS NOT TRUE)""",
        "This fee is charged for that period already.",
    )
    _once_credited = models.Constraint(
        """EXCLUDE USING gist (
            int4range(origin_id, origin_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state <> 'cancelled' AND origin_id IS NOT NULL
               AND correction IS NULL)""",
        "These days of the charge are credited already.",
    )

    @api.depends("property_id", "fee_item_id", "date_from", "date_to")
    def _compute_display_name(self):
        for charge in self:
            # an accountant reads the charge, but not the register
            place = charge.property_id.sudo().display_name
            charge.display_name = f"{place} {charge._period_label()}"

    @api.depends("state", "amount", "move_id.amount_residual", "move_id.amount_total")
    def _compute_residual(self):
        """Spread what settled an invoice over its charges, the oldest first.

        A credit beside a charge, on the same invoice, settles it; a credit note goes
        to the charge that it corrects before any other. On a credit note the signs
        are the other way round.
        """
        settled = self.filtered(lambda charge: charge.state == "posted")._settled()
        for charge in self:
            billed = charge.state == "posted"
            parts = settled.get(charge, Settled(0, 0, 0))
            amount = charge.amount if billed else 0.0
            charge.amount_paid = float(parts.money)
            charge.amount_credited = float(parts.credited)
            charge.amount_written_off = float(parts.written_off)
            charge.amount_receivable = amount - float(parts.credited)
            charge.amount_residual = amount - float(sum(parts))
            charge.payment_state = (
                charge._state_of_payment() if billed else charge.state
            )

    def _state_of_payment(self):
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_residual):
            return "paid" if self.amount_paid else "settled"
        if self.currency_id.compare_amounts(self.amount_residual, self.amount):
            return "partial"
        return "open"

    def _settled(self):
        """Return {charge: Settled} of billed charges, and of those billed with them."""
        found = {}
        siblings = self.search(
            [("move_id", "in", self.move_id.ids), ("state", "=", "posted")],
            order="date_from, id",
        )
        moves_sudo = self.move_id.sudo()
        matches = (
            self.env["account.partial.reconcile"]
            .sudo()
            ._pm_settled(
                moves_sudo.filtered(
                    lambda move: move.amount_total != move.amount_residual
                )
            )
        )
        aims = self.env["pm.receipt"]._aims_of_entries(
            {row[0] for rows in matches.values() for row in rows}
        )
        for move, charges in (siblings | self).grouped("move_id").items():
            found.update(
                charges._settled_on(move.sudo(), matches.get(move.id, ()), aims)
            )
        return found

    def _settled_on(self, move_sudo, matches, aims=None, total=None):
        """Return {charge: Settled} of all charges of one invoice or credit note.

        :param aims: {entry id: {charge id: amount}}, what money was paid for
        :param total: what the matches come to, where it is not all that there are
        """
        sign = -1 if move_sudo.move_type == "out_refund" else 1
        charges = self.sorted(lambda charge: charge.amount * sign > 0)
        if total is None:
            total = self._exact(move_sudo.amount_total - move_sudo.amount_residual)
        credited = self._exact(sum(row[2] for row in matches))
        money = min(self._exact(sum(row[1] for row in matches)), total - credited)
        matched = {row[0] for row in matches if row[2]}
        aimed = [
            sign * self._exact(charge._credited_by(matched) if matched else 0.0)
            for charge in charges
        ]
        beside = {}
        for credit in self:
            if credit.origin_id in self:
                beside.setdefault(credit.origin_id, []).append(credit.amount)
        rows = settle(
            [sign * self._exact(charge.amount) for charge in charges],
            money,
            credited,
            total - credited - money,
            aimed,
            [
                sum(
                    (
                        (aims or {}).get(other, {}).get(charge.id, Decimal())
                        for other in {row[0] for row in matches}
                    ),
                    Decimal(),
                )
                for charge in charges
            ],
            [
                -sign * self._exact(sum(beside.get(charge, (0.0,))))
                for charge in charges
            ],
        )
        return {
            charge: Settled(*(sign * part for part in row))
            for charge, row in zip(charges, rows, strict=True)
        }

    def _credited_by(self, move_ids):
        """Return what these credit notes give back of this charge and no other.

        :param set move_ids: ids of ``account.move``
        """
        self.ensure_one()
        return -sum(
            credit.amount
            for credit in self.credit_ids
            if credit.state == "posted" and credit.move_id.id in move_ids
        )

    def _exact(self, amount):
        """Return an amount of money as ``Decimal`` with the digits of the currency."""
        digits = self[:1].currency_id.decimal_places
        return Decimal(float_repr(amount, digits))

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
            before = charge.credit_ids.filtered(
                lambda row: row.state != "cancelled" and not row.correction
            )
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
        item = self.name or self.fee_item_id.name or ""
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

    def _prepare_invoice_line(self):
        """Return the values of the invoice line of this charge, or credit."""
        self.ensure_one()
        name = ": ".join(filter(None, (self._period_label(), self._explain())))
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
            "tax_ids": [Command.set(self._taxes().ids)],
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
            "pm_charge_id": self.id,
        }

    def _taxes(self):
        """Return the taxes of its invoice line.

        Those of the day of the bill; what is given back bears what it was billed with.
        """
        self.ensure_one()
        source = self.origin_id
        lines = source.move_id.sudo().invoice_line_ids.filtered(
            lambda line: line.pm_charge_id == source
        )
        if lines:
            return lines.tax_ids
        item = self.fee_item_id.sudo()
        if not item.tax_change_ids:
            return item.tax_ids
        return item._taxes_on(self.run_id.date_invoice)

    def action_view_invoice(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
