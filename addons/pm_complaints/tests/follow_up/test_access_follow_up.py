"""Who may do what with follow-ups, and who takes which step."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")
DESK = ("service", *HEADS)


@tagged("post_install", "-at_install")
class TestAccessFollowUp(access.AccessCase):
    RIGHTS = {
        "pm.follow.up": {**dict.fromkeys(DESK, "rw"), "hr": "r"},
        "pm.follow.up.answer": {**dict.fromkeys(DESK, "rw"), "hr": "r"},
        "pm.follow.up.try": dict.fromkeys((*DESK, "hr"), "r"),
        "pm.follow.up.report": dict.fromkeys((*HEADS, "hr"), "r"),
        "pm.rain.day": {"service": "rwc", **dict.fromkeys(HEADS, "rwcd")},
    }
    SHARED_RIGHTS = {
        model: {**dict.fromkeys(("hr", *DESK), "r"), "admin": "rwcd"}
        for model in ("pm.follow.up.rule", "pm.follow.up.question")
    }
    STEPS = (
        "action_take",
        "action_reached",
        "action_missed",
        "action_again",
        "action_refused",
        "action_cancel",
        "action_complain",
        "action_order",
        "action_reopen_complaint",
        "action_next_call",
    )

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        question = cls._make_question(here)
        partner = here["res.partner"].create(
            {"name": "New", "pm_estate_id": estate.id, "phone": "13900000000"}
        )
        follow_up = here["pm.follow.up"].create(
            {
                "event": "customer",
                "property_id": estate.id,
                "partner_id": partner.id,
                "event_at": fields.Datetime.now(),
                "next_at": fields.Datetime.now(),
                "answer_ids": [(0, 0, {"question_id": question.id})],
            }
        )
        call = here["pm.follow.up.try"].create(
            {
                "follow_up_id": follow_up.id,
                "result": "missed",
                "at": fields.Datetime.now(),
                "user_id": cls.env.uid,
            }
        )
        rain = here["pm.rain.day"].create({"estate_id": estate.id, "day": "2026-03-01"})
        cls.env.flush_all()
        made = (
            follow_up,
            follow_up.answer_ids,
            call,
            here["pm.follow.up.report"].browse(follow_up.id),
            rain,
        )
        return {record._name: record.with_env(cls.env) for record in made}

    @classmethod
    def _make_question(cls, env):
        rule = env["pm.follow.up.rule"].create({"name": "Customers", "active": False})
        return env["pm.follow.up.question"].create(
            {"rule_id": rule.id, "name": "All well?"}
        )

    @classmethod
    def _make_shared_records(cls):
        question = cls._make_question(cls.env)
        return {
            "pm.follow.up.rule": question.rule_id,
            "pm.follow.up.question": question,
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_are_for_the_desk(self):
        """Refused to others before all else; the follow-up stays as it was."""
        one = self.records["own"]["pm.follow.up"]
        before = one.read(["state", "try_ids", "user_id"])
        for step in self.STEPS:
            for role, user in self.users.items():
                if role not in DESK:
                    with self.subTest(step=step, role=role):
                        with self.assertRaises(AccessError):
                            getattr(one.with_user(user), step)()
        self.assertEqual(one.read(["state", "try_ids", "user_id"]), before)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_elsewhere(self):
        elsewhere = self.records["other estate"]["pm.follow.up"]
        for step in set(self.STEPS) - {"action_next_call"}:
            for role in ("service", "manager"):
                with self.subTest(step=step, role=role), self.assertRaises(AccessError):
                    getattr(elsewhere.with_user(self.users[role]), step)()
