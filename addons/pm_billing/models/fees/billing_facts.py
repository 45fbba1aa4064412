"""What the amounts of many fees are computed from, read once for all of them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from ...engine import TariffError, price
from ...engine.amounts import Rounding
from ...engine.periods import due_day, month_first, month_index, month_last
from ...engine.proration import prorate
from ...engine.rounding import CENT, round_to
from .quantities import exact

LONG_AGO = 36


class ItemSettings(NamedTuple):
    """What an item says of all of its fees; ``rounding`` is none where it is usual."""

    cycle: int
    proration: str
    by_occupancy: bool
    rounding: list | None
    rounds: Rounding


@dataclass
class Part:
    """One payer's part of a period, with the facts about it."""

    facts: "BillingFacts"
    date_from: date
    date_to: date
    period: tuple
    grid: tuple
    reductions: list = field(default_factory=list)
    readings: list = field(default_factory=list)
    shares: list = field(default_factory=list)

    def price(self, fee, quantity, first, last, used_before=0, registers=None):
        return self.facts.price(fee, quantity, first, last, used_before, registers)

    def tariff_inputs(self, tariff):
        """Which prices an amount came about by."""
        held = [
            starts.isoformat()
            for starts, _tariff in self.facts.versions(tariff)
            if starts and starts <= self.date_to
        ]
        return {
            "id": tariff.id,
            "name": tariff.name,
            "unit": tariff.unit,
            "version": held[-1] if held else None,
        }

    def readings_by_cycle(self, fee):
        """Readings in groups: those of one period of the fee together, by day."""
        groups = {}
        for reading in self.readings:
            groups.setdefault(self.facts.cycle_of(fee, reading.date), []).append(
                reading
            )
        return [groups[day] for day in sorted(groups)]

    def used_before(self, fee, readings, first):
        """What the same meters counted in the year of the tariff before ``first``.

        Of a reading across its first day what falls on the days of the year, as it was
        priced.
        """
        begins = self.facts.year_start(fee, first)
        if not begins:
            return Decimal()
        mine = {reading.id for reading in readings}
        return sum(
            (
                _used_since(begins, row)
                for row in self.facts.year_readings.get(
                    (fee.property_id.id, fee.fee_item_id.medium), ()
                )
                if row.id not in mine
                and row.date >= begins
                and row.date < readings[0].date
            ),
            Decimal(),
        )

    def share_of_days(self, amount):
        """The part of an amount that these days bear, to the cent; all parts add up."""

        def until(day):
            if day < self.period[0]:
                return Decimal()
            return round_to(
                prorate(amount, "actual_days", self.period[0], day, *self.period), CENT
            )

        return until(self.date_to) - until(_day_before(self.date_from))

    def take(self):
        """Nothing of it is charged again in this batch."""
        self.facts.taken.update(row.id for row in self.readings)
        self.facts.taken_shares.update((row.id, self.period) for row in self.shares)


