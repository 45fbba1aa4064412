"""The archive: what is filed where, and what becomes of it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .document_common import PDF, DocumentCase


@tagged("post_install", "-at_install")
class TestFiling(DocumentCase):
    def test_one_folder_a_record(self):
        records = (self.contract, self.owner, self.unit, self.estate)
        for record in records:
            self.attach(record, "first.pdf")
            self.attach(record, "second.pdf")
            folder = self.env["dms.directory"].search(
                [("res_model", "=", record._name), ("res_id", "=", record.id)]
            )
            self.assertEqual(len(folder), 1)
            self.assertEqual(
                folder.storage_id, self.env.ref("pm_core.dms_storage_archive")
            )
            self.assertEqual(
                set(folder.file_ids.mapped("name")), {"first.pdf", "second.pdf"}
            )
            self.assertEqual(set(folder.file_ids.mapped("size")), {len(PDF)})

    def test_customers_and_files_may_share_names(self):
        namesake = self.make_partner(self.owner.name)
        for partner in (self.owner, namesake):
            self.attach(partner, "scan.jpg", b"\xff\xd8\xff\xe0 one")
            self.attach(partner, "scan.jpg", b"\xff\xd8\xff\xe0 two")
        self.assertEqual(len(self.files_of(self.owner)), 2)
        self.assertEqual(len(self.files_of(namesake)), 2)

    def test_a_name_that_no_folder_takes(self):
        self.attach(self.contract, "2026/11 合同.pdf")
        self.attach(self.contract, "长" * 200 + ".pdf")
        names = self.files_of(self.contract).mapped("name")
        self.assertIn("2026_11 合同.pdf", names)
        self.assertEqual(len(names), 2)

    def test_message_attachments_are_filed(self):
        pending = (
            self.env["ir.attachment"]
            .with_user(self.service)
            .create(
                {
                    "name": "letter.pdf",
                    "raw": PDF,
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
            )
        )
        # pylint: disable-next=translation-required
        self.contract.with_user(self.service).message_post(
            body="See the letter", attachment_ids=pending.ids
        )
        self.assertEqual(self.files_of(self.contract).mapped("name"), ["letter.pdf"])

    def test_pictures_of_a_contact_are_no_papers(self):
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            b"YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        )
        self.owner.image_1920 = pixel
        self.assertFalse(self.files_of(self.owner))

    def test_deleting_an_attachment_takes_the_file_out(self):
        attachment = self.attach(self.contract, user=self.service)
        self.assertTrue(self.files_of(self.contract))
        attachment.with_user(self.service).unlink()
        self.assertFalse(self.files_of(self.contract))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_deletes_a_file_of_others(self):
        attachment = self.attach(self.contract)
        for user in (self.staff, self.stranger):
            with self.assertRaises(AccessError):
                attachment.with_user(user).unlink()
        self.assertTrue(self.files_of(self.contract))

    def test_deleting_a_record_deletes_its_folder_and_documents(self):
        contract = self.make_contract(self.estate)
        self.put(self.line(contract, self.signed))
        lines = contract.pm_document_ids
        contract.unlink()
        self.assertFalse(lines.exists())
        self.assertFalse(
            self.env["dms.directory"].search(
                [("res_model", "=", "pm.contract"), ("res_id", "=", contract.id)]
            )
        )


@tagged("post_install", "-at_install")
class TestMerge(DocumentCase):
    """Two contacts of one customer become one: no paper is lost."""

    def test_papers_go_to_the_one_that_stays(self):
        paper = self.env.ref("pm_core.document_type_customer_id")
        double = self.make_partner("王小明", pm_estate_id=self.estate.id)
        for partner in (self.owner, double):
            partner._ensure_checklist()
            self.attach(partner, "letter.pdf")
        line = self.line(double, paper)
        self.put(line, "id.pdf", date_expiry="2040-01-01")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.owner | double).ids, self.owner)
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        self.assertEqual(self.owner.pm_document_ids, line)
        self.assertEqual(line.attachment_ids.res_id, self.owner.id)
        self.assertEqual(self.owner.pm_document_state, "complete")
        self.assertEqual(
            sorted(self.files_of(self.owner).mapped("name")),
            ["id.pdf", "letter(1).pdf", "letter.pdf"],
        )
        self.assertEqual(len(self.files_of(self.owner).attachment_id), 3)

    def test_the_folder_goes_where_there_is_none(self):
        double = self.make_partner("王小明")
        self.attach(double, "only.pdf")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.owner | double).ids, self.owner)
        self.env.invalidate_all()
        self.assertEqual(self.files_of(self.owner).mapped("name"), ["only.pdf"])
        self.assertTrue(self.files_of(self.owner).attachment_id.raw)
