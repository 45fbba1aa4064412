"""An estate whose complaints are counted by a KPI, and who improves it."""

from datetime import datetime

from odoo import Command

from ..complaints.complaint_common import ComplaintCase

TODAY = "2026-11-10 02:00:00"
CHECK_DAY = "2027-01-01 02:00:00"


class ImprovementCase(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls.make_user("pm_quality_a", "pm_core.group_pm_hr", cls.estate)
        cls.far_manager = cls.make_user(
            "pm_manager_far",
            "pm_core.group_pm_estate_manager",
            cls.make_estate("Far Estate"),
        )
        cls.kpi = cls.env["pm.kpi"].create(
            {
                "name": "Complaints of Bells",
                "kind": "measure",
                "aggregate": "count",
                "model_id": cls.env["ir.model"]._get_id("pm.complaint"),
                "domain": f"[('category_id', '=', {cls.category.id})]",
                "date_field": "received_at",
                "estate_path": "property_id",
                "zero_if_empty": True,
                "direction": "lower",
                "target": 1,
                "period": "month",
            }
        )

    @classmethod
    def complain(cls, day, count):
        """So many complaints of that day."""
        for _number in range(count):
            cls.make_complaint(received_at=datetime.fromisoformat(f"{day} 04:00:00"))

    def suggest(self, user=None, **vals):
        return (
            self.env["pm.improvement"]
            .with_user(user or self.worker)
            .create(
                {
                    "name": "Quieter bells",
                    "property_id": self.estate.id,
                    "problem": "They ring all night.",
                    **vals,
                }
            )
        )

    def led(self, **vals):
        """One that the manager has planned: cause, a measure, a KPI."""
        improvement = self.suggest().with_user(self.manager)
        improvement.action_accept()
        improvement.write(
            {
                "why_ids": [
                    Command.create({"question": "Why?", "answer": "The spring is old."})
                ],
                "measure_ids": [
                    Command.create(
                        {
                            "name": "New springs",
                            "user_id": self.worker.id,
                            "date_due": "2026-11-20",
                        }
                    )
                ],
                "kpi_id": self.kpi.id,
                **vals,
            }
        )
        return improvement

    def checking(self, **vals):
        """One whose measures are done."""
        improvement = self.led(**vals)
        improvement.action_plan()
        improvement.action_start()
        improvement.measure_ids.with_user(self.worker).action_done("They are new.")
        return improvement

    def run_check(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "pm_complaints.ir_cron_improvement_check"
            ).method_direct_trigger()
        self.env.invalidate_all()
