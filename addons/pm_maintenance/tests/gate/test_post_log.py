from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestPostLog(GateCase):
    """The log of a post goes from shift to shift."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate.item_ids = [
            Command.create({"name": "Radio", "quantity": 2}),
            Command.create({"name": "Torch"}),
        ]

    def open(self, user=None):
        Log = self.env["pm.post.log"].with_user(user or self.guard)
        return Log.browse(Log.action_open_mine()["res_id"])

    def running(self, user=None):
        log = self.open(user)
        log.action_take_over()
        return log

    def write_in(self, log, text="A car alarm", **vals):
        Entry = self.env["pm.post.log.entry"].with_user(log.env.user)
        return Entry.create({"log_id": log.id, "text": text, **vals})

    def next_shift(self):
        """The shift of the guard ends; the colleague is on duty now."""
        self.env["pm.duty"].search(
            [("employee_id", "=", self.guard.employee_id.id)]
        ).write(
            {
                "start": fields.Datetime.now() - timedelta(hours=12),
                "stop": fields.Datetime.now() - timedelta(minutes=1),
            }
        )
        self.make_duty(
            self.colleague.employee_id, self.gate, start=0, stop=8, shift="night"
        )

    def test_one_log_a_shift(self):
        log = self.open()
        self.assertEqual(log, self.open())
        self.assertEqual((log.post_id, log.state), (self.gate, "waiting"))
        self.assertEqual(log.item_ids.mapped("name"), ["Radio", "Torch"])
        with self.assertRefused(UserError, "not on duty"):
            self.open(self.colleague)

    def test_two_of_one_shift_share_it(self):
        self.make_duty(self.colleague.employee_id, self.gate)
        log = self.open()
        self.assertEqual(self.open(self.colleague), log)
        log.action_take_over()
        self.write_in(log.with_user(self.colleague))

    def test_taken_over_before_it_is_used(self):
        log = self.open()
        with self.assertRefused(UserError, "first"):
            self.write_in(log)
        log.action_take_over()
        self.assertEqual(log.taken_by_id, self.guard)
        entry = self.write_in(log)
        self.assertEqual((entry.user_id, entry.state), (self.guard, "written"))

    def test_only_who_is_on_duty_writes(self):
        log = self.running()
        for user in (self.colleague, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.write_in(log.with_user(user))
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                log.with_user(user).action_hand_over()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                log.with_user(user).summary = "x"

    def test_what_was_written_stays(self):
        entry = self.write_in(self.running())
        for vals in ({"text": "Nothing"}, {"is_matter": True}, {"kind": "fault"}):
            with self.assertRaises(AccessError):
                entry.write(vals)
        for user in (self.guard, self.manager):
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
        with self.assertRefused(UserError, "stays there"):
            entry.sudo().unlink()

    def test_entries_are_the_writers_own(self):
        log = self.running()
        for vals in ({"user_id": self.colleague.id}, {"at": "2020-01-01 00:00:00"}):
            with self.assertRaises(AccessError):
                self.write_in(log, **vals)

    def test_open_matters_go_on(self):
        log = self.running()
        matter = self.write_in(log, "Barrier sticks", is_matter=True)
        self.write_in(log, "Quiet")
        log.action_hand_over()
        self.next_shift()
        after = self.open(self.colleague)
        self.assertEqual(after.previous_id, log)
        self.assertEqual(after.open_matter_ids, matter)
        after.action_take_over()
        self.assertEqual(after.taken_matter_ids, matter)
        self.assertEqual(after.taken_by_id, self.colleague)
        mine = matter.with_user(self.colleague)
        with self.assertRefused(UserError, "how it was settled"):
            mine.action_settle()
        mine.settled_how = "Mended by the maker"
        mine.action_settle()
        self.assertFalse(matter.is_open)
        after.invalidate_recordset()
        self.assertFalse(after.open_matter_ids)
        # what was taken over stays on record
        self.assertEqual(after.taken_matter_ids, matter)

    def test_closed_after_it_was_handed_over(self):
        log = self.running()
        log.action_hand_over()
        with self.assertRefused(UserError, "closed"):
            self.write_in(log)
        with self.assertRefused(UserError, "closed"):
            log.summary = "x"

    def test_a_shift_that_is_over_is_nobodys_to_write(self):
        log = self.running()
        self.next_shift()
        # a moment later it can still be handed over
        log.action_hand_over()
        duty = self.env["pm.duty"].search(
            [("employee_id", "=", self.guard.employee_id.id)]
        )
        duty.stop = fields.Datetime.now() - timedelta(hours=5)
        with self.assertRaises(AccessError):
            log.action_hand_over()

    def test_equipment_is_counted(self):
        log = self.open()
        radio = log.item_ids[0]
        radio.taken = 1
        with self.assertRefused(UserError, "1 of 2 Radio"):
            log.action_take_over()
        radio.remark = "One is being repaired"
        log.action_take_over()
        self.assertTrue(log.has_missing)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            radio.taken = 2
        radio.handed = 1
        log.action_hand_over()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            radio.handed = 2

    def gaps(self):
        self.env.flush_all()
        found = (
            self.env["pm.post.gap"]
            .with_user(self.manager)
            .search([("post_id", "=", self.gate.id)])
        )
        return dict(zip(found.mapped("date"), found.mapped("kind"), strict=True))

    def test_gaps(self):
        days = {}
        log_of = {}
        for back in (2, 3, 4, 5, 6):
            duty = self.make_duty(
                self.colleague.employee_id,
                self.gate,
                start=-24 * back - 8,
                stop=-24 * back,
            )
            days[back] = duty.date
            if back != 2:
                log_of[back] = self.env["pm.post.log"].sudo()._of_duty(duty)
        log_of[4]._as_step().state = "running"
        log_of[5]._as_step().state = "handed"
        log_of[6]._as_step().state = "handed"
        self.env["pm.post.log.entry"]._as_step().create(
            {"log_id": log_of[6].id, "text": "Quiet"}
        )
        gaps = self.gaps()
        self.assertEqual(
            {back: gaps.get(day) for back, day in days.items()},
            {2: "none", 3: "untaken", 4: "unhanded", 5: "empty", 6: None},
        )
