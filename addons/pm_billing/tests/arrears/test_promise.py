from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .arrears_common import ArrearsCase


class TestPromise(ArrearsCase):
    def promise(self, *instalments, charges=None, **vals):
        promise = self.env["pm.payment.promise"].create(
            {
                "partner_id": self.owner.id,
                "property_id": self.unit.id,
                "charge_ids": [(6, 0, (self.mine if charges is None else charges).ids)],
                "user_id": self.clerk.id,
                "line_ids": [
                    (0, 0, {"date": date, "amount": amount})
                    for date, amount in instalments
                ],
                **vals,
            }
        )
        promise.action_confirm()
        return promise

    def watch(self, day):
        with freeze_time(day):
            self.run_cron("promise")

    def test_instalments_are_watched(self):
        promise = self.promise(("2026-11-20", 100.0), ("2026-12-20", 162.0))
        self.assertEqual(promise.state, "active")
        self.assertEqual(str(promise.date_next), "2026-11-20")
        self.receive(self.owner, 100.0)
        self.watch("2026-11-21 04:00:00")
        self.assertEqual(promise.state, "active")
        self.assertEqual(str(promise.date_next), "2026-12-20")
        self.watch("2026-12-20 04:00:00")
        self.assertEqual(promise.state, "active")
        self.watch("2026-12-20 17:00:00")
        # the day after, at the estate
        self.assertEqual(promise.state, "broken")
        activity = promise.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("162.00", activity.summary)

    def test_kept(self):
        promise = self.promise(("2026-11-20", 262.0))
        self.receive(self.owner, 262.0)
        self.watch("2026-11-11")
        self.assertEqual(promise.state, "kept")

    def test_money_that_came_before_counts_not(self):
        self.receive(self.owner, 200.0)
        promise = self.promise(("2026-11-20", 62.0))
        self.assertEqual(promise.amount_received, 0.0)
        self.watch("2026-11-22")
        self.assertEqual(promise.state, "broken")

    def test_not_dunned_while_it_holds(self):
        promise = self.promise(("2026-11-20", 262.0))
        dunning = self.make_round()
        dunning.action_prepare()
        self.assertNotIn(self.owner, dunning.line_ids.partner_id)
        promise.action_cancel()
        dunning.action_prepare()
        self.assertIn(self.owner, dunning.line_ids.partner_id)

    def test_incomplete(self):
        with self.assertRefused(UserError, "say for which charges"):
            self.promise()
        with self.assertRefused(UserError, "only 262.00 are open"):
            self.promise(("2026-11-20", 262.01))
        with self.assertRefused(ValidationError, "is not owed by"):
            self.promise(("2026-11-20", 1.0), charges=self.charges - self.mine)
        self.promise(("2026-11-20", 1.0))
        with self.assertRefused(UserError, "another promise"):
            self.promise(("2026-11-20", 1.0))

    def test_what_was_promised_stays(self):
        promise = self.promise(("2026-11-20", 262.0)).with_user(self.clerk)
        with self.assertRefused(UserError, "needs New"):
            promise.line_ids.amount = 1.0
        with self.assertRefused(UserError, "needs New"):
            promise.line_ids.create(
                {"promise_id": promise.id, "date": "2027-11-20", "amount": 1.0}
            )
        with self.assertRefused(UserError, "needs New"):
            promise.line_ids.unlink()
        with self.assertRefused(UserError, "needs New"):
            promise.charge_ids = [(5,)]
        with self.assertRefused(AccessError, "by hand"):
            promise.state = "kept"
