from odoo import fields, models
from odoo.tools import SQL

from ...models.meters.pm_meter import MEDIA


class PmMeterLoss(models.Model):
    """What went through a master or shared meter and was counted by none below it.

    One row for each month and meter that has others behind it; the month is that of
    the day on which they were read. A rate over a group is the loss of all by the
    quantity of all.
    """

    _name = "pm.meter.loss"
    _description = "Loss between Meters"
    _inherit = ["pm.rate.mixin"]
    _auto = False
    _order = "month desc, meter_id"
    _rates = {"rate": ("loss", "quantity", 100)}
    _rec_name = "meter_id"
    _depends = {
        "pm.meter": ["parent_id", "date_installed", "date_removed", "property_id"],
        "pm.meter.reading": ["meter_id", "date", "quantity", "state", "is_opening"],
    }

    meter_id = fields.Many2one("pm.meter", "Through", readonly=True)
    property_id = fields.Many2one("pm.property", "Place", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    medium = fields.Selection(MEDIA, readonly=True)
    unit = fields.Char("Unit of Quantity", readonly=True)
    month = fields.Date(readonly=True)
    quantity = fields.Float("Through This Meter", digits=(16, 3), readonly=True)
    below = fields.Float("Through the Meters Behind It", digits=(16, 3), readonly=True)
    loss = fields.Float(digits=(16, 3), readonly=True)
    rate = fields.Float(
        "Loss (%)",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="The loss by the quantity of the meter before. Below zero: more was "
        "counted behind it, so that readings are of other days, or a meter is wrong.",
    )
    meter_count = fields.Integer("Meters Behind It", readonly=True)
    read_count = fields.Integer(
        "Of Them Read", readonly=True, help="Each that is missing looks like a loss."
    )
    is_complete = fields.Boolean("All of Them Read", readonly=True)

    @property
    def _table_query(self):
        """Quantities by meter and month, of the meter and of those behind it."""
        return SQL(
            """
            WITH used AS (
                SELECT meter_id, date_trunc('month', date)::date AS month,
                       sum(quantity) AS quantity
                  FROM pm_meter_reading
                 WHERE state = 'good' AND NOT is_opening
                 GROUP BY 1, 2
            ), behind AS (
                SELECT meter.parent_id AS meter_id, used.month,
                       sum(used.quantity) AS quantity, count(*) AS read_count
                  FROM pm_meter meter JOIN used ON used.meter_id = meter.id
                 WHERE meter.parent_id IS NOT NULL
                 GROUP BY 1, 2
            ), children AS (
                SELECT child.parent_id AS meter_id, used.month,
                       count(*) FILTER (
                           WHERE coalesce(child.date_installed, '-infinity')
                                 < used.month + interval '1 month'
                             AND coalesce(child.date_removed, 'infinity')
                                 >= used.month
                       ) AS meter_count
                  FROM pm_meter child JOIN used ON used.meter_id = child.parent_id
                 GROUP BY 1, 2
            )
            SELECT meter.id::bigint * 4096 + (
                       extract(year FROM used.month)::int - 2000) * 12
                       + extract(month FROM used.month)::int AS id,
                   meter.id AS meter_id, meter.property_id, meter.estate_id,
                   meter.company_id, meter.medium, meter.unit, used.month,
                   used.quantity,
                   coalesce(behind.quantity, 0) AS below,
                   used.quantity - coalesce(behind.quantity, 0) AS loss,
                   CASE WHEN used.quantity > 0
                        THEN 100 * (used.quantity - coalesce(behind.quantity, 0))
                             / used.quantity
                   END AS rate,
                   children.meter_count,
                   coalesce(behind.read_count, 0) AS read_count,
                   coalesce(behind.read_count, 0) >= children.meter_count
                       AS is_complete
              FROM pm_meter meter
              JOIN used ON used.meter_id = meter.id
              JOIN children ON children.meter_id = meter.id
                           AND children.month = used.month
         LEFT JOIN behind ON behind.meter_id = meter.id
                         AND behind.month = used.month
            """
        )
