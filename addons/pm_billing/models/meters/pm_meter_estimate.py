from odoo import fields, models
from odoo.exceptions import AccessError

from ...engine import meters
from .pm_meter_reading import VALUES
from .pm_meter_reading_check import USUAL, _decimal
from .pm_meter_reading_steps import CLERK


class PmMeter(models.Model):
    """Readings for meters that could not be read."""

    _inherit = "pm.meter"

    def _estimate(self, day, reason=None):
        """Enter what each meter is likely to show on ``day``.

        The mean of a day over the last year, for the days since the last reading.
        Meters that have a good reading of that day, or a later one, are left alone;
        those of which nothing is known yet stay missing.

        :return: the new readings
        """
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(CLERK)):
            raise AccessError(
                self.env._("Billing clerks of the estate decide about readings.")
            )
        day = fields.Date.to_date(day)
        Reading = self.env["pm.meter.reading"]
        chains = Reading._chains(self)
        wanted = []
        for meter in self:
            chain = chains[meter.id]
            if not chain or chain[-1].day >= day:
                continue
            read = meter._expected_values(chain, (day - chain[-1].day).days)
            if read is None:
                continue
            wanted.append(
                {
                    "meter_id": meter.id,
                    "date": day,
                    "kind": "estimated",
                    "decision": reason,
                    "decided_by_id": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                    **read,
                }
            )
        readings = Reading.sudo()._as_step().create(wanted).with_env(self.env)
        # where a row said that nothing was read, this is what it waited for
        Reading.sudo().search(
            [
                ("meter_id", "in", readings.meter_id.ids),
                ("date", "=", day),
                ("state", "=", "held"),
                ("hold", "=", "missing"),
            ]
        )._as_step("pm_judging").write(
            {"state": "rejected", "decision": self.env._("Estimated")}
        )
        return readings

    def _expected_values(self, chain, days):
        """Return {column: value} after ``days`` more, or None without any use yet."""
        capacity, read = self._capacity(), {}
        for name in self._register_names():
            last = chain[-1].values[name]
            if name == meters.DEMAND:
                read[VALUES[name]] = float(last)
                continue
            past = []
            for before, now in zip(chain, chain[1:], strict=False):
                if not now.days:
                    past = []  # another start: what was before is of no use
                    continue
                try:
                    counted, _rolled = meters.difference(
                        before.values[name], now.values[name], capacity
                    )
                except ValueError:
                    continue
                past.append((counted, now.days))
            more = meters.expected(past[-USUAL:], days)
            if more is None:
                return None
            value = meters.add_use(last, round(more, 3), meters.ONE, capacity)
            read[VALUES[name]] = float(_decimal(value))
        return read
