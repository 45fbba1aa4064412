from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.register.pm_property import PARENT_KINDS
from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestProperty(PropertyCase):
    # -- tree ----------------------------------------------------------------

    def test_estate_and_building_come_from_above(self):
        self.assertEqual(self.estate.estate_id, self.estate)
        self.assertFalse(self.estate.building_id)
        self.assertEqual(self.building.building_id, self.building)
        self.assertRecordValues(
            self.unit,
            [
                {
                    "estate_id": self.estate.id,
                    "building_id": self.building.id,
                    "company_id": self.env.company.id,
                }
            ],
        )

    def test_a_building_moves_with_all_its_parts(self):
        other = self.make_estate("Other Garden")
        self.building.parent_id = other
        self.assertEqual(self.unit.estate_id, other)
        self.assertEqual(self.occupancy.estate_id, other)
        self.assertEqual(other.unit_count, 2)
        self.assertEqual(self.estate.unit_count, 0)

    def test_parts_are_of_the_company_of_the_estate(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        estate = self.make_estate("Far Garden", company_id=company.id)
        unit = self.make_unit(estate, "9")
        self.assertEqual(unit.company_id, company)
        self.assertEqual(self.make_occupancy(unit, self.owner).company_id, company)

    def test_no_cycle(self):
        area = self.make_part(self.estate, "common", "garden")
        pump = self.make_part(area, "installation", "pump")
        for prop, parent in (
            (area, pump),
            (self.building, self.entrance),
            (self.building, self.unit),
            (self.unit, self.unit),
        ):
            with self.subTest(prop=prop.name, parent=parent.name):
                with self.assertRefused(
                    ValidationError, f"{prop.code} cannot belong to .*{parent.code}"
                ):
                    prop.parent_id = parent
                self.assertNotEqual(prop.parent_id, parent)
        # the ones of a list are refused with the first that may not
        with self.assertRefused(ValidationError, "cannot belong to"):
            (self.other_unit | self.building).parent_id = self.entrance

    def test_kinds_that_fit(self):
        kinds = [
            key for key, _label in self.env["pm.property"]._fields["kind"].selection
        ]
        lot = self.make_part(self.estate, "parking_lot", "P1")
        parents = {
            "estate": self.estate,
            "building": self.building,
            "entrance": self.entrance,
            "unit": self.unit,
            "parking_lot": lot,
            "parking": self.make_part(lot, "parking", "P1-1"),
            "common": self.make_part(self.estate, "common", "hall"),
            "installation": self.make_part(self.estate, "installation", "gate"),
        }
        self.assertEqual(set(kinds), set(parents))
        for kind in kinds:
            if kind == "estate":
                continue
            for parent_kind, parent in parents.items():
                with self.subTest(kind=kind, parent=parent_kind):
                    code = f"{kind}/{parent_kind}"
                    if parent_kind in PARENT_KINDS[kind]:
                        part = self.make_part(parent, kind, code)
                        self.assertEqual(part.estate_id, self.estate)
                    else:
                        with self.assertRefused(ValidationError, "cannot belong"):
                            self.make_part(parent, kind, code)

    @mute_logger("odoo.sql_db")
    def test_only_an_estate_stands_alone(self):
        with self.assertRaises(IntegrityError):
            self.env["pm.property"].create({"kind": "unit", "name": "1", "code": "1"})
        with self.assertRaises(IntegrityError):
            self.make_part(self.estate, "estate", "inner")

    def test_a_node_with_parts_stays(self):
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"):
            self.entrance.unlink()
        self.assertIsInstance(caught.exception, (IntegrityError, UserError))
        self.assertTrue(self.entrance.exists())

    # -- uniqueness and ranges -----------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_code_is_unique_in_the_estate(self):
        with self.assertRaises(IntegrityError):
            self.make_unit(self.building, self.unit.code)
        other = self.make_estate("Other Garden")
        self.assertTrue(self.make_unit(other, self.unit.code))

    @mute_logger("odoo.sql_db")
    def test_name_of_an_estate_is_unique_in_the_company(self):
        with self.assertRaises(IntegrityError):
            self.make_estate(self.estate.name, code="another")
        company = self.env["res.company"].create({"name": "Second Company"})
        self.assertTrue(self.make_estate(self.estate.name, company_id=company.id))

    @mute_logger("odoo.sql_db")
    def test_no_negative_figures(self):
        for name in ("gross_area", "inside_area", "coefficient"):
            with self.subTest(name=name), self.assertRaises(IntegrityError):
                self.make_unit(self.building, f"bad {name}", **{name: -1})

    # -- figures -------------------------------------------------------------

    def test_rollup(self):
        lot = self.make_part(self.estate, "parking_lot", "P1")
        self.make_part(lot, "parking", "P1-1")
        second = self.make_building(self.estate, "2")
        self.make_unit(second, "2-1", gross_area=50.5)
        archived = self.make_unit(second, "2-2")
        archived.active = False
        names = ["unit_count", "parking_count", "occupied_count", "area_total"]
        for node, figures in [
            (self.estate, (3, 1, 1, 250.5)),
            (self.building, (2, 0, 1, 200.0)),
            (second, (1, 0, 0, 50.5)),
            (self.unit, (1, 0, 1, 100.0)),
            (lot, (0, 1, 0, 0.0)),
        ]:
            self.assertRecordValues(node, [dict(zip(names, figures, strict=True))])

    def test_rollup_takes_one_query_for_any_number(self):
        buildings = self.env["pm.property"].create(
            [
                {
                    "kind": "building",
                    "name": str(number),
                    "code": str(number),
                    "parent_id": self.estate.id,
                }
                for number in range(10, 40)
            ]
        )
        self.env.flush_all()
        for records in (buildings[:1], buildings):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                records.mapped("unit_count")

    def test_a_new_record_has_no_parts(self):
        self.assertEqual(self.env["pm.property"].new({"kind": "unit"}).unit_count, 0)

    # -- the rest ------------------------------------------------------------

    def test_each_estate_has_an_analytic_account(self):
        account = self.estate.analytic_account_id
        self.assertEqual(account.name, self.estate.name)
        self.assertEqual(account.plan_id, self.env.ref("pm_core.analytic_plan_estate"))
        self.assertFalse(self.building.analytic_account_id)
        own = self.env["account.analytic.account"].create(
            {"name": "Own", "plan_id": account.plan_id.id}
        )
        estate = self.make_estate("Third Garden", analytic_account_id=own.id)
        self.assertEqual(estate.analytic_account_id, own)

    def test_attributes_are_defined_per_estate(self):
        self.estate.attribute_definition = [
            {"name": "balcony", "string": "Balcony", "type": "boolean"},
            {"name": "heating", "string": "Heating", "type": "char"},
        ]
        self.unit.attributes = {"balcony": True, "heating": "floor"}
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            dict(self.unit.attributes), {"balcony": True, "heating": "floor"}
        )
        self.assertFalse(self.other_unit.attributes["heating"])
        found = self.env["pm.property"].search([("attributes.heating", "=", "floor")])
        self.assertEqual(found, self.unit)

    def test_names(self):
        self.assertEqual(self.estate.display_name, "Test Garden")
        self.assertEqual(self.unit.display_name, "Test Garden 1-1-101")
        short = self.unit.with_context(hierarchical_naming=False)
        self.assertEqual(short.display_name, "1-1-101")
        found = self.env["pm.property"].name_search("1-1-101")
        self.assertIn(self.unit.id, [row[0] for row in found])

    def test_the_building_comes_before_what_has_its_number(self):
        third = self.make_building(self.estate, "3")
        self.make_unit(self.building, "1-1-103")
        scope = [("id", "child_of", self.estate.id)]
        found = self.env["pm.property"].name_search("3", scope, limit=2)
        self.assertEqual(found[0], (third.id, "Test Garden 3"))
        self.assertEqual(len(found), 2)
        self.assertEqual(len({row[0] for row in found}), 2)

    def test_customers_of_a_property(self):
        self.assertEqual(self.unit.occupant_ids, self.owner)
        self.assertFalse(self.other_unit.occupant_ids)
        Property = self.env["pm.property"]
        for domain in [
            [("occupant_ids", "in", self.owner.ids)],
            [("occupant_ids", "ilike", "王小")],
        ]:
            domain.append(("estate_id", "=", self.estate.id))
            self.assertEqual(Property.search(domain), self.unit)
        self.occupancy.date_to = "2021-01-01"
        self.assertFalse(self.unit.occupant_ids)
        self.assertEqual(self.owner.pm_property_count, 0)

    def test_who_parks_by_which_right_with_which_car(self):
        space = self.make_part(self.estate, "parking", "P1-1")
        for partner, vals in (
            (self.owner, {"share": 50, "date_from": "2021-01-01"}),
            (
                self.make_partner("Tenant"),
                {"role": "tenant", "license_plate": "浙A12345"},
            ),
            (
                self.make_partner("Before"),
                {"license_plate": "浙A00000", "date_to": "2020-12-31"},
            ),
        ):
            self.make_occupancy(space, partner, **vals)
        self.assertEqual(space.occupant_roles, "Owner, Tenant")
        self.assertEqual(space.license_plates, "浙A12345")
        self.assertFalse(self.building.license_plates)

    def test_buttons_lead_to_what_is_counted(self):
        lot = self.make_part(self.estate, "parking_lot", "P1")
        space = self.make_part(lot, "parking", "P1-1")
        for action, expected in [
            (self.estate.action_view_parts(), self.unit | self.other_unit),
            (self.estate.action_view_parking(), space),
        ]:
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, expected)

    def test_queries_do_not_grow_with_the_rows(self):
        """The list of units, and finding one, cost the same for 2 and for 40."""
        Property = self.env["pm.property"]
        spec = {"code": {}, "occupant_ids": {"fields": {"display_name": {}}}}

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Property.web_search_read([("kind", "=", "unit")], spec, limit=80)
            Property.name_search("Test Garden 1-1", limit=80)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(200, 240):
            unit = self.make_unit(self.entrance, f"1-1-{number}")
            self.make_occupancy(unit, self.owner)
        self.assertEqual(count(), few)
