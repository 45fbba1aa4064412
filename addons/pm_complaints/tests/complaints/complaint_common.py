"""Complaints, and those who handle them, for the tests of the room."""

from odoo.addons.pm_core.tests.common import PropertyCase


class ComplaintFactory:
    """An estate with two clerks, its manager, an area manager and the company's."""

    @classmethod
    def make_people(cls):
        cls.clerk = cls.make_user("pm_clerk_a", "pm_core.group_pm_service", cls.estate)
        cls.colleague = cls.make_user(
            "pm_clerk_b", "pm_core.group_pm_service", cls.estate
        )
        cls.manager = cls.make_user(
            "pm_manager_a", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.area = cls.make_user(
            "pm_area_a", "pm_complaints.group_pm_area_manager", cls.estate
        )
        cls.company_manager = cls.make_user(
            "pm_company_a", "pm_core.group_pm_company_manager"
        )
        cls.worker = cls.make_user("pm_worker_a", "pm_core.group_pm_user", cls.estate)
        cls.category = cls.env["pm.complaint.category"].create(
            {"name": "Bells", "severity": "ordinary", "cluster_count": 3}
        )
        cls.cause = cls.env["pm.complaint.cause"].create({"name": "Worn"})

    @classmethod
    def make_complaint(cls, user=None, **vals):
        complaints = cls.env["pm.complaint"].with_user(user or cls.env.user)
        return complaints.create(
            {
                "kind": "complaint",
                "property_id": cls.unit.id,
                "partner_id": cls.owner.id,
                "channel_id": cls.env.ref("pm_core.pm_channel_phone").id,
                "description": "The bell of the entrance is broken.",
                "category_id": cls.category.id,
                **vals,
            }
        )

    def accepted(self, **vals):
        """A complaint that the clerk has, as the clerk."""
        complaint = self.make_complaint(self.clerk, **vals)
        complaint.action_accept()
        complaint.with_user(self.manager).action_assign(self.clerk.id)
        return complaint

    def answered(self, **vals):
        """One that was looked into, put right, verified and replied to."""
        complaint = self.accepted(**vals)
        complaint.action_investigate("The spring is worn.", "The neighbour")
        complaint.action_rectify("New bell", self.worker.id)
        measure = complaint.rectification_ids
        measure.with_user(self.worker).action_done("A new one hangs there.")
        measure.with_user(self.clerk).action_verify("It rings.")
        complaint.action_reply("We have hung up a new bell.")
        complaint.action_verify()
        return complaint

    def ready(self, **vals):
        """One of which nothing is missing."""
        complaint = self.answered(**vals)
        complaint.write(
            {
                "cause_id": self.cause.id,
                "liability": "ours",
                "action_taken": "A new bell.",
            }
        )
        complaint.with_user(self.colleague).action_follow_up("satisfied", "It rings!")
        return complaint


class ComplaintCase(ComplaintFactory, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
