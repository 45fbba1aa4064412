"""Who may do what with plans, points, rounds and what phones send."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

WALKERS = ("inspector", "guard", "technician")
BASIC = ("staff", "service", "hr", *WALKERS)
HEADS = ("manager", "company", "admin")
DESK = ("dispatcher", *HEADS)


def rights(basic="r", **others):
    """Rights of all who work in property management, where ``others`` differ.

    ``walkers`` holds for all who walk rounds, ``desk`` for all who dispatch,
    ``heads`` for all who manage.
    """
    found = dict.fromkeys((*BASIC, *DESK), basic)
    for name, roles in (("walkers", WALKERS), ("desk", DESK), ("heads", HEADS)):
        if name in others:
            found.update(dict.fromkeys(roles, others.pop(name)))
    return {**found, **others}


@tagged("post_install", "-at_install")
class TestAccessInspections(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "inspector": "pm_maintenance.group_pm_inspector",
        "guard": "pm_maintenance.group_pm_guard",
        "technician": "pm_maintenance.group_pm_technician",
        "dispatcher": "pm_maintenance.group_pm_dispatcher",
    }
    RIGHTS = {
        **dict.fromkeys(
            (
                "pm.inspection.plan",
                "pm.inspection.point",
                "pm.inspection.stop",
                "pm.inspection.window",
                "pm.inspection.item",
                "pm.inspection.choice",
            ),
            rights(heads="rwcd"),
        ),
        "pm.inspection": rights(walkers="rw", desk="rw", heads="rwd"),
        "pm.inspection.line": rights(walkers="rw", desk="rw"),
        "pm.inspection.answer": rights(desk="rw"),
        "pm.inspection.photo": rights(),
        "pm.inspection.defect": rights(walkers="rwc", desk="rwc", heads="rwcd"),
    }
    SHARED_RIGHTS = {"pm.inspection.template": rights(admin="rwcd")}
    WIZARDS = {
        "pm.inspection.decision": DESK,
        "pm.inspection.decision.line": DESK,
        "pm.inspection.cancel": DESK,
        "pm.inspection.proof": DESK,
        "pm.inspection.plan.apply": HEADS,
        "pm.inspection.standards": HEADS,
    }
    # Each step that is open for some only; it asks who calls before all else.
    STEPS = {
        "pm.inspection": {
            **dict.fromkeys(("action_start", "action_submit"), (*WALKERS, *DESK)),
            "action_cancel": DESK,
        },
        "pm.inspection.answer": dict.fromkeys(
            ("action_apply", "action_set_aside", "action_decide"), DESK
        ),
        "pm.inspection.point": dict.fromkeys(
            ("action_forget_position", "action_new_token", "action_print_labels"),
            HEADS,
        ),
        "pm.inspection.defect": {
            **dict.fromkeys(("action_rectify", "action_cancel"), DESK),
            **dict.fromkeys(("action_pass", "action_send_back"), (*WALKERS, *DESK)),
        },
    }

    @classmethod
    def _make_records(cls, estate):
        """One record of each model that belongs to ``estate``."""
        company = estate.company_id
        here = cls.env(context={"allowed_company_ids": company.ids})
        point = here["pm.inspection.point"].create(
            {"name": "Pump room", "property_id": estate.id}
        )
        plan = here["pm.inspection.plan"].create(
            {
                "name": "Patrol",
                "property_id": estate.id,
                # nobody is on duty there, so that the round is nobody's
                "post_id": here["pm.duty.post"]
                .create({"name": "Patrol post", "property_id": estate.id})
                .id,
                "schedule_start": fields.Date.today() + timedelta(days=300),
                "stop_ids": [Command.create({"point_id": point.id})],
                "window_ids": [Command.create({"hour_from": 8})],
                "item_ids": [
                    Command.create(
                        {
                            "name": "In order",
                            "kind": "choice",
                            "choice_ids": [
                                Command.create({"name": "Yes"}),
                                Command.create({"name": "No", "is_fault": True}),
                            ],
                        }
                    )
                ],
            }
        )
        round_ = plan._generate(plan.schedule_start)
        answers = here["pm.inspection.answer"]
        answer = answers.create(
            {
                **answers._desk_values(round_, point, cls.env.user),
                "state": "conflict",
                "conflict": "value",
            }
        )
        made = {
            "pm.inspection.plan": plan,
            "pm.inspection.point": point,
            "pm.inspection.stop": plan.stop_ids,
            "pm.inspection.window": plan.window_ids,
            "pm.inspection.item": plan.item_ids,
            "pm.inspection.choice": plan.item_ids.choice_ids[0],
            "pm.inspection": round_,
            "pm.inspection.line": round_.line_ids,
            "pm.inspection.answer": answer,
            "pm.inspection.photo": here["pm.inspection.photo"].create(
                {"uuid": f"photo-{estate.id:08}", "name": "a", "answer_id": answer.id}
            ),
            "pm.inspection.defect": here["pm.inspection.defect"].create(
                {
                    "name": "Dust",
                    "property_id": estate.id,
                    "date_due": fields.Date.today(),
                }
            ),
        }
        return {model: record.with_env(cls.env) for model, record in made.items()}

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.inspection.template": cls.env["pm.inspection.template"].create(
                {"name": "Patrol"}
            )
        }

    def test_steps_are_for_their_roles(self):
        for model, steps in self.STEPS.items():
            record = self.records["own"][model]
            for step, roles in steps.items():
                for role, user in self.users.items():
                    with (
                        self.subTest(model=model, step=step, role=role),
                        self.env.cr.savepoint() as sp,
                    ):
                        refused = None
                        try:
                            getattr(record.with_user(user), step)()
                        except (AccessError, UserError) as error:
                            refused = error
                        sp.rollback()
                        self.env.invalidate_all()
                        if role in roles:
                            self.assertNotIsInstance(refused, AccessError)
                        else:
                            self.assertIsInstance(refused, AccessError)

    def test_items_of_templates_are_for_administrators(self):
        template = self.shared["pm.inspection.template"]
        item = self.env["pm.inspection.item"].create(
            {"name": "Doors", "template_id": template.id}
        )
        for role in ("manager", "company"):
            with self.subTest(role=role), self.assertRefused(AccessError, "."):
                item.with_user(self.users[role]).name = "Locks"
        item.with_user(self.users["admin"]).name = "Locks"
        self.assertEqual(item.with_user(self.users["inspector"]).name, "Locks")

    def test_tokens_are_nobody_s(self):
        point = self.records["own"]["pm.inspection.point"]
        for role, user in self.users.items():
            with self.subTest(role=role), self.assertRefused(AccessError, "."):
                point.with_user(user).read(["token"])
