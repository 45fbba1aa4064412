"""Readings to measure, and KPIs on them."""

from datetime import date

from ..common import PropertyCase

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


class KpiCase(PropertyCase):
    """Readings of a policy stand for any record with a date, estate and employee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # KPIs that are shipped would only slow the tests down
        cls.env["pm.kpi"].search([]).active = False
        cls.post = cls.env["hr.job"].create({"name": "Test Guard"})
        cls.policy = cls.env["pm.policy"].create(
            {
                "code": "K-01",
                "name": "Gate",
                "type_id": cls.env.ref("pm_core.policy_type_posts").id,
                "body": "<p>x</p>",
            }
        )
        cls.other_estate = cls.make_estate("Other Garden")

    @classmethod
    def make_employee(cls, name, estate=None, job=None, **vals):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "pm_estate_id": (estate or cls.estate).id,
                "job_id": (job or cls.post).id,
                **vals,
            }
        )

    @classmethod
    def make_readings(cls, employee, read, unread=0, day="2026-10-15"):
        """Records to measure: ``read`` good ones and ``unread`` others."""
        vals = {
            "employee_id": employee.id,
            "estate_id": employee.pm_estate_id.id,
            "asked_on": day,
        }
        states = ["read"] * read + ["to_read"] * unread
        policies = cls.env["pm.policy"].create(
            [
                {
                    "code": f"K-{employee.id}-{day}-{number}",
                    "name": "x",
                    "type_id": cls.policy.type_id.id,
                    "body": "<p>x</p>",
                }
                for number in range(len(states))
            ]
        )
        return cls.env["pm.policy.acknowledgement"].create(
            [
                {**vals, "policy_id": policy.id, "state": state}
                for policy, state in zip(policies, states, strict=True)
            ]
        )

    @classmethod
    def make_kpi(cls, **vals):
        return cls.env["pm.kpi"].create(
            {
                "name": "Readings",
                "kind": "ratio",
                "model_id": cls.env["ir.model"]._get_id("pm.policy.acknowledgement"),
                "domain": "[('state', '!=', 'void')]",
                "numerator_domain": "[('state', '=', 'read')]",
                "date_field": "asked_on",
                "estate_path": "estate_id",
                "employee_path": "employee_id",
                "target": 80,
                **vals,
            }
        )

    def results(self, kpi, **place):
        return self.env["pm.kpi.result"].search(
            [("kpi_id", "=", kpi.id), *((key, "=", of) for key, of in place.items())]
        )
