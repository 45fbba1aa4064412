from ..common import BillingCase


class TestInvoiceColumns(BillingCase):
    def empty_columns(self, move):
        """Which columns of the stored lines are NULL, by kind of line."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT line.display_type, array_agg(column_name ORDER BY column_name)
              FROM account_move_line line,
                   jsonb_each_text(to_jsonb(line)) AS cell(column_name, value)
             WHERE line.move_id = %s AND value IS NULL
             GROUP BY line.display_type, line.id
             ORDER BY line.display_type, line.id
            """,
            [move.id],
        )
        return self.env.cr.fetchall()

    def test_what_is_stored_is_what_odoo_stores(self):
        """Also the columns that no view shows: other addons count with their zeros."""
        self.make_fees(self.unit)
        move = self.bill().move_ids
        plain = (
            self.env["account.move"]
            ._as_step()
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.owner.id,
                    "invoice_date": move.invoice_date,
                    "invoice_date_due": move.invoice_date_due,
                    "invoice_payment_term_id": False,
                    "ref": move.ref,
                    "invoice_line_ids": [
                        (0, 0, charge._prepare_invoice_line())
                        for charge in move.pm_charge_ids
                    ],
                }
            )
        )
        plain.action_post()
        self.assertEqual(self.empty_columns(move), self.empty_columns(plain))
        receivable = move.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        self.env.cr.execute(
            "SELECT discount_balance, discount_amount_currency"
            " FROM account_move_line WHERE id = %s",
            [receivable.id],
        )
        self.assertEqual([float(value) for value in self.env.cr.fetchone()], [0, 0])
