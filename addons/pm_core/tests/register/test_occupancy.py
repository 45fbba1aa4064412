from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestOccupancy(PropertyCase):
    def test_current_holds_on_both_dates(self):
        prop = self.other_unit
        rows = {
            "over": ("2026-01-01", "2026-11-14", False),
            "last day": ("2026-01-01", "2026-11-15", True),
            "first day": ("2026-11-15", False, True),
            "open": ("2026-01-01", False, True),
            "tomorrow": ("2026-11-16", False, False),
        }
        occupancies = {
            name: self.make_occupancy(
                prop, self.make_partner(name), start, date_to=end, role="family"
            )
            for name, (start, end, _current) in rows.items()
        }
        for name, (_start, _end, current) in rows.items():
            with self.subTest(name=name):
                self.assertEqual(occupancies[name].is_current, current)
        Occupancy = self.env["pm.occupancy"]
        domain = [("property_id", "=", prop.id)]
        expected = {name for name, row in rows.items() if row[2]}
        for operator, value, names in [
            ("=", True, expected),
            ("!=", False, expected),
            ("=", False, set(rows) - expected),
            ("!=", True, set(rows) - expected),
        ]:
            with self.subTest(operator=operator, value=value):
                found = Occupancy.search([*domain, ("is_current", operator, value)])
                self.assertEqual(set(found.mapped("partner_id.name")), names)

    @mute_logger("odoo.sql_db")
    def test_dates_in_order(self):
        with self.assertRaises(IntegrityError):
            self.make_occupancy(
                self.other_unit, self.owner, "2026-02-01", date_to="2026-01-31"
            )

    @mute_logger("odoo.sql_db")
    def test_share_in_range(self):
        for share in (-1, 100.5):
            with self.subTest(share=share), self.assertRaises(IntegrityError):
                self.make_occupancy(
                    self.other_unit, self.owner, share=share, role="tenant"
                )

    @mute_logger("odoo.sql_db")
    def test_once_from_one_day(self):
        with self.assertRaises(IntegrityError):
            self.make_occupancy(self.unit, self.owner, share=0)

    def test_owners_hold_100_percent_at_most(self):
        wife, child = self.make_partner("李丽"), self.make_partner("王冰")
        with self.assertRefused(ValidationError, "150.00"):
            self.make_occupancy(self.unit, wife, share=50)
        self.occupancy.share = 50
        self.make_occupancy(self.unit, wife, share=50)
        with self.assertRefused(ValidationError, "100.01"):
            self.make_occupancy(self.unit, child, share=0.01)
        # other roles have no share in the ownership
        self.make_occupancy(self.unit, child, role="tenant")

    def test_thirds_are_whole(self):
        for number, share in enumerate((33.33, 33.33, 33.34)):
            partner = self.make_partner(f"heir {number}")
            self.make_occupancy(self.other_unit, partner, share=share)

    def test_shares_hold_on_every_day(self):
        """Owners who follow each other do not add up; on no day may they be above."""
        buyer = self.make_partner("李丽")
        self.occupancy.date_to = "2026-05-31"
        sold = self.make_occupancy(self.unit, buyer, "2026-06-01")
        with self.assertRefused(ValidationError, "2026-05-31"):
            sold.date_from = "2026-05-31"
        with self.assertRefused(ValidationError, "2026-06-01"):
            self.occupancy.date_to = False
        with self.assertRefused(ValidationError, "2019-06-01"):
            # an earlier one that reaches into the others
            self.make_occupancy(
                self.other_unit, buyer, "2019-01-01", date_to="2019-12-31", share=60
            )
            self.make_occupancy(self.other_unit, self.owner, "2019-06-01", share=60)

    def test_a_held_property_is_occupied(self):
        for state, role, start, expected in [
            ("vacant", "owner", "2026-01-01", "occupied"),
            ("unsold", "owner", "2026-01-01", "occupied"),
            ("vacant", "tenant", "2026-01-01", "occupied"),
            ("unsold", "developer", "2026-01-01", "unsold"),
            ("fitting_out", "owner", "2026-01-01", "fitting_out"),
            ("vacant", "owner", "2026-12-01", "vacant"),
        ]:
            with self.subTest(state=state, role=role, start=start):
                unit = self.make_unit(
                    self.entrance, f"{state} {role} {start}", state=state
                )
                self.make_occupancy(unit, self.owner, start, role=role)
                self.assertEqual(unit.state, expected)

    def test_a_date_that_is_moved_counts(self):
        row = self.make_occupancy(self.other_unit, self.owner, "2026-12-01")
        self.assertEqual(self.other_unit.state, "vacant")
        row.date_from = "2026-11-01"
        self.assertEqual(self.other_unit.state, "occupied")

    def test_who_answers_on_a_day(self):
        developer = self.make_partner("Developer")
        tenant = self.make_partner("Tenant")
        self.make_occupancy(
            self.other_unit, developer, role="developer", date_to="2026-06-30"
        )
        self.make_occupancy(self.other_unit, self.owner, "2026-07-01", share=40)
        major = self.make_partner("Major")
        self.make_occupancy(self.other_unit, major, "2026-07-01", share=60)
        self.make_occupancy(self.other_unit, tenant, "2026-01-01", role="tenant")
        for day, holder in [
            (date(2026, 6, 30), developer),
            (date(2026, 7, 1), major),
            (date(2019, 12, 31), None),
        ]:
            found = self.other_unit._holder_on(day).get(self.other_unit.id)
            self.assertEqual(found and found.partner_id, holder, day)
        found = self.other_unit._holder_on(date(2026, 7, 1), ("tenant",))
        self.assertEqual(found[self.other_unit.id].partner_id, tenant)

    def test_name(self):
        self.assertEqual(
            self.occupancy.display_name, "Test Garden 1-1-101 王小明 (Owner)"
        )

    def test_number_of_properties_of_a_customer(self):
        self.assertEqual(self.owner.pm_property_count, 1)
        self.make_occupancy(self.other_unit, self.owner)
        self.make_occupancy(self.other_unit, self.owner, role="family")
        self.owner.invalidate_recordset()
        self.assertEqual(self.owner.pm_property_count, 2)
        action = self.owner.action_pm_view_properties()
        self.assertEqual(self.env["pm.occupancy"].search_count(action["domain"]), 3)
