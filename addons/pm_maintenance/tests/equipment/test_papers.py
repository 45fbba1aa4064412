"""Papers of machines: on file, and told of before they expire."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import OrderCase, picture


@tagged("post_install", "-at_install")
class TestPapers(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env["maintenance.equipment"].create(
            {
                "name": "Lift 1",
                "property_id": cls.building.id,
                "technician_user_id": cls.technician.id,
            }
        )
        cls.report = cls.env.ref("pm_maintenance.document_type_test_report")

    def paper(self, days, machine=None, user=None):
        """A report on file that expires in so many days."""
        machine = machine or self.lift
        env = self.env(user=user) if user else self.env
        today = fields.Date.context_today(self.env.user)
        file = env["ir.attachment"].create(
            {
                "name": "report.jpg",
                "raw": picture(),
                "res_model": machine._name,
                "res_id": machine.id,
            }
        )
        return env["pm.document"].create(
            {
                "res_model": machine._name,
                "res_id": machine.id,
                "type_id": self.report.id,
                "date_expiry": fields.Date.add(today, days=days),
                "attachment_ids": file.ids,
            }
        )

    def test_it_is_in_the_archive(self):
        paper = self.paper(300)
        self.assertEqual(paper.estate_id, self.estate)
        self.assertEqual(paper.applies_to, "equipment")
        self.assertEqual(self.lift.pm_file_count, 1)
        self.assertEqual(paper.state, "present")

    def test_who_looks_after_it_is_reminded(self):
        paper = self.paper(self.report.remind_days)
        self.assertEqual(paper.state, "expiring")
        paper._remind()
        activity = self.lift.activity_ids
        self.assertEqual(activity.user_id, self.technician)
        self.assertEqual(activity.date_deadline, paper.date_expiry)

    def test_estate_managers_where_nobody_does(self):
        manager = self.make_user(
            "pm_papers", "pm_core.group_pm_estate_manager", self.estate
        )
        self.lift.technician_user_id = False
        self.assertEqual(self.lift._document_responsible(), manager)

    def test_machines_of_nobody_s_estate_have_no_list(self):
        """What the law asks for is asked of machines of an estate."""
        self.report.is_required = True
        printer = self.env["maintenance.equipment"].create({"name": "Printer"})
        (self.lift | printer)._ensure_checklist()
        self.assertEqual(self.lift.pm_document_ids.type_id, self.report)
        self.assertFalse(printer.pm_document_ids)
        self.assertEqual(self.lift.pm_document_state, "missing")
        missing = self.env["maintenance.equipment"].search(
            [("pm_document_state", "=", "missing")]
        )
        self.assertIn(self.lift, missing)
        self.assertNotIn(printer, missing)

    def test_expired_is_found(self):
        self.paper(-1)
        found = self.env["maintenance.equipment"].search(
            [("pm_document_state", "=", "expired")]
        )
        self.assertIn(self.lift, found)

    def test_of_other_estates_nothing_is_seen(self):
        paper = self.paper(300)
        stranger = self.make_user(
            "pm_stranger",
            "pm_maintenance.group_pm_dispatcher",
            self.make_estate("Elsewhere"),
        )
        documents = self.env["pm.document"].with_user(stranger)
        self.assertFalse(documents.search([("id", "=", paper.id)]))

    def test_without_a_valid_test_it_is_not_operated(self):
        self.paper(-3)
        self.assertTrue(self.lift.is_forbidden)
        found = self.lift.search([("is_forbidden", "=", True)])
        self.assertIn(self.lift, found)
        self.lift.action_down()
        with self.assertRefused(UserError, "must not be operated"):
            self.lift.action_run()
        self.paper(300)
        self.lift.invalidate_recordset()
        self.assertFalse(self.lift.is_forbidden)
