from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class PmMeter(models.Model):
    """What bill runs ask of meters."""

    _inherit = "pm.meter"

    def _capacity(self):
        """Return where the register begins again at zero; None: nowhere."""
        return 10**self.digits if self.digits else None

    def _billable(self, properties, medium, date_from, date_to):
        """Return {property: readings} that are to be charged.

        Good readings whose day is within both dates and which no charge that stands
        was made of, by day; opening readings are none, as nothing was used. A meter
        that was replaced and the new one both have theirs. Quantities are in the unit
        of the meter, after the multiplier; one of zero is there as well. Runs of an
        earlier ``date_from`` take up what was held then and released since.

        A reading with ``corrects_id`` stands in place of one that may have been
        charged: ``corrects_id.charge_id`` is what is to be credited.
        """
        readings = self.env["pm.meter.reading"].search(
            Domain(
                [
                    ("property_id", "in", properties.ids),
                    ("medium", "=", medium),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                    ("state", "=", "good"),
                    ("is_opening", "=", False),
                ]
            )
            & self.env["pm.meter.reading"]._domain_unbilled(),
            order="date, id",
        )
        return {
            place: found for place, found in readings.grouped("property_id").items()
        }

    def _missing(self, properties, medium, date_from, date_to):
        """Return the meters that have no good reading within both dates.

        A meter that was removed has given its last one; one whose first reading is of
        the last day or later has none to give yet.
        """
        date_from, date_to = map(fields.Date.to_date, (date_from, date_to))
        meters = self.search(
            [
                ("property_id", "in", properties.ids),
                ("medium", "=", medium),
                "|",
                ("date_installed", "=", False),
                ("date_installed", "<", date_to),
                "|",
                ("date_removed", "=", False),
                ("date_removed", ">", date_to),
            ]
        )
        days = defaultdict(list)
        for meter, day, is_opening, _count in self.env["pm.meter.reading"]._read_group(
            [
                ("meter_id", "in", meters.ids),
                ("state", "=", "good"),
                ("date", ">=", date_from - timedelta(days=1)),
                ("date", "<=", date_to),
            ],
            ["meter_id", "date:day", "is_opening"],
            ["__count"],
        ):
            days[meter].append((day, is_opening))
        read = {
            meter
            for meter, found in days.items()
            if any(
                (not is_opening and day >= date_from) or day == date_to
                for day, is_opening in found
            )
        }
        return meters.filtered(lambda meter: meter not in read)
