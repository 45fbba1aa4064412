from odoo.tests import tagged

from ...models.base.res_users_leaving import OVER
from ..common import PropertyCase

# states in which somebody has still to look after a record
OPEN = {
    "draft",
    "approval",
    "approved",
    "signed",
    "active",
    "expiring",
    "pending",
    "missing",
    "present",
    "expired",
    "scheduled",
    "in_force",
    "new",
    "analysed",
    "planned",
    "doing",
    "checking",
    "presented",
    "accepted",
    "self",
    "supervisor",
    "calibration",
    "appealed",
    "open",
    "found",
    "graded",
    "assigned",
    "fixed",
    "reported",
    "handling",
    "rectified",
    "verified",
    "broken",
    # places, which have collectors
    "occupied",
    "fitting_out",
    "vacant",
    "unsold",
    # calls that somebody has to make
    "waiting",
    "todo",
}


@tagged("post_install", "-at_install")
class TestLeaver(PropertyCase):
    """Nobody who left is responsible without others knowing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leaver = cls.make_user(
            "pm_leaver", "pm_core.group_pm_service", cls.estate, name="Leaver"
        )
        cls.manager = cls.make_user(
            "pm_leaver_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.contract = cls.make_contract(
            cls.estate, title="Service of the leaver", user_id=cls.leaver.id
        )

    def test_every_state_is_known(self):
        """A new state says whether a record in it needs somebody."""
        users = self.env["res.users"]
        for name, field in users._pm_responsible_fields():
            state = self.env[name]._fields.get("state")
            if state and state.store and state.type == "selection":
                states = set(state.get_values(self.env))
                self.assertEqual(states - OVER - OPEN, set(), f"{name}.{field}")

    def test_managers_get_the_list(self):
        self.leaver.active = False
        message = self.env["mail.message"].search(
            [
                ("model", "=", "pm.property"),
                ("res_id", "=", self.estate.id),
                ("subject", "like", "Leaver has left"),
            ]
        )
        self.assertEqual(len(message), 1)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)
        self.assertIn("Service of the leaver", message.body)

    def test_what_is_over_is_not_listed(self):
        self.contract.sudo().state = "ended"
        self.leaver.active = False
        self.assertFalse(self.leaver._pm_work_left())

    def test_activities_go_on(self):
        activity = self.contract.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.leaver.id
        )
        self.leaver.active = False
        self.assertEqual(activity.user_id, self.manager)

    def test_reminders_of_who_left_reach_the_manager(self):
        self.leaver.active = False
        activity = self.contract.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.leaver.id
        )
        self.assertEqual(activity.user_id, self.manager)
