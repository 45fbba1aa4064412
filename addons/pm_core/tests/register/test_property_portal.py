"""What residents see on the portal of what they hold and held."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPropertyPortal(PropertyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.resident = new_test_user(
            cls.env, login="portal_tenant", groups="base.group_portal", tz="UTC"
        )
        cls.former = new_test_user(
            cls.env, login="portal_former", groups="base.group_portal", tz="UTC"
        )
        # handed over: one leaves today, the other one comes tomorrow
        cls.occupancy.unlink()
        cls.unit.write({"gross_area": 88.5, "note": "Water damage of 2019"})
        cls.make_occupancy(
            cls.unit,
            cls.former.partner_id,
            cls.today - timedelta(300),
            role="tenant",
            date_to=cls.today - timedelta(10),
        )
        cls.make_occupancy(
            cls.unit, cls.resident.partner_id, cls.today - timedelta(9), role="tenant"
        )

    def rows(self, login, page="/my/properties"):
        """The text of each row of the page, and its badge."""
        self.authenticate(login, login)
        document = html.fromstring(self.url_open(page).text)
        return {
            " ".join(row.text_content().split()): row.find_class("badge")[0].text
            for row in document.find_class("o_pm_occupancy")
        }

    def test_each_sees_the_own_dates_alone(self):
        [(now, badge)] = self.rows("portal_tenant").items()
        self.assertEqual(badge, "Current")
        self.assertIn(self.unit.display_name, now)
        self.assertIn("88.50 m²", now)
        [(before, badge)] = self.rows("portal_former").items()
        self.assertEqual(badge, "Former")
        self.assertIn(self.unit.display_name, before)
        self.assertNotIn("88.50", before)
        for text in (now, before):
            self.assertNotIn("Water damage", text)
        self.assertNotIn(self.resident.name, before)
        self.assertNotIn(self.former.name, now)

    def test_the_dates_decide(self):
        row = self.env["pm.occupancy"].search(
            [("partner_id", "=", self.resident.partner_id.id)]
        )
        for days_from, days_to, expected in [
            (-1, 0, "Current"),
            (0, None, "Current"),
            (-5, -1, "Former"),
            (1, None, "Begins later"),
        ]:
            with self.subTest(days_from=days_from, days_to=days_to):
                row.write(
                    {
                        "date_from": self.today + timedelta(days_from),
                        "date_to": days_to is not None
                        and self.today + timedelta(days_to),
                    }
                )
                self.assertEqual(list(self.rows("portal_tenant").values()), [expected])

    def test_who_holds_something_at_two_estates_sees_both(self):
        """The staff of one see the own half; whose it is sees all of it."""
        far = self.make_unit(self.make_estate("Far Garden"), "f-1")
        person = self.resident.partner_id
        self.make_occupancy(far, person, self.today - timedelta(9), role="tenant")
        for estate in (self.estate, far.estate_id):
            contract = self.make_contract(
                estate, partner_id=person.id, title=f"At {estate.name}", kind="tenant"
            )
            self.activate(contract)
        text = " ".join(self.rows("portal_tenant"))
        agreed = self.url_open("/my/property-contracts").text
        for place in (self.unit, far):
            self.assertIn(place.display_name, text)
            self.assertIn(f"At {place.estate_id.name}", agreed)
        service = self.make_user(
            "portal_service", "pm_core.group_pm_service", self.estate
        )
        seen = person.with_user(service)
        self.assertEqual(seen.pm_occupancy_ids.property_id, self.unit)
        self.assertEqual(seen.pm_contract_ids.estate_id, self.estate)

    def test_people_of_a_firm_see_what_it_holds(self):
        firm = self.make_partner("Firm", is_company=True)
        self.resident.partner_id.parent_id = firm
        self.make_occupancy(self.other_unit, firm, role="tenant")
        self.assertEqual(len(self.rows("portal_tenant")), 2)

    def test_nobody_without_a_login(self):
        self.authenticate(None, None)
        response = self.url_open("/my/properties")
        self.assertIn("/web/login", response.url)

    def test_nothing_is_held(self):
        self.env["pm.occupancy"].search([]).unlink()
        self.assertFalse(self.rows("portal_tenant"))
        page = self.url_open("/my/properties").text
        self.assertIn("No property is registered in your name", page)
