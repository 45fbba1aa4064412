"""Who may do what with orders, machines and their plans, and who takes which step."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.pm_core.tests import access

BASIC = ("staff", "technician", "service", "hr")
HEADS = ("manager", "company", "admin")
DISPATCHERS = ("dispatcher", *HEADS)


def rights(basic="r", **others):
    """Rights of all who work in property management, where ``others`` differ.

    ``dispatcher`` holds for all who dispatch, ``manager`` for all who manage.
    """
    found = dict.fromkeys((*BASIC, *DISPATCHERS), basic)
    found.update(dict.fromkeys(DISPATCHERS, others.pop("dispatcher", basic)))
    if "manager" in others:
        found.update(dict.fromkeys(HEADS, others.pop("manager")))
    return {**found, **others}


@tagged("post_install", "-at_install")
class TestAccessOrders(access.AccessCase):
    ROLES = {
        **access.ROLES,
        "technician": "pm_maintenance.group_pm_technician",
        "dispatcher": "pm_maintenance.group_pm_dispatcher",
    }
    RIGHTS = {
        "maintenance.request": rights("rwcd"),
        "maintenance.equipment": rights(manager="rwc"),
        "pm.order.step": rights(),
        # one's own hours besides: see test_hours.py
        "pm.order.work": rights(technician="rc", dispatcher="rwcd"),
        "pm.order.quote.line": rights(
            technician="rwcd", service="rwcd", dispatcher="rwcd"
        ),
        "pm.order.permit": rights(technician="rwc", dispatcher="rwcd"),
        "pm.order.check": rights(technician="rw", dispatcher="rw"),
        "pm.dispatch.rule": {
            "dispatcher": "r",
            **dict.fromkeys(HEADS, "rwcd"),
        },
        "pm.equipment.downtime": rights(dispatcher="rwc"),
        "pm.equipment.reading": rights(technician="rc", dispatcher="rwcd"),
        "pm.maintenance.plan": rights(manager="rwcd"),
        "pm.maintenance.item": rights(manager="rwcd"),
        "pm.fault.visit": {"admin": "r"},
        "pm.order.message": rights(),
        "pm.alarm.source": {**dict.fromkeys(DISPATCHERS, "r"), "admin": "rwcd"},
        "pm.alarm": dict.fromkeys(DISPATCHERS, "rw"),
        # views over orders
        "pm.order.report": dict.fromkeys(DISPATCHERS, "r"),
        "pm.order.load": dict.fromkeys(DISPATCHERS, "r"),
        "pm.order.crew": dict.fromkeys(DISPATCHERS, "r"),
        "pm.compliance": dict.fromkeys(DISPATCHERS, "r"),
    }
    SHARED_RIGHTS = {
        "pm.fault.category": rights(admin="rwcd"),
        "pm.fault.code": rights(admin="rwcd"),
        "pm.pause.reason": rights(admin="rwcd"),
        "pm.order.price": rights(manager="rwcd"),
        "pm.maintenance.plan.template": rights(admin="rwcd"),
    }
    WIZARDS = {
        "pm.order.reason": ("technician", "service", *DISPATCHERS),
        "pm.order.rain": ("service", *DISPATCHERS),
        "pm.order.call": ("service", *DISPATCHERS),
        "pm.order.photo": ("technician", *DISPATCHERS),
        "pm.order.finish": ("technician", *DISPATCHERS),
        "pm.order.sign": ("technician", "service", *DISPATCHERS),
        "pm.maintenance.plan.apply": HEADS,
        "pm.maintenance.skip": HEADS,
    }
    # Each step that is open for some only; it asks who calls before all else.
    STEPS = {
        "action_dispatch": DISPATCHERS,
        "action_quote_agree": DISPATCHERS,
        "action_grab": ("technician",),
        **dict.fromkeys(
            (
                "action_accept",
                "action_refuse",
                "action_travel",
                "action_arrive",
                "action_pause",
                "action_resume",
                "action_done",
                "action_quote_ask",
                "action_quote_take_back",
            ),
            DISPATCHERS,
        ),
        **dict.fromkeys(
            (
                "action_verify",
                "action_redo",
                "action_follow_up",
                "action_close",
                "action_cancel",
            ),
            ("service", *DISPATCHERS),
        ),
    }

    @classmethod
    def _make_records(cls, estate):
        """One record of each model that belongs to ``estate``."""
        company = estate.company_id
        here = cls.env(context={"allowed_company_ids": company.ids})
        category = here["pm.fault.category"].create({"name": "Pipes"})
        team = here["maintenance.team"].create(
            {"name": "Repairs", "company_id": company.id}
        )
        machine = here["maintenance.equipment"].create(
            {"name": "Pump", "property_id": estate.id, "company_id": company.id}
        )
        order = here["maintenance.request"].create(
            {
                "name": "Water drips",
                "property_id": estate.id,
                "company_id": company.id,
                "fault_category_id": category.id,
                "maintenance_team_id": team.id,
            }
        )
        order._log_step("report")
        worker = here["hr.employee"].create(
            {"name": "Worker", "pm_estate_id": estate.id, "company_id": company.id}
        )
        of_order, of_machine = {"request_id": order.id}, {"equipment_id": machine.id}
        vals = {
            "pm.order.work": {**of_order, "employee_id": worker.id},
            "pm.order.quote.line": {**of_order, "name": "Seal", "price": 5},
            "pm.order.permit": {
                **of_order,
                "kind": "hot",
                "valid_to": fields.Datetime.add(fields.Datetime.now(), hours=4),
                "measures": "A watch with an extinguisher.",
            },
            "pm.order.check": {**of_order, "name": "Oil at level"},
            "pm.dispatch.rule": {
                "name": "Repairs",
                "company_id": company.id,
                "estate_ids": [Command.link(estate.id)],
                "team_id": team.id,
            },
            "pm.equipment.downtime": of_machine,
            "pm.equipment.reading": {**of_machine, "value": 7},
            "pm.maintenance.plan": {
                "name": "Service",
                "equipment_id": machine.id,
                "schedule_start": "2027-01-31",
                "schedule_unit": "month",
                "schedule_every": 1,
                "is_statutory": True,
            },
            "pm.order.message": {
                **of_order,
                "kind": "done",
                "text": "Done",
                "due_at": fields.Datetime.now(),
            },
            "pm.alarm.source": {
                "name": "Building control",
                "property_id": estate.id,
                "category_id": category.id,
            },
            "pm.fault.visit": {"address": "192.0.2.1", "property_id": estate.id},
        }
        made = {
            "maintenance.request": order,
            "maintenance.equipment": machine,
            "pm.order.step": order.step_ids[:1],
            **{model: here[model].create(values) for model, values in vals.items()},
        }
        made["pm.maintenance.item"] = here["pm.maintenance.item"].create(
            {"name": "Oil at level", "plan_id": made["pm.maintenance.plan"].id}
        )
        made["pm.alarm"] = here["pm.alarm"].create(
            {
                "source_id": made["pm.alarm.source"].id,
                "reference": "1",
                "device": "PUMP-1",
                "text": "Pressure low",
            }
        )
        user = new_test_user(
            cls.env,
            f"pm_worker_{estate.id}",
            "base.group_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        worker.user_id = user
        given = order.copy_data()[0] | {"property_id": estate.id}
        here["maintenance.request"]._as_step().create(given)._as_step().write(
            {"user_id": user.id, "state": "dispatched"}
        )
        cls.env.flush_all()
        made |= {
            "pm.order.report": here["pm.order.report"].browse(order.id),
            "pm.order.load": here["pm.order.load"].browse(made["pm.order.work"].id * 2),
            "pm.order.crew": here["pm.order.crew"].browse(worker.id),
            "pm.compliance": here["pm.compliance"].browse(
                made["pm.maintenance.plan"].id * 4 + 1
            ),
        }
        return {model: record.with_env(cls.env) for model, record in made.items()}

    @classmethod
    def _make_shared_records(cls):
        category = cls.env["pm.fault.category"].create({"name": "Lamps"})
        vals = {
            "pm.fault.code": {"name": "Worn out", "kind": "cause"},
            "pm.pause.reason": {"name": "No access"},
            "pm.order.price": {"name": "Lamp", "price": 3},
            "pm.maintenance.plan.template": {
                "name": "Service",
                "schedule_unit": "month",
            },
        }
        return {
            "pm.fault.category": category,
            **{model: cls.env[model].create(values) for model, values in vals.items()},
        }

    def test_reports_print(self):
        """The question for the customer is there once the work is accepted."""
        self.records["own"]["maintenance.request"].sudo()._as_step().state = "verified"
        return super().test_reports_print()

    def test_every_model_is_listed(self):
        """In the matrix of some room; a new room has its own ``test_access_<room>``."""
        self.assertFalse(
            access.models_of(self.env, "pm_maintenance") - access.listed_models()
        )

    def test_steps_are_for_their_roles(self):
        """Somebody else's order; who may not take a step leaves it as it was."""
        order = self.records["own"]["maintenance.request"]
        before = order.read(["state", "user_id", "step_ids", "quote_state"])
        for step, roles in self.STEPS.items():
            for role, user in self.users.items():
                with self.subTest(step=step, role=role), self.env.cr.savepoint() as sp:
                    refused = None
                    try:
                        getattr(order.with_user(user), step)()
                    except (AccessError, UserError) as error:
                        refused = error
                    sp.rollback()
                    self.env.invalidate_all()
                    if role in roles:
                        self.assertNotIsInstance(refused, AccessError)
                    else:
                        self.assertIsInstance(refused, AccessError)
        self.assertEqual(
            order.read(["state", "user_id", "step_ids", "quote_state"]), before
        )

    def test_an_issued_permit_stays_as_it_was_issued(self):
        """Nobody moves its hours or its measures under the name of who issued it."""
        permit = self.records["own"]["pm.order.permit"]
        technician = permit.with_user(self.users["technician"])
        technician.measures = "A watch and two extinguishers."
        permit.with_user(self.users["dispatcher"]).action_issue()
        changes = {
            "kind": "power",
            "measures": "None.",
            "valid_from": "2020-01-01 00:00:00",
            "valid_to": fields.Datetime.add(permit.valid_to, days=30),
        }
        for role in ("technician", "dispatcher", "admin"):
            for name, value in changes.items():
                with (
                    self.subTest(role=role, name=name),
                    self.assertRaisesRegex(AccessError, "by hand"),
                ):
                    permit.with_user(self.users[role]).write({name: value})

    def test_a_retired_machine_stays_retired(self):
        machine = self.records["own"]["maintenance.equipment"]
        machine.with_user(self.users["manager"]).action_retire()
        mine = machine.with_user(self.users["technician"])
        for step in ("action_idle", "action_run", "action_down"):
            getattr(mine, step)()
            self.assertEqual(machine.pm_state, "retired")

    def test_estate_managers_retire_machines(self):
        machine = self.records["own"]["maintenance.equipment"]
        for role, user in self.users.items():
            if role not in HEADS:
                with self.subTest(role=role), self.assertRaises(AccessError):
                    machine.with_user(user).action_retire()
        self.assertEqual(machine.pm_state, "running")

    def test_human_resources_keep_machines_without_a_place(self):
        """Odoo makes them managers of equipment: of laptops, not of lifts."""
        hr = self.users["hr"]
        laptop = self.env["maintenance.equipment"].with_user(hr).create({"name": "PC"})
        laptop.name = "Laptop"
        with self.assertRaises(AccessError):
            laptop.property_id = self.estate
        laptop.unlink()
        machine = self.records["own"]["maintenance.equipment"].with_user(hr)
        for change in (
            lambda: machine.write({"name": "Laptop"}),
            lambda: machine.write({"property_id": False}),
            machine.unlink,
        ):
            with self.assertRaises(AccessError):
                change()
