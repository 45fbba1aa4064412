from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ...engine import late_fee
from ...engine.late_fees import NoRateError
from ...engine.rounding import round_to
from ..fees.quantities import exact

DAY = {"days": 1}


class LateFee(NamedTuple):
    """What is owed for paying one charge late, from the day after what is booked."""

    rule: object
    date_from: date
    date_to: date
    amount: Decimal
    rows: list


class PmCharge(models.Model):
    """Late fees: charges of their own, on the principal alone.

    What is shown is what is booked: both come from :meth:`_late_fees`, and who books
    says what was shown.
    """

    _inherit = "pm.charge"

    late_of_id = fields.Many2one(
        "pm.charge",
        "Late Fee on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    late_fee_ids = fields.One2many("pm.charge", "late_of_id", "Late Fees")
    late_stop_ids = fields.Many2many(
        "pm.late.fee.stop", "pm_late_fee_stop_charge_rel", string="Late Fee Stops"
    )

    _late_once = models.Constraint(
        """EXCLUDE USING gist (
            int4range(late_of_id, late_of_id, '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)
        WHERE (state <> 'cancelled' AND origin_id IS NULL
               AND late_of_id IS NOT NULL)""",
        "The late fee of these days is booked already.",
    )
    _late_known = models.Constraint(
        "CHECK (kind <> 'late' OR late_of_id IS NOT NULL)",
        "A late fee is one on a charge.",
    )

    @api.model
    def _bearing_late_fees(self, rule, until):
        """Return the charges that may owe a late fee by a rule until a day.

        Those that are open, and those that were paid after they were due since the last
        late fee was booked.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT charge.id
                  FROM pm_charge charge
                 WHERE charge.company_id = %s
                   AND (%s IS NULL OR charge.estate_id = %s)
                   AND charge.state = 'posted'
                   AND charge.kind <> 'late'
                   AND charge.origin_id IS NULL
                   AND charge.is_rebilled IS NOT TRUE
                   AND charge.date_due < %s
                   AND (charge.amount_residual > 0 OR EXISTS (
                       SELECT FROM account_move_line line
                         JOIN account_partial_reconcile match
                           ON match.debit_move_id = line.id
                        WHERE line.move_id = charge.move_id
                          AND match.max_date > COALESCE((
                              SELECT max(late.date_to) FROM pm_charge late
                               WHERE late.late_of_id = charge.id
                                 AND late.state <> 'cancelled'), charge.date_due)))
                 ORDER BY charge.id
                """,
                rule.company_id.id,
                rule.estate_id.id or None,
                rule.estate_id.id or None,
                until,
            )
        )
        charges = self.browse(row[0] for row in rows)
        rules = charges._late_rules()
        return charges.filtered(lambda charge: rules[charge] == rule)

    def _late_rules(self):
        """Return {charge: the first rule that fits}; those of its estate first."""
        Rule = self.env["pm.late.fee.rule"].sudo()
        rules = Rule.search([("company_id", "in", self.company_id.ids)])
        found, known = {}, {}
        for charge in self:
            key = charge.company_id, charge.estate_id, charge.fee_item_id
            if key not in known:
                fitting = rules.filtered(lambda rule, charge=charge: rule._fits(charge))
                known[key] = (fitting.filtered("estate_id") or fitting)[:1]
            found[charge] = known[key]
        return found

    def _late_fees(self, until):
        """Return {charge: :class:`LateFee`} of what is owed and not booked.

        :param until: the day of payment, or today; it counts
        """
        charges = self.filtered(
            lambda charge: (
                charge.state == "posted"
                and charge.kind != "late"
                and not charge.origin_id
                and charge.date_due
                and charge.date_due < until
            )
        )
        if not charges:
            return {}
        self.env["pm.late.fee.stop"]._follow_disputes(charges)
        rules = charges._late_rules()
        opens = charges.filtered(lambda charge: rules[charge])._open_between(until)
        found = {}
        for charge in opens:
            fee = charge._late_fee(rules[charge], until, opens[charge])
            if fee and fee.amount > 0:
                found[charge] = fee
        return found

    def _late_fee(self, rule, until, opens):
        """Return the :class:`LateFee` of one charge, or None."""
        self.ensure_one()
        booked = self.late_fee_ids.filtered(
            lambda late: late.state != "cancelled" and not late.origin_id
        )
        since = max([self.date_due, *booked.mapped("date_to")])
        pauses = [
            (row.date_from, row.date_to or until) for row in self.sudo().late_stop_ids
        ]
        plain = rule._engine_rule(pauses)
        total, rows = Decimal(), []
        for first, last, principal in opens:
            first, last = max(first, fields.Date.add(since, **DAY)), min(last, until)
            if first > last or principal <= 0:
                continue
            # the difference of two counts from the due date: grace and rates hold for
            # the charge, not for the stretch
            before = fields.Date.subtract(first, **DAY)
            try:
                fee = late_fee(principal, self.date_due, last, plain) - late_fee(
                    principal, self.date_due, before, plain
                )
            except NoRateError as error:
                raise UserError(rule._no_rate_text(error.day)) from error
            if fee:
                total += fee
                rows.append(
                    {
                        "from": first.isoformat(),
                        "to": last.isoformat(),
                        "principal": str(principal),
                        "amount": str(round_to(fee, Decimal("0.0001"))),
                    }
                )
        so_far = sum((exact(late.amount) for late in booked), Decimal())
        total = self._within_limits(rule, total, so_far)
        total = round_to(total, Decimal(rule.rounding_to), rule.rounding_mode)
        if not total:
            return None
        return LateFee(rule, fields.Date.add(since, **DAY), until, total, rows)

    def _within_limits(self, rule, amount, so_far):
        """At least and at most, for all that is booked on the charge."""
        if amount and rule.minimum:
            amount = max(amount, exact(rule.minimum) - so_far)
        if rule.cap_percent:
            most = exact(self.amount) * exact(rule.cap_percent) / 100
            amount = min(amount, most - so_far)
        return max(amount, Decimal())

    def _open_between(self, until):
        """Return {charge: [(first, last, what is open)]} from the due date to a day.

        The day of a payment counts with what was open before it. What settled which
        charge of a bill is told as everywhere: by what money was paid for and credits
        were given for, else the oldest first.
        """
        found = {}
        siblings = self.search(
            [("move_id", "in", self.move_id.ids), ("state", "=", "posted")],
            order="date_from, id",
        )
        matches = (
            self.env["account.partial.reconcile"]
            .sudo()
            ._pm_settled(self.move_id.sudo())
        )
        aims = self.env["pm.receipt"]._aims_of_entries(
            {row[0] for rows in matches.values() for row in rows}
        )
        for move, charges in siblings.grouped("move_id").items():
            rows = sorted(matches.get(move.id, ()), key=lambda row: row[-1])
            found |= charges._levels(move.sudo(), rows, aims, until)
        return {charge: found.get(charge, []) for charge in self}

    def _levels(self, move_sudo, matches, aims, until):
        """Return {charge: [(first, last, open)]} of all charges of one bill.

        :param matches: what settled it, the earliest first
        """
        levels = {charge: [] for charge in self if charge.amount > 0}
        days = sorted({row[-1] for row in matches})
        for day, last in zip([None, *days], [*days, until], strict=True):
            so_far = [row for row in matches if day and row[-1] <= day]
            total = self._exact(sum(row[-2] for row in so_far))
            settled = self._settled_on(move_sudo, so_far, aims, total)
            for charge, stretches in levels.items():
                due = charge.date_due
                first = fields.Date.add(max(day, due) if day else due, **DAY)
                if first <= min(last, until):
                    left = self._exact(charge.amount) - sum(settled[charge])
                    stretches.append((first, min(last, until), left))
        return levels

    def _book_late_fees(self, until, shown=None):
        """Charge and post what is owed until a day; asked twice, it is booked once.

        :param shown: {charge id: amount} that the payer was shown; another amount is
            refused before anything is booked
        :return: the late fees of these charges until that day
        :raises UserError: what is owed is not what was shown
        """
        fees = self._late_fees(until)
        keys = {f"late/{charge.id}/{until}": charge for charge in self}
        if shown is not None:
            self._check_late_shown(fees, shown, list(keys))
        vals_list = [
            charge._prepare_late_fee(fee, f"late/{charge.id}/{until}")
            for charge, fee in fees.items()
        ]
        Run = self.env["pm.bill.run"]
        for estate in self.estate_id:
            mine = [
                vals
                for vals in vals_list
                if self.browse(vals["late_of_id"]).estate_id == estate
            ]
            if mine:
                Run._bill_at_once("late", estate, mine, until)
        return self.search(
            [("request_key", "in", list(keys)), ("state", "!=", "cancelled")]
        )

    def _check_late_shown(self, fees, shown, keys):
        booked = self.search(
            [("request_key", "in", keys), ("state", "!=", "cancelled")]
        )
        owed = {charge.id: fee.amount for charge, fee in fees.items()}
        owed.update((late.late_of_id.id, exact(late.amount)) for late in booked)
        wanted = {key: Decimal(str(value)) for key, value in shown.items() if value}
        if owed != wanted:
            raise UserError(
                self.env._(
                    "The late fees have changed since they were shown: they come to "
                    "%(amount)s now. Nothing was booked; open a new form.",
                    amount=format_amount(
                        self.env, float(sum(owed.values())), self[:1].currency_id
                    ),
                )
            )

    def _prepare_late_fee(self, fee, key):
        self.ensure_one()
        rule = fee.rule
        return {
            "kind": "late",
            "request_key": key,
            "late_of_id": self.id,
            "fee_item_id": rule.fee_item_id.id,
            "property_id": self.property_id.id,
            "partner_id": self.partner_id.id,
            "date_from": fee.date_from,
            "date_to": fee.date_to,
            "amount": float(fee.amount),
            "inputs": {
                "text": self.env._(
                    "late fee on %(charge)s of %(invoice)s, due %(day)s",
                    charge=self._period_label(),
                    invoice=self.move_id.sudo().name,
                    day=self.date_due,
                ),
                "late": {
                    "rule": rule.name,
                    "rate": rule.rate,
                    "factor": rule.factor,
                    "per": rule.per,
                    "basis": rule.basis,
                    "due": self.date_due.isoformat(),
                    "grace": rule.grace_days,
                    "cap": rule.cap_percent,
                    "rows": fee.rows,
                },
                "steps": [],
            },
        }

    def _why_more(self):
        rows = super()._why_more()
        late = (self.inputs or {}).get("late")
        if not late:
            return rows
        per = dict(
            self.env["pm.late.fee.rule"]._fields["per"]._description_selection(self.env)
        )
        rows.append(
            {
                "label": self.env._("Late fee"),
                "detail": f"{late['rule']}: {late['rate']:g} % × {late['factor']:g}, "
                f"{per[late['per']]}",
                "amount": "",
            }
        )
        rows += [
            {
                "label": f"{self._day(row['from'])} – {self._day(row['to'])}",
                "detail": self._money(row["principal"]),
                "amount": self._money(row["amount"]),
            }
            for row in late["rows"]
        ]
        return rows
