from odoo import fields, models
from odoo.tools import SQL


class PmLedgerCheck(models.Model):
    """Money that is held for customers: prepayments and deposits.

    A receipt or outgoing payment says what it put on a liability account or took from
    it; its entry must say the same. A deposit and the prepayments of a customer say
    what is left; the open lines of the account must come to it. What stands on these
    accounts and belongs to no record is named by its entry.
    """

    _inherit = "pm.ledger.check"

    balance_ids = fields.One2many(
        "pm.ledger.check.balance", "check_id", "Money Held", readonly=True
    )

    def _held_accounts(self, company):
        """Return the accounts of prepayments and of deposits; 0 for none."""
        return {
            "prepayments": company.pm_prepayment_account_id.id or 0,
            "deposits": company.pm_deposit_account_id.id or 0,
            "company": company.id,
        }

    def _said(self, company):
        """What the records put on the accounts, a row for each of their entries.

        Money that is held is above zero. Of what is cancelled or came back both entries
        belong to the record, and it says nothing.
        """
        return SQL(
            """
            SELECT %(prepayments)s AS account_id,
                   coalesce(receipt.move_id, payment.move_id) AS move_id,
                   receipt.id AS receipt_id, NULL::int AS payout_id,
                   receipt.estate_id, receipt.partner_id,
                   CASE WHEN receipt.state <> 'posted' THEN 0
                        WHEN receipt.kind = 'prepaid' THEN -receipt.amount
                        ELSE receipt.amount_prepaid END AS amount
              FROM pm_receipt receipt
              LEFT JOIN account_payment payment ON payment.id = receipt.payment_id
             WHERE receipt.company_id = %(company)s AND receipt.kind <> 'deposit'
             UNION ALL
            SELECT %(deposits)s, coalesce(receipt.move_id, payment.move_id),
                   receipt.id, NULL, receipt.estate_id, receipt.partner_id,
                   CASE receipt.state WHEN 'posted' THEN receipt.amount ELSE 0 END
              FROM pm_receipt receipt
              LEFT JOIN account_payment payment ON payment.id = receipt.payment_id
             WHERE receipt.company_id = %(company)s AND receipt.kind = 'deposit'
             UNION ALL
            SELECT CASE payout.kind WHEN 'deposit' THEN %(deposits)s
                                    ELSE %(prepayments)s END,
                   payout.move_id, NULL, payout.id,
                   coalesce(payout.estate_id, deposit.estate_id), payout.partner_id,
                   CASE WHEN payout.state <> 'paid' THEN 0
                        ELSE -coalesce(deposit.amount, payout.amount) END
              FROM pm_payout payout
              LEFT JOIN pm_deposit deposit ON deposit.id = payout.deposit_id
             WHERE payout.company_id = %(company)s
               AND payout.kind IN ('deposit', 'prepayment')
               AND payout.state IN ('paid', 'reversed')
            """,
            **self._held_accounts(company),
        )

    def _held(self, company):
        """What ledger and records say of each entry, account and customer.

        The entry that takes another back counts as that one. Each customer of an entry
        that belongs to no record is a row, so that money that is moved from one to
        another shows.
        """
        return SQL(
            """
            WITH said AS MATERIALIZED (%(said)s),
            booked AS (
                SELECT line.account_id, line.partner_id, line.balance,
                       coalesce(said.move_id, back.move_id, move.id) AS move_id
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  LEFT JOIN (SELECT DISTINCT move_id FROM said) said
                    ON said.move_id = move.id
                  LEFT JOIN (SELECT DISTINCT move_id FROM said) back
                    ON back.move_id = move.reversed_entry_id
                 WHERE line.account_id IN (%(prepayments)s, %(deposits)s)
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
            ), ledger AS (
                SELECT account_id, move_id, partner_id, -sum(balance) AS amount
                  FROM booked
                 GROUP BY account_id, move_id, partner_id
            )
            SELECT coalesce(said.account_id, ledger.account_id) AS account_id,
                   coalesce(said.move_id, ledger.move_id) AS move_id,
                   coalesce(said.partner_id, ledger.partner_id) AS partner_id,
                   said.receipt_id, said.payout_id,
                   coalesce(said.estate_id, owner.estate_id) AS estate_id,
                   coalesce(ledger.amount, 0) AS ledger,
                   coalesce(said.amount, 0) AS records
              FROM said
              FULL JOIN ledger ON ledger.account_id = said.account_id
               AND ledger.move_id = said.move_id
               AND ledger.partner_id = said.partner_id
              LEFT JOIN (SELECT move_id, max(estate_id) AS estate_id
                           FROM said GROUP BY move_id) owner
                ON owner.move_id = ledger.move_id
            """,
            said=self._said(company),
            **self._held_accounts(company),
        )

    def _balances(self, company):
        """Return the sums for each estate and account of held money."""
        return [
            {
                "estate_id": estate,
                "account_id": account,
                "amount_ledger": float(ledger),
                "amount_records": float(records),
            }
            for estate, account, ledger, records in self.env.execute_query(
                SQL(
                    """
                    SELECT estate_id, account_id, sum(ledger), sum(records)
                      FROM (%s) held
                     WHERE account_id <> 0 AND (ledger <> 0 OR records <> 0)
                     GROUP BY 1, 2
                     ORDER BY 1, 2
                    """,
                    self._held(company),
                )
            )
        ]

    def _differing_entries(self, company):
        """Return receipts and outgoing payments whose entry says something else of the
        money that is held, and entries that belong to none.
        """
        return [
            {
                "kind": "held",
                "estate_id": estate,
                "receipt_id": receipt,
                "payout_id": payout,
                "move_id": None if receipt or payout else move,
                "partner_id": partner,
                "amount_ledger": float(ledger),
                "amount_found": float(records),
            }
            for estate, receipt, payout, move, partner, ledger, records in (
                self.env.execute_query(
                    SQL(
                        """
                        SELECT estate_id, receipt_id, payout_id, move_id, partner_id,
                               ledger, records
                          FROM (%s) held
                         WHERE ledger <> records
                         ORDER BY receipt_id, payout_id, move_id, partner_id
                        """,
                        self._held(company),
                    )
                )
            )
        ]

    def _differing_left(self, company):
        """Return deposits, and customers with prepayments, of which the open lines come
        to something else than what is left by the records.
        """
        return [
            {
                "kind": "left",
                "estate_id": estate,
                "deposit_id": deposit,
                "partner_id": partner,
                "amount_ledger": float(ledger),
                "amount_found": float(records),
            }
            for estate, deposit, partner, ledger, records in self.env.execute_query(
                SQL(
                    """
                    WITH said AS (%(said)s),
                    line AS MATERIALIZED (
                        SELECT line.account_id, line.move_id, line.partner_id,
                               -line.amount_residual AS open
                          FROM account_move_line line
                         WHERE line.account_id IN (%(prepayments)s, %(deposits)s)
                           AND line.company_id = %(company)s
                           AND line.parent_state = 'posted'
                    ), of_customer AS (
                        SELECT partner_id, sum(ledger) AS ledger,
                               sum(records) AS records
                          FROM (SELECT partner_id, open AS ledger, 0 AS records
                                  FROM line WHERE account_id = %(prepayments)s
                                 UNION ALL
                                SELECT partner_id, 0, amount
                                  FROM said WHERE account_id = %(prepayments)s) side
                         GROUP BY partner_id
                    ), of_deposit AS (
                        SELECT deposit.estate_id, deposit.id, deposit.partner_id,
                               coalesce((SELECT sum(line.open) FROM line
                                          WHERE line.move_id = receipt.move_id
                                            AND line.account_id = %(deposits)s), 0)
                               AS ledger,
                               CASE WHEN deposit.state IN ('held', 'inspected')
                                    THEN deposit.amount ELSE 0 END AS records
                          FROM pm_deposit deposit
                          LEFT JOIN pm_receipt receipt
                            ON receipt.id = deposit.receipt_id
                         WHERE deposit.company_id = %(company)s
                           AND deposit.state <> 'draft'
                    )
                    SELECT NULL::int, NULL::int, partner_id, ledger, records
                      FROM of_customer WHERE ledger <> records
                     UNION ALL
                    SELECT estate_id, id, partner_id, ledger, records
                      FROM of_deposit WHERE ledger <> records
                     ORDER BY 2, 3
                    """,
                    said=self._said(company),
                    **self._held_accounts(company),
                )
            )
        ]
