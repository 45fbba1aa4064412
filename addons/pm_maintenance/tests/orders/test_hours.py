from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OrderCase


@tagged("post_install", "-at_install")
class TestHours(OrderCase):
    """Hours become cost and pay: who enters whose, and until when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()

    def enter(self, user, whose, **vals):
        start = fields.Datetime.now() - timedelta(hours=2)
        return (
            self.env["pm.order.work"]
            .with_user(user)
            .create(
                {
                    "request_id": self.order.id,
                    "employee_id": whose.employee_id.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    **vals,
                }
            )
        )

    def test_own_hours(self):
        work = self.enter(self.technician, self.technician)
        work.note = "Roof"
        self.assertEqual(work.hours, 1.0)
        Work = self.env["pm.order.work"].with_user(self.technician)
        start = Work.default_get(["employee_id"])
        self.assertEqual(start["employee_id"], self.technician.employee_id.id)

    def test_hours_of_others(self):
        with self.assertRaisesRegex(AccessError, "own hours"):
            self.enter(self.technician, self.colleague)
        work = self.enter(self.dispatcher, self.colleague)
        mine = work.with_user(self.technician)
        with self.assertRaisesRegex(AccessError, "own hours"):
            mine.stop = fields.Datetime.now()
        with self.assertRaises(AccessError):
            mine.unlink()
        own = self.enter(self.technician, self.technician)
        with self.assertRaisesRegex(AccessError, "own hours"):
            own.employee_id = self.colleague.employee_id

    def test_accepted_work(self):
        """Only dispatchers put right what was accepted."""
        work = self.enter(self.technician, self.technician)
        self.order._as_step().state = "verified"
        with self.assertRaisesRegex(AccessError, "accepted"):
            work.with_user(self.technician).note = "More"
        with self.assertRaisesRegex(AccessError, "accepted"):
            self.enter(self.technician, self.technician)
        work.with_user(self.dispatcher).note = "Checked"

    def test_orders_on_file(self):
        """Nobody changes hours, permits and quotes of an order that is over."""
        work = self.enter(self.technician, self.technician)
        permit = self.env["pm.order.permit"].create(
            {
                "request_id": self.order.id,
                "kind": "hot",
                "valid_to": fields.Datetime.now() + timedelta(hours=4),
                "measures": "A watch.",
            }
        )
        self.order.with_user(self.dispatcher).cancel_reason = "Reported twice"
        for state in ("closed", "cancelled"):
            self.order._as_step().state = state
            for user in (self.dispatcher, self.env.ref("base.user_admin")):
                with self.assertRefused(UserError, "on file"):
                    self.enter(user, self.technician)
                for part, vals in ((work, {"note": "x"}), (permit, {"measures": "x"})):
                    with self.assertRefused(UserError, "on file"):
                        part.with_user(user).write(vals)
                    with self.assertRefused(UserError, "on file"):
                        part.with_user(user).unlink()
