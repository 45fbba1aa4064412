from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase

# stands for any record of the kind that a field names
ANY = object()
# values that a sound record of the kind needs beside its required fields
VALUES = {
    "pm.property": {"kind": "estate", "parent_id": False},
    "pm.duty.roster": {"month": "2026-05-01"},
    "pm.fee.item": {"price": 2},
    "pm.requirement": {"prospect_name": "Somebody"},
    "pm.grade.scale": {
        "grade_ids": [
            Command.create({"name": "B", "score_from": 0}),
            Command.create({"name": "A", "score_from": 80}),
        ]
    },
    "pm.inspection.item": {"template_id": ANY},
    "pm.kpi": {"kind": "manual"},
    "pm.tariff.template": {"document": '{"parts": [{"bands": [{"price": "2"}]}]}'},
}
# kinds that do without what their computed fields come from
CHOSEN = ("pm.training.session", "pm.requirement")
# states of what nobody has worked on; of properties it says who lives there
FRESH = (False, "draft", "new", "vacant", "planned")


@tagged("post_install", "-at_install")
class TestCopy(PropertyCase):
    """*Duplicate* works or is not there, for every kind with a form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_admin = cls.env.ref("base.user_admin")
        cls.user_admin.group_ids += cls.env.ref("pm_core.group_pm_company_manager")
        cls.estate = cls.make_estate("Copies")
        cls.user_admin.pm_all_estates = True

    def with_form(self):
        views = self.env["ir.ui.view"].search(
            [
                ("type", "=", "form"),
                ("model", "=like", "pm.%"),
                ("mode", "=", "primary"),
            ]
        )
        for name in sorted(set(views.mapped("model"))):
            model = self.env.get(name)
            if model is not None and not (model._abstract or model._transient):
                yield name

    def make_any(self, name):
        """A record of any kind: what is there, or its required fields filled in."""
        model = self.env[name]
        values = {**model.default_get(list(model._fields)), **VALUES.get(name, {})}
        for key, value in values.items():
            if value is ANY:
                values[key] = self.any_value(model._fields[key])
        for field in model._fields.values():
            if (
                not values.get(field.name)
                and field.required
                and field.store
                and not (field.related and field.readonly)
                and not (field.compute and field.precompute and name not in CHOSEN)
            ):
                values[field.name] = self.any_value(field)
        if "estate_id" in model._fields and not model._fields["estate_id"].related:
            values["estate_id"] = values.get("estate_id") or self.estate.id
        return model.create(values)

    def any_value(self, field):
        if field.type in ("char", "text", "html"):
            return f"Any {field.name}"
        if field.type in ("integer", "float", "monetary"):
            return 1
        if field.type == "boolean":
            return False
        if field.type == "date":
            return "2026-05-01"
        if field.type == "datetime":
            return "2026-05-01 10:00:00"
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type == "many2one":
            if field.comodel_name == "pm.property":
                return self.estate.id
            found = self.env[field.comodel_name].search([], limit=1)
            return (found or self.make_any(field.comodel_name)).id
        raise AssertionError(f"{field} needs a value in this test")

    maxDiff = None

    def test_every_form(self):
        """Each kind refuses with a reason and has no button, or can be copied."""
        faults = {}
        for name in self.with_form():
            try:
                with self.env.cr.savepoint():
                    self.check_copy(name)
            except Exception as error:
                faults[name] = f"{type(error).__name__}: {error}"
                self.env.invalidate_all()
        self.assertEqual(faults, {})

    def check_copy(self, name):
        model = self.env[name].with_user(self.user_admin)
        arch = model.get_view(view_type="form")["arch"]
        hidden = etree.fromstring(arch).get("duplicate") == "0"
        self.assertEqual(model._pm_refuses_copy(), hidden)
        if model._pm_refuses_copy():
            with self.assertRefused(UserError, "cannot be duplicated"):
                model.new().copy()
            return
        record = self.make_any(name).with_user(self.user_admin)
        self.env.flush_all()
        copy = record.copy()
        self.env.flush_all()
        self.assertNotEqual(copy, record)
        if "state" in record._fields:
            self.assertIn(copy.state, FRESH)

    def test_copies_again_and_again(self):
        """Each has a name of its own."""
        fee = self.env["pm.document.type"].create({"name": "Plan", "code": "plan_x"})
        copies = [fee.copy(), fee.copy(), fee.copy()]
        self.assertEqual(
            [copy.code for copy in copies], ["plan_x-2", "plan_x-3", "plan_x-4"]
        )
        self.assertEqual(len({copy.name for copy in copies}), 3)

    def test_property(self):
        unit = self.make_unit(self.make_building(self.estate), "101", gross_area=80)
        self.make_occupancy(unit, self.make_partner("Somebody"))
        copy = unit.copy()
        self.assertEqual((copy.code, copy.gross_area), ("101-2", 80))
        self.assertFalse(copy.occupancy_ids)
