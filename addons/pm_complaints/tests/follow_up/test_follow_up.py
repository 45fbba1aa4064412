from datetime import date, datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from odoo.addons.pm_maintenance.tests.common import OrderCase

from ...models.follow_up.pm_follow_up_hours import next_moment
from .follow_up_common import ANY_HOUR, FollowUpFactory


class TestOfOrders(FollowUpFactory, OrderCase):
    """From an accepted order to a call, its tries, and what comes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rules()
        cls.owner.phone = "13812345678"
        cls.second = cls.make_user(
            "pm_service_b", "pm_core.group_pm_service", cls.estate
        )

    def accepted(self, **values):
        order = self.done_by(self.technician, self.make_order(**values))
        order.with_user(self.dispatcher).action_verify()
        return order.sudo()

    def call_of(self, order):
        return order.pm_follow_up_ids.with_user(self.service)

    def called(self, **values):
        return self.call_of(self.accepted(**values))

    # who is called

    def test_opened_with_what_the_clerk_needs(self):
        call = self.called()
        self.assertEqual(call.state, "todo")
        self.assertEqual(call.worker_id, self.technician)
        self.assertEqual(call.phone, self.owner.phone)
        self.assertIn(call.user_id, self.service | self.second)
        self.assertEqual(call.answer_ids.question_id.name, "Does it work?")
        self.assertEqual(
            call.script, f"Good day, {self.owner.name}: {call.request_id.name}?"
        )
        self.assertTrue(call.is_due)
        self.assertIn(call, call.search([("is_due", "=", True)]))
        self.assertNotIn(call, call.search([("is_due", "=", False)]))

    def test_goes_with_its_order(self):
        """Called about or not, an order may be deleted when its years are over."""
        call, role = self.called().sudo(), "pm_core.group_pm_estate_manager"
        call.request_id.action_close()
        with freeze_time("2090-01-01"):
            call.request_id.with_user(self.make_user("m", role, self.estate)).unlink()
        self.assertFalse(call.exists())

    def test_once_for_an_event(self):
        order = self.accepted()
        follow_ups = self.env["pm.follow.up"]
        self.assertFalse(follow_ups._open("order", order))
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                follow_ups.create(
                    {
                        "event": "order",
                        "request_id": order.id,
                        "property_id": order.property_id.id,
                        "event_at": fields.Datetime.now(),
                    }
                )
                self.env.flush_all()

    def test_done_again_is_asked_again(self):
        order = self.accepted()
        first = self.call_of(order)
        order.with_user(self.dispatcher).action_redo("Drips again")
        self.assertEqual(first.state, "cancelled")
        order.with_user(self.dispatcher).action_dispatch()
        mine = order.with_user(self.technician)
        mine.action_accept()
        mine.action_arrive()
        mine.action_done()
        order.with_user(self.dispatcher).action_verify()
        second = self.call_of(order) - first
        self.assertEqual((second.round, second.state), (1, "todo"))

    def test_nobody_who_could_be_called(self):
        self.assertFalse(self.called(partner_id=False))

    def test_first_rule_that_fits(self):
        """Danger comes before urgent; a rule without a share says that nobody calls."""
        self.rule["order"].sequence = 90
        urgent = self.rules.create(
            {"name": "Urgent", "urgency": "urgent", "sequence": 1, **ANY_HOUR}
        )
        pipes = self.rules.create(
            {
                "name": "Pipes",
                "fault_category_ids": self.category.ids,
                "sequence": 2,
                "share": 0,
            }
        )
        self.assertEqual(self.called(urgency="danger").rule_id, urgent)
        self.assertEqual(self.called(urgency="urgent").rule_id, urgent)
        self.assertFalse(self.called(urgency="ordinary"))
        pipes.estate_ids = self.make_estate("Elsewhere")
        self.assertEqual(self.called(urgency="ordinary").rule_id, self.rule["order"])

    def test_share_is_drawn_alike_each_time(self):
        rule = self.rule["order"]
        rule.share = 30
        orders = self.env["maintenance.request"]
        drawn = [rule._draws(orders.browse(number)) for number in range(1, 2001)]
        again = [rule._draws(orders.browse(number)) for number in range(1, 2001)]
        self.assertEqual(drawn, again)
        # three standard deviations about 600
        self.assertAlmostEqual(sum(drawn), 600, delta=62)
        rule.share = 100
        self.assertTrue(all(rule._draws(orders.browse(n)) for n in range(200)))
        rule.share = 0
        self.assertFalse(any(rule._draws(orders.browse(n)) for n in range(200)))

    # who calls

    def test_never_who_did_the_work(self):
        self.technician.group_ids |= self.env.ref("pm_core.group_pm_service")
        call = self.called()
        self.assertNotEqual(call.user_id, self.technician)
        mine = call.with_user(self.technician)
        with self.assertRaises(AccessError):
            mine.action_reached("satisfied")
        with self.assertRaises(ValidationError):
            call.sudo().user_id = self.technician

    def test_by_rule_and_load(self):
        rule = self.rule["order"]
        rule.user_ids = self.second
        self.assertEqual(self.called().user_id, self.second)
        rule.user_ids = self.service | self.second
        self.assertEqual(self.called().user_id, self.service)

    def test_who_is_on_duty_first(self):
        employee = self.env["hr.employee"].create(
            {"name": "Second", "user_id": self.second.id}
        )
        self.make_duty(employee)
        self.rule["order"].by_duty = True
        self.assertEqual(self.called().user_id, self.second)

    def test_who_has_left(self):
        call = self.called()
        caller = call.user_id
        caller.with_env(self.env).active = False
        with self.enter_registry_test_mode():
            self.env.ref("pm_complaints.ir_cron_follow_ups").method_direct_trigger()
        self.assertEqual(call.sudo().user_id, (self.service | self.second) - caller)

    # the calls

    def test_reached(self):
        call = self.called()
        with self.assertRaisesRegex(UserError, "satisfied"):
            call.action_reached()
        with self.assertRaises(UserError):
            call.action_reached("delighted")
        call.write({"verdict": "satisfied", "score": "5", "words": "Quick"})
        call.answer_ids.yes_no = "yes"
        call.action_reached()
        self.assertEqual(
            (call.state, call.result, call.done_user_id),
            ("done", "reached", self.service),
        )
        self.assertEqual(call.request_id.rating, "5")
        self.assertEqual(call.try_ids.mapped("result"), ["reached"])
        with self.assertRaises(AccessError):
            call.verdict = "unsatisfied"
        with self.assertRaises(UserError):
            call.answer_ids.yes_no = "no"
        with self.assertRaises(UserError):
            call.action_missed()

    def test_tries(self):
        rule = self.rule["order"]
        rule.write({"max_tries": 2, "retry_hours": 4})
        call = self.called()
        call.action_missed("Rings")
        self.assertEqual(call.state, "todo")
        self.assertGreater(call.next_at, fields.Datetime.now() + timedelta(hours=3))
        with self.assertRaisesRegex(UserError, "from"):
            call.action_missed()
        call.sudo()._as_step().next_at = fields.Datetime.now()
        call.action_missed()
        self.assertEqual(
            (call.state, call.result, call.missed_count), ("done", "missed", 2)
        )

    def test_call_again_is_no_try_in_vain(self):
        call = self.called()
        wanted = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
        call.again_at = wanted
        call.action_again()
        self.assertEqual((call.next_at, call.missed_count), (wanted, 0))
        self.assertFalse(call.again_at)
        with self.assertRaises(UserError):
            call.action_again("2020-01-01 00:00:00")

    def test_refused_and_called_off(self):
        call = self.called()
        call.action_refused("No time")
        self.assertEqual((call.result, call.words), ("refused", "No time"))
        call = self.called()
        with self.assertRaises(UserError):
            call.action_cancel()
        call.action_cancel("Has moved out")
        self.assertEqual(call.state, "cancelled")

    def test_hours(self):
        """By the clock of the estate."""
        eight = datetime(2026, 7, 1, 0, 0)
        self.assertEqual(
            next_moment(eight, "Asia/Shanghai", 9, 20), datetime(2026, 7, 1, 1, 0)
        )
        half = datetime(2026, 7, 1, 12, 30)
        self.assertEqual(
            next_moment(half, "Asia/Shanghai", 9.5, 20), datetime(2026, 7, 2, 1, 30)
        )
        self.assertEqual(next_moment(half, "UTC", 9, 20), half)
        self.estate.tz = "Asia/Shanghai"
        self.rule["order"].write({"hour_from": 9, "hour_to": 20})
        with freeze_time("2026-07-01 13:00:00"):
            call = self.called()
            self.assertEqual(call.next_at, datetime(2026, 7, 2, 1, 0))
            self.assertFalse(call.is_due)
            self.assertNotIn(call, call.search([("is_due", "=", True)]))
            with self.assertRaisesRegex(UserError, "2026-07-02 09:00"):
                call.action_missed()
        call.invalidate_recordset()
        with freeze_time("2026-07-02 02:00:00"):
            self.assertTrue(call.is_due)
            self.assertIn(call, call.search([("is_due", "=", True)]))

    def test_days_off(self):
        """By the calendar of the estate; on a day that the customer names anyway."""
        friday, saturday, monday = (date(2026, 7, day) for day in (3, 4, 6))
        late = datetime(2026, 7, 3, 20, 30)
        self.assertEqual(
            next_moment(late, "UTC", 9, 20, {friday, monday}),
            datetime(2026, 7, 6, 9, 0),
        )
        self.estate.tz = "UTC"
        calendar, _zone = self.estate._working_calendar()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2026-07-06 00:00:00",
                "date_to": "2026-07-06 23:59:59",
            }
        )
        self.rule["order"].write({"hour_from": 9, "hour_to": 20, "days_off": False})
        with freeze_time(late):
            call = self.called()
            self.assertEqual(call.next_at, datetime(2026, 7, 7, 9, 0))
        with freeze_time("2026-07-07 10:00:00"):
            call.invalidate_recordset()
            self.assertTrue(call.is_due)
            call.action_again(datetime(2026, 7, 11, 10, 0))
        self.assertEqual(call.next_at, datetime(2026, 7, 11, 10, 0))
        with freeze_time(datetime.combine(saturday, late.time())):
            other = self.called()
            other.sudo()._as_step().next_at = late
        for moment, due in (("2026-07-06 10:00", False), ("2026-07-07 10:00", True)):
            other.invalidate_recordset()
            with freeze_time(moment):
                self.assertEqual(other.is_due, due)
                found = other.search([("is_due", "=", True)])
                self.assertEqual(other in found, due)
        call.invalidate_recordset()
        with freeze_time("2026-07-11 11:00:00"):
            self.assertTrue(call.is_due)
            self.assertIn(call, call.search([("is_due", "=", True)]))

    def test_next_call(self):
        first, second = self.called(), self.called()
        (first | second).sudo().user_id = self.service
        self.assertEqual(first.action_next_call()["res_id"], second.id)
        second.action_refused()
        self.assertFalse(first.action_next_call()["res_id"])

    # rain

    def test_after_the_first_rain(self):
        self.rule["order"].after_rain = True
        self.estate.tz = "Asia/Shanghai"
        with freeze_time("2026-07-01 03:00:00"):
            call = self.called()
        self.assertEqual((call.state, call.next_at), ("waiting", False))
        days = self.env["pm.rain.day"].with_user(self.service)
        days.create({"estate_id": self.estate.id, "day": "2026-06-30"})
        self.assertEqual(call.state, "waiting")
        days.create({"estate_id": self.estate.id, "day": "2026-07-05"})
        self.assertEqual((call.state, call.rain_day), ("todo", date(2026, 7, 5)))
        # the beginning of the day after, in the clock of the estate
        self.assertEqual(call.next_at, datetime(2026, 7, 5, 16, 0))

    def test_it_rained_from_the_list(self):
        """The dialog keeps the day, for those whose call waits and for later ones."""
        self.rule["order"].after_rain = True
        call = self.called()
        today = self.estate._today()
        rain = self.env["pm.order.rain"].with_user(self.service)
        dialog = rain.create({"estate_id": self.estate.id, "day": today})
        self.assertEqual(dialog.follow_up_ids, call)
        dialog.action_apply()
        self.assertEqual(call.state, "todo")
        rain.create({"estate_id": self.estate.id, "day": today}).action_apply()
        self.assertEqual(
            self.env["pm.rain.day"].search_count([("estate_id", "=", self.estate.id)]),
            1,
        )
        self.assertEqual(self.called().state, "todo")

    # beside the list of orders

    def test_where_the_category_asks(self):
        """The call of the order and the follow-up are one."""
        self.category.follow_up = "all"
        self.rule["order"].by_category = True
        order = self.accepted()
        call = self.call_of(order)
        self.assertEqual(call.deadline, order.follow_up_due)
        call.action_reached("satisfied", "Tight", "4")
        self.assertEqual((order.follow_up_state, order.rating), ("done", "4"))
        order.with_user(self.dispatcher).action_close()
        other = self.accepted()
        other.with_user(self.dispatcher).action_follow_up("5", "Fine")
        call = self.call_of(other)
        self.assertEqual(
            (call.state, call.verdict, call.done_user_id),
            ("done", "satisfied", self.dispatcher),
        )

    def test_words_about_staff_stay_in_the_follow_up(self):
        """Whoever did the work reads the order."""
        self.technician.name = "赵铁柱"
        words = "赵铁柱骂人"
        order = self.accepted()
        call = self.call_of(order)
        call.action_reached("unsatisfied", words, "1")
        self.assertEqual(call.words, words)
        other = self.accepted()
        other.with_user(self.dispatcher).action_follow_up("1", words)
        self.assertEqual(other.pm_follow_up_ids.filtered("done_at").words, words)
        for one in (order, other):
            self.assertEqual(one.rating, "1")
            self.assertFalse(one.rating_text)
            self.assertNotIn(words, one.step_ids.mapped("note"))
            with self.assertRaisesRegex(UserError, "as a complaint"):
                one.with_user(self.dispatcher).action_follow_up("2", words)

    def test_words_by_link_are_not_for_who_did_the_work(self):
        """Low words wait for the caller; with a name in them they are a case."""
        self.technician.name = "赵铁柱"
        cases = self.env["pm.complaint"]
        before = cases.search([])
        order = self.accepted()
        order._rate("2", "Dirty")
        self.assertEqual(self.call_of(order).words, "Dirty")
        self.assertEqual(cases.search([]), before)
        named, praised = self.accepted(), self.accepted()
        named._rate("1", "赵铁柱骂人")
        praised._rate("5", "赵铁柱很好")
        blame, praise = (
            self.call_of(named).sudo().new_complaint_id,
            cases.search([("description", "=", "赵铁柱很好")]),
        )
        self.assertEqual(blame.description, "赵铁柱骂人")
        self.assertIn(self.technician, blame.concerned_user_ids)
        self.assertEqual((blame.kind, praise.kind), ("complaint", "praise"))
        for one in (order, named, praised):
            self.assertTrue(one.rating)
            self.assertFalse(one.rating_text)
            said = [*one.step_ids.mapped("note"), *one.activity_ids.mapped("summary")]
            for words in ("Dirty", "赵铁柱"):
                self.assertNotIn(words, str(said))
        fine = self.accepted()
        fine._rate("4", "Quick")
        self.assertEqual(fine.rating_text, "Quick")

    def test_words_on_accepting_are_not_for_who_did_the_work(self):
        order = self.done_by(self.technician, self.make_order()).sudo()
        order._accept_by_customer("王小明", rating="1", text="Bad")
        self.assertEqual((order.state, order.rating_text), ("verified", False))
        self.assertEqual(self.call_of(order).words, "Bad")
        self.rule["order"].active = self.rule["order_low"].active = False
        order = self.done_by(self.technician, self.make_order()).sudo()
        order._accept_by_customer("王小明", rating="1", text="Very bad")
        case = self.env["pm.complaint"].search([("description", "=", "Very bad")])
        self.assertEqual(case.concerned_user_ids, self.technician)

    def test_caller_of_what_is_over(self):
        call = self.called()
        call.user_id = self.second
        call.action_reached("satisfied")
        with self.assertRaises(AccessError):
            call.user_id = self.service

    def test_not_reached_lets_the_order_be_closed(self):
        self.category.follow_up = "all"
        self.rule["order"].write({"max_tries": 1, "by_category": True})
        order = self.accepted()
        self.call_of(order).action_missed()
        self.assertEqual(order.follow_up_state, "missed")
        order.with_user(self.dispatcher).action_close()

    # low ratings

    def test_low_rating_by_link(self):
        order = self.accepted()
        self.call_of(order).action_reached("satisfied")
        order._rate("2", "Dirty")
        low = order.pm_follow_up_ids.filtered("is_low")
        self.assertEqual((low.event, low.state), ("order_low", "todo"))

    def test_low_rating_makes_the_open_call_urgent(self):
        self.rule["order"].days_after = 5
        order = self.accepted()
        call = self.call_of(order)
        self.assertFalse(call.is_due)
        order._rate("1", "Dirty")
        self.assertEqual(order.pm_follow_up_ids, call)
        self.assertTrue(call.is_low and call.is_due)

    def test_what_is_low_is_a_setting(self):
        self.env.company.pm_low_rating = "3"
        order = self.accepted()
        order._rate("3")
        self.assertTrue(self.call_of(order).is_low)
        order = self.accepted()
        order._rate("4")
        self.assertEqual(self.call_of(order).state, "cancelled")
        self.env.company.pm_low_rating = False
        self.rule["order"].active = False
        order = self.accepted()
        order._rate("1")
        self.assertFalse(self.call_of(order))

    # what comes of it

    def test_complaint_in_two_clicks(self):
        order = self.accepted()
        order._rate("1", "Dirty")
        call = self.call_of(order)
        call.action_reached("unsatisfied", "The floor is wet.")
        opened = call.action_complain()
        case = call.sudo().new_complaint_id
        self.assertEqual((opened["res_model"], opened["res_id"]), (case._name, case.id))
        self.assertEqual(
            (case.description, case.partner_id, case.property_id),
            ("The floor is wet.", self.owner, self.unit),
        )
        call.action_complain()
        self.assertEqual(call.sudo().new_complaint_id, case)
        self.assertIn(call.id, call.search(case.action_view_follow_ups()["domain"]).ids)

    def test_new_order(self):
        call = self.called()
        call.action_reached("unsatisfied", "Drips again.")
        opened = call.action_order()
        again = call.sudo().new_request_id
        self.assertEqual(opened["res_id"], again.id)
        self.assertEqual(again.fault_category_id, self.category)
        self.assertEqual(again.partner_id, self.owner)

    # figures

    def test_rates(self):
        self.called().action_reached("satisfied")
        self.called().action_reached("unsatisfied", "Wet")
        self.called().action_refused()
        self.rule["order"].max_tries = 1
        self.called().action_missed()
        self.called().action_cancel("Moved")
        self.env.flush_all()
        ((worker, reached, satisfied, count),) = self.env[
            "pm.follow.up.report"
        ]._read_group(
            [("estate_id", "=", self.estate.id)],
            ["worker_id"],
            ["reach_rate:avg", "satisfied_rate:avg", "follow_up_count:sum"],
        )
        self.assertEqual(worker, self.technician)
        self.assertEqual((reached, satisfied, count), (75, 50, 4))
