"""A building with a water meter for each of three flats."""

from odoo.tests import freeze_time, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-12-01 02:00:00")
class MeterCase(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.meters = cls.env["pm.meter"].concat(
            *(
                cls.make_meter(unit, f"W{number}")
                for number, unit in enumerate(cls.units, 1)
            )
        )
        cls.meter = cls.meters[0]

    @classmethod
    def make_meter(cls, place, name, **vals):
        return cls.env["pm.meter"].create(
            {"property_id": place.id, "name": name, **vals}
        )

    @classmethod
    def read_meter(cls, meter, date, value=0, **vals):
        """A reading as somebody enters it."""
        return cls.env["pm.meter.reading"].create(
            {"meter_id": meter.id, "date": date, "value": value, **vals}
        )

    @classmethod
    def read_days(cls, meter, *pairs):
        """Readings (date, value) that all count."""
        readings = cls.env["pm.meter.reading"].create(
            [
                {"meter_id": meter.id, "date": date, "value": value}
                for date, value in pairs
            ]
        )
        assert readings.mapped("state") == ["good"] * len(pairs), readings.mapped(
            "hold_text"
        )
        return readings
