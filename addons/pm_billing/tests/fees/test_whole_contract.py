"""One amount for the contract as a whole: charged once, to its other party."""

from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ...models.fees.pm_fee import FeeError
from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestWholeContract(BillingCase):
    """A mast on the roof for 5000.00 a month, beside the fees of three flats."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tier.definition"].search([]).active = False
        cls.firm = cls.make_partner("Mobile Network", is_company=True)
        cls.site = cls.make_item("site", method="whole", surcharge=5000.0)
        cls.contract = cls.make_contract(
            cls.estate, kind="public", partner_id=cls.firm.id, date_to="2028-12-31"
        )
        cls.line = cls.make_line(cls.contract, cls.site)

    @classmethod
    def start(cls, contract=None):
        contract = contract or cls.contract
        cls.activate(contract)
        contract.action_apply_fees()
        return contract.fee_ids

    def charges(self, contract=None):
        fees = (contract or self.contract).fee_ids
        return self.env["pm.charge"].search(
            [("fee_id", "in", fees.ids), ("state", "!=", "cancelled")],
            order="date_from",
        )

    def periods(self, contract=None):
        return [
            (str(charge.date_from), str(charge.date_to), charge.amount)
            for charge in self.charges(contract)
        ]

    def amend(self, day, **vals):
        amendment = self.env["pm.contract.amendment"].create(
            {
                "contract_id": self.contract.id,
                "reason": "Agreed",
                "date_effective": day,
                "sign_required": False,
            }
        )
        amendment.fee_ids.filtered(
            lambda fee: fee.line_id == self.contract.line_ids[-1:]
        ).write(vals)
        amendment._derive_lines()
        amendment.action_submit()

    def test_the_contract_says_it_once(self):
        self.assertEqual(self.line.method, "whole")
        self.assertEqual(self.line.amount_month, 5000)
        self.assertEqual(self.contract.amount_month, 5000)
        self.assertIn("a month for the whole contract", self.line._describe())

    def test_one_fee_on_the_estate_or_the_one_place(self):
        fee = self.start()
        self.assertRecordValues(
            fee,
            [
                {
                    "property_id": self.estate.id,
                    "is_whole": True,
                    "date_from": date(2026, 1, 1),
                    "date_to": date(2028, 12, 31),
                    "amount_month": 5000.0,
                }
            ],
        )
        self.contract.action_apply_fees()
        self.assertEqual(self.contract.fee_ids, fee)
        roof = self.make_part(self.estate, "common", "Roof")
        other = self.make_contract(
            self.estate,
            kind="public",
            partner_id=self.firm.id,
            property_ids=[Command.set(roof.ids)],
        )
        self.make_line(other, self.site)
        self.assertEqual(self.start(other).property_id, roof)

    def test_once_a_period_to_the_other_party(self):
        self.start()
        run = self.bill()
        self.assertFalse(run.exception_ids)
        charge = self.charges()
        self.assertRecordValues(
            charge,
            [{"amount": 5000.0, "partner_id": self.firm.id, "state": "posted"}],
        )
        self.assertRecordValues(
            charge.move_id,
            [
                {
                    "state": "posted",
                    "partner_id": self.firm.id,
                    "amount_total": 5000.0,
                    "amount_tax": 283.02,
                    "ref": self.contract.name,
                    "pm_property_id": self.estate.id,
                }
            ],
        )
        [item] = charge.move_id.invoice_line_ids
        self.assertIn(self.contract.name, item.name)
        self.assertEqual(item.account_id.account_type, "income")
        self.assertLedgerTies()
        self.receive(self.firm, 5000.0)
        self.assertEqual(charge.payment_state, "paid")
        self.assertLedgerTies()

    def test_two_runs(self):
        self.start()
        self.bill()
        self.bill()
        first, second = self.make_run(), self.make_run("2026-11-15", "2026-12-31")
        (first | second).action_prepare()
        (first | second).action_confirm()
        self.assertEqual(
            self.periods(),
            [
                ("2026-11-01", "2026-11-30", 5000.0),
                ("2026-12-01", "2026-12-31", 5000.0),
            ],
        )
        self.assertEqual(len(self.charges().move_id), 2)

    def test_a_run_of_a_building_leaves_it_to_the_estate(self):
        self.start()
        self.bill(scope=self.building)
        self.assertFalse(self.charges())

    def test_begins_and_ends_within_a_month(self):
        self.contract.write({"date_from": "2026-10-12", "date_to": "2026-12-10"})
        self.start()
        self.bill("2026-10-01", "2026-12-31")
        self.assertEqual(
            self.periods(),
            [
                # 20 and 10 of 31 days
                ("2026-10-12", "2026-10-31", 3225.81),
                ("2026-11-01", "2026-11-30", 5000.0),
                ("2026-12-01", "2026-12-10", 1612.9),
            ],
        )
        self.assertLedgerTies()

    def test_a_quarter_at_once(self):
        self.site.cycle = 3
        self.start()
        self.bill("2026-10-01", "2026-12-31")
        self.assertEqual(self.periods(), [("2026-10-01", "2026-12-31", 15000.0)])

    def test_beside_the_fees_of_the_units(self):
        """The same item may be charged to a unit, and by several contracts."""
        self.make_fees()
        self.make_line(
            self.contract, self.site, method="fixed", name="Meter", surcharge=7.0
        )
        other = self.make_contract(self.estate, kind="public", partner_id=self.owner.id)
        self.make_line(other, self.site, surcharge=800.0)
        self.start()
        self.start(other)
        self.bill()
        amounts = sorted(charge.amount for charge in self.charges())
        self.assertEqual(amounts, [7.0, 7.0, 7.0, 5000.0])
        self.assertEqual(self.charges(other).mapped("amount"), [800.0])
        # 262.00 and the meter for each flat
        self.assertEqual(self.receivable(), 3 * 269.0 + 5000 + 800)
        self.assertLedgerTies()

    def test_the_database_refuses_a_second_one(self):
        fee = self.start()
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            fee.sudo().copy({"property_id": self.unit.id})

    def test_an_amended_amount(self):
        self.start()
        self.amend("2026-12-16", surcharge=6200.0)
        self.bill("2026-11-01", "2027-01-31")
        self.assertEqual(
            self.periods(),
            [
                ("2026-11-01", "2026-11-30", 5000.0),
                ("2026-12-01", "2026-12-15", 2419.35),
                ("2026-12-16", "2026-12-31", 3200.0),
                ("2027-01-01", "2027-01-31", 6200.0),
            ],
        )
        self.assertEqual(set(self.charges().mapped("partner_id")), set(self.firm))
        self.assertLedgerTies()

    def test_billed_beyond_the_day_the_difference_follows(self):
        self.start()
        self.bill()
        self.amend("2026-11-16", surcharge=6200.0)
        self.bill("2026-12-01", "2026-12-31")
        self.assertEqual(
            sorted(self.periods(), key=lambda row: (row[0], row[2])),
            [
                ("2026-11-01", "2026-11-30", 5000.0),
                # 15 of 30 days: given back, and charged anew
                ("2026-11-16", "2026-11-30", -2500.0),
                ("2026-11-16", "2026-11-30", 3100.0),
                ("2026-12-01", "2026-12-31", 6200.0),
            ],
        )
        self.assertLedgerTies()

    def test_an_amendment_ends_it(self):
        self.start()
        self.amend("2026-12-01", is_ended=True)
        self.bill("2026-11-01", "2026-12-31")
        self.assertEqual(self.periods(), [("2026-11-01", "2026-11-30", 5000.0)])

    def test_an_amendment_makes_it_one_for_each_unit(self):
        self.start()
        self.bill()
        self.amend("2026-12-01", method="fixed", surcharge=100.0)
        self.bill("2026-12-01", "2026-12-31")
        self.assertEqual(
            [row[2] for row in self.periods()], [5000.0, 100.0, 100.0, 100.0]
        )
        self.amend("2027-01-01", method="whole", surcharge=4000.0)
        self.bill("2027-01-01", "2027-02-28")
        self.assertEqual([row[2] for row in self.periods()][4:], [4000.0, 4000.0])

    def test_another_scope_keeps_it(self):
        fee = self.start()
        roof = self.make_part(self.estate, "common", "Roof")
        amendment = self.env["pm.contract.amendment"].create(
            {
                "contract_id": self.contract.id,
                "reason": "Agreed",
                "date_effective": "2026-11-10",
                "sign_required": False,
                "property_ids": [Command.set(roof.ids)],
            }
        )
        amendment.action_submit()
        self.assertEqual(self.contract.fee_ids, fee)
        self.assertEqual((fee.property_id, fee.date_to), (roof, date(2028, 12, 31)))
        self.bill()
        self.assertEqual([row[2] for row in self.periods()], [5000.0])

    def test_what_runs_is_not_turned_by_hand(self):
        self.start()
        with self.assertRefused(UserError, "Let an amendment change it"):
            self.line.sudo().method = "fixed"

    def test_the_follow_on_begins_after_it(self):
        self.start()
        self.bill()
        self.end(self.contract)
        after = self.make_contract(
            self.estate,
            kind="public",
            partner_id=self.firm.id,
            date_from="2026-11-11",
            predecessor_id=self.contract.id,
        )
        self.make_line(after, self.site, surcharge=5500.0)
        fee = self.start(after)
        # the month is billed already: its rest is given back and charged anew
        self.assertEqual(fee.date_from, date(2026, 11, 11))
        self.assertTrue(fee.bill_from_start)

    def test_exceptions_are_named(self):
        fee = self.start()
        with self.assertRaises(FeeError) as caught:
            fee._prepare_charge(
                date(2026, 11, 1), date(2026, 11, 30), self.env["res.partner"]
            )
        self.assertEqual(caught.exception.code, "no_payer")
        self.assertIn(self.contract.title, str(caught.exception))
        fee.write({"has_own_price": True, "own_surcharge": 0.0})
        draft = self.make_contract(self.estate, kind="public", partner_id=self.owner.id)
        self.make_line(draft, self.site)
        draft.action_apply_fees()
        run = self.make_run()
        run.action_prepare()
        self.assertEqual(
            {(row.fee_id.contract_id, row.code) for row in run.exception_ids},
            {(self.contract, "zero"), (draft, "contract_inactive")},
        )
        # put right, it is charged
        fee.own_surcharge = 4500.0
        run.action_retry_failed()
        self.assertEqual([row[2] for row in self.periods()], [4500.0])

    def test_another_payer_on_the_fee(self):
        group = self.make_partner("Group Finance")
        self.start().partner_id = group
        self.bill()
        self.assertEqual(self.charges().partner_id, group)

    def test_suppliers_are_charged_nothing(self):
        supplier = self.make_contract(
            self.estate, kind="supplier", partner_id=self.firm.id
        )
        self.make_line(supplier, self.site)
        self.activate(supplier)
        with self.assertRefused(UserError, "we pay a supplier"):
            supplier.action_apply_fees()

    def test_the_form_proposes_it_for_public_facilities(self):
        form = Form(self.env["pm.contract"])
        form.title = "Parcel lockers"
        form.estate_id = self.estate
        form.date_from = date(2026, 12, 1)
        form.kind = "public"
        with form.line_ids.new() as line:
            self.assertEqual(line.method, "whole")
            line.name = "Lockers"
            line.surcharge = 300.0
        self.assertEqual(form.save().amount_month, 300.0)

    def test_from_the_plan_to_the_invoice(self):
        """The accepted amount is charged, whatever the fee item costs else."""
        plan = self.env["pm.service.plan"].create(
            {
                "title": "Common areas",
                "partner_id": self.firm.id,
                "estate_id": self.estate.id,
                "contract_kind": "owners",
                "date_from": "2026-11-01",
                "date_to": "2027-10-31",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Management fee",
                            "category_id": self.env.ref(
                                "pm_core.service_category_security"
                            ).id,
                            "method": "whole",
                            "surcharge": 3800.0,
                        }
                    )
                ],
            }
        )
        plan.action_submit()
        plan.action_present()
        plan._accept("Ms Wang")
        contract = self.env["pm.contract"].browse(plan.action_make_contract()["res_id"])
        with Form(contract) as form, form.line_ids.edit(0) as line:
            line.fee_item_id = self.site
        self.assertRecordValues(
            contract.line_ids,
            [{"name": "Management fee", "method": "whole", "surcharge": 3800.0}],
        )
        self.assertEqual(contract.amount_month, plan.amount_month)
        self.start(contract)
        self.bill()
        self.assertEqual(self.periods(contract), [("2026-11-01", "2026-11-30", 3800.0)])
        self.assertEqual(self.charges(contract).partner_id, self.firm)
