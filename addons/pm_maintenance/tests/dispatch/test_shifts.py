"""Five hundred orders over three days and nights of shifts."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from odoo.tests import freeze_time

from ..common import OrderCase

BEGIN = datetime(2026, 11, 23)
SHIFTS = 9
HOURS = timedelta(hours=8)
# of each shift: as it begins, and just before it ends, too
MOMENTS = (
    timedelta(0),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=7, minutes=59, seconds=59),
)
TECHNICIANS, ORDERS, LIMIT = 20, 500, 30


class TestShifts(OrderCase):
    """Nobody off duty gets an order, and nobody gets more than the others on duty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["pm.duty"].search([]).action_cancel()
        cls.technicians = [
            cls.make_technician(f"pm_shift_{number}", on_duty=False)
            for number in range(TECHNICIANS)
        ]
        # every third of them in a shift, in turns; two are away all the time
        duties = []
        for shift in range(SHIFTS):
            start = BEGIN + shift * HOURS
            for number, user in enumerate(cls.technicians[:-2]):
                if number % 3 == shift % 3:
                    duties.append(
                        {
                            "employee_id": user.employee_id.id,
                            "post_id": cls.post.id,
                            "shift_id": cls.env.ref("pm_core.pm_duty_shift_day").id,
                            "date": start.date(),
                            "start": start,
                            "stop": start + HOURS,
                        }
                    )
        cls.duties = cls.env["pm.duty"].create(duties)

    def on_duty(self, moment):
        duties = self.duties.filtered(lambda duty: duty.start <= moment < duty.stop)
        return duties.employee_id.user_id

    def test_five_hundred_orders(self):
        self.make_rule(max_open=LIMIT)
        batches = SHIFTS * len(MOMENTS)
        sizes = Counter(number % batches for number in range(ORDERS))
        given = defaultdict(Counter)
        orders = self.env["maintenance.request"]
        for number in range(batches):
            shift, moment = divmod(number, len(MOMENTS))
            now = BEGIN + shift * HOURS + MOMENTS[moment]
            with freeze_time(now):
                batch = orders.create(
                    [
                        {"name": f"Order {number}", "property_id": self.unit.id}
                        for _order in range(sizes[number])
                    ]
                )
                batch.with_user(self.dispatcher).action_dispatch()
            orders |= batch
            self.assertEqual(set(batch.mapped("state")), {"dispatched"}, now)
            self.assertLessEqual(batch.user_id, self.on_duty(now), now)
            for order in batch:
                given[shift % 3][order.user_id] += 1
        self.assertEqual(len(orders), ORDERS)
        loads = Counter(order.user_id for order in orders)
        self.assertLessEqual(max(loads.values()), LIMIT)
        self.assertFalse(set(loads) & set(self.technicians[-2:]))
        # those of one crew have the same, give or take one
        for crew in given.values():
            self.assertEqual(len(crew), (TECHNICIANS - 2) // 3)
            self.assertLessEqual(max(crew.values()) - min(crew.values()), 1)

    def test_who_has_enough_gets_no_more(self):
        """Beyond the limit of all on duty, orders wait and the dispatcher knows."""
        self.make_rule(max_open=2)
        crew = (TECHNICIANS - 2) // 3
        with freeze_time(BEGIN + timedelta(hours=1)):
            orders = self.env["maintenance.request"].create(
                [
                    {"name": "Order", "property_id": self.unit.id}
                    for _order in range(2 * crew + 3)
                ]
            )
            orders.with_user(self.dispatcher).action_dispatch()
        waiting = orders.filtered(lambda order: order.state == "reported")
        self.assertEqual(len(waiting), 3)
        self.assertEqual(len(waiting.activity_ids), 3)
        loads = Counter(order.user_id for order in orders - waiting)
        self.assertEqual(set(loads.values()), {2})
        # the next shift takes them
        with freeze_time(BEGIN + HOURS):
            self.env["maintenance.request"]._cron_dispatch()
        self.assertEqual(set(waiting.mapped("state")), {"dispatched"})
        self.assertLessEqual(waiting.user_id, self.on_duty(BEGIN + HOURS))
