from odoo import fields
from odoo.fields import Date
from odoo.tests import tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestArrearsReport(BillingCase):
    """Of 262 a month: a month of last year and one of this year.

    The view counts from the database's own day, so that the days here are counted
    from today.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        year = fields.Date.today().year
        cls.last, cls.now = f"{year - 1}-11", f"{year}-01"
        for unit in cls.units:
            cls.make_fee(unit, date_from=f"{year - 1}-01-01")
        cls.old = cls.bill(
            f"{cls.last}-01", f"{cls.last}-30", date_invoice=f"{cls.last}-05"
        )
        cls.new = cls.bill(
            f"{cls.now}-01", f"{cls.now}-31", date_invoice=f"{cls.now}-01"
        )

    def rates(self):
        self.env.flush_all()
        return {
            share: (round(to_collect, 2), round(received, 2), round(rate or 0, 4))
            for share, to_collect, received, rate in self.env[
                "pm.arrears.report"
            ]._read_group(
                [("company_id", "=", self.company.id)],
                ["share"],
                [
                    "amount_to_collect:sum",
                    "amount_received:sum",
                    "collection_rate:avg",
                ],
            )
        }

    def test_apart(self):
        self.assertEqual(
            self.rates(), {"old": (750.0, 0.0, 0.0), "current": (750.0, 0.0, 0.0)}
        )
        # paid today: of last year's, the first owner pays 100 of 250
        self.receive(self.owner, 100.0, self.old.charge_ids.filtered(self.is_mine))
        self.receive(
            self.owners[1],
            250.0,
            self.new.charge_ids.filtered(lambda row: row.partner_id == self.owners[1]),
        )
        self.assertEqual(
            self.rates(),
            {"old": (750.0, 100.0, 0.1333), "current": (750.0, 250.0, 0.3333)},
        )

    def is_mine(self, charge):
        return charge.partner_id == self.owner

    def test_money_of_last_year_is_no_success_of_this_year(self):
        receipt = self.receive(
            self.owner, 100.0, self.old.charge_ids.filtered(self.is_mine)
        )
        match = self.env["account.partial.reconcile"].search(
            [("credit_move_id.move_id", "in", receipt.payment_id.move_id.ids)]
        )
        self.assertTrue(match)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET max_date = %s WHERE id = ANY(%s)",
            (Date.to_date(f"{self.last}-20"), match.ids),
        )
        self.assertEqual(self.rates()["old"], (650.0, 0.0, 0.0))

    def test_a_credit_is_not_owed_and_a_write_off_did_not_come_in(self):
        charge = self.old.charge_ids.filtered(self.is_mine)
        move = charge.move_id
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(
            {
                "amount": 50.0,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        ).action_create_payments()
        self.assertEqual((charge.amount_paid, charge.amount_written_off), (50.0, 200.0))
        self.assertEqual(self.rates()["old"], (750.0, 50.0, 0.0667))

    def test_league_of_collectors(self):
        clerk = self.make_staff("league_clerk", "pm_billing.group_pm_billing_clerk")
        self.building.collector_id = clerk
        self.env.flush_all()
        for model in ("pm.arrears.report", "pm.collection.report"):
            rows = self.env[model].search([("company_id", "=", self.company.id)])
            self.assertEqual(rows.collector_id, clerk)
