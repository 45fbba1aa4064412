from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestContract(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.make_partner("Owners' Association")
        cls.contract = cls.make_contract(cls.estate, partner_id=cls.party.id)

    def test_a_draft_has_no_number(self):
        self.assertEqual(self.contract.name, "New")
        self.assertEqual(self.contract.display_name, "Property service")

    def test_numbers_follow_each_other_within_the_year(self):
        second = self.make_contract(self.estate, partner_id=self.party.id)
        (self.contract | second).action_activate()
        numbers = [contract.name for contract in (self.contract, second)]
        first = int(numbers[0].rsplit("/", 1)[1])
        self.assertEqual(numbers, [f"PMC/2026/{first:04}", f"PMC/2026/{first + 1:04}"])
        self.assertEqual(self.contract.display_name, f"{numbers[0]} Property service")
        earlier = self.make_contract(
            self.estate, partner_id=self.party.id, date_from="2019-05-01"
        )
        earlier.action_activate()
        self.assertTrue(earlier.name.startswith("PMC/2019/"))

    def test_states(self):
        with self.assertRefused(UserError, "needs Active"):
            self.contract.action_end()
        self.contract.action_activate()
        self.assertEqual(self.contract.state, "active")
        with self.assertRefused(UserError, "needs Draft"):
            self.contract.action_activate()
        self.contract.action_end()
        self.assertRecordValues(
            self.contract,
            [{"state": "ended", "date_to": fields.Date.to_date("2026-11-15")}],
        )
        with self.assertRefused(UserError, "state Ended"):
            self.contract.action_end()

    def test_end_keeps_an_earlier_end(self):
        self.contract.date_to = "2026-06-30"
        self.contract.action_activate()
        self.contract.action_end()
        self.assertEqual(str(self.contract.date_to), "2026-06-30")

    def test_end_of_a_contract_that_has_not_begun(self):
        self.contract.date_from = "2027-01-01"
        self.contract.action_activate()
        self.contract.action_end()
        self.assertEqual(str(self.contract.date_to), "2027-01-01")

    def test_the_other_party_is_named(self):
        contract = self.make_contract(self.estate)
        with self.assertRefused(ValidationError, "Name the other party"):
            contract.action_activate()
        taken_over = self.make_contract(self.estate, taken_over=True)
        taken_over.action_activate()
        self.assertEqual(taken_over.state, "active")
        self.contract.action_activate()
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
    def test_dates_in_order(self):
        with self.assertRaises(IntegrityError):
            self.contract.date_to = "2025-12-31"
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

    def test_only_a_draft_is_deleted(self):
        draft = self.make_contract(self.estate)
        draft.unlink()
        self.assertFalse(draft.exists())
        self.contract.action_activate()
        with self.assertRefused(UserError, "stays on file"):
            self.contract.unlink()

    def test_a_copy_is_a_draft_with_the_same_fees(self):
        self.env["pm.contract.line"].create(
            {"contract_id": self.contract.id, "name": "Service", "price": 2.5}
        )
        self.contract.action_activate()
        copy = self.contract.copy()
        self.assertRecordValues(copy, [{"state": "draft", "name": "New"}])
        self.assertEqual(copy.line_ids.price, 2.5)
