from odoo.tests import Form, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestCall(BillingCase):
    """Who answers the phone sees what the caller owes, if bills are theirs to see."""

    def test_open_bills(self):
        run = self.env["pm.bill.run"].create(
            {
                "property_id": self.estate.id,
                "date_from": "2026-01-01",
                "date_to": "2026-01-31",
            }
        )
        self.make_fee(self.unit, self.service)
        run.action_prepare()
        run.action_confirm()
        charges = run.charge_ids.filtered(
            lambda charge: charge.partner_id == self.owner
        )
        desk = self.make_user("pm_desk", "pm_core.group_pm_service", self.estate)
        with Form(self.env["pm.order.call"].with_user(desk)) as form:
            form.query = "1-1"
        call = form.record
        self.assertEqual(call.partner_id, self.owner)
        self.assertEqual(call.pm_open_charge_ids, charges)
        self.assertEqual(call.pm_amount_open, sum(charges.mapped("amount_residual")))

    def test_dispatchers_see_no_bills(self):
        user = self.make_user(
            "pm_dispatch", "pm_maintenance.group_pm_dispatcher", self.estate
        )
        call = self.env["pm.order.call"].with_user(user)
        self.assertNotIn("pm_amount_open", call.fields_get())
        with Form(call) as form:
            form.query = "1-1"
        self.assertEqual(form.record.partner_id, self.owner)
