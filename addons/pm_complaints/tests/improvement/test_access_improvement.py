"""Who may do what with improvements, lessons, reviews and times of processes."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")
READERS = ("hr", *HEADS)


@tagged("post_install", "-at_install")
class TestAccessImprovement(access.AccessCase):
    RIGHTS = {
        # what one suggested, leads or does besides: see test_improvement.py
        "pm.improvement": {"hr": "r", **dict.fromkeys(HEADS, "rwc")},
        "pm.improvement.why": {"hr": "r", **dict.fromkeys(HEADS, "rwcd")},
        "pm.improvement.measure": {"hr": "r", **dict.fromkeys(HEADS, "rwcd")},
        "pm.improvement.check": dict.fromkeys(READERS, "r"),
        "pm.improvement.step": dict.fromkeys(READERS, "r"),
        "pm.process.time": dict.fromkeys(READERS, "r"),
    }
    SHARED_RIGHTS = {
        # read in the whole company, whatever estate it was learnt at
        "pm.lesson": {
            **dict.fromkeys(("staff", "service", "hr", "manager"), "r"),
            **dict.fromkeys(("company", "admin"), "rwcd"),
        },
        "pm.lesson.offer": access.rights("r"),
        "pm.lesson.tag": {
            **dict.fromkeys(("staff", "service"), "r"),
            **dict.fromkeys(("hr", "manager", "company"), "rwc"),
            "admin": "rwcd",
        },
        "pm.policy.review": dict.fromkeys(READERS, "r"),
    }
    WIZARDS = {
        "pm.improvement.act": ("staff", "service", *READERS),
        "pm.lesson.offering": READERS,
    }

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        improvement = here["pm.improvement"].create(
            {"name": "Quieter bells", "property_id": estate.id}
        )
        of_it = {"improvement_id": improvement.id}
        why = here["pm.improvement.why"].create({**of_it, "question": "Why?"})
        measure = here["pm.improvement.measure"].create(
            {**of_it, "name": "New springs", "date_due": "2020-01-01"}
        )
        check = here["pm.improvement.check"].create(
            {
                **of_it,
                "effect": "worked",
                "at": fields.Datetime.now(),
                "user_id": cls.env.uid,
            }
        )
        order = here["maintenance.request"]._report(estate, "It drips")
        cls.env.flush_all()
        waits = here["pm.process.time"].search(
            [("process", "=", "order"), ("res_id", "=", order.id)], limit=1
        )
        made = (improvement, why, measure, check, improvement.step_ids, waits)
        return {record._name: record.with_env(cls.env) for record in made}

    @classmethod
    def _make_shared_records(cls):
        lesson = cls.env["pm.lesson"].create(
            {
                "name": "Sandbags",
                "what_happened": "Water",
                "what_now": "Sand",
                "estate_id": False,
            }
        )
        offer = cls.env["pm.lesson.offer"].create(
            {"lesson_id": lesson.id, "estate_id": cls.estate.id}
        )
        policy = cls.env["pm.policy"].search([], limit=1)
        review = cls.env["pm.policy.review"].create(
            {
                "policy_id": policy.id,
                "result": "kept",
                "date": "2026-01-01",
                "user_id": cls.env.uid,
            }
        )
        made = (
            lesson,
            offer,
            cls.env["pm.lesson.tag"].create({"name": "Rain"}),
            review,
        )
        return {record._name: record for record in made}
