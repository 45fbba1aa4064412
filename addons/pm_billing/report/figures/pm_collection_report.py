from odoo import fields, models, tools
from odoo.tools import SQL

# Upper bound in days overdue of each bucket; the last one is open-ended. Three
# years is the limitation period of ordinary claims (民法典 art. 188).
BUCKETS = [
    ("0_not_due", "Not Due", 0),
    ("1_30", "1-30 Days", 30),
    ("2_60", "31-60 Days", 60),
    ("3_90", "61-90 Days", 90),
    ("4_180", "91-180 Days", 180),
    ("5_365", "181-365 Days", 365),
    ("6_730", "1-2 Years", 730),
    ("7_1095", "2-3 Years", 1095),
    ("8_older", "Over 3 Years", None),
]


class PmCollectionReport(models.Model):
    """Billed charges with what came in: collection rate and ageing of what is open.

    Amounts are in company currency, tax included. The collection rate of a group is
    the money received, divided by the receivable: what was billed less what credit
    notes took back. What was written off was owed and did not come in.
    """

    _name = "pm.collection.report"
    _description = "Collection Rate and Ageing"
    _inherit = ["pm.rate.mixin"]
    _auto = False
    _rec_name = "property_id"
    _order = "date_from desc, property_id"
    _sums_first = True
    _rates = {"collection_rate": ("amount_paid", "amount_receivable", 1)}

    charge_id = fields.Many2one("pm.charge", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    building_id = fields.Many2one("pm.property", readonly=True)
    property_id = fields.Many2one("pm.property", readonly=True)
    collector_id = fields.Many2one("res.users", readonly=True)
    partner_id = fields.Many2one("res.partner", "Payer", readonly=True)
    fee_item_id = fields.Many2one("pm.fee.item", readonly=True)
    run_id = fields.Many2one("pm.bill.run", "Bill Run", readonly=True)
    date_from = fields.Date("Period", readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    amount = fields.Monetary("Billed", readonly=True)
    amount_credited = fields.Monetary("Credited", readonly=True)
    amount_receivable = fields.Monetary("Receivable", readonly=True)
    amount_paid = fields.Monetary("Received", readonly=True)
    amount_written_off = fields.Monetary("Written Off", readonly=True)
    amount_residual = fields.Monetary("Open", readonly=True)
    amount_overdue = fields.Monetary("Overdue", readonly=True)
    collection_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Money received ÷ receivable of the charges in the group.",
    )
    days_overdue = fields.Integer(readonly=True, aggregator=None)
    bucket = fields.Selection(
        [(key, label) for key, label, _days in BUCKETS], "Age", readonly=True
    )

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                "CREATE VIEW %s AS (%s)",
                SQL.identifier(self._table),
                self._view_query(),
            )
        )

    def _view_query(self):
        """Each table beside the charges is joined by its key, and from the left: the
        database leaves out those of which a report shows nothing.
        """
        overdue = SQL(
            "((now() AT TIME ZONE coalesce(estate.tz, 'UTC'))::date - charge.date_due)"
        )
        cases = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", overdue, days, key)
            for key, _label, days in BUCKETS
            if days is not None
        )
        return SQL(
            """
            SELECT charge.id,
                   charge.id AS charge_id,
                   charge.company_id,
                   company.currency_id,
                   charge.estate_id,
                   charge.building_id,
                   charge.property_id,
                   coalesce(building.collector_id, estate.collector_id)
                       AS collector_id,
                   charge.partner_id,
                   charge.fee_item_id,
                   charge.run_id,
                   charge.date_from,
                   charge.date_due,
                   charge.amount,
                   charge.amount_credited,
                   charge.amount_receivable,
                   charge.amount_paid,
                   charge.amount_written_off,
                   charge.amount_residual,
                   CASE WHEN %(overdue)s > 0
                        THEN charge.amount_residual ELSE 0 END AS amount_overdue,
                   charge.amount_paid / NULLIF(charge.amount_receivable, 0)
                       AS collection_rate,
                   CASE WHEN charge.amount_residual > 0
                        THEN greatest(%(overdue)s, 0) END AS days_overdue,
                   CASE WHEN charge.amount_residual > 0
                        THEN CASE %(cases)s ELSE %(oldest)s END END AS bucket
              FROM pm_charge charge
              LEFT JOIN res_company company ON company.id = charge.company_id
              LEFT JOIN pm_property estate ON estate.id = charge.estate_id
              LEFT JOIN pm_property building ON building.id = charge.building_id
             WHERE charge.state = 'posted'
            """,
            overdue=overdue,
            cases=cases,
            oldest=BUCKETS[-1][0],
        )

    def action_open_charge(self):
        """Open the charge behind the row: how it was computed, what was paid."""
        self.ensure_one()
        self.check_access("read")
        return self.charge_id.get_formview_action()
