from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestContract(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.make_partner("Owners' Association")
        cls.contract = cls.make_contract(
            cls.estate, partner_id=cls.party.id, kind="tenant"
        )

    def test_a_draft_has_no_number(self):
        self.assertEqual(self.contract.name, "New")
        self.assertEqual(self.contract.display_name, "Property service")

    def test_numbers_follow_each_other_within_the_year(self):
        second = self.make_contract(
            self.estate, partner_id=self.party.id, kind="tenant"
        )
        self.activate(self.contract)
        self.activate(second)
        numbers = [contract.name for contract in (self.contract, second)]
        first = int(numbers[0].rsplit("/", 1)[1])
        self.assertEqual(numbers, [f"PMC/2026/{first:04}", f"PMC/2026/{first + 1:04}"])
        self.assertEqual(self.contract.display_name, f"{numbers[0]} Property service")
        earlier = self.make_contract(
            self.estate, partner_id=self.party.id, date_from="2019-05-01", kind="tenant"
        )
        self.activate(earlier)
        self.assertTrue(earlier.name.startswith("PMC/2019/"))

    def test_steps_in_order(self):
        with self.assertRefused(UserError, "needs Active / Expiring"):
            self.contract.action_end()
        with self.assertRefused(UserError, "needs Signed"):
            self.contract.action_activate()
        with self.assertRefused(UserError, "needs Approved"):
            self.contract.action_sign()
        with self.assertRefused(UserError, "needs Approved"):
            self.contract.party_ids._sign(fields.Date.today(), "paper")
        with self.assertRefused(UserError, "needs Active / Expiring"):
            self.contract.action_terminate()
        self.activate(self.contract)
        self.assertEqual(self.contract.state, "active")
        with self.assertRefused(UserError, "needs Draft"):
            self.contract.action_submit()
        with self.assertRefused(UserError, "needs Approved"):
            self.contract.action_revise()
        manager = self.make_user(
            "pm_ending", "pm_core.group_pm_estate_manager", self.estate
        )
        for user in (manager, self.env.user):
            with self.assertRefused(UserError, "terminate it"):
                self.contract.with_user(user).action_end()
        self.contract.taken_over = True
        self.contract.with_user(manager).action_end()
        self.assertRecordValues(
            self.contract,
            [
                {
                    "state": "ended",
                    "date_to": False,
                    "date_end": fields.Date.to_date("2026-11-15"),
                }
            ],
        )
        with self.assertRefused(UserError, "state Ended"):
            self.contract.action_end()

    def test_end_keeps_an_earlier_end(self):
        self.contract.date_to = "2026-06-30"
        self.activate(self.contract).taken_over = True
        self.contract.action_end()
        self.assertEqual(str(self.contract.date_end), "2026-06-30")

    def test_a_contract_that_has_not_begun(self):
        self.contract.date_from = "2027-01-01"
        self.activate(self.contract)
        self.assertEqual(self.contract.state, "signed")
        with self.assertRefused(UserError, "becomes active by itself"):
            self.contract.action_activate()
        with freeze_time("2027-01-01"):
            self.contract.action_activate()
        self.assertEqual(self.contract.state, "active")
        self.contract.taken_over = True
        with freeze_time("2027-01-01"):
            self.contract.action_end()
        self.assertEqual(str(self.contract.date_end), "2027-01-01")

    def test_the_other_party_is_named(self):
        contract = self.make_contract(self.estate)
        with self.assertRefused(ValidationError, "Name the other party"):
            contract.action_submit()
        taken_over = self.make_contract(self.estate)
        taken_over.action_take_over()
        self.assertRecordValues(taken_over, [{"state": "active", "taken_over": True}])
        self.activate(self.contract)
        with self.assertRefused(ValidationError, "Name the other party"):
            self.contract.partner_id = False

    def test_scope_lies_in_the_estate(self):
        self.contract.property_ids = self.building
        foreign = self.make_unit(self.make_estate("Other Garden"), "1")
        with self.assertRefused(ValidationError, "does not belong"):
            self.contract.property_ids = [Command.link(foreign.id)]
        with self.assertRefused(ValidationError, "does not belong"):
            self.contract.estate_id = foreign.estate_id

    @mute_logger("odoo.sql_db")
    def test_values_in_range(self):
        for vals in (
            {"date_to": "2025-12-31"},
            {"notice_days": -1},
            {"amount": -1},
            {"commission_rate": 101},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError):
                self.contract.write(vals)
                self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_lines(self):
        line = self.env["pm.contract.line"].create(
            {"contract_id": self.contract.id, "name": "Service", "price": 2.5}
        )
        self.assertEqual(line.estate_id, self.estate)
        self.assertEqual(line.company_id, self.estate.company_id)
        for vals in (
            {"price": -1},
            {"surcharge": -1},
            {"date_from": "2026-02-01", "date_to": "2026-01-31"},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError):
                line.write(vals)
                self.env.flush_all()

    def test_only_a_draft_without_number_is_deleted(self):
        draft = self.make_contract(self.estate)
        draft.unlink()
        self.assertFalse(draft.exists())
        self.contract.state = "approved"
        self.contract._assign_number()
        self.contract.action_revise()
        self.assertEqual(self.contract.state, "draft")
        with self.assertRefused(UserError, "stays on file"):
            self.contract.unlink()
        number = self.contract.name
        self.activate(self.contract)
        self.assertEqual(self.contract.name, number)

    def test_a_copy_is_a_draft_with_the_same_fees(self):
        self.env["pm.contract.line"].create(
            {"contract_id": self.contract.id, "name": "Service", "price": 2.5}
        )
        self.activate(self.contract)
        copy = self.contract.copy()
        self.assertRecordValues(
            copy,
            [{"state": "draft", "name": "New", "is_numbered": False}],
        )
        self.assertEqual(copy.line_ids.price, 2.5)
        self.assertFalse(any(copy.party_ids.mapped("signed_on")))

    def test_the_state_is_not_written_by_hand(self):
        manager = self.make_user(
            "pm_contract_manager", "pm_core.group_pm_company_manager"
        )
        contract = self.contract.with_user(manager)
        for vals in (
            {"state": "active"},
            {"taken_over": True},
            {"termination_date": "2026-01-01"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRefused(AccessError, "by hand"),
            ):
                contract.write(vals)
        vals = {
            "title": "x",
            "estate_id": self.estate.id,
            "partner_id": self.party.id,
            "date_from": "2026-01-01",
        }
        with self.assertRefused(AccessError, "by hand"):
            contract.create({**vals, "state": "active"})
        # a default of the context is not heard
        made = contract.with_context(default_state="active").create(vals)
        self.assertEqual(made.state, "draft")
        with self.assertRefused(AccessError, "not written by hand"):
            contract.party_ids[0].signed_on = "2026-01-01"

    def test_what_was_agreed_stays(self):
        service = self.make_user(
            "pm_contract_service", "pm_core.group_pm_service", self.estate
        )
        contract = self.contract.with_user(service)
        line = self.env["pm.contract.line"].create(
            {"contract_id": contract.id, "name": "Service", "price": 2.5}
        )
        contract.title = "Lease service"
        self.activate(self.contract)
        for record, vals in (
            (contract, {"date_to": "2027-01-01"}),
            (contract, {"amount": 5}),
            (line.with_user(service), {"price": 3}),
            (contract.party_ids[0], {"role": "guarantor"}),
        ):
            with self.subTest(vals=vals), self.assertRefused(UserError, "stays as it"):
                record.write(vals)
        with self.assertRefused(UserError, "stays as it"):
            line.with_user(service).unlink()
        contract.user_id = service

    def test_fees_add_up_to_the_value(self):
        """Two units of 100 m² at 2.50, for 18 months and 15 days."""
        self.env["pm.contract.line"].create(
            {
                "contract_id": self.contract.id,
                "name": "Service",
                "price": 2.5,
                "surcharge": 10,
            }
        )
        self.contract.date_to = "2027-07-15"
        self.assertEqual(self.contract.amount_month, 520)
        self.assertEqual(self.contract.amount_estimate, 9620)
        self.contract.property_ids = self.unit
        self.assertEqual(self.contract.amount_month, 260)
        self.contract.action_submit()
        self.assertRecordValues(self.contract, [{"state": "approval", "amount": 4810}])

    def test_amounts_of_many_contracts_at_once(self):
        """Whatever their scopes: the estate, parts of it, or another estate."""
        elsewhere = self.make_estate("Elsewhere")
        self.make_unit(elsewhere, "e-1")
        scopes = [
            (self.estate, self.unit),
            (self.estate, self.unit | self.other_unit),
            (self.estate, self.unit.browse()),
            (elsewhere, self.unit.browse()),
        ]
        lines = self.env["pm.contract.line"].create(
            [
                {
                    "contract_id": self.make_contract(
                        estate,
                        date_to="2026-12-31",
                        property_ids=[Command.set(places.ids)],
                    ).id,
                    "name": "Service",
                    "method": method,
                    "price": 2.5,
                    "surcharge": 10,
                }
                for estate, places in scopes
                for method in ("area", "fixed", "whole")
            ]
        )
        self.assertEqual(
            lines.mapped("amount_month"),
            [260, 10, 10, 520, 20, 10, 520, 20, 10, 260, 10, 10],
        )
        self.assertQueriesDoNotGrow(lines, lambda some: some.mapped("amount_month"))
        contracts = self.env["pm.contract"].browse(lines.contract_id.ids)
        self.assertQueriesDoNotGrow(
            contracts, lambda some: some.mapped("amount_estimate")
        )

    def test_parties_follow_the_other_party(self):
        ours = self.estate.company_id.partner_id
        self.assertEqual(
            {(row.partner_id, row.role) for row in self.contract.party_ids},
            {(ours, "manager"), (self.party, "tenant")},
        )
        self.contract.partner_id = self.owner
        self.assertEqual(self.contract.party_ids.partner_id, ours | self.owner)
        self.contract.kind = "supplier"
        self.assertEqual(
            self.contract.party_ids.filtered(
                lambda row: row.partner_id == self.owner
            ).role,
            "supplier",
        )
        self.contract.partner_id = False
        self.assertEqual(self.contract.party_ids.partner_id, ours)
