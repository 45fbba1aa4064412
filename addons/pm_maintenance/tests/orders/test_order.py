import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from ..common import OrderCase


class TestOrder(OrderCase):
    """The steps of an order: who may take them, what they leave, what they refuse."""

    def test_whole_way(self):
        order = self.given_to(self.technician)
        order.action_accept()
        order.action_travel()
        order.action_arrive(31.2, 121.5)
        order.action_pause(self.reason.id)
        self.assertEqual(order.state, "paused")
        order.action_resume()
        self.assertEqual(order.state, "on_site")
        order.result = "New washer"
        order.action_done()
        order.with_user(self.dispatcher).action_verify()
        order.with_user(self.dispatcher).action_close()
        self.assertEqual(order.state, "closed")
        self.assertEqual(
            order.step_ids.mapped("step"),
            [
                "report",
                "dispatch",
                "accept",
                "travel",
                "arrive",
                "pause",
                "resume",
                "done",
                "verify",
                "close",
            ],
        )
        self.assertEqual(
            order.step_ids.filtered(lambda step: step.step == "verify").user_id,
            self.dispatcher,
        )
        arrived = order.step_ids.filtered(lambda step: step.step == "arrive")
        self.assertAlmostEqual(arrived.latitude, 31.2)
        self.assertTrue(order.work_ids)
        self.assertFalse(order.work_ids.filtered(lambda work: not work.stop))

    def test_number_and_reporter(self):
        self.owner.phone = "13800000000"
        first, second = self.make_order(), self.make_order()
        self.assertTrue(first.number)
        self.assertNotEqual(first.number, second.number)
        self.assertEqual(first.reporter_phone, "13800000000")
        self.assertIn(first.number, first.display_name)

    def test_odd_order_of_steps_is_refused(self):
        order = self.given_to(self.technician)
        for step in ("action_done", "action_resume", "action_travel"):
            with self.assertRefused(UserError, "this step needs"):
                getattr(order, step)()
        with self.assertRefused(UserError, "this step needs"):
            order.with_user(self.dispatcher).action_verify()

    def test_somebody_elses_order(self):
        order = self.given_to(self.technician)
        for step in ("action_accept", "action_travel", "action_done"):
            with self.assertRefused(AccessError, "pm_tech_a"):
                getattr(order.with_user(self.colleague), step)()

    def test_technician_does_not_dispatch(self):
        order = self.make_order()
        with self.assertRefused(AccessError, "dispatchers"):
            order.with_user(self.technician).action_dispatch()

    def test_nobody_accepts_own_work(self):
        lead = self.make_technician("pm_lead")
        lead.group_ids = [
            Command.link(self.env.ref("pm_maintenance.group_pm_dispatcher").id)
        ]
        order = self.done_by(lead)
        with self.assertRefused(AccessError, "somebody else"):
            order.with_user(lead).action_verify()
        # nor who reported for a technician that it is done
        order = self.given_to(self.technician)
        order.action_accept()
        for step in ("action_arrive", "action_done"):
            getattr(order.with_user(self.dispatcher), step)()
        with self.assertRefused(AccessError, "somebody else"):
            order.with_user(self.dispatcher).action_verify()

    def test_other_estate(self):
        other = self.make_estate("Other Estate")
        stranger = self.make_user(
            "pm_stranger", "pm_maintenance.group_pm_dispatcher", other
        )
        order = self.make_order()
        with self.assertRefused(AccessError, "Maintenance Request"):
            order.with_user(stranger).action_dispatch()
        self.assertFalse(
            self.env["maintenance.request"]
            .with_user(stranger)
            .search([("id", "=", order.id)])
        )

    def test_follower_of_other_estate_sees_nothing(self):
        stranger = self.make_user(
            "pm_follower", "pm_core.group_pm_user", self.make_estate("Other Estate")
        )
        order = self.make_order()
        order.message_subscribe(partner_ids=stranger.partner_id.ids)
        with self.assertRefused(AccessError, "Maintenance Request"):
            order.with_user(stranger).read(["name"])

    def test_who_pays(self):
        common = self.make_part(self.building, "common", "lobby")
        self.assertEqual(self.make_order().payer, "private")
        self.assertEqual(self.make_order(property_id=common.id).payer, "public")
        self.category.payer = "developer"
        self.assertEqual(self.make_order().payer, "developer")
        with self.assertRefused(ValidationError, "reason"):
            self.make_order(payer="public")
        order = self.make_order(payer="public", payer_reason="Pipe in the wall")
        self.assertEqual(order.payer, "public")

    def test_pause_needs_reason(self):
        order = self.given_to(self.technician)
        order.action_accept()
        with self.assertRefused(UserError, "reason of the pause"):
            order.action_pause()
        order.pause_reason_id = self.reason
        order.action_pause()
        self.assertEqual(order.state, "paused")

    def test_category_asks_for_proof(self):
        self.category.write(
            {"needs_photo_after": True, "needs_cause": True, "permit": "hot"}
        )
        order = self.given_to(self.technician)
        order.action_accept()
        with self.assertRefused(UserError, "photo after.*problem.*permit"):
            order.action_done()
        order.photo_after_ids = [Command.link(self.make_photo(order).id)]
        codes = self.env["pm.fault.code"].create(
            [
                {"name": f"Test {kind}", "kind": kind}
                for kind in ("problem", "cause", "remedy")
            ]
        )
        order.write(
            {
                "problem_id": codes[0].id,
                "cause_id": codes[1].id,
                "remedy_id": codes[2].id,
                "permit_ids": [
                    Command.create(
                        {
                            "kind": "hot",
                            "measures": "Watch",
                            "valid_to": fields.Datetime.now() + timedelta(hours=4),
                        }
                    )
                ],
            }
        )
        with self.assertRefused(AccessError, "dispatch"):
            order.permit_ids.action_issue()
        order.permit_ids.with_user(self.dispatcher).action_issue()
        order.action_arrive()
        with self.assertRefused(UserError, "permit"):
            order.action_done()
        order.permit_ids.action_close()
        order.action_done()
        self.assertEqual(order.state, "done")

    def test_redo_counts_and_keeps(self):
        order = self.done_by(self.technician)
        with self.assertRefused(UserError, "why the work is not accepted"):
            order.with_user(self.service).action_redo()
        order.with_user(self.service).action_redo("Still drips")
        self.assertEqual((order.state, order.redo_count), ("dispatched", 1))
        self.assertFalse(order.done_at)
        order.action_accept()
        order.action_arrive()
        order.action_done()
        self.assertEqual(order.state, "done")
        self.assertIn("Still drips", order.step_ids.mapped("note"))

    def test_refuse_comes_back_to_the_dispatcher(self):
        order = self.given_to(self.technician)
        with self.assertRefused(UserError, "why you cannot"):
            order.action_refuse(" ")
        order.action_refuse("No ladder")
        self.assertEqual(order.state, "reported")
        self.assertFalse(order.user_id)
        activity = order.sudo().activity_ids.filtered(
            lambda activity: activity.user_id == self.dispatcher
        )
        self.assertIn("No ladder", activity.summary)

    def test_transfer(self):
        order = self.given_to(self.technician)
        with self.assertRefused(UserError, "no technician"):
            order.action_transfer(self.service.id, "Sick")
        order.action_transfer(self.colleague.id, "Sick")
        self.assertEqual(order.sudo().user_id, self.colleague)

    def test_cancel_needs_reason(self):
        order = self.make_order()
        with self.assertRefused(UserError, "why it is cancelled"):
            order.with_user(self.service).action_cancel()
        order.with_user(self.service).action_cancel("Wrong house")
        self.assertEqual((order.state, order.archive), ("cancelled", True))

    def test_urge_tells_once(self):
        order = self.make_order()
        before = len(order.activity_ids)
        order.with_user(self.service).action_urge()
        order.with_user(self.service).action_urge()
        self.assertEqual(order.urge_count, 2)
        self.assertEqual(len(order.activity_ids) - before, 1)

    def test_silence_accepts(self):
        order = self.done_by(self.technician)
        self.category.silent_days = 3
        orders = self.env["maintenance.request"]
        orders._cron_accept_in_silence()
        self.assertEqual(order.state, "done")
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            orders._cron_accept_in_silence()
        self.assertEqual((order.state, order.acceptance), ("closed", "silent"))

    def test_silence_accepts_what_has_no_category(self):
        nothing_said = self.done_by(
            self.technician, self.make_order(fault_category_id=False)
        )
        archived = self.done_by(self.technician)
        self.category.active = False
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.env["maintenance.request"]._cron_accept_in_silence()
        for order in (nothing_said, archived):
            self.assertEqual((order.state, order.acceptance), ("closed", "silent"))

    def test_calls_with_what_is_none(self):
        order = self.given_to(self.technician)
        order.action_accept()
        for place in (("31,2", "121,5"), ("999", "1"), ("nan", "1"), ([], 1)):
            with self.subTest(place=place), self.assertRefused(UserError, "position"):
                order.action_arrive(*place)
        for name in ("x", [1], 10**9, 0.5):
            with self.subTest(name=name), self.assertRefused(UserError, "pause"):
                order.action_pause(name)
            with self.subTest(name=name), self.assertRefused(UserError, "technician"):
                order.action_transfer(name, "Ill")
        other = self.make_order().with_user(self.dispatcher)
        for name in ("x", [1], 10**9):
            with self.subTest(name=name), self.assertRefused(UserError, "open order"):
                other.action_merge(name)
        order.action_arrive("31.2", "121.5")
        arrived = order.sudo().step_ids[-1]
        self.assertEqual((arrived.latitude, arrived.longitude), (31.2, 121.5))

    def test_it_waits_for_the_order_that_comes_first(self):
        first = self.make_order(property_id=self.other_unit.id)
        order = self.given_to(self.technician)
        order.sudo().blocked_by_id = first
        order.action_accept()
        order.action_arrive()
        self.assertTrue(order.is_blocked)
        with self.assertRefused(UserError, "comes first"):
            order.action_done()
        self.done_by(self.colleague, first)
        with self.assertRefused(UserError, "comes first"):
            order.action_done()
        first.with_user(self.dispatcher).action_verify()
        self.assertFalse(order.is_blocked)
        told = order.sudo().activity_ids.filtered(
            lambda one: first.number in (one.summary or "")
        )
        self.assertEqual(told.user_id, self.technician)
        order.action_done()
        self.assertEqual(order.state, "done")

    def test_it_waits_no_more_for_what_is_not_done(self):
        first = self.make_order(property_id=self.other_unit.id)
        order = self.make_order()
        order.blocked_by_id = first
        first.with_user(self.dispatcher).action_cancel("Not needed")
        self.assertFalse(order.is_blocked)
        told = order.activity_ids.filtered(
            lambda one: first.number in (one.summary or "")
        )
        self.assertIn(self.dispatcher, told.user_id, "nobody does it yet")

    def test_no_orders_wait_for_each_other(self):
        first, second, third = (self.make_order() for _number in range(3))
        for name in ("blocked_by_id", "caused_by_id"):
            second[name] = first
            third[name] = second
            with self.assertRefused(ValidationError, "lead back"):
                first[name] = third

    def test_the_position_comes_after_the_arrival(self):
        """The phone finds out where it is while work has begun; it says so once."""
        order = self.given_to(self.technician, self.make_order())
        asked = order.action_arrive()
        self.assertEqual(asked["params"], {"order_ids": order.ids})
        arrived = order.sudo().step_ids.filtered(lambda step: step.step == "arrive")
        with self.assertRefused(AccessError, "Ask the dispatcher"):
            order.with_user(self.colleague).action_tell_position(31.2, 121.5)
        with self.assertRefused(UserError, "no position"):
            order.action_tell_position(131.2, 121.5)
        self.assertFalse(order.with_user(self.dispatcher).action_tell_position(1, 1))
        self.assertTrue(order.action_tell_position(31.2, 121.5))
        self.assertFalse(order.action_tell_position(31.3, 121.6))
        self.assertAlmostEqual(arrived.latitude, 31.2)
        other = self.given_to(self.technician, self.make_order())
        other.action_arrive()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.assertFalse(other.action_tell_position(31.2, 121.5))

    def test_the_customer_signs_on_the_phone(self):
        self.category.needs_signature = True
        order = self.given_to(self.technician)
        price = self.env["pm.order.price"].create({"name": "Tap", "price": 88.5})
        order.quote_line_ids = [Command.create({"price_id": price.id})]
        order.action_accept()
        with self.assertRefused(UserError, "no signature"):
            self.sign(order)
        order.action_quote_ask()
        with self.assertRefused(UserError, "sign in the field"):
            self.sign(order, signature=base64.b64encode(b"scribble"))
        with self.assertRefused(UserError, "has changed"):
            self.sign(order, amount=10.0)
        with self.assertRefused(AccessError, "Ask the dispatcher"):
            self.sign(order.with_user(self.colleague))
        self.sign(order)
        self.assertEqual(order.quote_state, "agreed")
        self.assertTrue(order.sudo().quote_signature)
        order.action_done()
        # consent to the cost is no acceptance of the work
        with self.assertRefused(UserError, "signature"):
            order.with_user(self.dispatcher).action_verify()
        self.sign(order.with_user(self.service))
        self.assertEqual((order.state, order.acceptance), ("verified", "customer"))
        self.assertEqual(order.signed_by, "王小明")

    def sign(self, order, **vals):
        page = order.action_ask_signature()
        page = self.env[page["res_model"]].with_context(**page["context"])
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8)).save(drawn, "PNG")
        page = page.with_user(order.env.user).create(
            {
                "name": "王小明",
                "signature": base64.b64encode(drawn.getvalue()),
                **vals,
            }
        )
        page.action_apply()

    def test_no_silence_where_signature_is_needed(self):
        self.category.needs_signature = True
        order = self.done_by(self.technician)
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            self.env["maintenance.request"]._cron_accept_in_silence()
        self.assertEqual(order.state, "done")
        with self.assertRefused(UserError, "signature"):
            order.with_user(self.dispatcher).action_verify()

    def test_repeat_fault(self):
        self.assertFalse(self.make_order().is_repeat)
        self.done_by(self.technician)
        self.assertTrue(self.make_order().is_repeat)
        self.assertFalse(self.make_order(property_id=self.other_unit.id).is_repeat)

    def test_cost(self):
        job = self.env["hr.job"].create({"name": "Plumber", "pm_hourly_rate": 60})
        employee = self.technician.employee_id
        employee.job_id = job
        order = self.make_order()
        start = fields.Datetime.now()
        self.env["pm.order.work"].create(
            {
                "request_id": order.id,
                "employee_id": employee.id,
                "start": start,
                "stop": start + timedelta(hours=1, minutes=30),
            }
        )
        order.contractor_cost = 10
        self.assertEqual((order.hours, order.labour_cost, order.cost), (1.5, 90, 100))

    def test_not_deleted(self):
        with self.assertRefused(UserError, "stays on file"):
            self.make_order().unlink()

    def test_clocks(self):
        order = self.make_order(urgency="urgent")
        codes = order.sla_clock_ids.target_id.mapped("code")
        self.assertEqual(sorted(codes), ["arrival", "finish", "response"])
        self.assertTrue(order.promise)
        order = self.given_to(self.technician, order)
        order.action_accept()
        clock = order.sudo().sla_clock_ids.filtered(
            lambda clock: clock.target_id.code == "response"
        )
        self.assertEqual(clock.state, "met")
        order.action_pause(self.reason.id)
        clocks = order.sudo().sla_clock_ids
        self.assertEqual(set(clocks._open().mapped("state")), {"paused"})
        order.action_resume()
        self.reason.stops_clock = False
        order.action_pause(self.reason.id)
        self.assertEqual(set(clocks._open().mapped("state")), {"running"})


