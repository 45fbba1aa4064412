"""What a phone sends: stored once, never dropped, decided by a person if need be."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .inspections_common import RoundCase


@tagged("post_install", "-at_install")
class TestAnswers(RoundCase):
    def setUp(self):
        super().setUp()
        self.round = self.make_round()

    def visits(self, round_=None, **changes):
        return [
            self.visit(round_ or self.round, point, **changes) for point in self.points
        ]

    def test_a_round_is_walked(self):
        visits = self.visits()
        self.assertEqual(self.send(visits[0]), ["stored"])
        self.assertEqual((self.round.state, self.round.point_done), ("running", 1))
        self.assertEqual(self.round.user_id, self.inspector)
        self.assertEqual(self.send(*visits[1:]), ["stored", "stored"])
        self.assertEqual((self.round.state, self.round.doubt_count), ("done", 0))
        self.assertEqual(
            self.round.line_ids.mapped("value"), ["yes", "3", "yes", "3", "yes", "3"]
        )

    def test_sent_ten_times_stored_once(self):
        visit = self.visit(self.round, self.points[0])
        statuses = [self.send(visit)[0] for _time in range(10)]
        self.assertEqual(statuses, ["stored", *["again"] * 9])
        self.assertEqual(len(self.round.answer_ids), 1)
        self.assertEqual(self.send(visit, visit), ["again", "again"])

    def test_twice_in_one_call(self):
        visit = self.visit(self.round, self.points[0])
        self.assertEqual(self.send(visit, visit), ["stored", "again"])

    def test_another_s_id_confirms_nothing(self):
        visit = self.visit(self.round, self.points[0])
        self.send(visit)
        other = self.make_inspector("pm_inspector_b")
        self.assertEqual(self.send(visit, user=other), ["refused"])

    def test_two_phones_on_one_round(self):
        """Both are kept; what the second one says is decided by a person."""
        other = self.make_inspector("pm_inspector_b")
        self.send(*self.visits())
        second = self.visits(values=("no", "1"))
        self.assertEqual(self.send(*second, user=other), ["conflict"] * 3)
        answers = self.env["pm.inspection.answer"].search(
            [("inspection_id", "=", self.round.id)]
        )
        self.assertEqual(len(answers), 6)
        self.assertEqual(
            set(
                answers.filtered(lambda one: one.state == "conflict").mapped("conflict")
            ),
            {"taken"},
        )
        self.assertEqual(set(self.round.line_ids.mapped("value")), {"yes", "3"})

    def test_a_point_visited_twice(self):
        first, second = (self.visit(self.round, self.points[0]) for _time in "12")
        self.assertEqual(self.send(first, second), ["stored", "conflict"])
        self.assertEqual(self.answer_of(second).conflict, "twice")

    def test_a_plan_deleted_meanwhile(self):
        visit = self.visit(self.round, self.points[0])
        self.plan.unlink()
        self.assertEqual(self.send(visit), ["conflict"])
        answer = self.answer_of(visit)
        self.assertEqual(
            (answer.conflict, answer.round_ref), ("gone", visit["round_id"])
        )
        self.assertEqual(answer.estate_id, self.estate)
        self.assertEqual(len(answer.entries["entries"]), 2)

    def test_a_point_left_the_route(self):
        visit = self.visit(self.round, self.points[0])
        other = self.make_round(self.make_plan(self.points[1:], name="Short"))
        self.assertEqual(self.send({**visit, "round_id": other.id}), ["conflict"])
        self.assertEqual(self.answer_of(visit).conflict, "point")

    def test_a_code_of_another_estate(self):
        far = self.env["pm.inspection.point"].create(
            {"name": "Far", "property_id": self.make_estate("Other").id}
        )
        wrong = self.visit(self.round, self.points[0], scanned=far.token)
        there = self.visit(self.round, self.points[1], point_id=far.id)
        self.assertEqual(self.send(wrong, there), ["conflict", "conflict"])
        self.assertEqual(self.answer_of(wrong).conflict, "code")
        self.assertEqual(self.answer_of(there).conflict, "point")
        self.assertFalse(self.answer_of(there).point_id, "not one's own estate")
        self.assertEqual(self.answer_of(there).estate_id, self.estate)

    def test_a_round_of_another_estate_is_not_told_of(self):
        estate = self.make_estate("Other")
        point = self.env["pm.inspection.point"].create(
            {"name": "Far", "property_id": estate.id}
        )
        round_ = self.make_round(self.make_plan(point, property_id=estate.id))
        visit = self.visit(round_, point)
        self.assertEqual(self.send(visit), ["conflict"])
        answer = self.answer_of(visit)
        self.assertEqual((answer.conflict, len(answer.inspection_id)), ("gone", 0))
        self.assertEqual(round_.state, "planned")

    def test_a_decimal_comma_is_kept_for_a_person(self):
        visit = self.visit(self.round, self.points[0], values=("yes", "2,8"))
        self.assertEqual(self.send(visit), ["conflict"])
        answer = self.answer_of(visit)
        self.assertEqual(answer.conflict, "value")
        self.assertIn("2,8", answer.conflict_note)
        self.assertIn("2,8", answer.entries_text)
        self.assertFalse(self.round.line_ids[:2].filtered("value"))

    def test_out_of_limits_is_a_fault(self):
        self.assertEqual(
            self.send(self.visit(self.round, self.points[0], values=("yes", "9"))),
            ["stored"],
        )
        self.assertEqual(self.round.fault_count, 1)
        self.assertTrue(self.round.line_ids[1].is_fault)

    def test_a_bad_one_takes_no_other_with_it(self):
        good, later = self.visits()[:2]
        bad = [
            None,
            "x",
            {},
            {"uuid": "no"},
            {"uuid": 7},
            {**self.visit(self.round, self.points[2]), "entries": "x"},
            {**self.visit(self.round, self.points[2]), "entries": [3]},
            {**self.visit(self.round, self.points[2]), "round_id": "1; drop"},
            {**self.visit(self.round, self.points[2]), "point_id": 10**12},
            {
                **self.visit(self.round, self.points[2]),
                "entries": [{"line_id": 1, "item_id": 1, "value": "a\x00\ud800b"}],
                "latitude": float("nan"),
                "at": "yesterday",
            },
        ]
        statuses = self.send(good, *bad, later)
        self.assertEqual((statuses[0], statuses[-1]), ("stored", "stored"))
        self.assertEqual(statuses[1:-1], [*["refused"] * 5, *["conflict"] * 5])

    def test_what_fails_alone_is_not_confirmed(self):
        """The phone keeps it; the others of the same call are stored."""
        first, second, third = self.visits()
        receive = type(self.env["pm.inspection.answer"])
        judge = receive._judge

        def fail(records, batch, told):
            if told["uuid"] == second["uuid"]:
                raise ZeroDivisionError("nobody foresaw it")
            return judge(records, batch, told)

        self.patch(receive, "_judge", fail)
        with self.assertLogs("odoo.addons.pm_maintenance", "WARNING"):
            statuses = self.send(first, second, third)
        self.assertEqual(statuses, ["stored", "refused", "stored"])
        self.assertEqual(self.round.point_done, 2)

    def test_only_those_who_walk_send(self):
        for user in (self.service, self.owner.user_ids):
            if user:
                with self.assertRefused(AccessError, "inspectors"):
                    self.send(self.visit(self.round, self.points[0]), user=user)

    def test_a_list_that_is_none(self):
        Answer = self.env["pm.inspection.answer"].with_user(self.inspector)
        for wrong in (None, "x", {}, [{}] * 5001):
            with self.assertRefused(UserError, "list"):
                Answer._receive(self.told(), wrong)

    def test_walked_in_time_and_sent_days_later(self):
        """The phone was without signal; the round had been noted as missed."""
        now = fields.Datetime.now()
        round_ = self.make_round(start=-30, stop=-28)
        round_._miss()
        self.assertEqual(round_.state, "missed")
        visits = self.visits(round_, at=self.told(now - timedelta(hours=29)))
        self.assertEqual(self.send(*visits), ["stored"] * 3)
        self.assertEqual(round_.state, "done")

    def test_a_clock_that_is_wrong_is_put_right(self):
        """Five hours ahead: put right by what it was off when it sent this, marked."""
        now = fields.Datetime.now()
        ahead = now + timedelta(hours=5)
        visit = self.visit(self.round, self.points[0], at=self.told(ahead))
        self.send(visit, sent_at=self.told(ahead + timedelta(minutes=10)))
        answer = self.answer_of(visit)
        self.assertEqual(answer.doubt, "clock")
        self.assertEqual(answer.clock_off, 310)
        self.assertAlmostEqual(
            answer.at, now - timedelta(minutes=10), delta=timedelta(minutes=1)
        )
        self.assertEqual(answer.told_at, ahead.replace(microsecond=0))

    def test_the_day_s_duties_and_rounds_are_read_once(self):
        rounds = [self.make_round() for _number in range(4)]
        batches = [self.visits(round_) for round_ in rounds]
        counts = []
        for visits in ([*batches[0]], [*batches[1]], [*batches[2], *batches[3]]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.send(*visits)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 4)

    # what a phone is told before

    def fetch(self, user=None):
        return self.env["pm.inspection"].with_user(user or self.inspector)._fetch()

    def test_all_that_a_phone_needs(self):
        self.send(self.visit(self.round, self.points[0], values=("no", "3")))
        told = self.fetch()
        self.assertEqual(told["user"]["id"], self.inspector.id)
        (round_,) = [one for one in told["rounds"] if one["id"] == self.round.id]
        first, second = round_["points"][:2]
        self.assertEqual([first["done"], second["done"]], [True, False])
        self.assertEqual(second["code"], self.points[1].token)
        number = second["items"][1]
        self.assertEqual(
            (number["kind"], number["min"], number["max"], number["unit"]),
            ("number", 2, 4, "bar"),
        )
        other = self.make_round()
        (again,) = [one for one in self.fetch()["rounds"] if one["id"] == other.id]
        before = again["points"][0]["items"][0]["previous"]
        self.assertTrue(before["fault"])
        order = self.round.line_ids[0].request_id
        self.assertIn(order.number, before["order"])

    def test_of_other_estates_nothing_is_told(self):
        away = self.make_inspector("pm_inspector_c", self.make_estate("Other"))
        self.assertEqual(self.fetch(away)["rounds"], [])

    def test_random_order_is_another_each_round_and_stays(self):
        points = self.env["pm.inspection.point"].create(
            [{"name": str(n), "property_id": self.estate.id} for n in range(8)]
        )
        plan = self.make_plan(points, order="random")
        rounds = self.make_round(plan) | self.make_round(plan)
        orders = {}
        for _time in "12":
            for one in self.fetch()["rounds"]:
                if one["id"] in rounds.ids:
                    ids = tuple(point["id"] for point in one["points"])
                    orders.setdefault(one["id"], set()).add(ids)
        self.assertEqual([len(found) for found in orders.values()], [1, 1])
        self.assertEqual(len(set.union(*orders.values())), 2)

    # a person decides

    def conflict(self, **changes):
        visit = self.visit(
            self.round, self.points[0], **{"values": ("yes", "2,8"), **changes}
        )
        self.send(visit)
        return self.answer_of(visit).with_user(self.dispatcher)

    def test_applied_with_the_right_value(self):
        answer = self.conflict()
        with self.assertRefused(UserError, "reason"):
            answer.action_apply()
        item = self.plan.item_ids[1]
        with self.assertRefused(UserError, "two ways"):
            answer.action_apply("As read on site")
        answer.action_apply("As read on site", {str(item.id): "2.8"})
        self.assertEqual(
            (answer.state, answer.decided_by_id), ("applied", self.dispatcher)
        )
        self.assertEqual(self.round.line_ids[1].value, "2.8")
        self.assertEqual(self.round.point_done, 1)
        with self.assertRefused(UserError, "decided already"):
            answer.action_set_aside("Once more")

    def test_set_aside_with_a_reason(self):
        answer = self.conflict()
        with self.assertRefused(UserError, "reason"):
            answer.action_set_aside("  ")
        answer.action_set_aside("Entered twice")
        self.assertEqual((answer.state, answer.decision), ("aside", "Entered twice"))
        self.assertFalse(self.round.point_done)

    def test_a_visit_whose_round_is_gone(self):
        visit = self.visit(self.round, self.points[0])
        self.round.unlink()
        self.send(visit)
        answer = self.answer_of(visit).with_user(self.dispatcher)
        answer.action_apply("Walked before the plan was changed")
        beside = answer.inspection_id
        self.assertFalse(beside.plan_id)
        self.assertEqual(beside.state, "done")
        self.assertEqual(beside.line_ids.mapped("value"), ["yes", "3"])

    def test_a_visit_whose_plan_is_gone_goes_to_a_round_that_is_named(self):
        visit = self.visit(self.round, self.points[0], values=("yes", "3"))
        self.plan.unlink()
        self.send(visit)
        answer = self.answer_of(visit).with_user(self.dispatcher)
        with self.assertRefused(UserError, "does not exist any more"):
            answer.action_apply("Walked before")
        plan = self.make_plan(item_ids=[Command.create({"name": "In order"})])
        answer.inspection_id = self.make_round(plan)
        answer.action_apply("Walked before", {plan.item_ids.id: "yes"})
        self.assertEqual(answer.inspection_id.line_ids[0].value, "yes")

    def test_the_dialog(self):
        answer = self.conflict()
        wizard = (
            self.env["pm.inspection.decision"]
            .with_user(self.dispatcher)
            .create({"answer_id": answer.id, "reason": "As read on site"})
        )
        self.assertEqual(wizard.line_ids.mapped("value"), ["yes", "2,8"])
        wizard.line_ids[1].value = "2.8"
        wizard.action_apply()
        self.assertEqual(answer.state, "applied")

    def test_inspectors_do_not_decide(self):
        answer = self.conflict()
        for step in ("action_apply", "action_set_aside"):
            with self.assertRefused(AccessError, "."):
                getattr(answer.with_user(self.inspector), step)("Because")
