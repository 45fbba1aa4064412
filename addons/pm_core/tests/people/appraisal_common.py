"""An appraisal with everybody who has a part in it."""

from contextlib import contextmanager

import psycopg2

from odoo import Command
from odoo.tools import mute_logger

from .kpi_common import KpiCase


class AppraisalCase(KpiCase):
    """A guard with a supervisor, measured by one KPI and judged by one criterion."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kpi = cls.make_kpi(target=80)
        cls.post.write(
            {
                "pm_kpi_ids": [Command.create({"kpi_id": cls.kpi.id, "weight": 60})],
                "pm_criterion_ids": [Command.create({"name": "Manners", "weight": 40})],
            }
        )
        for login, group in [
            ("guard", "user"),
            ("captain", "user"),
            ("hr", "hr"),
            ("manager", "estate_manager"),
            ("company", "company_manager"),
            ("stranger", "user"),
        ]:
            user = cls.make_user(
                f"pm_appraisal_{login}", f"pm_core.group_pm_{group}", cls.estate
            )
            setattr(cls, login, user)
        cls.chief = cls.make_employee("Captain", user_id=cls.captain.id)
        cls.employee = cls.make_employee(
            "Guard", user_id=cls.guard.id, parent_id=cls.chief.id
        )
        cls.make_readings(cls.employee, 1, 1)
        cls.period = cls.env["pm.appraisal.period"].create(
            {
                "name": "October",
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
                "estate_ids": [Command.set(cls.estate.ids)],
            }
        )

    def open_one(self, employee=None, state="draft", opened_by=None):
        """The appraisal of the guard, brought to ``state`` by those who may."""
        appraisal = self.env["pm.appraisal"].with_user(opened_by or self.env.user)
        appraisal = appraisal.create(
            {"period_id": self.period.id, "employee_id": (employee or self.employee).id}
        )
        appraisal = appraisal.with_env(self.env)
        steps = ["draft", "self", "supervisor", "calibration", "done"]
        for step in steps[: steps.index(state)]:
            self.step(appraisal, step)
        self.assertEqual(appraisal.state, state)
        return appraisal

    @contextmanager
    def assertConstraint(self, name):
        """The database refuses; the web client shows the message of the constraint."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRefused(psycopg2.IntegrityError, name),
        ):
            yield

    def step(self, appraisal, state):
        criterion = appraisal.line_ids.filtered(lambda line: not line.kpi_id)
        if state == "draft":
            appraisal.with_user(self.hr).action_start()
        elif state == "self":
            open_lines = appraisal.line_ids.filtered(lambda line: not line.has_figure)
            open_lines.with_user(self.guard).self_score = 95
            appraisal.with_user(self.guard).action_self_done()
        elif state == "supervisor":
            criterion.with_user(self.captain).supervisor_score = 90
            appraisal.with_user(self.captain).action_supervisor_done()
        else:
            appraisal.with_user(self.hr).action_submit()
