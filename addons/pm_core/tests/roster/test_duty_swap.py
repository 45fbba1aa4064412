"""Swaps of duties: asked, agreed, approved; what is refused and to whom."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .roster_common import RosterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-10-20 02:00:00")
class TestDutySwap(RosterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asker, cls.colleague, cls.third = (
            cls.give_login(guard) for guard in cls.guards
        )
        cls.duty = cls.make_duty(cls.guards[0], "2026-11-05")
        cls.back = cls.make_duty(cls.guards[1], "2026-11-06")

    def ask(self, user=None, **vals):
        return (
            self.env["pm.duty.swap"]
            .with_user(user or self.asker)
            .create(
                {
                    "duty_id": self.duty.id,
                    "colleague_id": self.guards[1].id,
                    **vals,
                }
            )
        )

    def test_traded(self):
        swap = self.ask(return_duty_id=self.back.id, reason="Wedding")
        self.assertEqual(swap.requester_id.id, self.guards[0].id)
        self.assertEqual(self.duty.employee_id, self.guards[0])
        swap.with_user(self.colleague).action_agree()
        self.assertEqual(self.duty.employee_id, self.guards[0])
        swap.with_user(self.manager).action_approve()
        self.assertEqual(self.duty.employee_id, self.guards[1])
        self.assertEqual(self.back.employee_id, self.guards[0])
        self.assertEqual((self.duty | self.back).mapped("is_changed"), [True, True])
        self.assertEqual(swap.sudo().approver_id, self.manager)

    def test_taken_over(self):
        swap = self.ask()
        swap.with_user(self.colleague).action_agree()
        swap.with_user(self.manager).action_approve()
        self.assertEqual(self.duty.employee_id, self.guards[1])
        self.assertEqual(self.back.employee_id, self.guards[1])

    def test_what_was_agreed_to_is_what_is_decided_on(self):
        swap = self.ask(return_duty_id=self.back.id)
        swap.with_user(self.colleague).action_agree()
        swap = swap.with_user(self.manager)
        for name, value in (
            ("colleague_id", self.guards[2].id),
            ("duty_id", self.back.id),
            ("return_duty_id", False),
            ("reason", "Other"),
        ):
            with self.subTest(name=name), self.assertRefused(AccessError, "by hand"):
                swap.write({name: value})
        swap.action_approve()
        self.assertEqual(self.duty.employee_id, self.guards[1])

    def test_posts_of_one_shift_are_traded(self):
        """Both work at the same time: they change places, nobody works twice."""
        patrol = self.make_post("Patrol", [(self.day, 1)])
        other = self.make_duty(self.guards[1], "2026-11-05", post=patrol)
        swap = self.ask(return_duty_id=other.id)
        swap.with_user(self.colleague).action_agree()
        swap.with_user(self.manager).action_approve()
        self.assertEqual(self.duty.employee_id, self.guards[1])
        self.assertEqual(other.employee_id, self.guards[0])

    def test_kept_when_the_roster_is_made_again(self):
        roster = self.make_crew("2026-12-01")
        roster.action_generate()
        roster.action_publish()
        mine = roster.duty_ids.filtered(lambda d: d.employee_id == self.guards[0])
        busy = roster.duty_ids.filtered(
            lambda d: d.employee_id == self.guards[1]
        ).mapped("date")
        duty = mine.filtered(lambda d: d.date not in busy)[0]
        swap = self.ask(duty_id=duty.id)
        swap.with_user(self.colleague).action_agree()
        swap.with_user(self.manager).action_approve()
        roster.action_generate()
        self.assertEqual(duty.employee_id, self.guards[1])
        self.assertEqual(len(roster.duty_ids), len(roster.duty_ids.exists()))

    def test_applied_once(self):
        swap = self.ask()
        swap.with_user(self.colleague).action_agree()
        swap.with_user(self.manager).action_approve()
        with self.assertRefused(UserError, "in state Approved"):
            swap.with_user(self.manager).action_approve()

    def test_who_may_what(self):
        swap = self.ask()
        for user in (self.asker, self.third):
            with self.assertRefused(AccessError, "."):
                swap.with_user(user).action_agree()
        with self.assertRefused(UserError, "in state Requested"):
            swap.with_user(self.manager).action_approve()
        swap.with_user(self.colleague).action_agree()
        for user in (self.asker, self.colleague):
            with self.assertRefused(AccessError, "approved by the responsible"):
                swap.with_user(user).action_approve()

    def test_the_captain_of_the_roster_approves(self):
        roster = self.make_crew("2026-12-01", user_id=self.third.id)
        roster.action_generate()
        roster.action_publish()
        mine = roster.duty_ids.filtered(lambda d: d.employee_id == self.guards[0])
        stand_in = self.make_employees("Stand-in")
        swap = self.ask(duty_id=mine[0].id, colleague_id=stand_in.id)
        # who has no login agrees on paper; the captain records it
        swap.with_user(self.third).action_agree()
        swap.with_user(self.third).action_approve()
        self.assertEqual(mine[0].employee_id, stand_in)

    def test_a_captain_does_not_decide_on_the_own_swap(self):
        """Nor agrees for the colleague who would have the duty."""
        roster = self.make_crew("2026-12-01", user_id=self.asker.id)
        roster.action_generate()
        roster.action_publish()
        mine = roster.duty_ids.filtered(lambda d: d.employee_id == self.guards[0])
        stand_in = self.give_login(self.make_employees("Stand-in"))
        swap = self.ask(duty_id=mine[0].id, colleague_id=stand_in.employee_id.id)
        with self.assertRefused(AccessError, "can agree"):
            swap.action_agree()
        swap.with_user(stand_in).action_agree()
        with self.assertRefused(AccessError, "by nobody who asks"):
            swap.action_approve()
        swap.with_user(self.manager).action_approve()
        self.assertEqual(mine[0].employee_id, stand_in.employee_id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_gives_away_what_is_not_theirs(self):
        with self.assertRefused(AccessError, "."):
            self.ask(self.third)
        swap = self.ask()
        self.assertFalse(swap.with_user(self.third).has_access("read"))
        self.assertTrue(swap.with_user(self.colleague).has_access("read"))
        with self.assertRefused(AccessError, "."):
            swap.with_user(self.asker).state = "approved"
        with self.assertRefused(AccessError, "."):
            self.duty.with_user(self.asker).employee_id = self.guards[2]

    def test_a_request_is_no_approval(self):
        with self.assertRefused(AccessError, "by hand"):
            self.ask(state="approved")
        self.assertEqual(self.ask().state, "requested")

    def test_no_double_duty(self):
        taken = self.make_duty(self.guards[1], "2026-11-05")
        swap = self.ask()
        swap.with_user(self.colleague).action_agree()
        with self.assertRefused(ValidationError, "Guard B has two duties"):
            swap.with_user(self.manager).action_approve()
        self.assertEqual(swap.state, "agreed")
        self.assertEqual(self.duty.employee_id, self.guards[0])
        taken.action_cancel()
        swap.with_user(self.manager).action_approve()
        self.assertEqual(self.duty.employee_id, self.guards[1])

    def test_the_post_s_certificate_is_needed(self):
        self.gate.certificate_ids = self.guard_card
        with self.assertRefused(UserError, "Guard B cannot stand at Gate"):
            self.ask()
        self.certify(self.guards[1], self.guard_card, "2026-11-05")
        swap = self.ask()
        swap.with_user(self.colleague).action_agree()
        self.gate.certificate_ids |= self.env.ref("pm_core.hr_skill_fire_control_room")
        with self.assertRefused(UserError, "no valid Fire-Control Room Operator"):
            swap.with_user(self.manager).action_approve()

    def test_too_late(self):
        swap = self.ask()
        with freeze_time("2026-11-05 00:00:00"):
            with self.assertRefused(UserError, "only duties to come"):
                swap.with_user(self.colleague).action_agree()
            self.duty.invalidate_recordset()
            self.assertFalse(self.duty.with_user(self.asker).can_swap)
        self.duty.invalidate_recordset()
        self.assertTrue(self.duty.with_user(self.asker).can_swap)

    def test_the_duty_was_given_to_somebody_else(self):
        swap = self.ask()
        swap.with_user(self.colleague).action_agree()
        self.duty.employee_id = self.guards[2]
        with self.assertRefused(UserError, "no duty of Guard A any more"):
            swap.with_user(self.manager).action_approve()

    def test_refused_and_withdrawn(self):
        swap = self.ask()
        with self.assertRefused(AccessError, "."):
            swap.with_user(self.third).action_refuse()
        swap.with_user(self.colleague).action_refuse()
        self.assertEqual(swap.state, "refused")
        again = self.ask()
        with self.assertRefused(AccessError, "Only Guard A"):
            again.with_user(self.colleague).action_cancel()
        again.with_user(self.asker).action_cancel()
        self.assertEqual(again.state, "cancelled")

    def test_nonsense(self):
        with self.assertRefused(ValidationError, "oneself"):
            self.ask(colleague_id=self.guards[0].id)
        with self.assertRefused(ValidationError, "no duty of Guard C"):
            self.ask(colleague_id=self.guards[2].id, return_duty_id=self.back.id)

    @mute_logger("odoo.sql_db")
    def test_one_request_at_a_time(self):
        self.ask()
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.ask(colleague_id=self.guards[2].id)
        self.assertEqual(caught.exception.pgcode, "23505")

    def test_both_are_told(self):
        swap = self.ask()
        Message = self.env["mail.message"]
        told = [("model", "=", swap._name), ("res_id", "=", swap.id)]
        self.assertEqual(Message.search(told).partner_ids, self.colleague.partner_id)
        swap.with_user(self.colleague).action_agree()
        swap.with_user(self.manager).action_approve()
        self.assertIn(self.asker.partner_id, Message.search(told).partner_ids)
