"""Who may do what with plans, emergencies, drills and hazards."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

BASIC = ("staff", "guard", "service", "hr")
HEADS = ("manager", "company", "admin")
DISPATCHERS = ("dispatcher", *HEADS)
PARTS = ("step", "call", "contact", "material", "order", "notice")


def rights(basic="r", dispatcher=None, manager=None, admin=None):
    """Rights of all who work in property management, where others differ."""
    dispatcher = dispatcher or basic
    manager = manager or dispatcher
    return {
        **dict.fromkeys(BASIC, basic),
        "dispatcher": dispatcher,
        **dict.fromkeys(HEADS, manager),
        "admin": admin or manager,
    }


@tagged("post_install", "-at_install")
class TestAccessEmergency(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "guard": "pm_maintenance.group_pm_guard",
        "dispatcher": "pm_maintenance.group_pm_dispatcher",
    }
    RIGHTS = {
        "pm.emergency.plan": rights(manager="rwcd"),
        **{f"pm.emergency.plan.{part}": rights(manager="rwcd") for part in PARTS},
        "pm.emergency": rights(dispatcher="rw"),
        **{
            f"pm.emergency.{part}": rights()
            for part in ("step", "call", "message", "agency", "log")
        },
        "pm.emergency.action": rights(dispatcher="rwcd"),
        "pm.emergency.drill.plan": rights(manager="rwcd"),
        "pm.emergency.drill": rights(dispatcher="rw"),
        "pm.hazard": rights("rc", dispatcher="rwc"),
    }
    SHARED_RIGHTS = {
        "pm.emergency.type": rights(admin="rwcd"),
        "pm.emergency.drill.template": rights(admin="rwcd"),
        "pm.hazard.grade": rights(admin="rwcd"),
    }
    WIZARDS = {
        "pm.emergency.start": (*BASIC, *DISPATCHERS),
        "pm.emergency.entry": (*BASIC, *DISPATCHERS),
        "pm.emergency.setup": HEADS,
    }

    @classmethod
    def _make_records(cls, estate):
        company = estate.company_id
        here = cls.env(context={"allowed_company_ids": company.ids})
        kind = here["pm.emergency.type"].search([], limit=1)
        plan = here["pm.emergency.plan"].create(
            {"name": "Plan", "type_id": kind.id, "estate_id": estate.id}
        )
        job = here["hr.job"].create({"name": "Watch", "company_id": company.id})
        notice = here["pm.notice.kind"].search([], limit=1)
        lines = {
            "step": {"name": "Look"},
            "call": {"job_id": job.id},
            "contact": {"name": "Ambulance", "phone": "120"},
            "material": {"name": "Sandbags"},
            "order": {"name": "Mend it"},
            "notice": {"title": "Trouble", "body": "Away", "kind_id": notice.id},
        }
        made = {
            f"pm.emergency.plan.{part}": here[f"pm.emergency.plan.{part}"].create(
                {"plan_id": plan.id, **vals}
            )
            for part, vals in lines.items()
        }
        worker = here["hr.employee"].create(
            {"name": "Worker", "pm_estate_id": estate.id, "company_id": company.id}
        )
        emergency = plan._activate(estate, "Smoke")
        call = here["pm.emergency.call"].create(
            {"emergency_id": emergency.id, "employee_id": worker.id}
        )
        drill_plan = here["pm.emergency.drill.plan"].create(
            {"name": "Drill", "type_id": kind.id, "property_id": estate.id}
        )
        owner = cls.env.ref("base.user_admin")
        found = {
            "pm.emergency.plan": plan,
            **made,
            "pm.emergency": emergency,
            "pm.emergency.step": emergency.step_ids[:1],
            "pm.emergency.call": call,
            "pm.emergency.message": here["pm.emergency.message"].create(
                {"call_id": call.id, "channel": "sms"}
            ),
            "pm.emergency.agency": emergency.agency_ids[:1],
            "pm.emergency.log": emergency.log_ids[:1],
            "pm.emergency.action": here["pm.emergency.action"].create(
                {
                    "emergency_id": emergency.id,
                    "name": "Learn",
                    "user_id": owner.id,
                    "date_due": fields.Date.today(),
                }
            ),
            "pm.emergency.drill.plan": drill_plan,
            "pm.emergency.drill": here["pm.emergency.drill"].create(
                {"drill_plan_id": drill_plan.id, "planned_day": "2027-03-01"}
            ),
            "pm.hazard": here["pm.hazard"].create(
                {"name": "Loose cable", "property_id": estate.id}
            ),
        }
        return {model: record.with_env(cls.env) for model, record in found.items()}

    @classmethod
    def _make_shared_records(cls):
        kind = cls.env["pm.emergency.type"].create({"name": "Trouble"})
        return {
            "pm.emergency.type": kind,
            "pm.emergency.drill.template": cls.env[
                "pm.emergency.drill.template"
            ].create({"name": "Yearly", "type_id": kind.id}),
            "pm.hazard.grade": cls.env["pm.hazard.grade"].create(
                {"name": "Middling", "score_from": 9}
            ),
        }
