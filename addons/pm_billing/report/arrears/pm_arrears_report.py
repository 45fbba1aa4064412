from odoo import fields, models
from odoo.tools import SQL

from ...models.ledger.business_day import likely_today


class PmArrearsReport(models.Model):
    """What came in this year, of the periods of this year and of older ones apart.

    Of the current year the rate is *received ÷ receivable*. Of old arrears it is what
    came in this year ÷ what was open on 1 January: money that came in before makes no
    rate of this year better. What was written off was owed and did not come in;
    credits were not owed. A bill with several charges is paid from the oldest on.

    Amounts are in company currency, tax included.
    """

    _name = "pm.arrears.report"
    _description = "Collection of This Year and of Old Arrears"
    _inherit = ["pm.rate.mixin"]
    _auto = False
    _rec_name = "property_id"
    _order = "property_id, date_from"
    _sums_first = True
    _rates = {"collection_rate": ("amount_received", "amount_to_collect", 1)}

    charge_id = fields.Many2one("pm.charge", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    building_id = fields.Many2one("pm.property", readonly=True)
    property_id = fields.Many2one("pm.property", readonly=True)
    collector_id = fields.Many2one("res.users", readonly=True)
    partner_id = fields.Many2one("res.partner", "Payer", readonly=True)
    fee_item_id = fields.Many2one("pm.fee.item", readonly=True)
    date_from = fields.Date("Period", readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    share = fields.Selection(
        [("current", "This Year"), ("old", "Old Arrears")], "Of", readonly=True
    )
    amount_to_collect = fields.Monetary(
        "To Collect",
        readonly=True,
        help="Receivable of this year; of older periods what was open on 1 January.",
    )
    amount_received = fields.Monetary("Received This Year", readonly=True)
    amount_written_off = fields.Monetary("Written Off", readonly=True)
    amount_residual = fields.Monetary("Open", readonly=True)
    collection_rate = fields.Float(
        readonly=True, aggregator="avg", help="Received this year ÷ to collect."
    )
    is_disputed = fields.Boolean("Disputed", readonly=True)

    @property
    def _table_query(self):
        """Of this year; or of the days that ``pm_arrears_days`` in the context says.

        Of such days old is what is of a year before theirs, and received what came in
        on one of them.
        """
        first, last = self.env.context.get("pm_arrears_days") or (None, None)
        first = first or fields.Date.start_of(likely_today(self.env), "year")
        return SQL(
            """
            WITH charge AS (
                SELECT charge.id, charge.company_id, charge.estate_id,
                       charge.building_id, charge.property_id, charge.partner_id,
                       charge.fee_item_id, charge.date_from, charge.date_due,
                       charge.amount_receivable, charge.amount_paid,
                       charge.amount_written_off, charge.amount_residual,
                       charge.is_disputed,
                       charge.date_from < %(year)s AS is_old,
                       CASE WHEN charge.date_from < %(year)s
                            THEN %(before)s ELSE 0 END AS paid_before,
                       %(until)s AS paid_until
                  FROM pm_charge charge
                  LEFT JOIN (%(money_before)s) before
                         ON before.move_id = charge.move_id
                  %(join_until)s
                 WHERE charge.state = 'posted' AND %(in_time)s
            )
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
                   charge.date_from,
                   charge.date_due,
                   CASE WHEN charge.is_old THEN 'old' ELSE 'current' END AS share,
                   charge.amount_receivable - charge.paid_before
                       AS amount_to_collect,
                   charge.paid_until - charge.paid_before AS amount_received,
                   charge.amount_written_off,
                   charge.amount_residual,
                   (charge.paid_until - charge.paid_before)
                       / NULLIF(charge.amount_receivable - charge.paid_before, 0)
                       AS collection_rate,
                   charge.is_disputed
              FROM charge
              JOIN res_company company ON company.id = charge.company_id
              JOIN pm_property estate ON estate.id = charge.estate_id
              LEFT JOIN pm_property building ON building.id = charge.building_id
             WHERE NOT charge.is_old
                OR charge.amount_receivable <> charge.paid_before
            """,
            year=fields.Date.start_of(first, "year"),
            money_before=self._money_before(first),
            before=self._paid_of("before"),
            **self._until(last),
        )

    def _until(self, last):
        """What came in until a day; all of it where there is none."""
        if not last:
            return {
                "until": SQL("charge.amount_paid"),
                "join_until": SQL(),
                "in_time": SQL("TRUE"),
            }
        return {
            "until": self._paid_of("until"),
            "join_until": SQL(
                "LEFT JOIN (%s) until ON until.move_id = charge.move_id",
                self._money_before(fields.Date.add(last, days=1)),
            ),
            "in_time": SQL("charge.date_from <= %s", last),
        }

    def _money_before(self, day):
        """Money that each bill had before a day."""
        return SQL(
            """
            SELECT line.move_id, sum(part.pm_amount_money) AS amount
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.debit_move_id
              JOIN account_account account
                ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
             WHERE part.max_date < %s
               AND part.pm_amount_money > 0
             GROUP BY line.move_id
            """,
            day,
        )

    def _paid_of(self, money):
        """What of the money of a bill paid this charge: the oldest come first."""
        return SQL(
            """
            least(charge.amount_paid, greatest(0, coalesce(%s, 0) - (
                sum(charge.amount_paid) OVER (
                    PARTITION BY charge.move_id ORDER BY charge.date_from, charge.id)
                - charge.amount_paid)))
            """,
            SQL.identifier(money, "amount"),
        )

    def action_open_charge(self):
        """Open the charge behind the row."""
        self.ensure_one()
        self.check_access("read")
        return self.charge_id.get_formview_action()
