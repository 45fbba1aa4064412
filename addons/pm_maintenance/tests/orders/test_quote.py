from odoo import Command
from odoo.exceptions import UserError

from ..common import OrderCase


class TestQuote(OrderCase):
    def setUp(self):
        super().setUp()
        self.price = self.env["pm.order.price"].create({"name": "Tap", "price": 88.5})
        self.order = self.given_to(self.technician)
        self.order.action_accept()
        self.order.quote_line_ids = [
            Command.create({"price_id": self.price.id, "quantity": 2})
        ]

    def test_consent_comes_first(self):
        self.order.action_arrive()
        with self.assertRefused(UserError, "consent"):
            self.order.action_done()
        self.order.action_quote_ask()
        self.order.sudo()._quote_answer(True, "王小明")
        self.order.action_done()
        self.assertEqual(self.order.quote_amount, 177)
        self.assertEqual(self.order.quote_agreed_by, "王小明")

    def test_what_was_shown_is_not_changed(self):
        self.order.action_quote_ask()
        with self.assertRefused(UserError, "Take it back"):
            self.order.quote_line_ids.write({"quantity": 5})
        with self.assertRefused(UserError, "Take it back"):
            self.order.quote_line_ids.unlink()
        self.order.action_quote_take_back()
        self.order.quote_line_ids.write({"quantity": 1})
        self.assertEqual(self.order.quote_amount, 88.5)

    def test_what_one_agreed_to_is_not_charged_to_another(self):
        self.order.action_quote_ask()
        order = self.order.with_user(self.dispatcher)
        other = self.make_partner("Somebody Else", pm_estate_id=self.estate.id)
        elsewhere = {"property_id": self.other_unit.id}
        for agreed in (False, True):
            if agreed:
                order.sudo()._quote_answer(True, "王小明")
            for change in ({"partner_id": other.id}, elsewhere):
                with (
                    self.subTest(agreed=agreed, change=change),
                    self.assertRefused(UserError, "Take it back"),
                ):
                    order.write(change)
        # what it is anyhow may be said
        order.write({"property_id": order.property_id.id, "result": "Washer"})
        order.with_user(self.technician).action_quote_take_back()
        order.partner_id = other

    def test_answer_only_when_asked(self):
        with self.assertRefused(UserError, "does not wait"):
            self.order.sudo()._quote_answer(True, "王小明")

    def test_charged_only_what_was_agreed_and_accepted(self):
        self.assertFalse(self.order._quoted())
        self.order.action_quote_ask()
        self.order.sudo()._quote_answer(True, "王小明")
        self.order.action_arrive()
        self.order.action_done()
        self.assertFalse(self.order._quoted())
        self.order.with_user(self.dispatcher).action_verify()
        self.assertTrue(self.order._quoted())

    def test_the_price_of_work_that_is_done_stays(self):
        self.order.action_quote_ask()
        self.order.sudo()._quote_answer(True, "王小明")
        self.order.action_arrive()
        self.order.action_done()
        for step in ("action_quote_take_back", "action_quote_ask"):
            with self.subTest(step=step), self.assertRefused(UserError, "state Done"):
                getattr(self.order, step)()
        self.assertEqual(self.order.quote_state, "agreed")

    def test_empty_quote(self):
        order = self.given_to(self.technician)
        with self.assertRefused(UserError, "cost the customer first"):
            order.action_quote_ask()
