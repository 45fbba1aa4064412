from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL, format_date, formatLang

from ...engine import meters
from .pm_meter_reading import DIGITS, VALUES
from .reading_holds import DAYS, NUMBERS, TEXTS

# how many earlier readings tell what is usual
USUAL = 12
# what a person may release with a reason, as it is possible
DOUBTS = {"place", "previous", "jump", "resident"}
# what the source said, kept while a reading is held
KEPT = ("told_before", "told_place", "resident", "rolled")
# how many are read to find the place of a reading that comes late
CHAIN = 60


@dataclass
class Known:
    """A good reading in the chain of its meter."""

    day: date
    values: dict
    quantity: Decimal = Decimal(0)
    days: int = 0
    is_billed: bool = False
    kind: str = "actual"
    id: int = 0


@dataclass
class Told:
    """A reading that is to be judged."""

    day: date
    values: dict
    kind: str = "actual"
    has_value: bool = True
    is_opening: bool = False
    released: set = field(default_factory=set)
    facts: dict = field(default_factory=dict)

    @property
    def before(self):
        """What the source took for the previous value; None: it does not say."""
        told = self.facts.get("told_before")
        return None if told is None else _decimal(told)

    @property
    def place(self):
        """Another place that the source named."""
        return self.facts.get("told_place") or ""


