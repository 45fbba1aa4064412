from odoo import fields, models

from .pm_meter_reading import VALUES
from .pm_meter_reading_check import _decimal


class PmMeterReading(models.Model):
    """Readings of a workbook."""

    _inherit = "pm.meter.reading"

    import_id = fields.Many2one(
        "pm.meter.reading.import",
        "Workbook",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _columns_of(self, values, names):
        """Return {column: number} of the registers ``names`` that have a value."""
        return {VALUES[name]: float(values[name]) for name in names if name in values}

    def _known_by_day(self, meters):
        """Return {(meter id, day): readings}, whatever became of them."""
        readings = self.search_fetch(
            [("meter_id", "in", meters.ids)],
            ["meter_id", "date", "state", "hold", "has_value", *VALUES.values()],
        )
        return readings.grouped(lambda reading: (reading.meter_id.id, reading.date))

    def _says_the_same(self, vals):
        """Whether this reading has what a row says; one that was set aside too."""
        if self.has_value != vals["has_value"]:
            # it was estimated or read since
            return not vals["has_value"]
        return all(
            _decimal(self[column]) == _decimal(vals[column])
            for column in VALUES.values()
            if column in vals
        )
