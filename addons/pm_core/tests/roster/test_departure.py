from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .roster_common import RosterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 04:00:00")
class TestDeparture(RosterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roster = cls.make_crew(user_id=cls.manager.id)
        cls.roster.action_generate()
        cls.leaver = cls.guards[0]

    def leave(self, day="2026-11-15"):
        self.leaver.write({"departure_date": day})

    def ahead(self, employee=None):
        return self.env["pm.duty"].search(
            [
                ("employee_id", "=", (employee or self.leaver).id),
                ("state", "in", ("planned", "confirmed")),
            ]
        )

    def test_duties_after_the_last_day_are_freed(self):
        before = self.ahead()
        late = before.filtered(lambda duty: str(duty.date) > "2026-11-15")
        self.assertTrue(late)
        late[0].state = "confirmed"
        self.leave()
        self.assertEqual(set(late.mapped("state")), {"cancelled"})
        self.assertEqual(self.ahead(), before - late)
        # of the others nothing changes
        self.assertTrue(self.ahead(self.guards[1]))

    def test_the_responsible_is_told(self):
        self.leave()
        activity = self.roster.activity_ids.filtered(
            lambda one: one.user_id == self.manager
        )
        self.assertEqual(len(activity), 1)
        self.assertIn("Guard A", activity.note)
        self.assertIn("2026-11-15", activity.note)

    def test_archived_without_a_date(self):
        self.leaver.action_archive()
        self.assertFalse(
            self.ahead().filtered(lambda duty: str(duty.date) > "2026-11-10")
        )

    def test_departure_wizard(self):
        wizard = (
            self.env["hr.departure.wizard"]
            .with_context(active_ids=self.leaver.ids, employee_termination=True)
            .create({"departure_date": "2026-11-20"})
        )
        wizard.action_register_departure()
        self.assertEqual(
            max(self.ahead().mapped("date"), default=None).isoformat() <= "2026-11-20",
            True,
        )

    def test_not_generated_again(self):
        self.leave()
        self.roster.action_generate()
        self.assertLessEqual(max(map(str, self.ahead().mapped("date"))), "2026-11-15")

    def test_not_copied_into_the_next_month(self):
        self.leave()
        following = self.roster.copy()
        self.assertEqual(following.member_ids.employee_id, self.guards[1:])
        following.action_generate()
        self.assertNotIn(self.leaver, following.duty_ids.employee_id)

    def test_copied_when_leaving_later(self):
        self.leave("2026-12-10")
        following = self.roster.copy()
        self.assertIn(self.leaver, following.member_ids.employee_id)
        following.action_generate()
        duties = following.duty_ids.filtered(lambda d: d.employee_id == self.leaver)
        self.assertTrue(duties)
        self.assertLessEqual(max(map(str, duties.mapped("date"))), "2026-12-10")

    def test_not_proposed(self):
        self.leave("2026-11-15")
        empty = self.make_roster(month="2026-12-01", post_ids=self.gate.ids)
        empty.action_propose_members()
        self.assertEqual(empty.member_ids.employee_id, self.guards[1:])

    def test_nobody_plans_who_left(self):
        self.leave()
        with self.assertRefused(ValidationError, "leaves on 2026-11-15"):
            self.make_duty(self.leaver, "2026-11-29")
        duty = self.ahead(self.guards[1]).filtered(
            lambda duty: str(duty.date) > "2026-11-15"
        )[0]
        with self.assertRefused(ValidationError, "Choose somebody else"):
            duty.employee_id = self.leaver

    def test_swaps_end(self):
        for employee in self.guards[:2]:
            self.give_login(employee)
        mine = self.ahead().filtered(lambda duty: str(duty.date) > "2026-11-15")[-1]
        early = self.ahead().filtered(lambda duty: str(duty.date) > "2026-11-10")[0]
        self.roster.sudo().state = "published"
        Swap = self.env["pm.duty.swap"].with_user(self.leaver.user_id)
        late, soon = (
            Swap.create({"duty_id": duty.id, "colleague_id": self.guards[2].id})
            for duty in (mine, early)
        )
        self.leave()
        self.assertEqual((late.state, soon.state), ("cancelled", "requested"))

    def test_duties_without_a_roster(self):
        """The managers of the estate are told."""
        self.make_duty(self.leaver, "2026-12-24")
        self.leave()
        message = self.env["mail.message"].search(
            [("model", "=", "pm.property"), ("res_id", "=", self.estate.id)],
            order="id desc",
            limit=1,
        )
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)
        self.assertIn("Guard A", message.body)