class PmMeterReading(models.Model):
    """Which readings are believed, and what was used since the one before."""

    _inherit = "pm.meter.reading"

    # ------------------------------------------------------------------
    # Before they are stored
    # ------------------------------------------------------------------

    def _judged(self, vals_list):
        """Return values of new readings with what follows from those before.

        ``hold_facts`` may bring what the source said besides: ``told_before``, the
        previous value, ``told_place``, another place that it named, and ``resident``.
        """
        meters_by_id = {
            meter.id: meter
            for meter in self.env["pm.meter"]
            .sudo()
            .browse({vals["meter_id"] for vals in vals_list if vals.get("meter_id")})
        }
        everything = self.env["pm.meter"].browse(meters_by_id)
        chains = self._chains(everything)
        today = {
            estate: estate._today() for estate in everything.sudo().estate_id.sudo()
        }
        judged = [dict(vals) for vals in vals_list]
        for vals in sorted(
            judged,
            key=lambda vals: fields.Date.to_date(vals.get("date")) or date.max,
        ):
            meter = meters_by_id.get(vals.get("meter_id"))
            if not meter:
                continue  # the ORM names the field that is missing
            vals.setdefault("date", fields.Date.to_string(today[meter.estate_id]))
            told = self._told(meter, vals)
            if "value" not in meter._register_names():
                vals["value"] = float(
                    sum(
                        (v for name, v in told.values.items() if name != meters.DEMAND),
                        meters.ZERO,
                    )
                )
            vals.update(
                self._verdict(meter, told, chains[meter.id], today[meter.estate_id])
            )
        return judged

    def _told(self, meter, vals):
        return Told(
            day=fields.Date.to_date(vals["date"]),
            values={
                name: _decimal(vals.get(VALUES[name]))
                for name in meter._register_names()
            },
            kind=vals.get("kind", "actual"),
            has_value=vals.get("has_value", True),
            is_opening=vals.get("is_opening", False),
            released=set(vals.get("released") or ()),
            facts=vals.get("hold_facts") or {},
        )

    def _verdict(self, meter, told, chain, today):
        """Return what is stored of a reading besides what was read; a good one joins
        ``chain``."""
        before = max(
            (known for known in chain if known.day < told.day),
            key=lambda known: known.day,
            default=None,
        )
        is_opening = told.is_opening or before is None
        vals = {
            "is_opening": is_opening,
            "value_before": float(before.values.get("value", 0)) if before else 0.0,
            "values_before": _plain(before.values) if before else False,
            "date_before": before.day if before else False,
            "date_from": before.day + timedelta(1) if before else told.day,
            "date_to": told.day,
            "quantity": 0.0,
            "register_quantities": {},
            "rolled_over": False,
            "state": "good",
            "hold": False,
        }
        use = meters.Use(meters.ZERO)
        code, facts = self._fault(meter, told, chain, today)
        if not code and not is_opening:
            try:
                use = meters.use_between(
                    before.values,
                    told.values,
                    _decimal(meter.multiplier, 6),
                    meter._capacity(),
                    told.facts.get("rolled"),
                )
            except meters.Lower as lower:
                code = "lower"
                facts = {
                    "before": str(lower.before),
                    "now": str(lower.now),
                    "day": str(before.day),
                    "estimated": before.kind == "estimated",
                }
        if not code:
            doubts = self._doubts(meter, told, chain, before, use)
            codes = [name for name in doubts if name not in told.released]
            if codes:
                code = codes[0]
                facts = {"all": codes}
                for name in codes:
                    facts |= doubts[name]
        vals["quantity"] = float(use.quantity)
        vals["register_quantities"] = _plain(use.registers)
        vals["rolled_over"] = use.rolled
        if code:
            kept = {name: told.facts[name] for name in KEPT if name in told.facts}
            vals.update(state="held", hold=code, hold_facts={**facts, **kept})
        else:
            chain.append(
                Known(
                    told.day,
                    told.values,
                    use.quantity,
                    (told.day - before.day).days if before and not is_opening else 0,
                    kind=told.kind,
                )
            )
            chain.sort(key=lambda known: known.day)
        return vals

    def _fault(self, meter, told, chain, today):
        """Return (code, facts) of what is wrong whatever was used."""
        capacity = meter._capacity()
        shown = [value for name, value in told.values.items() if name != meters.DEMAND]
        same = [known for known in chain if known.day == told.day]
        later = min(
            (known for known in chain if known.day > told.day),
            key=lambda known: known.day,
            default=None,
        )
        installed, removed = meter.date_installed, meter.date_removed
        if not told.has_value:
            return "missing", {}
        if any(value < 0 for value in told.values.values()):
            return "negative", {"now": str(min(told.values.values()))}
        if capacity and any(value >= capacity for value in shown):
            return "digits", {"now": str(max(shown)), "digits": meter.digits}
        if told.day > today:
            return "future", {"today": str(today)}
        if (installed and told.day < installed) or (removed and told.day > removed):
            return "outside", {
                "installed": str(installed or ""),
                "removed": str(removed or ""),
            }
        if same:
            return "twice", {"other": str(same[0].values.get("value", ""))}
        if later and later.is_billed:
            return "billed", {"day": str(later.day)}
        if later and any(
            value > later.values.get(name, value)
            for name, value in told.values.items()
            if name != meters.DEMAND
        ):
            return "higher", {
                "day": str(later.day),
                "other": str(later.values.get("value", "")),
            }
        return None, {}

    def _doubts(self, meter, told, chain, before, use):
        """Return {code: facts} of what is possible and hard to believe; a person may
        release it."""
        doubts = {}
        if told.place:
            doubts["place"] = {"place": told.place}
        if before and not told.is_opening:
            earlier = before.values.get("value")
            if told.before is not None and told.before != earlier:
                doubts["previous"] = {"told": str(told.before), "before": str(earlier)}
            if told.kind != "estimated" and (
                jump := self._jump(meter, told, chain, use)
            ):
                doubts["jump"] = jump
        if told.facts.get("resident"):
            doubts["resident"] = {}
        return doubts

    def _jump(self, meter, told, chain, use):
        company = meter.company_id
        earlier = [known for known in chain if known.day < told.day]
        past = [(known.quantity, known.days) for known in earlier if known.days][
            -USUAL:
        ]
        days = (told.day - earlier[-1].day).days
        if not meters.is_jump(
            use.quantity,
            days,
            past,
            _decimal(meter.jump_factor or company.pm_meter_jump_factor),
            _decimal(company.pm_meter_jump_floor),
        ):
            return None
        usual = meters.expected(past, max(days, 1))
        return {"quantity": str(use.quantity), "usual": f"{usual:.3f}"}

    def _chains(self, all_meters):
        """Return {meter id: good readings by day}, the last ``CHAIN`` of each."""
        chains = {meter_id: [] for meter_id in all_meters.ids}
        self.flush_model()
        columns = SQL(", ").join(SQL.identifier(name) for name in VALUES.values())
        for row in self.env.execute_query_dict(
            SQL(
                """SELECT * FROM (
                    SELECT id, meter_id, date, quantity, kind, is_opening, date_before,
                           charge_id IS NOT NULL AS is_billed, %(columns)s,
                           row_number() OVER (
                               PARTITION BY meter_id ORDER BY date DESC, id DESC
                           ) AS number
                      FROM pm_meter_reading
                     WHERE state = 'good' AND meter_id = ANY(%(meters)s)
                ) AS latest WHERE number <= %(limit)s ORDER BY date""",
                columns=columns,
                meters=all_meters.ids,
                limit=CHAIN,
            )
        ):
            counts = row["date_before"] and not row["is_opening"]
            chains[row["meter_id"]].append(
                Known(
                    day=row["date"],
                    values={
                        name: _decimal(row[column]) for name, column in VALUES.items()
                    },
                    quantity=_decimal(row["quantity"]),
                    days=(row["date"] - row["date_before"]).days if counts else 0,
                    is_billed=row["is_billed"],
                    kind=row["kind"],
                    id=row["id"],
                )
            )
        return chains

    # ------------------------------------------------------------------
    # What is stored already
    # ------------------------------------------------------------------

    def _judge_again(self):
        """Judge readings anew, after an entry was put right or the chain changed."""
        ordered = self.sorted("date")
        chains = self._chains(ordered.meter_id)
        judging = self.sudo()._as_step("pm_judging")
        for reading in ordered.with_env(judging.env):
            meter = reading.meter_id
            chain = [
                known for known in chains[meter.id] if known.id != reading._origin.id
            ]
            told = reading._as_told()
            vals = self._verdict(meter, told, chain, meter.estate_id._today())
            chains[meter.id] = chain
            reading.write(vals)
        ordered._follow()

    def _as_told(self):
        facts = dict(self.hold_facts or {})
        if self.rolled_over:
            facts["rolled"] = True
        return Told(
            day=self.date,
            values={
                name: _decimal(self[VALUES[name]])
                for name in self.meter_id._register_names()
            },
            kind=self.kind,
            has_value=self.has_value,
            # the first of a meter may come to have one before it
            is_opening=self.is_opening and self.source == "step",
            released=set(self.released or ()),
            facts=facts,
        )

    def _follow(self):
        """Let the reading after each one count from it, where it is not billed.

        What comes late, is corrected or set aside changes the use until the next
        reading.
        """
        if not self:
            return
        first = {
            meter: min(readings.mapped("date"))
            for meter, readings in self.grouped("meter_id").items()
        }
        followers = (
            self.sudo()
            .search(
                [
                    ("meter_id", "in", self.meter_id.ids),
                    ("state", "=", "good"),
                    ("charge_id", "=", False),
                    ("date", ">", min(first.values())),
                ]
            )
            .filtered(lambda other: other.date > first[other.meter_id])
        )
        (followers - self.sudo())._count_again()

    def _count_again(self):
        """Take quantities from the readings before; nothing is held by that."""
        chains = self._chains(self.meter_id)
        for reading in self.sorted("date"):
            chain = chains[reading.meter_id.id]
            if reading.is_opening and reading.source == "step":
                continue
            told = reading._as_told()
            told.released |= DOUBTS
            others = [known for known in chain if known.id != reading.id]
            vals = self._verdict(reading.meter_id, told, others, date.max)
            changed = {
                name: value
                for name, value in vals.items()
                if reading[name] != value and not (not reading[name] and not value)
            }
            if changed:
                reading._as_step("pm_judging").write(changed)

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    def _describe_hold(self):
        """Return in words why a reading is held and what to do."""
        self.ensure_one()
        told = self.hold_facts or {}
        facts = {
            "own": self.property_id.display_name,
            "unit": self.unit or "",
            "place": told.get("place"),
            "digits": told.get("digits"),
        }
        for name in NUMBERS:
            text = told.get(name)
            facts[name] = (
                formatLang(self.env, float(text), digits=DIGITS[1]) if text else ""
            )
        for name in DAYS:
            text = told.get(name)
            facts[name] = format_date(self.env, text) if text else "–"
        first = "estimated" if told.get("estimated") else self.hold
        codes = [first, *told.get("all", ())[1:]]
        # pylint: disable-next=translation-not-lazy
        return " ".join(self.env._(TEXTS[code]) % facts for code in codes)


def _decimal(value, places=DIGITS[1]):
    """A number of the database or the client as an exact decimal."""
    return round(Decimal(str(value or 0)), places)


def _plain(quantities):
    """Decimals as the numbers that JSON has."""
    return {name: float(value) for name, value in quantities.items()}
