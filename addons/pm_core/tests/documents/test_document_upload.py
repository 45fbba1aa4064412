"""Files by HTTP: up and down, and what an address alone does not open."""

import json

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .document_common import PDF, DocumentCase


@tagged("post_install", "-at_install")
class TestUpload(DocumentCase, HttpCase):
    """The upload routes of the web client say why."""

    def upload(self, route, data, content, name="paper.pdf"):
        response = self.url_open(
            route,
            data={"csrf_token": self.csrf(), **data},
            files={"ufile": (name, content)},
        )
        return json.loads(response.text)

    def csrf(self):
        from odoo import http

        return http.Request.csrf_token(self)

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("dms.binary_max_size", 1)
        self.authenticate("archive_service", "archive_service")

    def test_a_line(self):
        line = self.line(self.contract, self.signed)
        data = {"model": "pm.document", "id": line.id}
        large = PDF + b"0" * (1024 * 1024)
        [answer] = self.upload("/web/binary/upload_attachment", data, large)
        self.assertIn("1 MB are allowed", answer["error"])
        [answer] = self.upload("/web/binary/upload_attachment", data, PDF)
        self.assertNotIn("error", answer)
        self.assertTrue(answer["id"])

    def test_a_message(self):
        data = {
            "thread_model": "pm.contract",
            "thread_id": self.contract.id,
            "is_pending": "true",
        }
        answer = self.upload("/mail/attachment/upload", data, b"MZ", "paper.pdf")
        self.assertIn("is a program", answer["error"])
        answer = self.upload("/mail/attachment/upload", data, PDF)
        self.assertNotIn("error", answer)


@tagged("post_install", "-at_install")
class TestAddresses(DocumentCase, HttpCase):
    """A file by its address: for who may read the record, and for nobody else."""

    SECRET = PDF + b"for-staff-alone"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        resident = new_test_user(
            cls.env, login="archive_holder", groups="base.group_portal"
        )
        cls.make_occupancy(cls.unit, resident.partner_id, role="tenant")
        cls.party = cls.make_contract(cls.estate, partner_id=resident.partner_id.id)
        cls.resident = resident

    def addresses(self, record):
        attachment = self.attach(record, content=self.SECRET)
        file = self.files_of(record)
        return (
            f"/web/content/{attachment.id}",
            f"/web/content/{attachment.id}?download=true",
            f"/web/content/ir.attachment/{attachment.id}/raw",
            f"/web/image/{attachment.id}",
            f"/web/content/dms.file/{file.id}/content",
            f"/my/dms/file/{file.id}/download",
            f"/my/dms/file/{file.id}/download?access_token=guessed",
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_downloads(self):
        for record in (self.contract, self.unit, self.party, self.resident.partner_id):
            addresses = self.addresses(record)
            for login in ("archive_stranger", "archive_holder", None):
                self.authenticate(login, login)
                for address in addresses:
                    with self.subTest(record=record, login=login, address=address):
                        content = self.url_open(address).content
                        self.assertNotIn(b"for-staff-alone", content)
            self.authenticate("archive_staff", "archive_staff")
            for address in addresses[:3]:
                with self.subTest(record=record, address=address):
                    self.assertIn(b"for-staff-alone", self.url_open(address).content)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_uploads_to_records_of_others(self):
        from odoo import http

        before = self.env["ir.attachment"].search_count([])
        for login in ("archive_stranger", "archive_holder", "archive_staff"):
            self.authenticate(login, login)
            for route, data in (
                (
                    "/web/binary/upload_attachment",
                    {"model": "pm.contract", "id": self.contract.id},
                ),
                (
                    "/mail/attachment/upload",
                    {
                        "thread_model": "pm.contract",
                        "thread_id": self.contract.id,
                        "is_pending": "",
                    },
                ),
            ):
                with self.subTest(login=login, route=route):
                    self.url_open(
                        route,
                        data={"csrf_token": http.Request.csrf_token(self), **data},
                        files={"ufile": ("paper.pdf", PDF)},
                    )
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        self.assertFalse(self.files_of(self.contract))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_the_archive_in_the_portal_is_empty(self):
        for record in (self.contract, self.unit, self.party):
            self.attach(record, "secret.pdf")
        folder = self.files_of(self.unit).directory_id
        self.authenticate("archive_holder", "archive_holder")
        for address in ("/my/dms", f"/my/dms/directory/{folder.id}"):
            self.assertNotIn("secret.pdf", self.url_open(address).text)
