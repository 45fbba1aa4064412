"""The guard itself: closed columns, the mark of a step, records one may not read."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


class GuardCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.make_estate("Other Garden")
        cls.foreign_unit = cls.make_unit(cls.elsewhere, "F-1")
        cls.foreigner = cls.make_partner("Ms Secret", phone="13912345678")
        cls.make_occupancy(cls.foreign_unit, cls.foreigner)
        cls.manager = cls.make_user(
            "guard_manager", "pm_core.group_pm_estate_manager", cls.estate
        )
        cls.contract = cls.make_contract(cls.estate, partner_id=cls.owner.id)
        cls.contract.line_ids = [Command.create({"name": "Flats", "price": 2.5})]
        cls.mine = cls.contract.with_user(cls.manager)

    def call(self, model, method, *args, **kwargs):
        """As the web client calls: through the door of RPC."""
        return call_kw(self.env[model].with_user(self.manager), method, args, kwargs)


@tagged("post_install", "-at_install")
class TestClosedColumns(GuardCase):
    def test_each_way_in_is_closed(self):
        contract, vals = self.contract, {"state": "active"}
        create = {
            "title": "x",
            "estate_id": self.estate.id,
            "date_from": "2026-01-01",
            "partner_id": self.owner.id,
        }
        ways = {
            "write": ("write", contract.ids, vals),
            "web_save": ("web_save", contract.ids, vals, {}),
            "web_save of a new one": ("web_save", [], {**create, **vals}, {}),
            "web_save_multi": ("web_save_multi", contract.ids, [vals], {}),
            "create": ("create", [{**create, **vals}]),
            "copy": ("copy", contract.ids, vals),
        }
        for way, (method, *args) in ways.items():
            with (
                self.subTest(way=way),
                self.assertRefused(AccessError, "State of .* is not written by hand"),
            ):
                self.call("pm.contract", method, *args)

    def test_an_import_is_refused_with_its_reason(self):
        found = self.call(
            "pm.contract", "load", [".id", "state"], [[str(self.contract.id), "Active"]]
        )
        self.assertFalse(found["ids"])
        self.assertIn("by hand", found["messages"][0]["message"])

    def test_lines_within_a_form(self):
        event = {"state": "met", "date_due": "2026-01-01", "date_planned": "2026-01-01"}
        duty = {"name": "Report", "event_ids": [Command.create(event)]}
        with self.assertRefused(AccessError, "by hand"):
            self.call(
                "pm.contract",
                "write",
                self.contract.ids,
                {"obligation_ids": [Command.create(duty)]},
            )

    def test_a_default_of_the_context_is_not_heard(self):
        vals = {
            "title": "x",
            "estate_id": self.estate.id,
            "date_from": "2026-01-01",
            "partner_id": self.owner.id,
        }
        context = {"default_state": "active", "default_is_numbered": True}
        made = self.env["pm.contract"].browse(
            self.call("pm.contract", "create", [vals], context=context)
        )
        self.assertEqual((made.state, made.is_numbered), ("draft", False))
        told = self.call("pm.contract", "default_get", ["state"], context=context)
        self.assertEqual(told, {"state": "draft"})

    def test_a_copy_starts_anew(self):
        self.contract._as_step().write({"plan_id": False, "closed_on": "2026-02-01"})
        copied = self.env["pm.contract"].browse(
            self.call("pm.contract", "copy", self.contract.ids)
        )
        self.assertEqual((copied.state, copied.closed_on), ("draft", False))

    def test_what_is_there_already_may_be_said(self):
        self.call("pm.contract", "write", self.contract.ids, {"state": "draft"})
        self.call("pm.contract", "write", self.contract.ids, {"plan_id": False})

    def test_translations_of_a_closed_column(self):
        closed = [
            (model, name)
            for model in self.env.registry.values()
            for name in model._guard_closed
            if model._fields[name].translate and model._fields[name].store
        ]
        for model, name in closed:
            with self.subTest(model=model._name, name=name):
                with self.assertRefused(AccessError, "by hand"):
                    self.env[model._name].with_user(
                        self.manager
                    )._update_field_translations(name, {"en_US": "x"})
        self.assertTrue(closed)

    def test_no_key_of_a_client_is_a_step(self):
        for told in (True, 1, "STEP", "<STEP>", {}, {"__class__": "_Step"}, ["STEP"]):
            with (
                self.subTest(told=told),
                self.assertRefused(AccessError, "by hand"),
            ):
                self.call(
                    "pm.contract",
                    "write",
                    self.contract.ids,
                    {"state": "active"},
                    context={"pm_step": told, "skip_validation_check": True},
                )

    def test_being_superuser_is_no_step(self):
        with self.assertRefused(AccessError, "by hand"):
            self.mine.sudo().state = "active"
        self.mine.sudo()._as_step().state = "active"
        self.assertEqual(self.contract.state, "active")

    def test_a_step_asks_for_rights(self):
        staff = self.make_user("guard_staff", "pm_core.group_pm_user", self.estate)
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRefused(AccessError, "modify"),
        ):
            self.contract.with_user(staff)._as_step().state = "active"

    def test_an_automation_does_not_take_the_guard_away(self):
        automation = self.env["base.automation"].create(
            {
                "name": "Tell",
                "model_id": self.env["ir.model"]._get_id("pm.contract"),
                "trigger": "on_create_or_write",
            }
        )
        for change in (lambda: None, automation.unlink):
            change()
            with self.assertRefused(AccessError, "by hand"):
                self.mine.state = "active"

    def test_only_in_the_states_that_a_model_names(self):
        plan = self.env["pm.service.plan"].create(
            {
                "title": "Cleaning",
                "estate_id": self.estate.id,
                "partner_id": self.owner.id,
            }
        )
        mine = plan.with_user(self.manager)
        plan.state = "presented"
        mine.signed_by = "Mrs Wu"
        plan.state = "accepted"
        with self.assertRefused(AccessError, "by hand"):
            mine.signed_by = "Mr Li"

    def test_fields_of_ours_on_models_of_odoo(self):
        partner = self.owner.with_user(self.manager)
        with self.assertRefused(AccessError, "by hand"):
            partner.pm_is_customer = False
        partner.comment = "Calls often"


@tagged("post_install", "-at_install")
class TestNamedRecords(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_contract = cls.make_contract(cls.elsewhere, title="Very secret")

    def test_saving(self):
        for vals in (
            {"partner_id": self.foreigner.id},
            {"estate_id": self.elsewhere.id},
            {"property_ids": [Command.set(self.foreign_unit.ids)]},
            {"property_ids": [Command.link(self.foreign_unit.id)]},
            {"predecessor_id": self.foreign_contract.id},
            {
                "party_ids": [
                    Command.create(
                        {"partner_id": self.foreigner.id, "role": "guarantor"}
                    )
                ]
            },
        ):
            for method, args in (
                ("write", (self.contract.ids, vals)),
                ("create", ([self._new(vals)],)),
                ("copy", (self.contract.ids, vals)),
            ):
                with (
                    self.subTest(vals=vals, method=method),
                    self.assertRefused(AccessError, "may not read"),
                ):
                    self.call("pm.contract", method, *args)

    def _new(self, vals):
        return {
            "title": "x",
            "estate_id": self.estate.id,
            "partner_id": self.owner.id,
            "date_from": "2026-01-01",
            **vals,
        }

    def test_forms_tell_nothing(self):
        spec = {
            "partner_id": {"fields": {"display_name": {}, "phone": {}}},
            "party_ids": {"fields": {"partner_id": {"fields": {"display_name": {}}}}},
            "title": {},
        }
        partner = self.foreigner.id
        for values in (
            {"partner_id": partner},
            {"party_ids": [Command.create({"partner_id": partner})]},
            {"party_ids": [Command.update(0, {"partner_id": partner})]},
            {"property_ids": [Command.set(self.foreign_unit.ids)]},
        ):
            for ids in ([], self.contract.ids):
                with (
                    self.subTest(values=values, ids=ids),
                    self.assertRaisesRegex(AccessError, "may not read") as caught,
                ):
                    self.call("pm.contract", "onchange", ids, values, [*values], spec)
                self.assertNotIn("Secret", str(caught.exception))

    def test_forms_that_a_line_stands_in(self):
        values = {
            "name": "x",
            "contract_id": {"id": self.contract.id, "partner_id": self.foreigner.id},
        }
        with self.assertRefused(AccessError, "may not read"):
            self.call(
                "pm.contract.line", "onchange", [], values, ["name"], {"name": {}}
            )

    def test_papers_of_a_record(self):
        """The record is named by its model and its number."""
        spec = {"res_model": {}, "res_id": {}, "record_name": {}, "display_name": {}}
        values = {"res_model": "pm.contract", "res_id": self.foreign_contract.id}
        with self.assertRefused(AccessError, "may not read"):
            self.call("pm.document", "onchange", [], values, ["res_id"], spec)
        with self.assertRefused(AccessError, "may not read"):
            self.call(
                "pm.document",
                "onchange",
                [],
                {},
                [],
                spec,
                context={f"default_{name}": value for name, value in values.items()},
            )

    def test_what_was_there_may_stay(self):
        self.contract.property_ids = self.unit
        self.contract.partner_id = self.foreigner
        self.call(
            "pm.contract",
            "write",
            self.contract.ids,
            {
                "partner_id": self.foreigner.id,
                "property_ids": [Command.set((self.unit | self.other_unit).ids)],
            },
        )
        self.assertEqual(self.contract.property_ids, self.unit | self.other_unit)
