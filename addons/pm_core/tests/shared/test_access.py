"""Who may do what in the register, with customers and with contracts."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .. import access
from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestEveryModel(TransactionCase):
    def test_every_model_is_in_a_matrix(self):
        self.assertFalse(
            access.models_of(self.env, "pm_core") - access.listed_models(),
            "These models are in no matrix. Add each to RIGHTS of the class in "
            "tests/<room>/test_access_<room>.py, and to its _make_records one record "
            "that belongs to the estate that is given; one that belongs to no estate "
            "goes to SHARED_RIGHTS and _make_shared_records.",
        )


@tagged("post_install", "-at_install")
class TestAccess(access.AccessCase):
    RIGHTS = {
        "pm.property": access.rights("rwcd", staff="r", hr="r", service="rw"),
        "pm.occupancy": access.rights("rwcd", staff="r", hr="r", service="rwc"),
        "pm.contract": access.rights("rwcd", staff="r", hr="r", service="rwc"),
        "pm.contract.line": access.rights("rwcd", staff="r", hr="r"),
        "pm.register.import": dict.fromkeys(("manager", "company", "admin"), "rwcd"),
        "pm.register.import.issue": dict.fromkeys(
            ("manager", "company", "admin"), "rwcd"
        ),
    }
    WIZARDS = {"pm.occupancy.handover": ("service", "manager", "company", "admin")}
    SHARED_RIGHTS = {
        "pm.channel": access.rights("r", admin="rwcd"),
        "pm.service.category": access.rights("r", admin="rwcd"),
    }

    @classmethod
    def _make_records(cls, estate):
        """One record of each model that belongs to ``estate``."""
        unit = cls.make_unit(estate, "access")
        contract = cls.make_contract(estate)
        record = cls.env["pm.register.import"].create(
            {
                "estate_name": estate.name,
                "company_id": estate.company_id.id,
                "property_id": estate.id,
                "issue_ids": [
                    Command.create({"severity": "warning", "message": "Look at it."})
                ],
            }
        )
        return {
            "pm.property": unit,
            "pm.occupancy": cls.make_occupancy(unit, cls.owner, role="family"),
            "pm.contract": contract,
            "pm.contract.line": cls.env["pm.contract.line"].create(
                {"contract_id": contract.id, "name": "Service"}
            ),
            "pm.register.import": record,
            "pm.register.import.issue": record.issue_ids,
        }

    @classmethod
    def _make_shared_records(cls):
        return {
            "pm.channel": cls.env.ref("pm_core.pm_channel_phone"),
            "pm.service.category": cls.env.ref("pm_core.service_category_security"),
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nothing_is_made_in_an_estate_of_others(self):
        other = self.records["other estate"]
        manager = self.users["manager"]
        with self.assertRaises(AccessError):
            self.env["pm.occupancy"].with_user(manager).create(
                {
                    "property_id": other["pm.property"].id,
                    "partner_id": self.owner.id,
                    "role": "family",
                }
            )
        with self.assertRaises(AccessError):
            self.env["pm.property"].with_user(manager).create(
                {
                    "name": "x",
                    "code": "x",
                    "parent_id": other["pm.property"].estate_id.id,
                }
            )
        # nor moved there
        with self.assertRaises(AccessError):
            self.occupancy.with_user(manager).property_id = other["pm.property"]

    def test_customers_are_those_of_the_own_estates(self):
        other = self.records["other estate"]["pm.property"]
        far = self.records["other company"]["pm.property"]
        partners = {
            "of nobody": self.make_partner("of nobody"),
            "registered here": self.make_partner("1", pm_estate_id=self.estate.id),
            "registered there": self.make_partner("2", pm_estate_id=other.estate_id.id),
            "holds here": self.make_partner("3", pm_estate_id=other.estate_id.id),
            "holds there": self.make_partner("5"),
            "far away": self.make_partner("4", pm_estate_id=far.estate_id.id),
        }
        self.make_occupancy(self.other_unit, partners["holds here"], role="tenant")
        self.make_occupancy(other, partners["holds there"], role="tenant")
        for role, seen in [
            ("staff", {"of nobody", "registered here", "holds here"}),
            ("service", {"of nobody", "registered here", "holds here"}),
            # strictly of the own company
            ("company", set(partners) - {"far away"}),
        ]:
            with self.subTest(role=role):
                found = {
                    name
                    for name, partner in partners.items()
                    if partner.with_user(self.users[role]).has_access("read")
                }
                self.assertEqual(found, seen)

    def test_a_change_of_estates_takes_effect_at_once(self):
        user = self.users["staff"]
        other = self.records["other estate"]["pm.property"]
        unit = self.unit.with_user(user)
        Property = self.env["pm.property"].with_user(user)
        self.assertTrue(unit.has_access("read"))
        self.assertFalse(other.with_user(user).has_access("read"))
        user.pm_estate_ids = other.estate_id
        self.assertFalse(unit.has_access("read"))
        self.assertTrue(other.with_user(user).has_access("read"))
        self.assertEqual(Property.search([]).estate_id, other.estate_id)
        user.pm_estate_ids = False
        self.assertFalse(Property.search([]))
        user.pm_all_estates = True
        self.assertTrue(unit.has_access("read"))
        self.assertNotIn(
            self.records["other company"]["pm.property"], Property.search([])
        )
        user.pm_all_estates = False
        self.assertFalse(Property.search([]))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_assigns_estates_to_oneself(self):
        user = self.users["manager"]
        with self.assertRaises(AccessError):
            user.with_user(user).pm_all_estates = True
        with self.assertRaises(AccessError):
            user.with_user(user).write(
                {"pm_estate_ids": [Command.link(self.estate.id)]}
            )

    def test_second_company_when_it_is_chosen(self):
        """A manager of both companies works with the company that is ticked."""
        user = self.users["company"]
        far = self.records["other company"]["pm.property"]
        user.company_ids |= self.other_company
        here = far.with_user(user).with_context(
            allowed_company_ids=self.env.company.ids
        )
        self.assertFalse(here.has_access("read"))
        both = (self.env.company | self.other_company).ids
        there = far.with_user(user).with_context(allowed_company_ids=both)
        self.assertTrue(there.has_access("write"))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestPortalAccess(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.resident = new_test_user(
            cls.env, login="pm_resident", groups="base.group_portal"
        )
        cls.row = cls.make_occupancy(
            cls.other_unit, cls.resident.partner_id, "2026-11-15", date_to="2026-11-20"
        )

    def test_the_register_is_not_theirs_to_read(self):
        """Neither what staff note on a unit nor who held it before."""
        for record in (self.other_unit, self.row):
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(record=record, operation=operation):
                    self.assertFalse(
                        record.with_user(self.resident).has_access(operation)
                    )

    def test_nor_are_their_contracts(self):
        contract = self.make_contract(
            self.estate, partner_id=self.resident.partner_id.id
        )
        self.assertFalse(contract.with_user(self.resident).has_access("read"))
