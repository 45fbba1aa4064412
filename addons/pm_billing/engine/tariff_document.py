"""A tariff as the document that people exchange, and as what prices are read from.

It has *parts*, such as water, resource fee and sewage, which are priced apart: often
only one of them rises by bands. Bands are marginal, only what lies above a limit has
the higher price, and a limit belongs to the band below it ("0-180" includes 180).
Limits count from the first unit of the cycle, or of the year for a tariff that
accumulates.

All numbers are ``Decimal``; money is in company currency, quantities in the unit of the
tariff. Whatever is paid is explained by steps that add up to it.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .rounding import CENT, MODES

ZERO, ONE = Decimal(0), Decimal(1)
STAGES = ("line", "part", "total")
# As many as are kept: published prices of power have eight.
DECIMALS = 10


class TariffError(ValueError):
    """A tariff that cannot be read, or a quantity that it has no price for.

    ``reason`` is a key and ``values`` what it is about, so that whoever shows it can
    say it in the reader's language.
    """

    def __init__(self, reason, **values):
        super().__init__(
            f"{reason}: {', '.join(f'{k}={v}' for k, v in values.items())}"
        )
        self.reason = reason
        self.values = values


class Band(NamedTuple):
    """A price up to a limit, which belongs to it; the last one may have none."""

    up_to: Decimal | None
    price: Decimal


class Part(NamedTuple):
    """What is priced apart.

    ``share`` is the part of the quantity that counts (sewage on 90 % of the water),
    ``included`` the first quantity that the base fee covers, ``base_daily`` that it is
    for each day and not for the bill, ``register`` the register of the meter that
    counts here (peak, valley, demand). ``at_least`` is (register, share): a demand is
    billed with 40 % of the connected power at least. With ``bands_of_total`` the limits
    are for the whole quantity, and what the register counted lies in the bands in the
    same proportion (power of homes by tiers and by the time of day); and so does a
    share of the quantity, whose limits are else for what is left of it (sewage on 90 %
    of the water, by the bands of the water).
    """

    name: str
    bands: tuple
    base_fee: Decimal = ZERO
    included: Decimal = ZERO
    share: Decimal = ONE
    register: str | None = None
    at_least: tuple | None = None
    bands_of_total: bool = False
    base_daily: bool = False


class Season(NamedTuple):
    """Parts that hold between two days of each year, both included."""

    name: str
    first: tuple
    last: tuple
    parts: tuple

    def covers(self, day):
        moment = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= moment <= self.last
        return moment >= self.first or moment <= self.last


class Household(NamedTuple):
    """Each person from ``persons_from`` on widens the limits by ``add``, once."""

    persons_from: int
    add: tuple
    # one number that widens every limit, however many there are
    for_all: bool = False

    def added(self, index):
        """What the limit at this place is widened by."""
        return self.add[0 if self.for_all else index]


class Tariff:
    """What a document says, ready to price with."""

    def __init__(self, document):
        """Read a document.

        :raises TariffError: naming the key and the value that cannot be read
        """
        read = _Reader(document, DOCUMENT_KEYS, "document")
        self.name = read.text("name")
        self.unit = read.text("unit")
        self.source = read.text("source")
        self.cycle_months = read.whole("cycle_months", 1)
        if self.cycle_months > 12:
            raise TariffError(
                "not_a_number", key="cycle_months", value=self.cycle_months
            )
        self.accumulate = read.flag("accumulate")
        self.year_from = month_day(
            read.text("accumulate_from") or "01-01", "accumulate_from"
        )
        self.scale_days = read.flag("scale_days")
        self.tax_included = read.flag("tax_included")
        self.tax_percent = read.number("tax_percent", ZERO)
        self.minimum = read.number("minimum", ZERO)
        self.stage, self.mode, self.to = _rounding(document.get("rounding"), CENT)
        self.quantity_rounding = document.get("quantity_rounding") and _rounding(
            document["quantity_rounding"], ONE
        )
        self.household = _household(document.get("household"))
        self.parts = _parts(read.rows("parts"))
        self.seasons = tuple(_season(row) for row in read.rows("seasons"))
        self.valid_from, self.valid_to = _validity(document.get("validity"))
        if not self.parts and not self.seasons:
            raise TariffError("no_parts", key="parts", value=self.name)
        for parts in (self.parts, *(season.parts for season in self.seasons)):
            self._check_household(parts)

    @classmethod
    def from_document(cls, document):
        """Return the tariff that a document describes.

        The keys, all but ``parts`` optional, numbers as text: ``name``, ``unit``,
        ``source``, ``validity`` {"from", "to"}, ``cycle_months`` (that the limits are
        for), ``accumulate`` (limits count over the year), ``accumulate_from`` (the
        day on which that year begins, "11-01"; 1 January unless said), ``scale_days``
        (limits are scaled to the days of the reading), ``rounding`` {"stage", "mode",
        "to"},
        ``quantity_rounding`` {"mode", "to"}, ``tax_percent`` (added, unless
        ``tax_included``), ``minimum``, ``household`` {"persons_from",
        "add_per_person": one number for each limit, or one for all}, ``parts``
        [{"name", "base_fee", "base_fee_per": "day" where it is no fee of
        a bill, "included", "share_of_quantity", "register",
        "at_least": {"register", "share"}, "bands_of": "total" where the bands of a
        register, or of a share of the quantity, count the whole quantity, "bands":
        [{"up_to", "price"}]}],
        ``seasons`` [{"name", "from": "06-01", "to": "09-30", "parts"}]. Days outside
        the seasons have ``parts``.
        """
        return cls(document)

    def _check_household(self, parts):
        """Limits must be widened all or none, or a band would swallow the next."""
        if not self.household or self.household.for_all:
            return
        for part in parts:
            limits = sum(1 for band in part.bands if band.up_to is not None)
            if limits and limits != len(self.household.add):
                raise TariffError(
                    "household_limits",
                    part=part.name,
                    limits=limits,
                    given=len(self.household.add),
                )

    def year_start(self, day):
        """The first day of the year of a day, in which quantities accumulate."""
        month, number = self.year_from
        if month == 2 and number == 29:
            month, number = 3, 1
        begins = date(day.year, month, number)
        return begins if begins <= day else date(day.year - 1, month, number)

    def season_on(self, day):
        """The season of a day, or None outside all of them."""
        return next((season for season in self.seasons if season.covers(day)), None)


DOCUMENT_KEYS = {
    "name",
    "unit",
    "source",
    "validity",
    "cycle_months",
    "accumulate",
    "accumulate_from",
    "scale_days",
    "rounding",
    "quantity_rounding",
    "tax_percent",
    "tax_included",
    "minimum",
    "household",
    "parts",
    "seasons",
}
PART_KEYS = {
    "name",
    "base_fee",
    "base_fee_per",
    "included",
    "share_of_quantity",
    "register",
    "at_least",
    "bands_of",
    "bands",
}


class _Reader:
    """One level of a document: a key that nobody knows is an error, not a silence."""

    def __init__(self, row, keys, where):
        if not isinstance(row, dict):
            raise TariffError("not_a_table", key=where, value=row)
        if unknown := sorted(set(row) - keys):
            raise TariffError("unknown_key", key=unknown[0], where=where)
        self.row = row

    def text(self, key):
        value = self.row.get(key)
        if value is None or value is False:
            return ""
        if not isinstance(value, str):
            raise TariffError("not_a_text", key=key, value=value)
        return value

    def number(self, key, default=None):
        value = self.row.get(key)
        if value is None or value == "":
            return default
        return number(key, value)

    def flag(self, key):
        value = self.row.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        # "false" as text would otherwise be true
        raise TariffError("not_a_flag", key=key, value=value)

    def rows(self, key):
        value = self.row.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise TariffError("not_a_list", key=key, value=value)
        return value

    def whole(self, key, default):
        value = self.number(key, Decimal(default))
        if value != value.to_integral_value() or value < 1:
            raise TariffError("not_a_number", key=key, value=value)
        return int(value)


def number(key, value):
    """Read a number of a document: text, or what JSON has for numbers.

    :raises TariffError: for what is no number, infinite, below zero, or finer than
        what is kept
    """
    try:
        found = Decimal(str(value).strip())
    except ArithmeticError:
        raise TariffError("not_a_number", key=key, value=value) from None
    if isinstance(value, bool) or not found.is_finite() or found < 0:
        raise TariffError("not_a_number", key=key, value=value)
    if -found.normalize().as_tuple().exponent > DECIMALS:
        raise TariffError("too_many_decimals", key=key, value=value)
    return found


def _parts(rows):
    return tuple(
        _part(row, str(index)) for index, row in enumerate(rows or (), start=1)
    )


def _part(row, place):
    read = _Reader(row, PART_KEYS, "parts")
    least = row.get("at_least")
    if least is not None:
        inner = _Reader(least, {"register", "share"}, "at_least")
        if not inner.text("register"):
            raise TariffError("not_a_text", key="register", value="")
        least = (inner.text("register"), inner.number("share", ONE))
    share = read.number("share_of_quantity", ONE)
    if not share:
        raise TariffError("not_a_number", key="share_of_quantity", value=share)
    return Part(
        name=read.text("name") or place,
        bands=_read_bands(read.rows("bands")),
        base_fee=read.number("base_fee", ZERO),
        included=read.number("included", ZERO),
        share=share,
        register=read.text("register") or None,
        at_least=least,
        bands_of_total=_bands_of_total(read, share),
        base_daily=_base_daily(read),
    )


def _base_daily(read):
    per = read.text("base_fee_per")
    if per not in ("", "bill", "day"):
        raise TariffError("not_a_text", key="base_fee_per", value=per)
    return per == "day"


def _bands_of_total(read, share):
    named = read.text("bands_of")
    if named not in ("", "register", "total"):
        raise TariffError("not_a_text", key="bands_of", value=named)
    # all of the quantity lies in the bands of all of it anyway
    if named == "total" and not read.text("register") and share == ONE:
        raise TariffError("not_a_text", key="register", value="")
    return named == "total"


def _read_bands(rows):
    bands, before = [], ZERO
    for row in rows:
        read = _Reader(row, {"up_to", "price"}, "bands")
        limit, cost = read.number("up_to"), read.number("price")
        if cost is None:
            raise TariffError("not_a_number", key="price", value=row.get("price"))
        if bands and bands[-1].up_to is None or limit is not None and limit <= before:
            raise TariffError("bands_order", limit=limit, before=before)
        bands.append(Band(limit, cost))
        before = limit if limit is not None else before
    return tuple(bands)


def _season(row):
    read = _Reader(row, {"name", "from", "to", "parts"}, "seasons")
    return Season(
        read.text("name"),
        month_day(row.get("from")),
        month_day(row.get("to")),
        _parts(read.rows("parts")),
    )


def month_day(text, key="seasons"):
    """Read a day of each year, "06-01".

    :return: (month, day)
    :raises TariffError: for what is no such day
    """
    try:
        # a leap year, so that a season may end on 29 February
        day = date.fromisoformat(f"2024-{text}")
    except ValueError:
        raise TariffError("not_a_day", key=key, value=text) from None
    return day.month, day.day


def _household(row):
    if not row:
        return None
    read = _Reader(row, {"persons_from", "add_per_person"}, "household")
    added = row.get("add_per_person")
    for_all = added is not None and not isinstance(added, list | tuple)
    added = (added,) if for_all else added or ()
    return Household(
        read.whole("persons_from", 1),
        tuple(number("add_per_person", value) for value in added),
        for_all,
    )


def _rounding(row, to):
    row = row or {}
    read = _Reader(row, {"stage", "mode", "to"}, "rounding")
    stage, mode = read.text("stage") or "total", read.text("mode") or "half_up"
    if stage not in STAGES or mode not in MODES:
        raise TariffError("unknown_rounding", stage=stage, mode=mode)
    to = read.number("to", to)
    if not to:
        raise TariffError("not_a_number", key="to", value=to)
    return stage, mode, to


def _validity(row):
    read = _Reader(row or {}, {"from", "to"}, "validity")
    try:
        return tuple(
            date.fromisoformat(read.text(key)) if read.text(key) else None
            for key in ("from", "to")
        )
    except ValueError:
        raise TariffError("not_a_day", key="validity", value=row) from None
