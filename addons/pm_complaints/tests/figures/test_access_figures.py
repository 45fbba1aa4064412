"""Who sees figures, counts calls, and publishes quality reports."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")
READERS = ("service", "hr", *HEADS)


@tagged("post_install", "-at_install")
class TestAccessFigures(access.AccessCase):
    RIGHTS = {
        "pm.complaint.report": dict.fromkeys(READERS, "r"),
        "pm.complaint.rate": dict.fromkeys(READERS, "r"),
        "pm.hotline": {**dict.fromkeys(("service", *HEADS), "r"), "admin": "rwcd"},
        "pm.hotline.call": {"admin": "r"},
        "pm.hotline.day": {"service": "rwc", **dict.fromkeys(HEADS, "rwcd")},
        "pm.quality.report": {
            **dict.fromkeys(("service", "hr"), "r"),
            **dict.fromkeys(HEADS, "rwcd"),
        },
        "pm.quality.report.cause": {
            **dict.fromkeys(("service", "hr"), "r"),
            **dict.fromkeys(HEADS, "rw"),
        },
    }

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        complaint = here["pm.complaint"].create(
            {"property_id": estate.id, "description": "The bell is broken."}
        )
        line = here["pm.hotline"].create({"name": "Desk", "property_id": estate.id})
        day = here["pm.hotline.day"].create(
            {"line_id": line.id, "date": "2026-01-05", "answered": 9, "given_up": 1}
        )
        call = (
            here["pm.hotline.call"]
            ._as_step()
            .create(
                {
                    "line_id": line.id,
                    "reference": "1",
                    "called_at": "2026-01-05 01:00:00",
                }
            )
        )
        report = here["pm.quality.report"].create(
            {"property_id": estate.id, "month": "2026-01-01"}
        )
        cause = (
            here["pm.quality.report.cause"]
            ._as_step()
            .create(
                {
                    "report_id": report.id,
                    "cause_id": cls.env.ref("pm_complaints.complaint_cause_work").id,
                }
            )
        )
        cls.env.flush_all()
        made = (
            here["pm.complaint.report"].browse(complaint.id),
            here["pm.complaint.rate"].browse(complaint.id),
            line,
            call,
            day,
            report,
            cause,
        )
        return {record._name: record.with_env(cls.env) for record in made}

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_are_for_managers(self):
        report = self.records["own"]["pm.quality.report"]
        line = self.records["own"]["pm.hotline"]
        for role, user in self.users.items():
            if role not in HEADS:
                for step in ("action_compose", "action_publish", "action_notice"):
                    with self.subTest(step=step, role=role):
                        with self.assertRaises(AccessError):
                            getattr(report.with_user(user), step)()
            if role != "admin":
                with self.subTest(role=role), self.assertRaises(AccessError):
                    line.with_user(user).action_new_secret()
