"""Who may do what in the security room, and who takes which step."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "company", "admin")


def rights(guard="", service=None, manager=None):
    """Rights of guards, of customer service and of managers; all others have none."""
    service = guard if service is None else service
    manager = service if manager is None else manager
    found = {"guard": guard, "service": service, **dict.fromkeys(HEADS, manager)}
    return {role: letters for role, letters in found.items() if letters}


@tagged("post_install", "-at_install")
class TestAccessGate(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "guard": "pm_maintenance.group_pm_guard",
        "technician": "pm_maintenance.group_pm_technician",
        "dispatcher": "pm_maintenance.group_pm_dispatcher",
    }
    RIGHTS = {
        "pm.access.pass": rights("rwc", "rwcd"),
        "pm.gate.log": rights("r"),
        "pm.gate.denied": rights("r", "r", "rwcd"),
        "pm.post.item": {
            **dict.fromkeys(
                ("staff", "guard", "service", "technician", "dispatcher"), "r"
            ),
            **dict.fromkeys(("hr", *HEADS), "rwcd"),
        },
        "pm.key": rights("r", "rwc", "rwcd"),
        "pm.key.move": rights("rwc", "rwc", "rwcd"),
        "pm.post.log": rights("rw", "", "rw"),
        "pm.post.log.entry": rights("rwc", "", "rwc"),
        "pm.post.log.item": rights("rw", "", "rw"),
        "pm.post.gap": rights("", "", "r"),
        "pm.incident": rights("rwc", "rwc", "rwcd"),
        # of the own reports besides: see test_incident.py
        "pm.incident.person": rights("", "", "rwcd"),
        "pm.incident.action": rights("rw", "rw", "rwcd"),
        "pm.footage.request": rights("rwc", "rwc", "rwcd"),
        "pm.footage.handout": rights("rc", "rc", "rc"),
    }
    SHARED_RIGHTS = {
        "pm.gate.try": {"admin": "r"},
        "pm.incident.type": {
            **access.rights("r", admin="rwcd"),
            **dict.fromkeys(("guard", "technician", "dispatcher"), "r"),
        },
    }
    DESK = ("guard", "service", *HEADS)
    # model: {step: who may take it}
    STEPS = {
        "pm.access.pass": {
            **dict.fromkeys(
                (
                    "action_ask",
                    "action_confirm_phone",
                    "action_confirm_paper",
                    "action_refuse",
                    "action_cancel",
                    "action_share",
                ),
                DESK,
            ),
            "action_forget": HEADS,
        },
        "pm.gate.denied": {"action_lift": HEADS, "action_submit": HEADS},
        "pm.key.move": dict.fromkeys(
            ("action_hand_out", "action_return", "action_lost"), DESK
        ),
        "pm.incident": {
            **dict.fromkeys(("action_report", "action_make_order"), DESK),
            **dict.fromkeys(("action_handle", "action_close", "action_reopen"), HEADS),
        },
        "pm.footage.request": dict.fromkeys(
            ("action_preserve", "action_close", "action_submit"), DESK
        ),
    }

    @classmethod
    def _make_records(cls, estate):
        """One record of each model that belongs to ``estate``."""
        company = estate.company_id
        here = cls.env(context={"allowed_company_ids": company.ids})
        now = fields.Datetime.now()
        post = here["pm.duty.post"].create(
            {
                "name": "Gate",
                "property_id": estate.id,
                "is_gate": True,
                "keeps_log": True,
            }
        )
        other_post = here["pm.duty.post"].create(
            {"name": "Control Room", "property_id": estate.id, "keeps_log": True}
        )
        employee = here["hr.employee"].create(
            {"name": "Guard", "pm_estate_id": estate.id, "company_id": company.id}
        )
        item = here["pm.post.item"].create({"post_id": post.id, "name": "Radio"})
        duties = here["pm.duty"].create(
            [
                {
                    "employee_id": employee.id,
                    "post_id": one.id,
                    "shift_id": cls.env.ref("pm_core.pm_duty_shift_day").id,
                    "date": (now - timedelta(days=days)).date(),
                    "start": now - timedelta(days=days, hours=8),
                    "stop": now - timedelta(days=days),
                }
                for one, days in ((post, 2), (other_post, 3))
            ]
        )
        log = here["pm.post.log"].sudo()._of_duty(duties[0])
        log._as_step().state = "running"
        entry = here["pm.post.log.entry"].create({"log_id": log.id, "text": "Quiet"})
        one = here["pm.access.pass"].create(
            {"property_id": estate.id, "visitor_name": "Visitor"}
        )
        moved = (
            here["pm.gate.log"]
            ._as_step()
            .create(
                {
                    "pass_id": one.id,
                    "property_id": estate.id,
                    "post_id": post.id,
                    "direction": "refused",
                    "at": now,
                    "user_id": cls.env.uid,
                    "key": f"key-{estate.id}",
                }
            )
        )
        key = here["pm.key"].create(
            {"code": "K1", "name": "Roof", "property_id": estate.id}
        )
        incident = here["pm.incident"].create(
            {
                "type_id": cls.env.ref("pm_maintenance.pm_incident_type_theft").id,
                "property_id": estate.id,
                "description": "A bicycle is gone.",
            }
        )
        request = here["pm.footage.request"].create(
            {
                "property_id": estate.id,
                "requester": "Somebody",
                "reason": "A bicycle",
                "places": "Gate",
                "period_from": now - timedelta(days=1),
                "period_to": now,
            }
        )
        request._as_step().state = "approved"
        vals = {
            "pm.gate.denied": {
                "name": "Somebody",
                "property_id": estate.id,
                "reason": "Violence",
            },
            "pm.key.move": {"key_id": key.id, "employee_id": employee.id},
            "pm.incident.person": {"incident_id": incident.id, "name": "Witness"},
            "pm.incident.action": {
                "incident_id": incident.id,
                "name": "Mend the fence",
                "due": now.date(),
            },
            "pm.footage.handout": {
                "request_id": request.id,
                "what": "Gate",
                "recipient": "Police",
            },
        }
        made = {
            "pm.access.pass": one,
            "pm.gate.log": moved,
            "pm.post.item": item,
            "pm.key": key,
            "pm.post.log": log,
            "pm.post.log.entry": entry,
            "pm.post.log.item": log.item_ids[:1],
            "pm.post.gap": here["pm.post.gap"].search(
                [("post_id", "=", other_post.id)], limit=1
            ),
            "pm.incident": incident,
            "pm.footage.request": request,
            **{model: here[model].create(values) for model, values in vals.items()},
        }
        return {model: record.with_env(cls.env) for model, record in made.items()}

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.gate.try": cls.env["pm.gate.try"].create({"address": "192.0.2.9"}),
            "pm.incident.type": cls.env["pm.incident.type"].create({"name": "Flood"}),
        }

    def test_steps_are_for_their_roles(self):
        """Who may not take a step leaves the record as it was."""
        for model, steps in self.STEPS.items():
            record = self.records["own"][model]
            before = record.read(["state"])
            for step, roles in steps.items():
                for role, user in self.users.items():
                    with (
                        self.subTest(model=model, step=step, role=role),
                        self.env.cr.savepoint() as savepoint,
                    ):
                        refused = None
                        try:
                            getattr(record.with_user(user), step)()
                        except (AccessError, UserError) as error:
                            refused = error
                        savepoint.rollback()
                        self.env.invalidate_all()
                        check = (
                            self.assertNotIsInstance
                            if role in roles
                            else self.assertIsInstance
                        )
                        check(refused, AccessError)
            self.assertEqual(record.read(["state"]), before)

    def test_the_gate_is_for_guards(self):
        post = self.records["own"]["pm.gate.log"].post_id
        for role, user in self.users.items():
            Pass = self.env["pm.access.pass"].with_user(user)
            for call in (
                lambda Pass=Pass: Pass.gate_find("Visitor", post.id),
                lambda Pass=Pass: Pass.gate_today(post.id),
            ):
                with self.subTest(role=role):
                    if role in ("guard", *HEADS):
                        call()
                    else:
                        with self.assertRaises(AccessError):
                            call()

    def test_nobody_reads_the_secret(self):
        one = self.records["own"]["pm.access.pass"]
        one._provide_token()
        for role in ("guard", "service", "manager", "company"):
            mine = one.with_user(self.users[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                mine.read(["token"])
            self.assertNotIn(one.token, str(mine.read()))

    def test_the_reason_of_the_deny_list_is_for_managers(self):
        denied = self.records["own"]["pm.gate.denied"]
        for role in ("guard", "service"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                denied.with_user(self.users[role]).read(["reason"])
        self.assertEqual(denied.with_user(self.users["manager"]).reason, "Violence")
