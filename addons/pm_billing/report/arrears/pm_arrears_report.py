from odoo import fields, models, tools
from odoo.tools import SQL


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
        return SQL(
            """
            WITH money AS (
                -- money that each bill with older periods had before this year
                SELECT line.move_id, sum(part.pm_amount_money) AS before
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_account account
                    ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE part.max_date < date_trunc('year', CURRENT_DATE)
                   AND part.pm_amount_money > 0
                 GROUP BY line.move_id
            ), charge AS (
                SELECT charge.id, charge.company_id, charge.estate_id,
                       charge.building_id, charge.property_id, charge.partner_id,
                       charge.fee_item_id, charge.date_from, charge.date_due,
                       charge.amount_receivable, charge.amount_paid,
                       charge.amount_written_off, charge.amount_residual,
                       charge.is_disputed,
                       charge.date_from < date_trunc('year', CURRENT_DATE) AS is_old,
                       CASE WHEN charge.date_from
                                 < date_trunc('year', CURRENT_DATE)
                            THEN least(charge.amount_paid, greatest(0,
                                coalesce(money.before, 0) - (
                                    sum(charge.amount_paid) OVER (
                                        PARTITION BY charge.move_id
                                        ORDER BY charge.date_from, charge.id)
                                    - charge.amount_paid)))
                            ELSE 0 END AS paid_before
                  FROM pm_charge charge
                  LEFT JOIN money ON money.move_id = charge.move_id
                 WHERE charge.state = 'posted'
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
                   charge.amount_paid - charge.paid_before AS amount_received,
                   charge.amount_written_off,
                   charge.amount_residual,
                   (charge.amount_paid - charge.paid_before)
                       / NULLIF(charge.amount_receivable - charge.paid_before, 0)
                       AS collection_rate,
                   charge.is_disputed
              FROM charge
              JOIN res_company company ON company.id = charge.company_id
              JOIN pm_property estate ON estate.id = charge.estate_id
              LEFT JOIN pm_property building ON building.id = charge.building_id
             WHERE NOT charge.is_old
                OR charge.amount_receivable <> charge.paid_before
            """
        )

    def action_open_charge(self):
        """Open the charge behind the row."""
        self.ensure_one()
        self.check_access("read")
        return self.charge_id.get_formview_action()
