"""Courts, halls and advertising spaces: booked, charged, deposited, given back."""

import contextlib
import re
from datetime import date
from decimal import Decimal

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user
from odoo.tools import mute_logger

from ...engine import bookings
from ..common import BillingCase

MONDAY = date(2026, 11, 16)
SATURDAY = date(2026, 11, 21)


@freeze_time("2026-11-10 02:00:00")
class TestFacility(BillingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.make_staff("pm_fac_s", "pm_core.group_pm_service")
        cls.cashier = cls.make_staff("pm_fac_c", "pm_billing.group_pm_cashier")
        cls.clerk = cls.make_staff("pm_fac_b", "pm_billing.group_pm_billing_clerk")
        cls.outsider = cls.make_partner("Club", pm_estate_id=cls.estate.id)
        # residents 20 an hour, in the evening 40; others 60; at weekends a slot 45
        cls.court = (
            cls.env["pm.facility"]
            .with_user(cls.clerk)
            .create(
                {
                    "name": "Court 1",
                    "property_id": cls.estate.id,
                    "slot_minutes": 60,
                    "longest": 3,
                    "deposit": 200.0,
                    "cancel_hours": 24,
                    "cancel_percent": 50.0,
                    "hour_ids": [
                        Command.create(
                            {"weekday": day, "hour_from": 9.0, "hour_to": 21.5}
                        )
                        for day in ("0", "5")
                    ],
                    "price_ids": [
                        Command.create({"days": "weekend", "per": "slot", "price": 45}),
                        Command.create({"customers": "outside", "price": 60}),
                        Command.create({"hour_to": 18.0, "price": 20}),
                        Command.create({"hour_from": 18.0, "price": 40}),
                    ],
                }
            )
            .with_env(cls.env)
        )

    @classmethod
    def book(cls, hour, hours=1, partner=None, day=MONDAY, user=None, **vals):
        court = cls.court
        return (
            cls.env["pm.facility.booking"]
            .with_user(user or cls.desk)
            .create(
                {
                    "facility_id": court.id,
                    "partner_id": (partner or cls.owner).id,
                    "start": court._utc(day, hour * 60),
                    "stop": court._utc(day, (hour + hours) * 60),
                    **vals,
                }
            )
        )

    # engine

    def test_slots_and_prices_without_odoo(self):
        openings = [bookings.Opening(0, 540, 720), bookings.Opening(0, 840, 1000)]
        self.assertEqual(
            bookings.slots(openings, 90, MONDAY),
            [(540, 630), (630, 720), (840, 930)],
        )
        prices = [
            bookings.Price("resident", "workday", 0, 660, "hour", Decimal("12.50")),
            bookings.Price("all", "all", 0, 1440, "slot", Decimal("30")),
        ]
        steps = bookings.price_slots(
            prices, "resident", MONDAY, [(540, 630), (630, 720), (840, 930)]
        )
        # 3 hours at 12.50; then a slot at 30
        self.assertEqual([row["amount"] for row in steps], [37.5, 30])
        self.assertEqual(bookings.total(steps), Decimal("67.50"))
        with self.assertRaises(bookings.NoPrice):
            bookings.price_slots(prices[:1], "outside", MONDAY, [(540, 630)])

    def test_whole_days(self):
        prices = [
            bookings.Price("all", "weekend", 0, 1440, "day", Decimal("300")),
            bookings.Price("all", "all", 0, 1440, "day", Decimal("200")),
        ]
        days = [date(2026, 11, 19 + number) for number in range(5)]
        steps = bookings.price_days(prices, "outside", days)
        # Thursday, Friday; the weekend; Monday
        self.assertEqual([row["amount"] for row in steps], [400, 600, 200])

    # prices

    def test_price_by_customer_and_time(self):
        # 17-18 at 20, 18-20 at 40
        self.assertEqual(self.book(17, 3).amount, 100.0)
        self.assertEqual(self.book(9, 2, partner=self.outsider).amount, 120.0)
        self.assertEqual(self.book(10, 2, day=SATURDAY).amount, 90.0)

    def test_prices_of_many_are_worked_out_at_once(self):
        bookings_ = self.book(9) + self.book(10, partner=self.outsider)
        bookings_ = bookings_.sudo()
        field = bookings_._fields["amount"]

        def compute(some):
            self.env.add_to_compute(field, some)
            some.mapped("amount")

        self.assertQueriesDoNotGrow(bookings_, compute)
        self.assertEqual(bookings_.mapped("customers"), ["resident", "outside"])
        self.assertEqual(bookings_.mapped("amount"), [20.0, 60.0])

    def test_a_new_price_changes_no_booking(self):
        booking = self.book(9)
        self.court.price_ids.price = 99.0
        self.assertEqual(booking.amount, 20.0)
        self.assertEqual(self.book(10).amount, 99.0)

    def test_only_slots_that_there_are(self):
        for hour, hours in ((8, 1), (21, 1), (20, 2)):
            with self.subTest(hour=hour), self.assertRaises(ValidationError):
                self.book(hour, hours)
        with self.assertRefused(ValidationError, "at most"):
            self.book(9, 4)
        self.court.capacity = 4
        with self.assertRefused(UserError, "holds 4 persons"):
            self.book(9, persons=5)

    # never two

    def test_never_two_at_once(self):
        first = self.book(9, 2)
        # beside each other is no overlap
        self.book(11)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            self.book(10, partner=self.outsider)
        first.with_user(self.desk)._cancel("rain")
        self.assertEqual(self.book(10).state, "asked")

    # money

    def test_confirmed_is_charged_once_and_says_why(self):
        booking = self.book(17, 2)
        with self.assertRefused(AccessError, "not allowed to modify"):
            booking.with_user(self.clerk).action_confirm()
        booking.action_confirm()
        charge = booking.charge_id
        self.assertEqual((charge.amount, charge.state), (60.0, "posted"))
        self.assertEqual(charge.partner_id, self.owner)
        rows = [(row["label"], row["detail"]) for row in charge._why()]
        self.assertIn(("Court 1", "Resident of the Estate"), rows)
        self.assertIn("17:00–18:00", [row[0] for row in rows])
        with self.assertRefused(UserError, "this step needs"):
            booking.action_confirm()
        self.assertLedgerTies()
        for vals in ({"state": "used"}, {"amount": 1.0}, {"charge_id": False}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "by hand"):
                booking.write(vals)
        with self.assertRefused(UserError, "this step needs"):
            booking.partner_id = self.outsider

    def test_the_deposit_waits_for_the_cashier(self):
        booking = self.book(9)
        booking.action_confirm()
        deposit = booking.deposit_id
        self.assertEqual((deposit.kind, deposit.amount), ("facility", 200.0))
        self.assertEqual(deposit.state, "draft")
        deposit = deposit.with_user(self.cashier)
        deposit.journal_id = self.cash
        deposit.action_receive()
        self.assertEqual(booking.deposit_state, "held")
        with self.assertRefused(UserError, "not begun"):
            booking.action_use()
        with freeze_time("2026-11-16 03:00:00"):
            booking.action_use()
        self.assertEqual(booking.state, "used")

    def test_cancelled_in_time_costs_nothing(self):
        booking = self.book(9)
        booking.action_confirm()
        self.assertEqual(booking.amount_if_cancelled, 0.0)
        booking._cancel("ill")
        self.assertEqual(booking.credit_id.amount, -20.0)
        self.assertEqual(booking.charge_id.amount_residual, 0.0)
        self.assertEqual(booking.charge_id.amount_credited, 20.0)
        self.assertEqual(booking.deposit_id.state, "cancelled")
        self.assertLedgerTies()

    def test_cancelled_too_late_half_stays_due(self):
        booking = self.book(18)
        booking.action_confirm()
        # 24 hours before 18:00 in Shanghai is 10:00 UTC of the day before
        with freeze_time("2026-11-15 10:00:00"):
            booking.invalidate_recordset(["amount_if_cancelled"])
            self.assertEqual(booking.amount_if_cancelled, 0.0)
        with freeze_time("2026-11-15 10:00:01"):
            booking.invalidate_recordset(["amount_if_cancelled"])
            self.assertEqual(booking.amount_if_cancelled, 20.0)
            wizard = (
                self.env["pm.facility.cancel"]
                .with_user(self.desk)
                .create({"booking_id": booking.id, "reason": "rain"})
            )
            self.assertEqual(wizard.amount_due, 20.0)
            wizard.action_cancel_booking()
        self.assertEqual(booking.charge_id.amount_residual, 20.0)
        self.assertLedgerTies()

    def test_what_was_waived_is_not_given_back_again(self):
        """Of 20.00 the charge is waived as a whole: nothing is left to give back."""
        booking = self.book(9)
        booking.action_confirm()
        charge = booking.charge_id
        self.env["pm.bill.run"]._bill_at_once(
            "correction",
            charge.property_id,
            [
                {
                    "kind": charge.kind,
                    "request_key": "waived",
                    "correction": "waiver",
                    "origin_id": charge.id,
                    "name": charge.name,
                    "fee_item_id": charge.fee_item_id.id,
                    "property_id": charge.property_id.id,
                    "partner_id": charge.partner_id.id,
                    "date_from": charge.date_from,
                    "date_to": charge.date_to,
                    "amount": -20.0,
                    "inputs": {"text": "", "steps": []},
                }
            ],
        )
        booking._cancel("ill")
        self.assertFalse(booking.credit_id)
        self.assertEqual(charge.amount_credited, 20.0)
        self.assertLedgerTies()

    def test_whose_income_it_is_may_change(self):
        hall = self.court.with_user(self.clerk)
        company = self.company
        product = self.court.fee_item_id.product_id.with_company(company)
        self.assertFalse(product.property_account_income_id)
        hall.kind = "hall"
        self.assertTrue(hall.is_public)
        self.assertEqual(
            product.property_account_income_id, company.pm_public_account_id
        )
        hall.is_public = False
        self.assertFalse(product.property_account_income_id)
        # an item that was chosen is booked as accountants say
        hall.fee_item_id = self.make_item("chosen", method="fixed", surcharge=1.0)
        hall.is_public = True
        chosen = hall.sudo().fee_item_id.product_id.with_company(company)
        self.assertNotEqual(
            chosen.property_account_income_id, company.pm_public_account_id
        )

    def test_free_use_is_no_charge(self):
        self.court.price_ids.price = 0.0
        booking = self.book(9)
        booking.action_confirm()
        self.assertFalse(booking.charge_id)

    def test_advertising_is_owed_to_the_owners(self):
        """Civil Code art. 282: income of common parts, less cost, is the owners'."""
        space = self.env["pm.facility"].create(
            {
                "name": "Lift Frame",
                "kind": "advertising",
                "property_id": self.building.id,
                "book_by": "day",
                "longest": 31,
                "price_ids": [Command.create({"per": "day", "price": 100})],
            }
        )
        self.assertTrue(space.is_public)
        booking = self.env["pm.facility.booking"].create(
            {
                "facility_id": space.id,
                "partner_id": self.outsider.id,
                "start": space._utc(date(2026, 12, 1), 0),
                "stop": space._utc(date(2027, 1, 1), 0),
            }
        )
        self.assertEqual(booking.amount, 3100.0)
        booking.action_confirm()
        self.assertEqual(str(booking.charge_id.date_to), "2026-12-31")
        account = self.company.pm_public_account_id
        self.assertEqual(account.account_type, "liability_current")
        self.assertIn(self.env.ref("pm_billing.account_tag_public"), account.tag_ids)
        line = booking.charge_id.move_id.invoice_line_ids
        self.assertEqual(line.account_id, account)
        self.assertEqual(
            line.analytic_distribution, {str(self.estate.analytic_account_id.id): 100}
        )

    # the page

    def test_a_resident_books(self):
        Booking = self.env["pm.facility.booking"]
        free = self.court._free_slots(MONDAY)
        self.assertEqual(len(free), 12)
        self.assertTrue(all(slot[2] for slot in free))
        booking = Booking._book(
            self.court, self.owner, MONDAY, 1080, 2, {"persons": 4}, (80.0, 200.0)
        )
        self.assertEqual((booking.amount, booking.state), (80.0, "asked"))
        taken = [slot[:2] for slot in self.court._free_slots(MONDAY) if not slot[2]]
        self.assertEqual(taken, [(1080, 1140), (1140, 1200)])
        for message, arguments in (
            ("faster", (MONDAY, 1140, 1, {}, (40.0, 200.0))),
            ("price has changed", (MONDAY, 540, 1, {}, (1.0, 200.0))),
            ("days ahead", (date(2027, 1, 4), 540, 1, {}, (20.0, 200.0))),
            ("to come", (date(2026, 11, 9), 540, 1, {}, (20.0, 200.0))),
            ("Choose a slot", (MONDAY, 545, 1, {}, (20.0, 200.0))),
        ):
            with self.subTest(message=message), self.assertRefused(UserError, message):
                with contextlib.closing(self.cr.savepoint()):
                    Booking._book(self.court, self.owner, *arguments)
        self.court.is_confirmed_by_staff = False
        booking = Booking._book(
            self.court, self.owner, MONDAY, 540, 1, {}, (20.0, 200.0)
        )
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(booking.charge_id)

    def test_the_form_says_what_is_nothing(self):
        """A free room without a deposit is booked by whole days, from minute 0 on."""
        room = self.env["pm.facility"].create(
            {
                "name": "Room",
                "kind": "other",
                "property_id": self.estate.id,
                "book_by": "day",
                "price_ids": [Command.create({"per": "day", "price": 0})],
            }
        )
        new_test_user(
            self.env,
            login="fac_owner",
            password="fac_owner",
            groups="base.group_portal",
            partner_id=self.owner.id,
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.authenticate("fac_owner", "fac_owner")
        for day in ("9999-12-31", "0001-01-01", "2026-13-45"):
            far = self.url_open(f"/my/facilities/{room.id}/price?day={day}&minute=0")
            self.assertEqual(far.status_code, 400)
        page = self.url_open(
            f"/my/facilities/{room.id}/price?day={MONDAY}&minute=0"
        ).text
        data = {"purpose": "Choir", "persons": "3"}
        for tag in re.findall(r'<input type="hidden"[^>]*>', page):
            found = re.search(r'name="([^"]+)"[^>]*value="([^"]*)"', tag)
            if found:
                data[found[1]] = found[2]
        answer = self.url_open(f"/my/facilities/{room.id}/book", data=data)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            (room.booking_ids.partner_id, room.booking_ids.amount), (self.owner, 0.0)
        )
