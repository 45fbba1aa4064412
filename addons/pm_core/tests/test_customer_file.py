"""The customer's file: one page, own estates only, printed."""

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import PropertyCase


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
        self.assertFalse({name for name in self.page(self.employee) if "pm_" in name})
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
        self.owner.message_post(body="Asked about the lift", message_type="comment")
        self.owner._ensure_checklist()
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
            self.assertNotIn("Far agreement", text)
            self.assertNotIn(self.far_unit.code, text)
            self.assertEqual("110101198601010011" in text, wanted)

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
