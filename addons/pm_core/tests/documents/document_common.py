"""Records with files, as the tests of this room need them."""

from odoo import Command

from ..common import PropertyCase

PDF = b"%PDF-1.4\n1 0 obj\n"


class DocumentCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract(cls.estate, partner_id=cls.owner.id)
        cls.signed = cls.env.ref("pm_core.document_type_contract_signed")
        cls.service = cls.make_user(
            "archive_service", "pm_core.group_pm_service", cls.estate
        )
        cls.staff = cls.make_user("archive_staff", "pm_core.group_pm_user", cls.estate)
        cls.stranger = cls.make_user(
            "archive_stranger",
            "pm_core.group_pm_estate_manager",
            cls.make_estate("Strange Garden"),
        )

    @classmethod
    def attach(cls, record, name="paper.pdf", content=PDF, user=None):
        Attachment = cls.env["ir.attachment"].with_user(user or cls.env.user)
        return Attachment.create(
            {
                "name": name,
                "raw": content,
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def files_of(self, record, user=None):
        return (
            self.env["dms.file"]
            .with_user(user or self.env.user)
            .search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        )

    def line(self, record, doc_type):
        return record.pm_document_ids.filtered(lambda line: line.type_id == doc_type)

    def put(self, line, name="paper.pdf", content=PDF, user=None, **vals):
        """Put a file on a line as the client does: upload, then save."""
        user = user or self.env.user
        attachment = self.attach(line, name, content, user)
        line.with_user(user).write(
            {"attachment_ids": [Command.link(attachment.id)], **vals}
        )
        return attachment
