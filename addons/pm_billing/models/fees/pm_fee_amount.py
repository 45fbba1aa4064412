from decimal import Decimal

from odoo import fields, models

from ...engine.amounts import month_lines, month_steps, steps_to_rows
from ...engine.formulas import Formula, FormulaError
from ...engine.periods import month_first, month_index, month_last
from ...engine.stretches import Stretch, stretches
from .billing_facts import BillingFacts
from .pm_fee import FeeError
from .quantities import exact, quantities

# what a month costs is known from the fee alone
PLAIN = ("area", "quantity", "fixed", "whole")


class NothingDue(Exception):
    """A period in which nothing is due, as was agreed: no charge, and no exception."""


class PmFee(models.Model):
    """What a period of a fee costs, and how it comes about.

    Preview and bill are one way: a bill run calls :meth:`_prepare_charge` for each part
    of a period, and so does whoever shows an amount beforehand.
    """

    _inherit = "pm.fee"

    quantity = fields.Float(
        digits=(16, 4),
        default=1.0,
        aggregator=None,
        help="How many spaces, kVA, or units of the tariff a month.",
    )
    persons = fields.Integer(
        aggregator=None,
        help="Of the household: large ones have wider bands in some tariffs.",
    )
    step_ids = fields.One2many(
        "pm.fee.step",
        "fee_id",
        "Steps",
        help="Rent-free months, and how the price changes.",
    )
    tariff_id = fields.Many2one(related="fee_item_id.tariff_id")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND persons >= 0)",
        "A quantity or a number of persons cannot be negative.",
    )

    def _monthly_amount(self):
        """Return the exact amount of a whole month as ``Decimal``, without steps.

        None where it depends on a meter, a tariff or a common cost; zero for a formula
        that cannot be worked out, which a bill run lists as an exception.
        """
        self.ensure_one()
        if self.method in ("metered", "pool", "tariff"):
            return None
        try:
            lines = self._lines_of_month()(exact(self.price), exact(self.surcharge))
        except FeeError:
            return Decimal()
        return sum(lines, Decimal())

    # what a period costs ----------------------------------------------------------

    def _prepare_charge(self, date_from, date_to, payer, facts=None, period=None):
        """Return the values of the charge of one period, or of a payer's part of it.

        :param facts: :class:`BillingFacts` of many fees; one of its own otherwise
        :param period: (first, last) day that the payers of the parts share
        :raises FeeError: no payer, no area, no reading, no value, nothing to charge
        :raises NothingDue: as was agreed, nothing is
        """
        self.ensure_one()
        item, prop = self.fee_item_id, self.property_id
        if not payer:
            raise FeeError("no_payer", self._no_payer_text(date_from))
        if self.method == "area" and not prop.gross_area:
            raise FeeError(
                "no_area",
                self.env._(
                    "%(property)s has no gross area, which %(fee)s is computed from. "
                    "Enter the area.",
                    property=prop.display_name,
                    fee=item.name,
                ),
            )
        period = period or (date_from, date_to)
        facts = facts or BillingFacts(self, *period)
        part = facts.part(self, date_from, date_to, period)
        found = {
            "metered": self._cost_of_readings,
            "pool": self._cost_of_shares,
        }.get(self.method, self._cost_of_months)(part)
        amount, inputs = found
        if not amount:
            self._refuse_zero(date_from, date_to, inputs)
        part.take()
        return {
            "fee_id": self.id,
            "fee_item_id": item.id,
            "property_id": prop.id,
            "partner_id": payer.id,
            "date_from": date_from,
            "date_to": date_to,
            "amount": float(amount),
            "inputs": {**self._common_inputs(facts.settings(item)), **inputs},
        }

    def _refuse_zero(self, date_from, date_to, inputs):
        if inputs.get("reasons") or inputs.get("readings") or inputs.get("shares"):
            raise NothingDue
        raise FeeError(
            "zero",
            self.env._(
                "%(fee)s of %(property)s comes to zero from %(first)s to %(last)s. "
                "Check its price and dates, or end it.",
                fee=self.fee_item_id.name,
                property=self.property_id.display_name,
                first=fields.Date.to_string(date_from),
                last=fields.Date.to_string(date_to),
            ),
        )

    def _common_inputs(self, settings):
        """Return what the amount was computed from, as it was then."""
        method = self.method
        inputs = {
            "method": method,
            "area": self.property_id.gross_area,
            "price": self.price,
            "surcharge": self.surcharge,
            "proration": settings.proration,
            "contract": self.contract_id.name or None,
            "steps": [],
        }
        if settings.rounding:
            inputs["rounding"] = list(settings.rounding)
        if method in ("quantity", "tariff"):
            inputs["quantity"] = self.quantity
        return inputs

    # by months --------------------------------------------------------------------

    def _cost_of_months(self, part):
        """Amount and inputs of a fee that runs by time."""
        changes = part.facts.steps.get(self.id, []) + part.reductions
        if not changes and self.method in PLAIN:
            return self._cost_of_plain_months(part)
        explained, priced = [], []
        for first, last in self._spans(part):
            lines, tariff = self._lines_on(part, first, last)
            explained += stretches(
                lines, exact(self.price), exact(self.surcharge), changes, first, last
            )
            if last >= part.date_from:
                priced += tariff
        amount, inputs = self._months(part, [row.stretch for row in explained])
        if self.method == "formula":
            inputs["formula"] = self._formula_inputs()
        if priced:
            inputs["tariff"] = part.tariff_inputs(self.tariff_id)
            inputs["priced"] = priced
        explained = [row for row in explained if row.date_to >= part.date_from]
        if any(row.reasons for row in explained):
            inputs["reasons"] = [_reason_row(row) for row in explained]
        return amount, inputs

    def _months(self, part, monthly):
        """Amount and inputs of what a month costs on the days of a part."""
        settings = part.facts.settings(self.fee_item_id)
        steps = month_steps(
            monthly,
            part.date_from,
            part.date_to,
            settings.proration,
            settings.rounds,
            begun=part.period[0] if settings.by_occupancy else None,
            period=part.grid,
        )
        amount = sum((step.amount for step in steps), Decimal())
        inputs = {"steps": steps_to_rows(steps)}
        if settings.rounds.stage == "bill":
            inputs["exact"] = str(amount)
        return amount, inputs

    def _cost_of_plain_months(self, part):
        """The same price on all days: of many fees alike it is worked out once."""
        lines = self._lines_of_month()(exact(self.price), exact(self.surcharge))
        key = (
            self.fee_item_id.id,
            self.company_id.id,
            lines,
            part.date_from,
            part.date_to,
            part.period,
            part.grid,
        )
        known = part.facts.plain
        if key not in known:
            begins = min(part.date_from, part.period[0])
            stretch = Stretch((begins, part.date_to), lines)
            known[key] = self._months(part, [stretch])
        amount, inputs = known[key]
        # each charge has rows of its own: rounding a bill changes them
        return amount, {**inputs, "steps": [dict(row) for row in inputs["steps"]]}

    def _spans(self, part):
        """Days that are priced at once: each month where a tariff prices it.

        Where several pay a period, from its beginning: the cent of rounding depends on
        what those before have.
        """
        begins = part.period[0] if self.fee_item_id.by_occupancy else part.date_from
        if self.method != "tariff":
            return [(begins, part.date_to)]
        return [
            (
                max(month_first(index), begins),
                min(month_last(index), part.date_to),
            )
            for index in range(month_index(begins), month_index(part.date_to) + 1)
        ]

    def _lines_on(self, part, first, last):
        """(what a month costs by price and surcharge, rows of its tariff)."""
        if self.method != "tariff":
            return self._lines_of_month(), []
        month = month_first(month_index(first)), month_last(month_index(last))
        begins = part.facts.year_start(self, first) or month[0]
        months = month_index(first) - month_index(begins)
        priced = part.price(
            self,
            exact(self.quantity),
            *month,
            used_before=exact(self.quantity) * months,
        )
        rows = [_tariff_row(step, month) for step in priced.steps]
        return (lambda _price, surcharge: (priced.amount, surcharge)), rows

    def _lines_of_month(self):
        """Return a function of price and surcharge to the lines of a whole month.

        :raises FeeError: a formula without a result
        """
        method = self.method
        if method == "formula":
            value = self._formula_value()
            return lambda _price, _surcharge: (value,)
        count = self.quantity if method == "quantity" else self.property_id.gross_area
        return lambda price, surcharge: month_lines(
            method, exact(count), price, surcharge
        )

    def _formula_value(self):
        item = self.fee_item_id
        try:
            value = Formula(item.formula or "").value(quantities(self))
        except FormulaError as error:
            raise FeeError(
                "formula", f"{self.display_name}: {item._formula_text(error)}"
            ) from error
        if value < 0:
            raise FeeError(
                "formula",
                self.env._(
                    "%(fee)s: the formula comes to %(amount)s, which is below zero.",
                    fee=self.display_name,
                    amount=value,
                ),
            )
        return value

    def _formula_inputs(self):
        text = self.fee_item_id.formula
        values = quantities(self)
        return {
            "text": text,
            "values": {name: str(values[name]) for name in sorted(Formula(text).names)},
        }

    # by meters --------------------------------------------------------------------

    def _cost_of_readings(self, part):
        """Amount and inputs of what meters counted, cycle by cycle.

        Limits of a tariff are for what was used in a cycle: a reading that was held
        and comes late is priced with the cycle that it belongs to.
        """
        if not part.readings:
            raise FeeError(
                "no_reading",
                self.env._(
                    "%(property)s has no reading of %(medium)s until %(last)s that "
                    "can be billed. Enter it, or release what is held.",
                    property=self.property_id.display_name,
                    medium=self._medium_label(),
                    last=fields.Date.to_string(part.date_to),
                ),
            )
        total, rows = Decimal(), []
        for readings in part.readings_by_cycle(self):
            amount, row = self._cost_of_cycle(part, readings)
            total += amount
            rows.append(row)
        surcharge = exact(self.surcharge)
        if surcharge:
            steps = month_steps(
                surcharge, part.date_from, part.date_to, self.fee_item_id.proration
            )
            total += sum((step.amount for step in steps), Decimal())
        inputs = {"readings": rows}
        if self.tariff_id:
            inputs["tariff"] = part.tariff_inputs(self.tariff_id)
        return self._rounding_of_use(total), inputs

    def _rounding_of_use(self, amount):
        rounding = self.fee_item_id._rounding()
        if rounding.stage == "bill":
            return amount
        return rounding.of(amount)

    def _cost_of_cycle(self, part, readings):
        quantity = sum((exact(row.quantity) for row in readings), Decimal())
        registers = readings[0].union(*readings)._registers_used()
        first = min(row.date_from or row.date for row in readings)
        last = max(row.date_to or row.date for row in readings)
        row = {
            "from": fields.Date.to_string(first),
            "to": fields.Date.to_string(last),
            "quantity": str(quantity),
            "registers": {name: str(value) for name, value in registers.items()},
            "unit": readings[0].unit or "",
            "meters": [
                {
                    "meter": reading.meter_id.name,
                    "date": fields.Date.to_string(reading.date),
                    "before": reading.value_before,
                    "value": reading.value,
                    "quantity": reading.quantity,
                }
                for reading in readings
            ],
        }
        if not self.tariff_id:
            amount = quantity * exact(self.price)
            row["price"] = self.price
        else:
            used = part.used_before(self, readings, first)
            priced = part.price(
                self, quantity, first, last, used_before=used, registers=registers
            )
            amount = priced.amount
            row["used_before"] = str(used)
            row["priced"] = [_tariff_row(step) for step in priced.steps]
        return amount, {**row, "amount": str(amount)}

    def _medium_label(self):
        medium = self.fee_item_id._fields["medium"]._description_selection(self.env)
        return dict(medium).get(self.fee_item_id.medium, "")

    # by shares --------------------------------------------------------------------

    def _cost_of_shares(self, part):
        """Amount and inputs of the shares in common costs."""
        if not part.shares:
            raise FeeError(
                "no_cost",
                self.env._(
                    "There is no confirmed common cost of %(fee)s until %(last)s with "
                    "a share of %(property)s. Enter and confirm it.",
                    fee=self.fee_item_id.name,
                    last=fields.Date.to_string(part.date_to),
                    property=self.property_id.display_name,
                ),
            )
        whole = sum((exact(line.amount) for line in part.shares), Decimal())
        inputs = {"shares": [line._explanation() for line in part.shares]}
        if (part.date_from, part.date_to) == part.period:
            return whole, inputs
        inputs["days"] = [
            (part.date_to - part.date_from).days + 1,
            (part.period[1] - part.period[0]).days + 1,
        ]
        return part.share_of_days(whole), inputs


def _reason_row(row):
    """A stretch with one price, as it is kept with a charge."""
    return {
        "from": row.date_from.isoformat(),
        "to": row.date_to.isoformat(),
        "price": str(row.price),
        "surcharge": str(row.surcharge),
        "factor": str(row.factor.normalize()),
        "why": [
            {
                "kind": change.kind,
                "from": change.date_from.isoformat(),
                "value": str(change.value),
                "times": times,
                "label": change.label,
            }
            for change, times in row.reasons
        ],
    }


def _tariff_row(step, month=None):
    """A step of a tariff, as it is kept with a charge."""
    row = {
        "kind": step.kind,
        "part": step.part,
        "quantity": str(step.quantity),
        "price": str(step.price),
        "amount": str(step.amount),
    }
    if step.above is not None:
        row["above"] = str(step.above)
    if step.up_to is not None:
        row["up_to"] = str(step.up_to)
    if step.season:
        row["season"] = step.season
    first, last = (
        (step.date_from, step.date_to) if step.date_from else (month or (0, 0))
    )
    if first:
        row["from"], row["to"] = first.isoformat(), last.isoformat()
    return row
