from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestPartnerAccess(PropertyCase):
    """Names and telephone numbers stay with the estate that serves the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_estate("Other Garden")
        Partner = cls.env["res.partner"]
        cls.ours = Partner.create({"name": "Ours", "pm_estate_id": cls.estate.id})
        cls.theirs = Partner.create({"name": "Theirs", "pm_estate_id": cls.other.id})
        cls.staff = cls.make_user(
            "pm_partner_staff", "pm_core.group_pm_service", cls.estate
        )

    def test_customers_of_other_estates_are_hidden(self):
        found = self.env["res.partner"].with_user(self.staff)
        self.assertEqual(
            found.search([("id", "in", (self.ours + self.theirs).ids)]), self.ours
        )
        with self.assertRaises(AccessError):
            self.theirs.with_user(self.staff).check_access("read")
        with self.assertRaises(AccessError):
            self.theirs.with_user(self.staff).phone = "1"

    def test_bank_accounts_are_of_who_serves_the_customer(self):
        accounts = self.env["res.partner.bank"].with_user(self.staff)
        vals = {"acc_number": "6222020200112233445"}
        with self.assertRaises(AccessError):
            accounts.create({**vals, "partner_id": self.theirs.id})
        ours = accounts.create({**vals, "partner_id": self.ours.id})
        theirs = accounts.sudo().create({**vals, "partner_id": self.theirs.id})
        self.assertEqual(accounts.search([("id", "in", (ours + theirs).ids)]), ours)
        self.assertTrue(ours.with_user(self.staff).acc_number)
        theirs.invalidate_recordset()
        for step in (
            lambda account: account.acc_number,
            lambda account: account.write({"acc_number": "1"}),
            lambda account: account.unlink(),
        ):
            with self.assertRaises(AccessError):
                step(theirs.with_user(self.staff))
        with self.assertRaises(AccessError):
            ours.with_user(self.staff).partner_id = self.theirs
        # the company's own, which bills name, is everybody's
        own = accounts.sudo().create(
            {**vals, "partner_id": self.estate.company_id.partner_id.id}
        )
        self.assertTrue(own.with_user(self.staff).has_access("read"))

    def test_whoever_holds_something_here_is_shown(self):
        unit = self.make_unit(self.estate, "shared")
        self.env["pm.occupancy"].create(
            {"property_id": unit.id, "partner_id": self.theirs.id, "role": "tenant"}
        )
        self.assertTrue(self.theirs.with_user(self.staff).has_access("read"))

    def test_contacts_without_an_estate_stay_common(self):
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        self.assertTrue(supplier.with_user(self.staff).has_access("read"))
        self.assertEqual(
            self.staff.with_user(self.staff).partner_id.name, self.staff.name
        )

    def test_people_below_a_customer_are_as_secret_as_the_customer(self):
        far = self.make_estate(
            "Far Garden",
            company_id=self.env["res.company"].create({"name": "Second"}).id,
        )
        Partner = self.env["res.partner"]
        foreign = Partner.create({"name": "Far Away", "pm_estate_id": far.id})
        firm = Partner.create({"name": "Supplier", "is_company": True})
        hidden = Partner.create(
            [
                {"name": "Mother", "parent_id": above.id, "company_id": False}
                for above in (self.theirs, foreign)
            ]
        )
        shown = Partner.create(
            [{"name": "Aunt", "parent_id": above.id} for above in (self.ours, firm)]
        )
        self.assertFalse(any(hidden.mapped("pm_is_customer")))
        plain = self.make_user("pm_partner_plain", "base.group_user")
        for user, seen in ((self.staff, shown), (plain, shown[1])):
            with self.subTest(user=user.login):
                found = Partner.with_user(user).search(
                    [("id", "in", (hidden + shown).ids)]
                )
                self.assertEqual(found, seen)
        for one in hidden:
            for vals in ({"email": "me@example.com"}, {"active": False}):
                with self.subTest(vals=vals), self.assertRaises(AccessError):
                    one.with_user(self.staff).write(vals)

    def test_residents_see_no_relatives_nor_colleagues(self):
        resident = self.make_user("pm_partner_resident", "base.group_portal")
        mother = self.env["res.partner"].create(
            {"name": "Mother", "parent_id": resident.partner_id.id}
        )
        self.assertTrue(resident.partner_id.with_user(resident).has_access("read"))
        self.assertFalse(mother.with_user(resident).has_access("read"))

    def test_assigning_the_estate_opens_its_customers(self):
        self.staff.pm_estate_ids = [Command.link(self.other.id)]
        self.assertTrue(self.theirs.with_user(self.staff).has_access("write"))

    def test_managers_of_the_company_see_all(self):
        manager = self.make_user("pm_partner_all", "pm_core.group_pm_company_manager")
        self.assertTrue(self.theirs.with_user(manager).has_access("write"))
