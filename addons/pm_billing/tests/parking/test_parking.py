"""Spaces sold, let and by the month: fee, plates, cards, and who is next."""

from datetime import date

from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10 02:00:00")
class TestParking(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.make_staff("pm_park_s", "pm_core.group_pm_service")
        cls.manager = cls.make_staff("pm_park_m", "pm_core.group_pm_estate_manager")
        cls.cashier = cls.make_staff("pm_park_c", "pm_billing.group_pm_cashier")
        cls.lot = cls.env["pm.property"].create(
            {
                "name": "Garage",
                "code": "G",
                "kind": "parking_lot",
                "parent_id": cls.estate.id,
            }
        )
        cls.spaces = cls.env["pm.property"].create(
            [
                {
                    "name": f"G-{number}",
                    "code": f"G-{number}",
                    "kind": "parking",
                    "parent_id": cls.lot.id,
                }
                for number in (1, 2)
            ]
        )
        cls.space = cls.spaces[0]
        cls.rent = cls.make_item("rent", method="fixed", surcharge=300.0)

    def let(self, partner=None, space=None, user=None, **vals):
        return (
            self.env["pm.parking.let"]
            .with_user(user or self.desk)
            .create(
                {
                    "property_id": (space or self.space).id,
                    "partner_id": (partner or self.owner).id,
                    "date_from": "2026-11-01",
                    "fee_item_id": self.rent.id,
                    **vals,
                }
            )
        )

    def started(self, *arguments, **vals):
        let = self.let(*arguments, **vals)
        let.action_start()
        return let

    def wait(self, partner, date="2026-10-01", **vals):
        return (
            self.env["pm.parking.request"]
            .with_user(self.desk)
            .create(
                {
                    "property_id": self.lot.id,
                    "partner_id": partner.id,
                    "date": date,
                    **vals,
                }
            )
        )

    def test_the_fee_begins_and_ends_with_the_use(self):
        """300 a month, 9 of 30 days of November given back: 90.00."""
        let = self.started(own_price=0.0)
        self.assertEqual(let.sudo().fee_id.partner_id, self.owner)
        self.assertEqual(let.sudo().occupancy_id.role, "tenant")
        run = self.bill(scope=self.lot)
        self.assertEqual(run.charge_ids.amount, 300.0)
        let._end_on(date.fromisoformat("2026-11-21"))
        self.assertEqual(str(let.sudo().occupancy_id.date_to), "2026-11-21")
        self.assertEqual(let.state, "running")
        run = self.bill("2026-12-01", "2026-12-31", scope=self.lot)
        self.assertEqual(run.charge_ids.mapped("amount"), [-90.0])
        with freeze_time("2026-11-22 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_billing.ir_cron_parking").method_direct_trigger()
        self.assertEqual(let.state, "ended")
        self.assertLedgerTies()

    def test_an_agreed_price(self):
        let = self.started(own_price=250.0)
        self.assertEqual(let.sudo().fee_id.amount_month, 250.0)

    def test_one_at_a_time(self):
        self.started(date_to="2026-12-31")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            self.started(self.owners[1], date_from="2026-12-31")
        self.started(self.owners[1], date_from="2027-01-01")

    def test_sold_to_its_owner(self):
        let = self.started(kind="sold", fee_item_id=False)
        self.assertEqual(let.sudo().occupancy_id.role, "owner")
        self.assertFalse(let.sudo().fee_id)
        self.assertEqual(self.space.parking_kind, "sold")

    def test_an_occupancy_that_was_there_stays(self):
        held = self.make_occupancy(
            self.space, self.owner, role="tenant", date_from="2026-11-01"
        )
        let = self.started()
        self.assertEqual(let.sudo().occupancy_id, held)
        let.action_cancel()
        self.assertTrue(held.exists())
        self.assertFalse(held.date_to)

    def test_steps_and_columns(self):
        let = self.let()
        with self.assertRefused(AccessError, "not allowed to modify"):
            let.with_user(self.cashier).action_start()
        let.action_start()
        with self.assertRefused(UserError, "this step needs"):
            let.action_start()
        for vals in ({"state": "ended"}, {"fee_id": False}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "by hand"):
                let.write(vals)
        with self.assertRefused(UserError, "this step needs"):
            let.own_price = 1.0
        let.agreement = "P-2026-17"
        let.action_cancel()
        self.assertEqual((let.state, let.sudo().fee_id.id), ("cancelled", False))
        self.assertTrue(self.space.is_parking_free)

    def test_plates_are_found_at_counter_and_gate(self):
        let = self.started(
            plate_ids=[
                Command.create({"plate": "沪A·12345", "date_from": "2026-11-01"}),
                Command.create(
                    {
                        "plate": "沪B 99999",
                        "date_from": "2026-11-01",
                        "date_to": "2026-11-09",
                    }
                ),
            ]
        )
        self.assertEqual(let.plates, "沪A·12345")
        counter = self.env["pm.counter"].with_user(self.cashier)
        window = counter.new({"search_text": "沪a12345"})
        self.assertEqual(window.property_id._origin, self.space)
        self.assertEqual(window.partner_id._origin, self.owner)
        # no longer a car of the space
        self.assertFalse(counter.new({"search_text": "沪B99999"}).property_id)
        guard = self.make_staff("pm_park_g", "pm_maintenance.group_pm_guard")
        post = self.env["pm.duty.post"].create(
            {"name": "South gate", "property_id": self.estate.id, "is_gate": True}
        )
        find = self.env["pm.access.pass"].with_user(guard).gate_find
        found = find("A12345", post.id)
        self.assertEqual([row["car"]["host"] for row in found], ["王小明"])
        self.assertTrue(found[0]["ok"])
        self.assertEqual(find("B99999", post.id), [])
        with self.assertRaises(AccessError):
            let.with_user(guard).read(["partner_id"])

    def test_a_card_is_with_one_person(self):
        self.started(card_ids=[Command.create({"number": "0001"})])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.let(
                self.owners[1],
                self.spaces[1],
                card_ids=[Command.create({"number": "0001"})],
            )

    def test_no_more_cards_than_spaces(self):
        """One card and one sticker for a space; a second card when the first is back,
        and as many at once as the company says."""
        let = self.started(
            card_ids=[
                Command.create({"number": "1", "date_from": "2026-11-01"}),
                Command.create(
                    {"number": "1", "kind": "sticker", "date_from": "2026-11-01"}
                ),
            ]
        )
        second = {"number": "2", "date_from": "2026-11-20"}
        with self.assertRefused(ValidationError, "1, 2"):
            let.card_ids = [Command.create(second)]
        first = let.card_ids.filtered(lambda card: card.kind == "card")
        first.date_to = "2026-11-19"
        let.card_ids = [Command.create(second)]
        with self.assertRefused(ValidationError, "room for 1"):
            first.date_to = False
        self.company.pm_parking_cards = 2
        first.date_to = False
        self.assertEqual(len(let.card_ids), 3)

    def test_plates_and_cards_end_with_the_use(self):
        let = self.started(
            plate_ids=[Command.create({"plate": "沪A1", "date_from": "2026-11-01"})],
            card_ids=[Command.create({"number": "7", "date_from": "2026-11-01"})],
        )
        wizard = self.env["pm.parking.end"].with_user(self.desk)
        wizard.create({"let_id": let.id, "date_to": "2026-11-09"}).action_apply()
        self.assertEqual(let.state, "ended")
        self.assertEqual(str(let.plate_ids.date_to), "2026-11-09")
        self.assertEqual(str(let.card_ids.date_to), "2026-11-09")

    # the waiting list

    def test_who_asked_first_is_next(self):
        let = self.started()
        self.started(self.owners[2], self.spaces[1])
        second = self.wait(self.owners[2], "2026-10-05")
        first = self.wait(self.owners[1], "2026-10-01")
        self.assertEqual((first.position, second.position), (1, 2))
        let._end_on(date.fromisoformat("2026-11-09"))
        self.assertEqual(
            (first.state, first.offer_property_id), ("offered", self.space)
        )
        self.assertEqual(str(first.offer_until), "2026-11-13")
        with self.assertRefused(UserError, "is offered to"):
            self.started(self.owner)
        # nobody answers: the day after it is offered to who is next
        with freeze_time("2026-11-14 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("pm_billing.ir_cron_parking").method_direct_trigger()
        self.assertEqual((first.state, second.state), ("lapsed", "offered"))
        with freeze_time("2026-11-15 02:00:00"):
            action = second.action_accept()
        made = self.env["pm.parking.let"].browse(action["res_id"])
        self.assertEqual((made.partner_id, made.state), (self.owners[2], "draft"))
        made.with_user(self.desk).action_start()
        self.assertEqual(made.state, "running")

    def test_nobody_is_passed_over(self):
        self.wait(self.owners[1], "2026-10-01")
        later = self.wait(self.owners[2], "2026-10-05")
        later.offer_property_id = self.space
        with self.assertRefused(UserError, "waited for such a space"):
            later.action_offer()
        later.with_user(self.manager).action_offer()
        self.assertEqual(later.state, "offered")
        later.action_decline()
        self.assertEqual(later.state, "declined")

    def test_an_accepted_space_is_not_free(self):
        first = self.wait(self.owners[1], "2026-10-01")
        self.wait(self.owners[2], "2026-10-05").note = "near the lift"
        first.offer_property_id = self.space
        first.action_offer()
        let = self.env["pm.parking.let"].browse(first.action_accept()["res_id"])
        self.space.invalidate_recordset(["is_parking_free"])
        self.assertFalse(self.space.is_parking_free)
        let.with_user(self.desk).action_cancel()
        second = self.env["pm.parking.request"].search([("state", "=", "offered")])
        self.assertEqual(second.partner_id, self.owners[2])
        self.assertEqual(second.offer_property_id, self.space)

    def test_who_waits_to_buy_is_offered_no_monthly_space(self):
        let = self.started()
        buyer = self.wait(self.owners[1], "2026-10-01", kind="sold")
        tenant = self.wait(self.owners[2], "2026-10-05", kind="let")
        let._end_on(date.fromisoformat("2026-11-09"))
        self.assertEqual((buyer.state, tenant.state), ("waiting", "offered"))
