from odoo import api, fields, models
from odoo.tools import SQL

# What is compared, by the name of the comparison.
KINDS = [
    ("open", "Open: ledger and charges"),
    ("billed", "Billed: ledger and charges"),
    ("received", "Received: ledger, charges and receipts"),
    ("entry", "Receipt without its entry"),
    ("held", "Money held: entry and record"),
    ("left", "Money still held: ledger and record"),
]


class PmLedgerCheck(models.Model):
    """Whether the ledger, the charges and the receipts of a company say the same.

    Each is added up by itself, from what is stored, for every estate and receivable
    account. Where they differ, the record is named.
    """

    _name = "pm.ledger.check"
    _description = "Check of the Books"
    _order = "id desc"

    name = fields.Char("Check", compute="_compute_name")
    date = fields.Datetime(
        "Checked on", required=True, readonly=True, default=fields.Datetime.now
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("pm.ledger.check.line", "check_id", readonly=True)
    difference_ids = fields.One2many(
        "pm.ledger.check.difference", "check_id", "Differences", readonly=True
    )
    difference_count = fields.Integer("Number of Differences", readonly=True)
    state = fields.Selection(
        [("agrees", "Agrees"), ("differs", "Differs")],
        "Result",
        required=True,
        readonly=True,
        default="agrees",
    )

    @api.depends("date", "company_id")
    def _compute_name(self):
        for check in self:
            day = fields.Datetime.context_timestamp(check, check.date)
            check.name = f"{check.company_id.name} {day:%Y-%m-%d %H:%M}"

    # ------------------------------------------------------------------
    # Check
    # ------------------------------------------------------------------

    def action_check_now(self):
        """Check the books of the company now and show the result."""
        self.check_access("read")
        checks = self._run(self.env.company)
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.ledger.check",
            "res_id": checks[:1].id,
            "view_mode": "form",
        }

    @api.model
    def _run(self, companies=None):
        """Check the books of companies, by default of all that bill."""
        checks = self.browse()
        for company in companies or self._companies():
            checks += self.sudo().with_company(company)._check(company)
        return checks.with_env(self.env)

    @api.model
    def _companies(self):
        """Companies that have charges, or receipts: money ahead is booked as well."""
        companies = self.env["res.company"]
        for model in ("pm.charge", "pm.receipt"):
            for (company,) in self.env[model].sudo()._read_group([], ["company_id"]):
                companies |= company
        return companies.sorted("id")

    @api.model
    def _cron_run(self):
        """Check every night; who keeps books that differ is asked to look."""
        for check in self._run().filtered(lambda check: check.state == "differs"):
            check._tell()

    def _tell(self):
        """Have the accountants of the company look at it."""
        self.ensure_one()
        group = self.env.ref("account.group_account_invoice")
        people = group.all_user_ids.filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        )
        todo = self.env.ref("mail.mail_activity_data_warning")
        for user in people[:5]:
            check = self.with_context(lang=user.lang)
            self.env["mail.activity"].sudo().create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.company"),
                    "res_id": self.company_id.id,
                    "activity_type_id": todo.id,
                    "user_id": user.id,
                    "summary": check.env._("Ledger, charges and receipts differ"),
                    "note": check.env._(
                        "%(count)s records: see Check of the Books, %(check)s.",
                        count=self.difference_count,
                        check=self.name,
                    ),
                }
            )

    def _check(self, company):
        self.env.flush_all()
        rows = self._figures(company)
        found = [
            *self._differing_bills(company),
            *self._differing_receipts(company),
            *self._differing_entries(company),
            *self._differing_left(company),
        ]
        return (
            self._as_step()
            .create(
                {
                    "company_id": company.id,
                    "state": "differs" if found else "agrees",
                    "difference_count": len(found),
                    "line_ids": [fields.Command.create(row) for row in rows],
                    "balance_ids": [
                        fields.Command.create(row) for row in self._balances(company)
                    ],
                    # thousands would say no more than the first ones
                    "difference_ids": [
                        fields.Command.create(row) for row in found[:1000]
                    ],
                }
            )
            .sudo(False)
        )

    def _bills(self, company):
        """The bills of a company: what ledger, charges and receipts say of each.

        Amounts are those of the receivable: what is owed is above zero. What was undone
        together with its run has no charge and nothing open. Charges that count, and
        whose bill does not, stand there with nothing in the ledger.
        """
        return SQL(
            """
            WITH bill AS (
                SELECT move.id, move.move_type, move.pm_estate_id AS estate_id,
                       min(line.account_id) AS account_id,
                       sum(line.balance) AS billed,
                       sum(line.amount_residual) AS open
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN account_account account ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE move.pm_bill_run_id IS NOT NULL
                   AND move.state = 'posted' AND move.company_id = %(company)s
                 GROUP BY move.id
            ), charged AS (
                SELECT move_id, min(id) AS charge_id, min(estate_id) AS estate_id,
                       sum(amount) AS billed,
                       sum(amount_residual) AS open, sum(amount_paid) AS received
                  FROM pm_charge
                 WHERE state = 'posted' AND company_id = %(company)s
                 GROUP BY move_id
            ), entry AS MATERIALIZED (
                SELECT DISTINCT coalesce(receipt.move_id, payment.move_id) AS move_id
                  FROM pm_receipt receipt
                  LEFT JOIN account_payment payment
                    ON payment.id = receipt.payment_id
                 WHERE receipt.state = 'posted'
                   AND receipt.company_id = %(company)s
            ), match AS (
                -- either side by its own index
                SELECT line.move_id, other.move_id AS other_id,
                       coalesce(part.pm_amount_money, 0) AS money
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.debit_move_id
                  JOIN account_move_line other ON other.id = part.credit_move_id
                 WHERE part.company_id = %(company)s
                 UNION ALL
                SELECT line.move_id, other.move_id,
                       coalesce(part.pm_amount_money, 0)
                  FROM account_partial_reconcile part
                  JOIN account_move_line line ON line.id = part.credit_move_id
                  JOIN account_move_line other ON other.id = part.debit_move_id
                 WHERE part.company_id = %(company)s
            ), settled AS (
                SELECT match.move_id, sum(match.money) AS received,
                       sum(match.money) FILTER (
                           WHERE match.other_id IN (SELECT move_id FROM entry)
                       ) AS by_receipt
                  FROM match
                 GROUP BY match.move_id
            ), receipted AS (
                SELECT charge.move_id, sum(line.amount) AS received
                  FROM pm_receipt_line line
                  JOIN pm_receipt receipt ON receipt.id = line.receipt_id
                   AND receipt.state = 'posted'
                  JOIN pm_charge charge ON charge.id = line.charge_id
                   AND charge.state = 'posted'
                 WHERE receipt.company_id = %(company)s
                 GROUP BY charge.move_id
            )
            SELECT coalesce(bill.id, charged.move_id) AS id,
                   coalesce(bill.estate_id, charged.estate_id) AS estate_id,
                   bill.account_id,
                   CASE WHEN bill.id IS NULL THEN charged.charge_id END AS charge_id,
                   CASE WHEN charged.charge_id IS NULL THEN 0
                        ELSE coalesce(bill.billed, 0) END AS billed,
                   coalesce(charged.billed, 0) AS billed_charges,
                   coalesce(bill.open, 0) AS open,
                   coalesce(charged.open, 0) AS open_charges,
                   coalesce(settled.received, 0)
                       * CASE bill.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                       AS received,
                   coalesce(charged.received, 0) AS received_charges,
                   coalesce(settled.by_receipt, 0) AS by_receipt,
                   coalesce(receipted.received, 0) AS receipts
              FROM bill
              FULL JOIN charged ON charged.move_id = bill.id
              LEFT JOIN settled ON settled.move_id = bill.id
              LEFT JOIN receipted ON receipted.move_id = bill.id
            """,
            company=company.id,
        )

    def _figures(self, company):
        """Return the sums for each estate and receivable account."""
        names = (
            "billed",
            "billed_charges",
            "open",
            "open_charges",
            "received",
            "received_charges",
            "by_receipt",
            "receipts",
        )
        sums = SQL(", ").join(SQL("sum(%s)", SQL.identifier(name)) for name in names)
        return [
            {
                "estate_id": estate,
                "account_id": account,
                **{f"amount_{n}": float(v) for n, v in zip(names, values, strict=True)},
            }
            for estate, account, *values in self.env.execute_query(
                SQL(
                    "SELECT estate_id, account_id, %s FROM (%s) bills GROUP BY 1, 2"
                    " ORDER BY 1, 2",
                    sums,
                    self._bills(company),
                )
            )
        ]

    def _differing_bills(self, company):
        """Return the bills of which ledger, charges and receipts say something else."""
        found = []
        for move_id, charge_id, estate, kind, ledger, charges in self.env.execute_query(
            SQL(
                """
                SELECT bills.id, bills.charge_id, bills.estate_id,
                       pair.kind, pair.ledger, pair.charges
                  FROM (%s) bills,
                       LATERAL (VALUES
                           ('billed', billed, billed_charges),
                           ('open', open, open_charges),
                           ('received', received, received_charges),
                           ('received', by_receipt, receipts)
                       ) pair(kind, ledger, charges)
                 WHERE pair.ledger <> pair.charges
                 ORDER BY bills.id
                """,
                self._bills(company),
            )
        ):
            found.append(
                {
                    "kind": kind,
                    "estate_id": estate,
                    "move_id": move_id,
                    "charge_id": charge_id,
                    "amount_ledger": float(ledger),
                    "amount_found": float(charges),
                }
            )
        return found

    def _differing_receipts(self, company):
        """Return the receipts whose entry is missing, is no entry, or comes to
        something else.
        """
        return [
            {
                "kind": "entry",
                "estate_id": estate,
                "receipt_id": receipt_id,
                "amount_ledger": float(ledger),
                "amount_found": float(amount),
            }
            for receipt_id, estate, ledger, amount in self.env.execute_query(
                SQL(
                    """
                    SELECT receipt.id, receipt.estate_id,
                           coalesce(sum(line.credit) FILTER (
                               WHERE move.state = 'posted'), 0),
                           receipt.amount
                      FROM pm_receipt receipt
                      LEFT JOIN account_payment payment
                        ON payment.id = receipt.payment_id
                      LEFT JOIN account_move move
                        ON move.id = coalesce(receipt.move_id, payment.move_id)
                      LEFT JOIN account_move_line line ON line.move_id = move.id
                     WHERE receipt.state = 'posted' AND receipt.company_id = %s
                     GROUP BY receipt.id
                    HAVING coalesce(sum(line.credit) FILTER (
                               WHERE move.state = 'posted'), 0) <> receipt.amount
                     ORDER BY receipt.id
                    """,
                    company.id,
                )
            )
        ]
