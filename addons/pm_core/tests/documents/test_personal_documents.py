from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PropertyCase

READERS = ("service", "estate_manager", "company_manager", "admin")
OTHERS = ("user", "hr")


@tagged("post_install", "-at_install")
class TestPersonalDocuments(PropertyCase):
    """Who may not read an identity number does not read its scan either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls.make_user(
                f"pm_personal_{role}", f"pm_core.group_pm_{role}", cls.estate
            )
            for role in (*READERS, *OTHERS)
        }
        cls.scan = cls.make_document("pm_core.document_type_customer_id", "scan.pdf")
        cls.lease = cls.make_document("pm_core.document_type_customer_lease", "a.pdf")

    @classmethod
    def make_document(cls, type_ref, name):
        file = cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"%PDF-1.4",
                "res_model": "res.partner",
                "res_id": cls.owner.id,
            }
        )
        return cls.env["pm.document"].create(
            {
                "type_id": cls.env.ref(type_ref).id,
                "res_model": "res.partner",
                "res_id": cls.owner.id,
                "attachment_ids": [Command.set(file.ids)],
            }
        )

    def parts(self, document):
        """The document, its file, and the file in its folder."""
        file = document.attachment_ids
        filed = self.env["dms.file"].search([("attachment_id", "=", file.id)])
        self.assertTrue(filed)
        return document, file, filed

    def test_the_identity_card_is_personal(self):
        self.assertTrue(self.scan.type_id.is_personal)
        self.assertFalse(self.lease.type_id.is_personal)

    def test_papers_files_and_folders(self):
        for document, readers in (
            (self.scan, READERS),
            (self.lease, (*READERS, *OTHERS)),
        ):
            for record in self.parts(document):
                for role, user in self.users.items():
                    with self.subTest(record=record, role=role):
                        seen = record.with_user(user)
                        self.assertEqual(seen.has_access("read"), role in readers)
                        found = seen.search([("id", "=", record.id)])
                        self.assertEqual(bool(found), role in readers)

    def test_the_contents_are_closed_too(self):
        _document, file, filed = self.parts(self.scan)
        for role in OTHERS:
            user = self.users[role]
            with self.assertRaises(AccessError):
                file.with_user(user).read(["raw"])
            with self.assertRaises(AccessError):
                filed.with_user(user).read(["content"])
            found = self.env["ir.attachment"].with_user(user)
            self.assertNotIn(
                file,
                found.search(
                    [("res_model", "=", "res.partner"), ("res_id", "=", self.owner.id)]
                ),
            )

    def test_another_type_is_made_personal(self):
        self.lease.type_id.is_personal = True
        for record in self.parts(self.lease):
            self.assertFalse(record.with_user(self.users["user"]).has_access("read"))
