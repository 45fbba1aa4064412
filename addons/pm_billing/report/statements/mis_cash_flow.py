from psycopg2.extensions import AsIs

from odoo import fields, models, tools

# Rows of several tables share one view: each kind has ids of its own.
PROMISES, PAYOUTS, PURCHASES = 1_000_000_000, 1_200_000_000, 1_400_000_000
SOURCES = {
    "promise": ("pm.payment.promise.line", PROMISES),
    "payout": ("pm.payout", PAYOUTS),
    "purchase": ("purchase.order.line", PURCHASES),
}


class MisCashFlow(models.Model):
    """What will come in and go out: open items, promises, payments, purchases.

    Nothing counts twice: an instalment stands in place of the due day of the bills
    that it is for, an approved payment in place of the bill of the vendor, and what is
    billed of a purchase is an open item. Company currency; in is debit, out is credit.
    """

    _inherit = "mis.cash_flow"

    line_type = fields.Selection(
        selection_add=[
            ("promise", "Promised Instalment"),
            ("payout", "Approved Outgoing Payment"),
            ("purchase", "Confirmed Purchase"),
        ]
    )

    def init(self):
        """The original's rows with what is promised and approved, and its rows too.

        An instalment counts as far as what came in since the promise does not cover
        it, those that are due earlier first.
        """
        query = f"""
            WITH promise AS (
                SELECT promise.id,
                       sum(charge.amount_paid) - promise.paid_before AS received,
                       sum(charge.amount_residual) AS open
                  FROM pm_payment_promise promise
                  JOIN pm_charge_pm_payment_promise_rel rel
                    ON rel.pm_payment_promise_id = promise.id
                  JOIN pm_charge charge ON charge.id = rel.pm_charge_id
                 WHERE promise.state = 'active'
                 GROUP BY promise.id
            ), instalment AS (
                SELECT line.id, line.promise_id, line.date,
                       greatest(0, least(
                           line.amount,
                           sum(line.amount) OVER (
                               PARTITION BY line.promise_id
                               ORDER BY line.date, line.id)
                           - promise.received)) AS amount
                  FROM pm_payment_promise_line line
                  JOIN promise ON promise.id = line.promise_id
            ), promised AS (
                SELECT promise.id,
                       CASE WHEN promise.open > 0
                            THEN least(1, sum(instalment.amount) / promise.open)
                            ELSE 0 END AS part
                  FROM promise
                  JOIN instalment ON instalment.promise_id = promise.id
                 GROUP BY promise.id, promise.open
            ), covered AS (
                SELECT move_id, sum(amount) AS amount
                  FROM (
                    SELECT charge.move_id, charge.amount_residual * promised.part
                           AS amount
                      FROM promised
                      JOIN pm_charge_pm_payment_promise_rel rel
                        ON rel.pm_payment_promise_id = promised.id
                      JOIN pm_charge charge ON charge.id = rel.pm_charge_id
                    UNION ALL
                    SELECT bill_id, amount
                      FROM pm_payout
                     WHERE state = 'approved' AND bill_id IS NOT NULL
                  ) parts
                 GROUP BY move_id
            ), item AS (
                SELECT aml.id, aml.account_id, aml.reconciled, aml.full_reconcile_id,
                       aml.partner_id, aml.company_id, aml.name, aml.parent_state,
                       aml.date_maturity, aml.date,
                       CASE WHEN covered.amount IS NULL
                              OR move.amount_residual_signed = 0
                            THEN aml.amount_residual
                            ELSE aml.amount_residual * greatest(
                                0, 1 - covered.amount
                                       / abs(move.amount_residual_signed))
                       END AS expected
                  FROM account_move_line aml
                  LEFT JOIN covered ON covered.move_id = aml.move_id
                  LEFT JOIN account_move move
                    ON move.id = aml.move_id AND covered.move_id IS NOT NULL
                 WHERE aml.parent_state != 'cancel'
            ), payable AS (
                SELECT rel.res_company_id AS company_id, min(account.id) AS account_id
                  FROM account_account account
                  JOIN account_account_res_company_rel rel
                    ON rel.account_account_id = account.id
                 WHERE account.account_type = 'liability_payable' AND account.active
                 GROUP BY rel.res_company_id
            )
            SELECT -item.id AS id, 'move_line' AS line_type, item.id AS move_line_id,
                   item.account_id, greatest(item.expected, 0.0) AS debit,
                   greatest(-item.expected, 0.0) AS credit, item.reconciled,
                   item.full_reconcile_id, item.partner_id, item.company_id, item.name,
                   item.parent_state, COALESCE(item.date_maturity, item.date) AS date
              FROM item
            UNION ALL
            SELECT fl.id, 'forecast_line', NULL, fl.account_id,
                   greatest(fl.balance, 0.0), greatest(-fl.balance, 0.0),
                   NULL, NULL, fl.partner_id, fl.company_id, fl.name, 'posted', fl.date
              FROM mis_cash_flow_forecast_line fl
            UNION ALL
            SELECT {PROMISES} + instalment.id, 'promise', NULL,
                   (SELECT aml.account_id
                      FROM pm_charge_pm_payment_promise_rel rel
                      JOIN pm_charge charge ON charge.id = rel.pm_charge_id
                      JOIN account_move_line aml ON aml.move_id = charge.move_id
                      JOIN account_account account ON account.id = aml.account_id
                     WHERE rel.pm_payment_promise_id = promise.id
                       AND account.account_type = 'asset_receivable'
                     LIMIT 1),
                   instalment.amount, 0.0, NULL, NULL, promise.partner_id,
                   promise.company_id, partner.complete_name, 'posted', instalment.date
              FROM instalment
              JOIN pm_payment_promise promise ON promise.id = instalment.promise_id
              JOIN res_partner partner ON partner.id = promise.partner_id
             WHERE instalment.amount > 0
            UNION ALL
            SELECT {PAYOUTS} + payout.id, 'payout', NULL,
                   COALESCE(
                       (SELECT aml.account_id
                          FROM account_move_line aml
                          JOIN account_account account ON account.id = aml.account_id
                         WHERE aml.move_id = payout.bill_id
                           AND account.account_type
                               IN ('liability_payable', 'asset_receivable')
                         LIMIT 1),
                       CASE payout.kind
                           WHEN 'deposit' THEN company.pm_deposit_account_id
                           WHEN 'prepayment' THEN company.pm_prepayment_account_id
                       END,
                       payable.account_id),
                   0.0, payout.amount, NULL, NULL, payout.partner_id,
                   payout.company_id, payout.reason, 'posted',
                   COALESCE(payout.date_planned, payout.approval_date::date,
                            CURRENT_DATE)
              FROM pm_payout payout
              JOIN res_company company ON company.id = payout.company_id
              LEFT JOIN payable ON payable.company_id = payout.company_id
             WHERE payout.state = 'approved' AND payout.amount > 0
            UNION ALL
            SELECT {PURCHASES} + line.id, 'purchase', NULL, payable.account_id, 0.0,
                   greatest(0, line.price_total - COALESCE(billed.amount, 0))
                       / COALESCE(NULLIF(purchase.currency_rate, 0), 1),
                   NULL, NULL, purchase.partner_id, line.company_id,
                   purchase.name || ' ' || line.name, 'posted',
                   COALESCE(line.date_planned, purchase.date_order)::date
              FROM purchase_order_line line
              JOIN purchase_order purchase ON purchase.id = line.order_id
              LEFT JOIN payable ON payable.company_id = line.company_id
              LEFT JOIN LATERAL (
                SELECT sum(CASE WHEN move.move_type = 'in_refund'
                                THEN -aml.price_total ELSE aml.price_total END)
                       AS amount
                  FROM account_move_line aml
                  JOIN account_move move ON move.id = aml.move_id
                 WHERE aml.purchase_line_id = line.id AND aml.parent_state = 'posted'
              ) billed ON TRUE
             WHERE purchase.state = 'purchase' AND line.display_type IS NULL
               AND line.price_total > COALESCE(billed.amount, 0)
        """
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            "CREATE OR REPLACE VIEW %s AS (%s)", (AsIs(self._table), AsIs(query))
        )

    def action_open_related_line(self):
        """Open what stands behind a row."""
        self.ensure_one()
        self.check_access("read")
        if self.line_type not in SOURCES:
            return super().action_open_related_line()
        model, offset = SOURCES[self.line_type]
        record = self.env[model].browse(self.id - offset)
        whole = {"promise": "promise_id", "purchase": "order_id"}.get(self.line_type)
        return (record[whole] if whole else record).get_formview_action()
