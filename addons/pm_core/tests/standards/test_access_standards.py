"""Who may do what with the service manual and with policies."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import access


@tagged("post_install", "-at_install")
class TestAccessStandards(access.AccessCase):
    KEPT = access.rights("rwcd", staff="r", service="r")
    RIGHTS = {
        "pm.service.standard": KEPT,
        "pm.policy": KEPT,
        "pm.policy.link": KEPT,
        "pm.policy.acknowledgement": access.rights("r", staff="", service=""),
    }
    # what holds for all estates is not changed by the manager of one
    SHARED = {**KEPT, "manager": "r"}
    SHARED_RIGHTS = {
        "pm.property.aspect": access.rights("r", admin="rwcd"),
        "pm.policy.type": access.rights("r", admin="rwcd"),
        "pm.service.standard": SHARED,
        "pm.policy": SHARED,
        "pm.policy.link": SHARED,
    }

    @classmethod
    def _make_standard(cls, **vals):
        return cls.env["pm.service.standard"].create(
            {
                "code": "T-01",
                "name": "Patrol at night",
                "category_id": cls.env.ref("pm_core.service_category_security").id,
                "requirement": "Walk the round.",
                "state": "in_force",
                **vals,
            }
        )

    @classmethod
    def _make_policy(cls, **vals):
        return cls.env["pm.policy"].create(
            {
                "code": "T-01",
                "name": "Gate duty",
                "type_id": cls.env.ref("pm_core.policy_type_posts").id,
                "body": "<p>Ask visitors.</p>",
                "state": "in_force",
                "link_ids": [
                    Command.create(
                        {
                            "name": "Units",
                            "menu_id": cls.env.ref("pm_core.pm_core_menu_unit").id,
                        }
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def _make_records(cls, estate):
        policy = cls._make_policy(estate_ids=[Command.set(estate.ids)])
        employee = cls.env["hr.employee"].create(
            {
                "name": "Guard",
                "company_id": estate.company_id.id,
                "pm_estate_id": estate.id,
            }
        )
        return {
            "pm.service.standard": cls._make_standard(estate_id=estate.id),
            "pm.policy": policy,
            "pm.policy.link": policy.link_ids,
            "pm.policy.acknowledgement": cls.env["pm.policy.acknowledgement"]._ask(
                [(policy, employee)]
            ),
        }

    @classmethod
    def _make_shared_records(cls):
        policy = cls._make_policy(company_id=False)
        return {
            "pm.property.aspect": cls.env.ref("pm_core.pm_property_aspect_kind_unit"),
            "pm.policy.type": cls.env.ref("pm_core.policy_type_safety"),
            "pm.service.standard": cls._make_standard(company_id=False),
            "pm.policy": policy,
            "pm.policy.link": policy.link_ids,
        }

    def test_staff_see_what_is_in_force(self):
        drafts = [
            self._make_standard(code="T-02", state="draft", estate_id=self.estate.id),
            self._make_policy(
                code="T-02",
                state="draft",
                estate_ids=[Command.set(self.estate.ids)],
            ),
        ]
        for role, seen in [
            ("staff", False),
            ("service", False),
            ("hr", True),
            ("manager", True),
            ("company", True),
        ]:
            for draft in drafts:
                with self.subTest(role=role, model=draft._name):
                    self.assertEqual(
                        draft.with_user(self.users[role]).has_access("read"), seen
                    )

    def test_a_manager_does_not_change_a_policy_for_estates_of_others_too(self):
        other = self.records["other estate"]["pm.service.standard"].estate_id
        policy = self._make_policy(
            code="T-03", estate_ids=[Command.set((self.estate | other).ids)]
        )
        manager = policy.with_user(self.users["manager"])
        self.assertTrue(manager.has_access("read"))
        self.assertFalse(manager.has_access("write"))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_manager_makes_those_of_the_own_estates_only(self):
        manager = self.users["manager"]
        other = self.records["other estate"]["pm.service.standard"].estate_id
        Standard = self.env["pm.service.standard"].with_user(manager)
        Policy = self.env["pm.policy"].with_user(manager)
        standard = {
            "code": "T-08",
            "name": "Own",
            "category_id": self.env.ref("pm_core.service_category_security").id,
            "requirement": "Own.",
        }
        policy = {
            "code": "T-08",
            "name": "Own",
            "type_id": self.env.ref("pm_core.policy_type_posts").id,
            "body": "<p>Own.</p>",
        }
        Standard.create({**standard, "estate_id": self.estate.id}).action_submit()
        self.env["tier.definition"].search([]).active = False
        own = Policy.create({**policy, "estate_ids": [Command.set(self.estate.ids)]})
        own.action_submit()
        self.assertEqual(own.state, "in_force")
        for estate in (other, other.browse()):
            with self.subTest(estate=estate.name):
                with self.assertRaises(AccessError):
                    Standard.create({**standard, "estate_id": estate.id})
                with self.assertRaises(AccessError):
                    Policy.create({**policy, "estate_ids": [Command.set(estate.ids)]})

    def test_readings_are_seen_by_oneself_and_by_who_answers_for_them(self):
        policy = self.records["own"]["pm.policy"]
        employee = self.env["hr.employee"].create(
            {
                "name": "Staff",
                "user_id": self.users["staff"].id,
                "pm_estate_id": self.estate.id,
            }
        )
        head_office = self.env["hr.employee"].create({"name": "Head Office"})
        own, central = self.env["pm.policy.acknowledgement"]._ask(
            [(policy, employee), (policy, head_office)]
        )
        for role, sees_own, sees_central in [
            ("staff", True, False),
            ("service", False, False),
            ("manager", True, False),
            ("hr", True, True),
            ("company", True, True),
        ]:
            with self.subTest(role=role):
                user = self.users[role]
                self.assertEqual(own.with_user(user).has_access("read"), sees_own)
                self.assertEqual(
                    central.with_user(user).has_access("read"), sees_central
                )