class TestOdooRequests(OrderCase):
    """Traps of ``maintenance.request``: orders avoid them, Odoo's own stay."""

    def test_machine_named_on_site_moves_nobody(self):
        other_team = self.env["maintenance.team"].create({"name": "Lifts"})
        machine = self.env["maintenance.equipment"].create(
            {
                "name": "Pump",
                "maintenance_team_id": other_team.id,
                "technician_user_id": self.colleague.id,
            }
        )
        order = self.given_to(self.technician)
        team = order.maintenance_team_id
        order.sudo().equipment_id = machine
        self.assertEqual(order.sudo().user_id, self.technician)
        self.assertEqual(order.maintenance_team_id, team)
        own = self.env["maintenance.request"].create(
            {"name": "Odoo's", "equipment_id": machine.id}
        )
        self.assertEqual(own.user_id, self.colleague)

    def test_done_stage_copies_no_order(self):
        order = self.done_by(self.technician)
        count = self.env["maintenance.request"].search_count([])
        order.with_user(self.dispatcher).action_verify()
        self.assertEqual(self.env["maintenance.request"].search_count([]), count)
        self.assertTrue(order.sudo().stage_id.done)

    def test_own_requests_stay_as_they_are(self):
        request = self.env["maintenance.request"].create({"name": "Printer"})
        self.assertFalse(request.state)
        self.assertFalse(request.number)
        done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        request.stage_id = done
        self.assertTrue(request.close_date)
        request.archive_equipment_request()
        self.assertTrue(request.archive)
        request.unlink()

    def test_stage_is_not_set_by_hand(self):
        order = self.make_order()
        done = self.env["maintenance.stage"].search([("done", "=", True)], limit=1)
        with self.assertRefused(UserError, "steps"):
            order.with_user(self.dispatcher).write({"stage_id": done.id})