class BillingFacts:
    """Readings, tariffs, shares and reductions of many fees: a query for each kind."""

    def __init__(self, fees, date_from, date_to):
        self.fees = fees
        self.env = fees.env
        self.date_from = date_from
        self.date_to = date_to
        self.taken = set()
        self.taken_shares = {}
        # (fee id, first day): what a charge is made of
        self.links = {}
        self._versions = {}
        # what plain months cost, by what they are computed from
        self.plain = {}
        self._settings = {}
        self._grids = {}

    def part(self, fee, date_from, date_to, period):
        found = Part(self, date_from, date_to, period, self._grid(fee, date_from))
        method = fee.method
        if self.reductions:
            item = fee.fee_item_id
            found.reductions = [
                change
                for items, change in self.reductions.get(fee.property_id.id, ())
                if (item.id in items if items else method == "area")
            ]
        if method == "metered":
            found.readings = self._readings_of(fee, found)
        elif method == "pool":
            item = fee.fee_item_id
            found.shares = [
                line
                for line in self.shares.get((fee.property_id.id, item.id), ())
                if line.date_to <= period[1]
                and self.taken_shares.get(line.id, period) == period
            ]
        self.links[fee.id, date_from] = (found.readings, found.shares)
        return found

    def cycle_of(self, fee, day):
        """First day of the period of a fee in which a day lies."""
        begins = fee.date_from
        return due_day(
            max(day, begins),
            fee.cycle_start or begins,
            self.settings(fee.fee_item_id).cycle,
        )

    def _grid(self, fee, day):
        # fees of many places begin on the same day
        cycle = self.settings(fee.fee_item_id).cycle
        key = fee.date_from, fee.cycle_start, cycle, day
        if key not in self._grids:
            first = self.cycle_of(fee, day)
            self._grids[key] = first, month_last(month_index(first) + cycle - 1)
        return self._grids[key]

    # tariffs ----------------------------------------------------------------------

    def versions(self, tariff):
        """[(first day, engine's tariff)] of the confirmed versions, read once."""
        if tariff.id not in self._versions:
            self._versions[tariff.id] = [
                (version.date_from or None, version._tariff())
                for version in tariff.sudo()._versions()
            ]
        return self._versions[tariff.id]

    def price(self, fee, quantity, first, last, used_before=0, registers=None):
        """Price a quantity; an error is an exception of the run, never zero."""
        from .pm_fee import FeeError

        tariff = fee.tariff_id
        try:
            if not self.versions(tariff):
                raise TariffError("no_price_on", day=first.isoformat())
            return price(
                self.versions(tariff),
                quantity,
                used_before=used_before,
                persons=fee.persons or None,
                date_from=first,
                date_to=last,
                registers=registers,
            )
        except TariffError as error:
            raise FeeError(
                "tariff", f"{fee.display_name}: {tariff._explain(error)}"
            ) from error

    # meters -----------------------------------------------------------------------

    @cached_property
    def _metered(self):
        """{medium: fees} of those that are charged by meters."""
        metered = self.fees.filtered(lambda fee: fee.method == "metered")
        return metered.grouped(lambda fee: fee.fee_item_id.medium)

    @cached_property
    def readings(self):
        """{(property id, medium): readings to be charged, by day}."""
        found = {}
        since = month_first(month_index(self.date_from) - LONG_AGO)
        for medium, fees in self._metered.items():
            # sudo: who prepares bills need not be a reader of meters
            billable = (
                self.env["pm.meter"]
                .sudo()
                ._billable(fees.property_id, medium, since, self.date_to)
            )
            for place, rows in billable.items():
                found[place.id, medium] = rows
        return found

    @cached_property
    def year_readings(self):
        """{(property id, medium): good readings of the years that are charged}."""
        found = {}
        for medium, fees in self._metered.items():
            accumulating = fees.filtered(
                lambda fee: any(
                    t.accumulate for _day, t in self.versions(fee.tariff_id)
                )
            )
            rows = (
                self.env["pm.meter.reading"]
                .sudo()
                .search(
                    [
                        ("property_id", "in", accumulating.property_id.ids),
                        ("medium", "=", medium),
                        ("state", "=", "good"),
                        ("is_opening", "=", False),
                        ("date", ">=", date(self.date_from.year - 1, 1, 1)),
                        ("date", "<=", self.date_to),
                    ],
                    order="date, id",
                )
            )
            for place, some in rows.grouped("property_id").items():
                found[place.id, medium] = some
        return found

    def year_start(self, fee, day):
        """The day since which quantities of a fee accumulate; None: they do not."""
        starts = [
            tariff.year_start(day)
            for since, tariff in self.versions(fee.tariff_id)
            if tariff.accumulate and (since is None or since <= day)
        ]
        return starts[-1] if starts else None

    def _readings_of(self, fee, part):
        """Those until the end of the part; one that began before it is none of it.

        Where a period has several payers, what a meter counted is split by a reading
        on the day of the hand-over and by nothing else.
        """
        rows = self.readings.get((fee.property_id.id, fee.fee_item_id.medium), ())
        later = part.date_from > part.period[0]
        return [
            row
            for row in rows
            if row.id not in self.taken
            and row.date <= part.date_to
            and not (later and (row.date_from or row.date) < part.date_from)
        ]

    # common costs and reductions ----------------------------------------------------

    @cached_property
    def shares(self):
        """{(property id, item id): lines of confirmed costs that are not charged}."""
        pooled = self.fees.filtered(lambda fee: fee.method == "pool")
        if not pooled:
            return {}
        return self.env["pm.shared.cost.line"].sudo()._open_of(pooled, self.date_to)

    @cached_property
    def steps(self):
        """{fee id: changes of its price}."""
        found = {}
        for step in self.env["pm.fee.step"].search([("fee_id", "in", self.fees.ids)]):
            found.setdefault(step.fee_id.id, []).append(step._change())
        return found

    def settings(self, item):
        """Return what an item says, read once for all of its fees."""
        found = self._settings.get(item.id)
        if not found:
            rounding = [item.rounding_stage, item.rounding_mode, item.rounding_to]
            found = self._settings[item.id] = ItemSettings(
                item.cycle,
                item.proration,
                item.by_occupancy,
                None if rounding == ["month", "half_up", "0.01"] else rounding,
                item._rounding(),
            )
        return found

    @cached_property
    def reductions(self):
        """{property id: [(ids of items, change)]} that hold in the dates."""
        return self.env["pm.vacancy"]._reductions(
            self.fees.property_id, self.date_from, self.date_to
        )


def _used_since(day, reading):
    """What was used from a day on, of what a reading says was used."""
    quantity = exact(reading.quantity)
    begins, ends = reading.date_from or reading.date, reading.date_to or reading.date
    if begins >= day:
        return quantity
    return quantity * ((ends - day).days + 1) / ((ends - begins).days + 1)


def _day_before(day):
    return date.fromordinal(day.toordinal() - 1)
