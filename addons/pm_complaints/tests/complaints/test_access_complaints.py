"""Who may do what with complaints, and who takes which step."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests import access

HEADS = ("manager", "area", "company", "admin")
DESK = ("service", *HEADS)


def desk(letters, **others):
    """Rights of customer service and those above."""
    return {**dict.fromkeys(DESK, letters), **others}


@tagged("post_install", "-at_install")
class TestEveryModel(TransactionCase):
    def test_every_model_is_in_a_matrix(self):
        self.assertFalse(
            access.models_of(self.env, "pm_complaints") - access.listed_models()
        )


@tagged("post_install", "-at_install")
class TestAccessComplaints(access.AccessCase):
    ROLES = {**access.ROLES, "area": "pm_complaints.group_pm_area_manager"}
    RIGHTS = {
        # what one handles, and praise of oneself: see test_hidden.py
        "pm.complaint": desk("rwc", hr="r"),
        "pm.complaint.step": desk("r", hr="r"),
        "pm.complaint.slip": desk("r"),
        "pm.complaint.message": desk("r", hr="r"),
        "pm.complaint.reply": desk("rw", hr="r"),
        "pm.complaint.dispute": desk("rwcd"),
        "pm.complaint.person": {
            # who handles the complaint besides
            **dict.fromkeys(HEADS, "rwcd"),
        },
        "pm.complaint.cluster": {
            **dict.fromkeys(HEADS, "rwc"),
            "service": "rw",
            "hr": "r",
        },
        # one's own besides
        "pm.rectification": desk("rwc", hr="r"),
        "pm.complaint.inbox": desk("r", admin="rwcd"),
        # one's own besides
        "pm.praise": desk("r", hr="r"),
    }
    SHARED_RIGHTS = {
        "pm.complaint.category": {
            **dict.fromkeys(("staff", "hr", *DESK), "r"),
            "admin": "rwcd",
        },
        "pm.complaint.cause": {
            **dict.fromkeys(("staff", "hr", *DESK), "r"),
            "admin": "rwcd",
        },
        "pm.complaint.rule": {
            **dict.fromkeys(("staff", "hr", *DESK), "r"),
            "admin": "rwcd",
        },
        "pm.complaint.keyword": {
            **dict.fromkeys(("staff", "hr", "service"), "r"),
            **dict.fromkeys(HEADS, "rwcd"),
        },
        "pm.complaint.template": {
            **dict.fromkeys(("staff", "hr", "service"), "r"),
            **dict.fromkeys(HEADS, "rwcd"),
        },
    }
    WIZARDS = {"pm.complaint.act": DESK}
    STEPS = (
        "action_accept",
        "action_assign",
        "action_investigate",
        "action_reply",
        "action_draft_reply",
        "action_rectify",
        "action_verify",
        "action_follow_up",
        "action_close",
        "action_reopen",
        "action_new_case",
        "action_wait",
        "action_go_on",
        "action_urge",
        "action_escalate",
        "action_withdraw",
        "action_invalid",
        "action_forward",
        "action_split",
        "action_print_slip",
        "action_renew_code",
    )

    @classmethod
    def _make_records(cls, estate):
        here = cls.env(context={"allowed_company_ids": estate.company_id.ids})
        building = cls.make_building(estate, "9")
        category = here["pm.complaint.category"].create({"name": "Bells"})
        complaint = here["pm.complaint"].create(
            {
                "property_id": building.id,
                "description": "The bell is broken.",
                "category_id": category.id,
                "reporter_name": "Li",
            }
        )
        of_it = {"complaint_id": complaint.id}
        item = here["pm.fee.item"].create(
            {"name": "Service", "code": "access", "estate_id": estate.id, "price": 1}
        )
        payer = cls.make_partner("Payer", pm_estate_id=estate.id)
        fee = here["pm.fee"].create(
            {
                "property_id": building.id,
                "fee_item_id": item.id,
                "date_from": "2026-01-01",
            }
        )
        charge = (
            here["pm.charge"]
            ._as_step()
            .create(
                {
                    "fee_id": fee.id,
                    "fee_item_id": item.id,
                    "property_id": building.id,
                    "partner_id": payer.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-01-31",
                    "amount": 10.0,
                }
            )
        )
        vals = {
            "pm.complaint.dispute": {**of_it, "charge_id": charge.id},
            "pm.complaint.message": {
                **of_it,
                "kind": "accept",
                "text": "We have it.",
                "due_at": fields.Datetime.now(),
            },
            "pm.complaint.reply": {
                **of_it,
                "body": "We look into it.",
                "user_id": cls.env.uid,
            },
            "pm.complaint.person": {**of_it, "name": "Witness"},
            "pm.complaint.slip": {
                **of_it,
                "code": "ABCD1234",
                "user_id": cls.env.uid,
                "at": fields.Datetime.now(),
            },
            "pm.complaint.cluster": {
                "property_id": building.id,
                "category_id": category.id,
            },
            "pm.rectification": {
                **of_it,
                "name": "New bell",
                "date_due": fields.Date.today(),
                "user_id": cls.env.ref("base.user_admin").id,
            },
            "pm.complaint.inbox": {"name": estate.name, "estate_id": estate.id},
        }
        praise = here["pm.complaint"].create(
            {
                "kind": "praise",
                "property_id": building.id,
                "description": "So friendly!",
                "praised_employee_ids": here["hr.employee"]
                .create({"name": "Praised", "company_id": estate.company_id.id})
                .ids,
            }
        )
        cls.env.flush_all()
        made = {
            "pm.praise": here["pm.praise"].search([("complaint_id", "=", praise.id)]),
            "pm.complaint": complaint,
            "pm.complaint.step": complaint.step_ids[:1],
            **{model: here[model].create(values) for model, values in vals.items()},
        }
        return {model: record.with_env(cls.env) for model, record in made.items()}

    @classmethod
    def _make_shared_records(cls):
        category = cls.env["pm.complaint.category"].create({"name": "Lamps"})
        vals = {
            "pm.complaint.cause": {"name": "Worn"},
            "pm.complaint.rule": {"name": "Lamps"},
            "pm.complaint.keyword": {"words": "lamp", "category_id": category.id},
            "pm.complaint.template": {"name": "Sorry", "body": "Dear {customer}"},
        }
        return {
            "pm.complaint.category": category,
            **{model: cls.env[model].create(values) for model, values in vals.items()},
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_are_for_their_roles(self):
        """Refused to others before all else; the complaint stays as it was."""
        complaint = self.records["own"]["pm.complaint"]
        before = complaint.read(["state", "step_ids", "user_id"])
        for step in self.STEPS:
            for role, user in self.users.items():
                if role not in DESK:
                    with self.subTest(step=step, role=role):
                        with self.assertRaises(AccessError):
                            getattr(complaint.with_user(user), step)()
        self.assertEqual(complaint.read(["state", "step_ids", "user_id"]), before)
        with self.assertRaises(AccessError):
            complaint.with_user(self.users["staff"]).action_merge(complaint.id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_steps_elsewhere(self):
        elsewhere = self.records["other estate"]["pm.complaint"]
        for step in self.STEPS:
            for role in ("service", "manager", "area"):
                with self.subTest(step=step, role=role), self.assertRaises(AccessError):
                    getattr(elsewhere.with_user(self.users[role]), step)()
