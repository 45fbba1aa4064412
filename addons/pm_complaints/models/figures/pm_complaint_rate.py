from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PmComplaintRate(models.Model):
    """Complaints of a month for each thousand households of an estate.

    A view with a row for each complaint, and one for the households of each estate
    and month: the rate of any group is what the one come to of the other. Households
    are the units of today that were handed over. Complaints keep their record rules,
    so that the rate does not give away one that is hidden.
    """

    _name = "pm.complaint.rate"
    _description = "Complaints by Households"
    _inherit = ["pm.rate.mixin"]
    _auto = False
    _order = "date desc, id"
    _rates = {"rate": ("complaint_count", "household_count", 1000)}
    _depends = {
        "pm.complaint": ["estate_id", "company_id", "kind", "state", "received_at"],
        "pm.property": ["estate_id", "kind", "state", "active", "tz"],
    }

    complaint_id = fields.Many2one("pm.complaint", readonly=True)
    # the row of a complaint has its id, and so the same people; those of households
    # have none
    concerned_user_ids = fields.Many2many(
        "res.users",
        "pm_complaint_concerned_rel",
        "complaint_id",
        "user_id",
        "About",
        readonly=True,
        help="For the rule that hides it from them: asked of the complaint, each "
        "figure would look through all complaints.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    date = fields.Date("Month", readonly=True)
    received_at = fields.Datetime(
        readonly=True, help="When it came in; of households the begin of the month."
    )
    complaint_count = fields.Integer("Complaints", readonly=True)
    household_count = fields.Integer(
        "Households", readonly=True, help="Of each month, where there are several."
    )
    rate = fields.Float(
        "For Each 1,000 Households",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Complaints of a month for each thousand households.",
    )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Months are worked out of moments, so that no index knows them: whoever asks
        for those from a day on asks for the moments from the day before on, too."""
        domain = Domain(domain).map_conditions(_from_the_day_before)
        return super()._search(domain, *args, **kwargs)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH estate AS (
                SELECT estate.id,
                       estate.company_id,
                       coalesce(estate.tz, 'Asia/Shanghai') AS tz,
                       least(
                           estate.create_date,
                           (SELECT min(received_at) FROM pm_complaint
                             WHERE estate_id = estate.id)
                       ) AS begins,
                       (SELECT count(*) FROM pm_property unit
                         WHERE unit.estate_id = estate.id
                           AND unit.kind = 'unit'
                           AND unit.active
                           AND unit.state IS DISTINCT FROM 'unsold') AS households
                  FROM pm_property estate
                 WHERE estate.kind = 'estate'
            )
            SELECT -(estate.id * 1000
                     + extract(year FROM month)::int %% 80 * 12
                     + extract(month FROM month)::int) AS id,
                   NULL::integer AS complaint_id,
                   estate.company_id,
                   estate.id AS estate_id,
                   month::date AS date,
                   month AS received_at,
                   0 AS complaint_count,
                   estate.households AS household_count,
                   NULL::float AS rate
              FROM estate
             CROSS JOIN generate_series(
                   date_trunc(
                       'month', estate.begins AT TIME ZONE 'UTC' AT TIME ZONE estate.tz
                   ),
                   date_trunc('month', now() AT TIME ZONE estate.tz),
                   INTERVAL '1 month'
                   ) AS month
             UNION ALL
            SELECT complaint.id,
                   complaint.id,
                   complaint.company_id,
                   complaint.estate_id,
                   date_trunc(
                       'month',
                       complaint.received_at AT TIME ZONE 'UTC'
                           AT TIME ZONE coalesce(place.tz, 'Asia/Shanghai')
                   )::date,
                   complaint.received_at,
                   1,
                   0,
                   NULL
              FROM pm_complaint complaint
              JOIN pm_property place ON place.id = complaint.estate_id
             WHERE complaint.kind = 'complaint'
               AND complaint.state NOT IN ('merged', 'invalid')
            """
        )


def _from_the_day_before(condition):
    """A condition that asks for months from a day on, and what follows from it."""
    if condition.field_expr != "date" or condition.operator not in (">", ">="):
        return condition
    try:
        day = fields.Date.to_date(condition.value)
    except (TypeError, ValueError):
        return condition
    if not day:
        return condition
    # no place is further from UTC than a day
    return condition & Domain("received_at", ">=", day - timedelta(days=1))
