"""Who may do what with KPIs, posts and appraisals."""

from odoo import Command
from odoo.tests import tagged

from .. import access


@tagged("post_install", "-at_install")
class TestAccessPeople(access.AccessCase):
    APPRAISAL = access.rights("rwcd", staff="", service="", manager="rw")
    RIGHTS = {
        "pm.kpi.result": access.rights("rwcd", staff="r", service="r"),
        "pm.appraisal": APPRAISAL,
        "pm.appraisal.line": APPRAISAL,
    }
    KEPT_BY_HR = access.rights("r", hr="rwcd", company="rwcd", admin="rwcd")
    SHARED_RIGHTS = {
        "pm.kpi": access.rights("r", admin="rwcd"),
        "pm.kpi.band": access.rights("r", admin="rwcd"),
        "pm.grade": access.rights("r", admin="rwcd"),
        "pm.grade.scale": access.rights("r", admin="rwcd"),
        "pm.job.kpi": KEPT_BY_HR,
        "pm.job.criterion": KEPT_BY_HR,
        "pm.appraisal.period": KEPT_BY_HR,
    }

    @classmethod
    def _make_kpi(cls, **vals):
        return cls.env["pm.kpi"].create(
            {
                "name": "Uniform",
                "kind": "manual",
                "scoring": "bands",
                "band_ids": [Command.create({"limit": 90, "points": 100})],
                **vals,
            }
        )

    @classmethod
    def _make_result(cls, estate, **vals):
        return cls.env["pm.kpi.result"].create(
            {
                "kpi_id": cls._make_kpi().id,
                "company_id": (estate or cls.env.user).company_id.id,
                "estate_id": estate.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
                "value": 90,
                **vals,
            }
        )

    @classmethod
    def _make_records(cls, estate):
        job = cls.env["hr.job"].create(
            {
                "name": f"Post of {estate.name}",
                "company_id": estate.company_id.id,
                "pm_criterion_ids": [Command.create({"name": "x", "weight": 100})],
            }
        )
        employee = cls.env["hr.employee"].create(
            {
                "name": "Guard",
                "company_id": estate.company_id.id,
                "pm_estate_id": estate.id,
                "job_id": job.id,
            }
        )
        appraisal = cls.env["pm.appraisal"].create(
            {
                "period_id": cls._make_period(estate).id,
                "employee_id": employee.id,
            }
        )
        return {
            "pm.kpi.result": cls._make_result(estate),
            "pm.appraisal": appraisal,
            "pm.appraisal.line": appraisal.line_ids,
        }

    @classmethod
    def _make_period(cls, estate):
        return cls.env["pm.appraisal.period"].create(
            {
                "name": estate.name,
                "company_id": estate.company_id.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-31",
            }
        )

    @classmethod
    def _make_shared_records(cls):
        kpi = cls._make_kpi()
        job = cls.env["hr.job"].create(
            {
                "name": "Test Post",
                "company_id": False,
                "pm_kpi_ids": [Command.create({"kpi_id": kpi.id})],
                "pm_criterion_ids": [Command.create({"name": "x"})],
            }
        )
        return {
            "pm.kpi": kpi,
            "pm.kpi.band": kpi.band_ids,
            "pm.job.kpi": job.pm_kpi_ids,
            "pm.job.criterion": job.pm_criterion_ids,
            "pm.appraisal.period": cls._make_period(cls.make_estate("Some Garden")),
            "pm.grade": cls.env.ref("pm_core.grade_good"),
            "pm.grade.scale": cls.env.ref("pm_core.grade_scale_default"),
        }

    def test_figures_of_people_are_seen_by_who_answers_for_them(self):
        employees = self.env["hr.employee"].create(
            [
                {
                    "name": role,
                    "user_id": self.users[role].id,
                    "pm_estate_id": self.estate.id,
                }
                for role in ("staff", "service")
            ]
        )
        guard = self.env["hr.employee"].create(
            {
                "name": "Guard",
                "pm_estate_id": self.estate.id,
                "parent_id": employees[1].id,
            }
        )
        head_office = self.env["hr.employee"].create({"name": "Head Office"})
        results = {
            employee: self._make_result(
                employee.pm_estate_id, level="employee", employee_id=employee.id
            )
            for employee in (*employees, guard, head_office)
        }
        for role, seen in [
            ("staff", {"staff"}),
            # the supervisor of the guard
            ("service", {"service", "Guard"}),
            ("manager", {"staff", "service", "Guard"}),
            ("hr", {"staff", "service", "Guard", "Head Office"}),
            ("company", {"staff", "service", "Guard", "Head Office"}),
        ]:
            with self.subTest(role=role):
                found = {
                    employee.name
                    for employee, result in results.items()
                    if result.with_user(self.users[role]).has_access("read")
                }
                self.assertEqual(found, seen)
        self.assertFalse(
            results[guard].with_user(self.users["service"]).has_access("write")
        )
