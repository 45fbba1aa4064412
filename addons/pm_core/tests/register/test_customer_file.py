"""The customer's file: one page, own estates only, printed."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestCustomerFile(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls.make_estate("Far Estate")
        cls.far_unit = cls.make_unit(cls.make_building(cls.far, "9"), "9-1")
        cls.make_occupancy(cls.far_unit, cls.owner)
        cls.make_occupancy(
            cls.other_unit, cls.owner, date_from="2010-01-01", date_to="2015-12-31"
        )
        cls.contract = cls.make_contract(
            cls.estate, partner_id=cls.owner.id, title="Rent of the shop"
        )
        cls.far_contract = cls.make_contract(
            cls.far, partner_id=cls.owner.id, title="Far agreement"
        )
        cls.service = cls.make_user(
            "file_service", "pm_core.group_pm_service", cls.estate
        )
        cls.staff = cls.make_user("file_staff", "pm_core.group_pm_user", cls.estate)
        cls.employee = cls.make_user("file_employee", "base.group_user")

    def page(self, user):
        """The fields of the form that the client asks for, as ``user`` gets them."""
        Partner = self.env["res.partner"].with_user(user)
        view = Partner.get_views([(False, "form")])["views"]["form"]
        arch = etree.fromstring(view["arch"])
        return {
            node.get("name"): {
                "fields": {
                    column.get("name"): {} for column in node.iterfind("./list/field")
                }
            }
            if node.find("./list") is not None
            else {}
            for node in arch.iter("field")
            if not any(up.tag in ("list", "kanban") for up in node.iterancestors())
        }

    def read_file(self, user):
        spec = self.page(user)
        self.env.invalidate_all()
        return self.owner.with_user(user).web_read(spec)[0]

    def test_units_now_and_before_and_contracts_of_own_estates(self):
        values = self.read_file(self.service)
        units = {row["property_id"] for row in values["pm_occupancy_ids"]}
        self.assertEqual(units, {self.unit.id, self.other_unit.id})
        self.assertEqual(values["pm_property_count"], 1)
        self.assertEqual(
            [row["title"] for row in values["pm_contract_ids"]], ["Rent of the shop"]
        )

    def test_a_plain_employee_sees_none_of_it(self):
        self.assertFalse(
            {name for name in self.page(self.employee) if name.startswith("pm_")}
        )
        self.assertTrue(
            {"pm_occupancy_ids", "pm_document_ids"} <= set(self.page(self.staff))
        )
        self.assertNotIn("pm_id_number", self.page(self.staff))
        self.assertIn("pm_id_number", self.page(self.service))

    def test_the_queries_do_not_grow_with_the_file(self):
        self.owner._ensure_checklist()
        counts = []
        for turn in range(3):
            self.read_file(self.service)
            spec = self.page(self.service)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.owner.with_user(self.service).web_read(spec)
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(10):
                unit = self.make_unit(self.entrance, f"1-1-9{turn}{number}")
                self.make_occupancy(unit, self.owner)
                self.make_contract(
                    self.estate, partner_id=self.owner.id, title=str(number)
                )
            self.owner.write(
                {
                    "pm_document_ids": [
                        Command.create(
                            {
                                "res_model": "res.partner",
                                "type_id": self.env.ref(
                                    "pm_core.document_type_customer_lease"
                                ).id,
                            }
                        )
                        for _row in range(10)
                    ]
                }
            )
        # the first file has one row of each, which saves a query of the set
        self.assertEqual(counts[1], counts[2])

    def test_printed(self):
        self.owner.pm_id_number = "110101198601010011"
        # pylint: disable-next=translation-required
        self.owner.message_post(body="Asked about the lift", message_type="comment")
        self.owner._ensure_checklist()
        self.env["pm.requirement"].create(
            {
                "title": "Windows cleaned twice a year",
                "partner_id": self.owner.id,
                "property_id": self.unit.id,
            }
        )
        Report = self.env["ir.actions.report"]
        for user, wanted in ((self.service, True), (self.staff, False)):
            self.env.invalidate_all()
            html = Report.with_user(user)._render_qweb_html(
                "pm_core.report_customer_file", self.owner.ids
            )[0]
            text = " ".join(etree.HTML(html).itertext())
            self.assertIn(self.unit.code, text)
            self.assertIn("Rent of the shop", text)
            self.assertIn("Identity card copy", text)
            self.assertIn("Asked about the lift", text)
            self.assertIn("Windows cleaned twice a year", text)
            self.assertNotIn("Far agreement", text)
            self.assertNotIn(self.far_unit.code, text)
            self.assertEqual("110101198601010011" in text, wanted)

    def test_printed_for_a_customer_of_two_estates(self):
        """What decides on access leaves nothing of another estate to be printed."""
        self.owner.pm_estate_id = self.far
        self.env.invalidate_all()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.service)
            ._render_qweb_html("pm_core.report_customer_file", self.owner.ids)[0]
        )
        text = " ".join(etree.HTML(html).itertext())
        self.assertIn(self.unit.code, text)
        self.assertNotIn(self.far_unit.code, text)
        self.assertNotIn("Far agreement", text)

    def test_counts_are_of_who_looks(self):
        """What was counted with all rights is not told to who has fewer."""
        for place in (self.unit, self.far_unit):
            self.env["pm.requirement"].create(
                {
                    "title": "Windows cleaned",
                    "partner_id": self.owner.id,
                    "property_id": place.id,
                }
            )
        names = ["pm_property_count", "pm_requirement_count", "pm_property_names"]
        self.env.invalidate_all()
        everything, own = (
            [self.owner.with_user(user)[name] for name in names]
            for user in (self.env.user, self.service)
        )
        self.assertEqual((everything[:2], own[:2]), ([2, 2], [1, 1]))
        self.assertEqual(own[2], self.unit.code)

    def test_the_short_form_is_for_staff_of_the_estates(self):
        accountant = self.make_user(
            "file_accountant", "pm_core.group_pm_user,account.group_account_readonly"
        )
        Partner = self.env["res.partner"]
        for user, short in (
            (self.service, True),
            (self.staff, True),
            (accountant, False),
            (self.employee, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(Partner.with_user(user).new().is_pm_short_form, short)

    def test_identity_numbers_are_masked(self):
        for number, shown in [
            ("110101198601010011", "110***********0011"),
            ("12345678901", "123****8901"),
            ("1234567890", "**********"),
            (False, ""),
        ]:
            self.owner.pm_id_number = number
            self.assertEqual(self.owner.with_user(self.staff).pm_id_masked or "", shown)

    def test_a_new_customer_is_registered_at_the_only_estate(self):
        Partner = self.env["res.partner"].with_context(pm_customer=True)
        new = Partner.with_user(self.service).create({"name": "New"})
        self.assertEqual(new.pm_estate_id, self.estate)
        self.assertEqual(new.company_id, self.estate.company_id)
        self.assertTrue(new.pm_is_customer)
        both = self.make_user("file_both", "pm_core.group_pm_service", self.estate)
        both.pm_estate_ids |= self.far
        self.assertFalse(Partner.with_user(both).new().pm_estate_id)
        plain = self.env["res.partner"].with_user(self.service).create({"name": "x"})
        self.assertFalse(plain.pm_estate_id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_is_registered_at_an_estate_of_others(self):
        with self.assertRaises(AccessError):
            self.owner.with_user(self.service).pm_estate_id = self.far
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.service).create(
                {"name": "x", "pm_estate_id": self.far.id}
            )

    def test_customers_are_found_by_their_papers(self):
        paper = self.env.ref("pm_core.document_type_customer_id")
        missing = [("pm_document_state", "=", "missing"), ("id", "=", self.owner.id)]
        Partner = self.env["res.partner"].with_user(self.service)
        self.assertTrue(Partner.search(missing))
        self.owner._ensure_checklist()
        line = self.owner.pm_document_ids.filtered(lambda row: row.type_id == paper)
        attachment = self.env["ir.attachment"].create(
            {"name": "id.pdf", "raw": b"%PDF", "res_model": "pm.document"}
        )
        line.attachment_ids = [Command.link(attachment.id)]
        self.assertFalse(Partner.search(missing))
