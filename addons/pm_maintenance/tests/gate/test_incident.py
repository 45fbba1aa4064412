from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestIncident(GateCase):
    """What happened, who was concerned, what was done about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theft = cls.env.ref("pm_maintenance.pm_incident_type_theft")
        cls.noise = cls.env.ref("pm_maintenance.pm_incident_type_noise")
        cls.other_manager = cls.make_user(
            "pm_gate_manager_c", "pm_core.group_pm_estate_manager", cls.estate
        )

    def make(self, user=None, **vals):
        return (
            self.env["pm.incident"]
            .with_user(user or self.guard)
            .create(
                {
                    "type_id": self.noise.id,
                    "property_id": self.unit.id,
                    "description": "Loud music",
                    **vals,
                }
            )
        )

    def handled(self, **vals):
        incident = self.make(**vals)
        incident.action_report()
        incident.with_user(self.manager).action_handle()
        return incident

    def test_reported_and_told(self):
        incident = self.make(type_id=self.theft.id)
        self.assertRegex(incident.number, r"^IR\d{4}-\d{4}$")
        self.assertEqual((incident.level, incident.post_id), ("serious", self.gate))
        incident.action_report()
        self.assertIn(self.manager, incident.activity_ids.user_id)
        self.assertEqual(incident.reporter_id, self.guard)

    def test_the_facts_stay(self):
        incident = self.make()
        incident.action_report()
        for user in (self.guard, self.manager):
            for vals in (
                {"description": "Nothing happened"},
                {"damage": "None"},
                {"happened_at": "2020-01-01 00:00:00"},
            ):
                with self.assertRaises(AccessError):
                    incident.with_user(user).write(vals)
        incident.measures = "Asked for quiet"

    def test_people_are_for_who_wrote_them_and_managers(self):
        incident = self.make(
            person_ids=[Command.create({"name": "Witness", "phone": "13800000003"})]
        )
        person = incident.person_ids
        self.assertEqual(person.name, "Witness")
        self.assertTrue(person.with_user(self.manager).name)
        for user in (self.colleague, self.staff, self.service):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                person.with_user(user).read(["name"])
        seen = incident.with_user(self.colleague)
        self.assertFalse(seen.person_ids)
        self.assertEqual(seen.person_count, 1)
        self.assertFalse(seen._people_shown())

    def test_closed_by_somebody_else(self):
        incident = self.handled(measures="Asked for quiet", result="It was quiet")
        with self.assertRefused(AccessError, "somebody other"):
            incident.with_user(self.manager).action_close()
        # naming somebody else as responsible makes nobody a second person
        incident.with_user(self.manager).user_id = self.other_manager
        with self.assertRefused(AccessError, "somebody other"):
            incident.with_user(self.manager).action_close()
        incident.with_user(self.manager).user_id = self.guard
        incident.with_user(self.other_manager).action_close()
        self.assertEqual(
            (incident.state, incident.closed_by_id), ("closed", self.other_manager)
        )
        with self.assertRefused(UserError, "Reopen it first"):
            self.env["pm.incident.person"].with_user(self.guard).create(
                {"incident_id": incident.id, "name": "Witness"}
            )
        with self.assertRaises(AccessError):
            incident.with_user(self.manager).result = "Something else"
        incident.with_user(self.manager).action_reopen()
        self.assertEqual(incident.state, "handling")

    def test_what_is_missing_is_named_at_once(self):
        incident = self.handled(type_id=self.theft.id)
        self.env["pm.incident.action"].with_user(self.manager).create(
            {
                "incident_id": incident.id,
                "name": "Lock the gate",
                "user_id": self.guard.id,
                "due": fields.Date.today(),
            }
        )
        with self.assertRaises(UserError) as caught:
            incident.with_user(self.other_manager).action_close()
        for word in ("what was done", "result", "police", "follow-ups"):
            self.assertIn(word, str(caught.exception))

    def test_follow_up(self):
        incident = self.handled()
        action = (
            self.env["pm.incident.action"]
            .with_user(self.manager)
            .create(
                {
                    "incident_id": incident.id,
                    "name": "Talk to the tenant",
                    "user_id": self.service.id,
                    "due": fields.Date.subtract(fields.Date.today(), days=1),
                }
            )
        )
        self.assertTrue(action.is_overdue)
        self.assertIn(self.service, incident.activity_ids.user_id)
        with self.assertRefused(AccessError, "is the task of"):
            action.with_user(self.guard).action_done()
        action.with_user(self.service).action_done()
        self.assertEqual(action.done_by_id, self.service)
        self.assertNotIn(self.service, incident.activity_ids.user_id)
        with self.assertRefused(UserError, "not changed"):
            action.with_user(self.manager).name = "Else"

    def test_who_cannot_see_it_is_not_responsible(self):
        incident = self.handled()
        with self.assertRefused(UserError, "cannot open"):
            self.env["pm.incident.action"].with_user(self.manager).create(
                {
                    "incident_id": incident.id,
                    "name": "x",
                    "user_id": self.staff.id,
                    "due": fields.Date.today(),
                }
            )

    def test_it_makes_work_orders(self):
        incident = self.make(damage="The fence is broken")
        with self.assertRefused(UserError, "Handed In"):
            incident.action_make_order()
        incident.action_report()
        action = incident.action_make_order()
        order = self.env["maintenance.request"].browse(action["res_id"])
        self.assertEqual(order.incident_id, incident)
        self.assertEqual(order.property_id, self.unit)
        self.assertIn("fence", order.name)

    def test_print_out(self):
        incident = self.make(person_ids=[Command.create({"name": "Witness Li"})])
        report = self.env.ref("pm_maintenance.pm_incident_report")
        for user, shown in ((self.guard, True), (self.colleague, False)):
            html, _kind = report.with_user(user)._render_qweb_html(
                report.report_name, incident.ids
            )
            self.assertIn(incident.number, html.decode())
            self.assertEqual("Witness Li" in html.decode(), shown)
