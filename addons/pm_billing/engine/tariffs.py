"""What a quantity costs by a tariff, and every step of how it came about.

A reading is split into *stretches*: days with the same prices. It is a pure function of
the tariff's versions, the quantity and the days, so that what was shown is what is
charged, and may be shown again years later.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .meters import DEMAND
from .plain_numbers import day as day_of, decimal
from .rounding import NOISE, round_to
from .tariff_document import ONE, ZERO, Band, Tariff, TariffError


class Step(NamedTuple):
    """One line of how an amount came about.

    ``kind``: base, included, band, minimum, tax or rounding. Dates are those of the
    stretch of the reading that the line is about, where it was split.
    """

    kind: str
    part: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    above: Decimal | None = None
    up_to: Decimal | None = None
    season: str = ""
    date_from: date | None = None
    date_to: date | None = None


class Priced(NamedTuple):
    """An amount with the steps that add up to it."""

    amount: Decimal
    steps: tuple


class Stretch(NamedTuple):
    """Days of a reading with the same prices; ``share`` of its days."""

    tariff: "Tariff"
    parts: tuple
    share: Decimal
    season: str = ""
    date_from: date | None = None
    date_to: date | None = None


def price(
    versions,
    quantity,
    used_before=0,
    persons=None,
    date_from=None,
    date_to=None,
    registers=None,
):
    """Price what was used in some days, whatever versions and seasons they lie in.

    A reading across a change of version or season is split by its days, with limits,
    base fee and minimum in the same proportion; one that accumulates goes on in the
    next stretch where it stood, and begins again with its year, on 1 January unless the
    tariff says another day.

    :param versions: list of (first day or None, :class:`Tariff`), the earliest first
    :param quantity: in the unit of the tariff; None: the sum of the registers that
        count a quantity, which demand and connected power are not
    :param used_before: what was used in the year before, of a tariff that accumulates
    :param persons: of the household
    :param date_from: first day of the use, included
    :param date_to: last day, included; ``date_from`` unless given
    :param registers: {name: quantity} of a meter with several, demand included
    :return: :class:`Priced`
    :raises TariffError: a negative quantity, no price on a day, a register that is not
        given, a quantity beyond the last limit
    """
    registers = {key: _quantity(key, value) for key, value in (registers or {}).items()}
    if quantity is None:
        power = _registers_of_power(versions)
        quantity = sum(
            (value for name, value in registers.items() if name not in power), ZERO
        )
    quantity = _quantity("quantity", quantity)
    used = _quantity("used_before", used_before or 0)
    persons = int(_quantity("persons", persons or 0))
    date_from, date_to = (found and day_of(found) for found in (date_from, date_to))
    if quantity < 0 or used < 0 or any(value < 0 for value in registers.values()):
        raise TariffError("negative", quantity=quantity)
    last = date_to or date_from
    if last and date_from and last < date_from:
        raise TariffError("days", first=date_from, last=last)
    stretches = _stretches(versions, date_from, last)
    leading = stretches[-1].tariff
    if leading.quantity_rounding:
        _stage, mode, to = leading.quantity_rounding
        quantity = round_to(quantity, to, mode)
    steps, left = [], quantity
    year = date_from and stretches[0].tariff.year_start(date_from)
    for stretch in stretches:
        here = left if stretch is stretches[-1] else quantity * stretch.share
        left -= here
        if year and (begins := stretch.tariff.year_start(stretch.date_from)) > year:
            year, used = begins, ZERO
        steps += _stretch_steps(
            stretch,
            here,
            used,
            persons,
            registers,
            _limit_factor(stretch.tariff, date_from, last),
        )
        used += here
    minimum = sum((each.tariff.minimum * each.share for each in stretches), ZERO)
    return _add_up(leading, steps, minimum)


def _registers_of_power(versions):
    """Registers whose value is no part of the quantity: demand, connected power."""
    found = {DEMAND}
    for _starts, tariff in versions:
        parts = [*tariff.parts]
        for season in tariff.seasons:
            parts += season.parts
        for part in parts:
            if part.at_least:
                found |= {part.at_least[0], part.register}
    return found


def _quantity(key, value):
    try:
        return decimal(value)
    except ValueError:
        raise TariffError("not_a_number", key=key, value=value) from None


def _stretches(versions, first, last):
    if first is None or len(versions) == 1:
        # without days the version in force, which is the last one
        tariff = versions[-1][1]
        if first and versions[-1][0] and first < versions[-1][0]:
            raise TariffError("no_price_on", day=first.isoformat())
        return _stretches_of(tariff, first, last, ONE)
    if versions[0][0] and first < versions[0][0]:
        raise TariffError("no_price_on", day=first.isoformat())
    found, days = [], (last - first).days + 1
    for index, (starts, tariff) in enumerate(versions):
        ends = (
            versions[index + 1][0] - timedelta(days=1)
            if index + 1 < len(versions)
            else last
        )
        begins, ends = max(first, starts or first), min(last, ends)
        if begins <= ends:
            share = Decimal((ends - begins).days + 1) / days
            found += _stretches_of(tariff, begins, ends, share)
    return found


def _stretch_steps(stretch, quantity, used, persons, registers, factor):
    tariff = stretch.tariff
    # limits of a year stay whole; those of a cycle shrink with the stretch
    scale = ONE if tariff.accumulate else factor * stretch.share
    split = stretch.share != 1
    days = (stretch.date_from, stretch.date_to) if split else (None, None)
    where = (stretch.season, *days)
    steps = []
    for part in stretch.parts:
        counted = _counted(part, quantity, registers, stretch.share)
        whole, counts = _in_bands(part, quantity, counted)
        own_bands = part.register and not part.bands_of_total
        begins = used * counts if tariff.accumulate and not own_bands else ZERO
        if part.base_fee:
            steps.append(_base_step(part, stretch, where))
        bands = _wider(tariff, part.bands, persons)
        if part.bands_of_total:
            found = _bands(part, bands, begins, whole, scale, where)
            steps += _in_proportion(found, counted, whole)
        else:
            steps += _bands(part, bands, begins, counted, scale, where)
    return steps


def _base_step(part, stretch, where):
    """The base fee of the stretch: its part of that of a bill, or one for each day."""
    if not part.base_daily:
        fee = part.base_fee * stretch.share
        return Step("base", part.name, ONE, fee, fee, None, None, *where)
    if stretch.date_from is None:
        raise TariffError("fee_needs_days", part=part.name)
    days = Decimal((stretch.date_to - stretch.date_from).days + 1)
    fee = part.base_fee * days
    return Step("base", part.name, days, part.base_fee, fee, None, None, *where)


def _in_bands(part, quantity, counted):
    """What lies in the bands of a part, and which share of a quantity that is.

    Of 20 m³, of which 90 % are sewage, 18 m³ lie in the bands; or all 20 m³, and 90 %
    of what lies in each is charged.
    """
    if not part.bands_of_total:
        return counted, part.share
    share = part.share if part.register else ONE
    return quantity * share, share


def _in_proportion(steps, counted, whole):
    """What counts, in the bands of the whole; nothing lies in none."""
    if counted - whole > NOISE:
        raise TariffError("more_than_whole", counted=counted, whole=whole)
    for step in steps:
        part_of = step.quantity * counted / whole
        yield step._replace(quantity=part_of, amount=part_of * step.price)


def _counted(part, quantity, registers, share):
    if part.register:
        if part.register not in registers:
            raise TariffError("no_register", register=part.register, part=part.name)
        quantity = registers[part.register] * share
    quantity *= part.share
    if part.at_least:
        register, least = part.at_least
        if register not in registers:
            raise TariffError("no_register", register=register, part=part.name)
        quantity = max(quantity, registers[register] * least * share)
    return quantity


def _bands(part, bands, begins, quantity, scale, where):
    """Lines of a part for the quantity from ``begins`` on."""
    ends, above = begins + quantity, ZERO
    if part.included and quantity:
        included = part.included * scale
        if begins < included:
            top = min(ends, included)
            free = top - begins
            yield Step("included", part.name, free, ZERO, ZERO, ZERO, included, *where)
            begins = top
    for band in bands:
        limit = None if band.up_to is None else band.up_to * scale
        if begins >= ends:
            return
        if limit is None or begins < limit:
            # not the sum of both: of thirds it may miss the end by a trifle
            top = ends if limit is None else min(ends, limit)
            used = top - begins
            yield Step(
                "band",
                part.name,
                used,
                band.price,
                used * band.price,
                above,
                limit,
                *where,
            )
            begins = top
        above = limit
    if begins < ends and bands:
        raise TariffError("beyond_last_band", quantity=ends, limit=above)


def _add_up(tariff, steps, minimum):
    """Round, add the minimum and the tax; the steps add up to the amount."""
    stage, mode, to = tariff.stage, tariff.mode, tariff.to
    if stage == "line":
        steps = [
            step._replace(amount=round_to(step.amount, to, mode)) for step in steps
        ]
    net = sum((step.amount for step in steps), ZERO)
    if stage == "part":
        rounded = _by_part(steps, to, mode)
        _add_rounding(steps, rounded - net)
        net = rounded
    if net < minimum:
        steps.append(Step("minimum", "", ONE, minimum, minimum - net))
        net = minimum
    exact = net
    if tariff.tax_percent and not tariff.tax_included:
        rate = tariff.tax_percent / 100
        tax = net * rate
        if stage != "total":
            tax = round_to(tax, to, mode)
        steps.append(Step("tax", "", net, rate, tax))
        exact += tax
    amount = round_to(exact, to, mode)
    _add_rounding(steps, amount - exact)
    return Priced(amount, tuple(steps))


def _by_part(steps, to, mode):
    sums = {}
    for step in steps:
        sums[step.part] = sums.get(step.part, ZERO) + step.amount
    return sum((round_to(value, to, mode) for value in sums.values()), ZERO)


def _add_rounding(steps, difference):
    if difference:
        steps.append(Step("rounding", "", ONE, difference, difference))


def _stretches_of(tariff, first, last, share):
    """The days from ``first`` to ``last``, split where other prices begin."""
    if first is None:
        if tariff.seasons:
            raise TariffError("season_needs_days", tariff=tariff.name)
        return [Stretch(tariff, tariff.parts, share)]
    if tariff.valid_to and last > tariff.valid_to:
        raise TariffError("no_price_on", day=last.isoformat())
    found, days = [], (last - first).days + 1
    for begins, ends in _turns(tariff, first, last):
        season = tariff.season_on(begins)
        parts = season.parts if season else tariff.parts
        if not parts:
            raise TariffError("no_price_on", day=begins.isoformat())
        part_of = share * ((ends - begins).days + 1) / days
        name = season.name if season else ""
        found.append(Stretch(tariff, parts, part_of, name, begins, ends))
    return found


def _turns(tariff, first, last):
    """(first, last day) between the days on which a season or a counted year begins."""
    is_one_year = tariff.year_start(first) == tariff.year_start(last)
    if not tariff.seasons and (not tariff.accumulate or is_one_year):
        return [(first, last)]
    turns, begins, before = [], first, _prices_on(tariff, first)
    for offset in range(1, (last - first).days + 1):
        day = first + timedelta(days=offset)
        here = _prices_on(tariff, day)
        if here != before:
            turns.append((begins, day - timedelta(days=1)))
            begins, before = day, here
    return [*turns, (begins, last)]


def _prices_on(tariff, day):
    """What has to be the same on all days of a stretch."""
    return tariff.season_on(day), tariff.accumulate and tariff.year_start(day)


def _limit_factor(tariff, first, last):
    """By how much limits that are for one cycle fit a reading of these days."""
    if not tariff.scale_days or tariff.accumulate:
        return ONE
    if first is None:
        raise TariffError("scale_needs_days", tariff=tariff.name)
    index = first.year * 12 + first.month - 1 + tariff.cycle_months
    year, month = index // 12, index % 12 + 1
    ends = date(year, month, min(first.day, monthrange(year, month)[1]))
    return Decimal((last - first).days + 1) / (ends - first).days


def _wider(tariff, bands, persons):
    """The limits for a household of so many persons."""
    household = tariff.household
    extra = (persons or 0) - household.persons_from + 1 if household else 0
    if extra <= 0:
        return bands
    return [
        band
        if band.up_to is None
        else Band(band.up_to + extra * household.added(index), band.price)
        for index, band in enumerate(bands)
    ]
