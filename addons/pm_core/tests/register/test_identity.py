"""Whose login it is: nobody takes another person's place by editing a contact."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.auth_signup.models.res_partner import SignupError

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestIdentity(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_estate("Other Garden")
        cls.second = cls.env["res.company"].create({"name": "Second Company"})
        cls.far = cls.make_estate("Far Garden", company_id=cls.second.id)
        for role in ("user", "service", "estate_manager", "hr", "admin"):
            user = cls.make_user(f"pm_identity_{role}", f"pm_core.group_pm_{role}")
            user.pm_estate_ids = [Command.set(cls.estate.ids)]
            setattr(cls, role, user)
        cls.resident = new_test_user(
            cls.env,
            login="pm_identity_resident",
            email="resident@example.com",
            groups="base.group_portal",
        )
        cls.resident.partner_id.write({"phone": "13800000001"})
        cls.make_occupancy(cls.other_unit, cls.resident.partner_id)

    # ------------------------------------------------------------------
    # Mail, telephone and firm of a person who has a login
    # ------------------------------------------------------------------

    def test_identity_is_changed_by_the_person_or_an_administrator(self):
        person = self.resident.partner_id
        firm = self.make_partner("Firm", is_company=True)
        values = [
            {"email": "mine@example.com"},
            {"phone": "13900000009"},
            {"parent_id": firm.id},
            {"is_company": True},
            {"email_normalized": "mine@example.com"},
        ]
        for user in (self.service, self.estate_manager):
            for vals in values:
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRefused(AccessError, "has a login"):
                        person.with_user(user).write(vals)
                    if "email_normalized" not in vals:
                        # as a form or a wizard of Odoo does it
                        with self.assertRefused(AccessError, "has a login"):
                            person.with_user(user).sudo().write(vals)
        for user in (self.resident, self.admin):
            person.with_user(user).sudo().email = f"{user.login}@example.com"
        # the same again, and what says nothing of who it is
        person.with_user(self.service).write(
            {"email": person.email, "phone": "138 0000 0001", "street": "x"}
        )

    def test_a_customer_without_login_is_kept_by_customer_service(self):
        self.owner.company_id = self.estate.company_id
        self.owner.with_user(self.service).write(
            {"email": "wang@example.com", "phone": "13800000002"}
        )
        self.assertEqual(self.owner.email, "wang@example.com")

    def test_a_customer_of_two_estates_is_taken_over_by_none(self):
        firm = self.make_partner("Firm", is_company=True)
        person = self.make_partner("Both", email="both@example.com")
        contract = {
            "kind": "tenant",
            "title": "Shop",
            "partner_id": firm.id,
            "date_from": "2026-01-01",
            "date_to": "2027-12-31",
        }
        self.env["pm.contract"].create({**contract, "estate_id": self.estate.id})
        far = self.env["pm.contract"].create({**contract, "estate_id": self.far.id})
        for place in (self.estate, self.other):
            self.make_occupancy(self.make_unit(place, "9-9"), person)
        contact = self.make_partner("Contact", parent_id=firm.id)
        for partner in (person, firm, contact):
            for vals in ({"email": "mine@example.com"}, {"phone": "13900000009"}):
                with (
                    self.subTest(partner=partner.name, vals=vals),
                    self.assertRefused(AccessError, "of other estates too"),
                ):
                    partner.with_user(self.service).write(vals)
            with self.assertRefused(AccessError, "of other estates too"):
                self._invitation(partner, self.service).action_grant_access()
        person.with_user(self.service).street = "what says nothing of who it is"
        # who works at both may, and who is left with one estate is kept there
        self.service.pm_estate_ids = [Command.link(self.other.id)]
        person.with_user(self.service).phone = "13900000009"
        far.state = "ended"
        contact.with_user(self.service).email = "contact@example.com"

    def _invitation(self, partner, user):
        wizard = self.env["portal.wizard"].create({})
        line = self.env["portal.wizard.user"].create(
            {"wizard_id": wizard.id, "partner_id": partner.id, "email": "x@example.com"}
        )
        return line.with_user(user).sudo()

    def test_hr_does_not_take_a_login_over(self):
        colleague = self.make_user(
            "pm_identity_boss", "pm_core.group_pm_company_manager"
        )
        employee = self.env["hr.employee"].create(
            {"name": "Boss", "user_id": colleague.id}
        )
        before = colleague.email
        for vals in (
            {"work_email": "hr@example.com"},
            {"work_phone": "13700000000"},
            {"user_id": False},
            {"user_id": self.hr.id},
            {"work_contact_id": self.hr.partner_id.id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRefused(AccessError, "has a login"),
            ):
                employee.with_user(self.hr).write(vals)
        self.assertEqual((colleague.email, employee.user_id), (before, colleague))
        employee.with_user(self.admin).work_email = "new@example.com"
        self.assertEqual(colleague.email, "new@example.com")

    def test_hr_takes_no_place_by_the_resource_behind_an_employee(self):
        boss = self.make_user("pm_identity_head", "pm_core.group_pm_company_manager")
        Employee = self.env["hr.employee"]
        own = Employee.create({"name": "HR", "user_id": self.hr.id})
        theirs = Employee.create({"name": "Head", "user_id": boss.id})
        for resource, login, words in (
            (own.resource_id, False, "has a login"),
            (theirs.resource_id, self.hr.id, "has a login"),
            (Employee.create({"name": "New"}).resource_id, self.hr.id, "yourself"),
        ):
            with self.subTest(words=words), self.assertRefused(AccessError, words):
                resource.with_user(self.hr).user_id = login
        self.assertEqual((own.user_id, theirs.user_id), (self.hr, boss))
        theirs.resource_id.with_user(self.admin).user_id = False
        self.assertFalse(theirs.user_id)

    def test_hr_gives_a_login_to_who_has_none_but_not_the_own(self):
        employee = self.env["hr.employee"].create({"name": "New"})
        with self.assertRefused(AccessError, "yourself another employee"):
            employee.with_user(self.hr).user_id = self.hr
        employee.with_user(self.hr).work_email = "new@example.com"
        employee.with_user(self.hr).user_id = self.user
        self.assertEqual(employee.user_id, self.user)

    def test_the_register_keeps_what_the_person_changes(self):
        person = self.resident.partner_id
        person.write({"pm_estate_id": self.estate.id, "ref": "O1"})
        run = self.env["pm.register.import"].with_user(self.estate_manager)
        run = run.create({"estate_name": "x", "file": "eA==", "filename": "x.xlsx"})
        vals = {"phone": "13900000009", "name": "x", "is_company": False}
        run._keep_identity(person, vals)
        self.assertEqual(vals, {"name": "x"})
        self.assertEqual(run.issue_ids.mapped("code"), ["has_login"])
        vals = {"phone": "13900000009", "name": "x"}
        run._keep_identity(person, vals, "served_elsewhere")
        self.assertEqual(vals, {"name": "x"})
        self.assertIn("of other estates too", run.issue_ids[-1].message)

    # ------------------------------------------------------------------
    # Parents, invitations, merging, sign-up
    # ------------------------------------------------------------------

    def test_nobody_is_made_the_contact_of_a_foreign_customer(self):
        Partner = self.env["res.partner"]
        for place in (self.other, self.far):
            customer = self.make_partner("Foreign", pm_estate_id=place.id)
            child = self.make_partner("Child", parent_id=customer.id, company_id=False)
            for parent in (customer, child):
                with self.subTest(place=place.name, parent=parent.name):
                    with self.assertRefused(AccessError, "."):
                        Partner.with_user(self.service).create(
                            {"name": "Me", "parent_id": parent.id}
                        )
                    mine = self.make_partner("Mine")
                    with self.assertRefused(AccessError, "."):
                        mine.with_user(self.service).parent_id = parent

    def test_access_is_given_by_who_serves(self):
        customer = self.make_partner(
            "Foreign", pm_estate_id=self.other.id, email="foreign@example.com"
        )
        child = self.make_partner(
            "Child", parent_id=customer.id, email="child@example.com"
        )
        for partner in (customer, child):
            line = self._invitation(partner, self.service)
            for method in ("action_grant_access", "action_invite_again"):
                with (
                    self.subTest(partner=partner.name, method=method),
                    self.assertRefused(AccessError, "."),
                ):
                    getattr(line, method)()
        self.assertFalse(child.user_ids | customer.user_ids)

    def test_merging_does_not_move_a_login(self):
        mine = self.make_partner("Mine")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        for ids in ([mine.id, self.resident.partner_id.id],):
            with self.assertRefused(AccessError, "has a login"):
                wizard.with_user(self.service)._merge(ids, mine)

    def test_nobody_signs_up(self):
        Users = self.env["res.users"].sudo()
        self.assertEqual(Users._get_signup_invitation_scope(), "b2b")
        with self.assertRaises(SignupError):
            Users.signup({"login": "stranger", "name": "x", "password": "stranger1"})
        tokens = self.owner.with_user(self.user).signup_get_auth_param()
        self.assertFalse(tokens[self.owner.id])

    # ------------------------------------------------------------------
    # Who stands for whom
    # ------------------------------------------------------------------

    def test_a_private_holding_is_the_persons_own(self):
        firm = self.make_partner("Firm", is_company=True)
        address = self.make_partner("Bills", parent_id=firm.id, type="invoice")
        one, two = (self.make_partner(name, parent_id=firm.id) for name in "ab")
        father = self.make_partner("Father")
        son = self.make_partner("Son", parent_id=father.id)
        for person, stands_for in (
            (one, one | firm | address),
            (two, two | firm | address),
            (firm, firm | address),
            (father, father),
            (son, son),
        ):
            with self.subTest(person=person.name):
                self.assertEqual(person._pm_stands_for(), stands_for)

    def test_accounts_of_a_customer(self):
        firm = self.make_partner("Firm", is_company=True)
        clerk = new_test_user(
            self.env, login="pm_identity_clerk", groups="base.group_portal"
        )
        clerk.partner_id.parent_id = firm
        colleague = self.make_partner("Colleague", parent_id=firm.id)
        self.assertEqual(firm._pm_accounts(), clerk)
        self.assertEqual(clerk.partner_id._pm_accounts(), clerk)
        self.assertFalse(colleague._pm_accounts())


@tagged("post_install", "-at_install")
class TestCustomersAreNotForAll(PropertyCase):
    """Customers are read by who works with them, whatever else somebody may do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second Company"})
        cls.far_manager = cls.make_user(
            "pm_far_manager",
            "pm_core.group_pm_company_manager",
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )
        cls.owner.company_id = False
        cls.employee = cls.make_user("pm_plain", "base.group_user")
        cls.supplier = cls.make_partner("Supplier")

    def test_customers_without_a_company_stay_with_who_serves_them(self):
        self.assertTrue(self.owner.pm_is_customer)
        for vals in ({}, {"pm_all_estates": True}):
            self.far_manager.write(vals)
            seen = self.owner.with_user(self.far_manager)
            self.assertFalse(seen.has_access("read"))
            self.assertFalse(seen.has_access("write"))
            self.assertFalse(seen.search([("id", "=", self.owner.id)]))
        self.assertTrue(
            self.supplier.with_user(self.far_manager).has_access("read"),
            "who is no customer is common",
        )
        near = self.make_user("pm_near", "pm_core.group_pm_company_manager")
        self.assertTrue(self.owner.with_user(near).has_access("write"))

    def test_who_serves_two_companies_keeps_them_apart(self):
        far = self.make_estate("Far Garden", company_id=self.second.id)
        self.make_occupancy(far, self.owner)
        self.assertTrue(self.owner.with_user(self.far_manager).has_access("read"))

    def test_plain_employees_see_no_customers(self):
        seen = self.env["res.partner"].with_user(self.employee)
        self.assertFalse(self.owner.with_user(self.employee).has_access("read"))
        self.assertFalse(seen.search([("pm_is_customer", "=", True)]))
        self.assertIn(self.supplier, seen.search([]))
        self.assertTrue(self.employee.partner_id.with_user(self.employee).name)

    def test_a_colleague_who_lives_here_stays_a_colleague(self):
        self.make_occupancy(self.other_unit, self.employee.partner_id)
        other = self.make_user("pm_plain_two", "base.group_user")
        self.assertTrue(self.employee.partner_id.with_user(other).has_access("read"))
        self.assertTrue(self.employee.with_user(self.employee).partner_id.name)

    def test_files_of_customers_are_theirs_too(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "x.txt",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.owner.id,
            }
        )
        for user in (self.employee, self.far_manager):
            self.assertFalse(file.with_user(user).has_access("read"))
            self.assertFalse(
                self.env["ir.attachment"].with_user(user).search([("id", "=", file.id)])
            )
