"""Who reads a file, and which files are refused."""

import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .document_common import PDF, DocumentCase


@tagged("post_install", "-at_install")
class TestFileAccess(DocumentCase):
    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_reads_the_record_reads_the_file(self):
        resident = new_test_user(
            self.env, login="archive_resident", groups="base.group_portal"
        )
        # the resident may read the unit and the own contact, not what staff keep
        self.make_occupancy(
            self.unit, resident.partner_id, role="tenant", date_from="2020-01-01"
        )
        company = self.env["res.company"].create({"name": "Far Company"})
        colleague = new_test_user(
            self.env,
            login="archive_far",
            groups="pm_core.group_pm_company_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for record in (self.contract, self.unit, self.estate):
            attachment = self.attach(record)
            file = self.files_of(record)
            for user in (self.service, self.staff):
                self.assertEqual(self.files_of(record, user), file)
                self.assertTrue(file.with_user(user).has_access("read"))
                self.assertEqual(
                    base64.b64decode(file.with_user(user).content), attachment.raw
                )
            for user in (self.stranger, colleague, resident):
                self.env.invalidate_all()
                self.assertFalse(self.files_of(record, user))
                self.assertFalse(file.with_user(user).has_access("read"))
                self.assertFalse(attachment.with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    file.with_user(user).read(["name", "content"])
        self.attach(resident.partner_id)
        self.assertFalse(self.files_of(resident.partner_id, resident))
        folders = self.env["dms.directory"].with_user(resident).search([])
        self.assertFalse(
            folders.sudo().filtered(
                lambda folder: (
                    folder.storage_id == self.env.ref("pm_core.dms_storage_archive")
                )
            )
        )

    def test_the_query_count_does_not_grow_with_the_archive(self):
        for number in range(3):
            self.attach(self.make_contract(self.estate, title=str(number)))
        counts = []
        for _turn in range(2):
            self.env.invalidate_all()
            files = self.env["dms.file"].with_user(self.service)
            files.search([]).mapped("name")
            before = self.env.cr.sql_log_count
            self.env.invalidate_all()
            files.web_search_read([], {"name": {}, "pm_record_name": {}})
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(8):
                self.attach(self.make_contract(self.estate, title=f"more {number}"))
        self.assertEqual(counts[0], counts[1])

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_document_on_a_record_of_others(self):
        vals = {
            "res_model": "pm.contract",
            "res_id": self.contract.id,
            "type_id": self.signed.id,
        }
        Document = self.env["pm.document"]
        for user in (self.staff, self.stranger):
            with self.assertRaises(AccessError):
                Document.with_user(user).create(vals)
        self.assertTrue(Document.with_user(self.service).create(vals))
        # nor on a model that keeps no papers
        with self.assertRaises(AccessError):
            Document.with_user(self.service).create(
                {**vals, "res_model": "res.country", "res_id": 1}
            )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_file_is_taken_from_another_record(self):
        far = self.make_contract(self.make_estate("Away Garden"))
        secret = self.attach(far, "secret.pdf")
        line = self.line(self.contract, self.signed)
        with self.assertRaises(UserError):
            line.with_user(self.service).attachment_ids = [Command.link(secret.id)]
        self.assertEqual(secret.res_id, far.id)
        near = self.make_contract(self.estate)
        for other, reason in ((far, "may not read"), (near, "stays with the record")):
            with self.assertRefused(UserError, reason):
                line.with_user(self.service).res_id = other.id


@tagged("post_install", "-at_install")
class TestRefusedFiles(DocumentCase):
    def test_too_large_is_refused_and_nothing_stays(self):
        self.env["ir.config_parameter"].set_param("dms.binary_max_size", 1)
        large = PDF + b"0" * (1024 * 1024)
        Attachment = self.env["ir.attachment"]
        line = self.line(self.contract, self.signed)
        before = Attachment.search_count([])
        with patch.object(type(Attachment), "_file_write") as written:
            for record in (self.contract, self.owner, self.unit, line):
                with self.assertRefused(ValidationError, r"1\.0 MB; 1 MB are allowed"):
                    self.attach(record, content=large)
            written.assert_not_called()
        self.assertEqual(Attachment.search_count([]), before)
        self.assertFalse(self.files_of(self.contract))
        # not beyond the archive
        self.assertTrue(
            Attachment.create({"name": "x", "raw": large, "res_model": "res.country"})
        )

    def test_too_large_is_refused_on_every_way(self):
        self.env["ir.config_parameter"].set_param("dms.binary_max_size", 1)
        large = PDF + b"0" * (1024 * 1024)
        Attachment = self.env["ir.attachment"]
        with self.assertRefused(ValidationError, "are allowed"):
            Attachment.create(
                {
                    "name": "x.pdf",
                    "datas": base64.b64encode(large),
                    "res_model": "pm.contract",
                    "res_id": self.contract.id,
                }
            )
        attachment = self.attach(self.contract)
        with self.assertRefused(ValidationError, "are allowed"):
            attachment.raw = large
        pending = Attachment.create(
            {"name": "x.pdf", "raw": large, "res_model": "mail.compose.message"}
        )
        with self.assertRefused(ValidationError, "are allowed"):
            pending.write({"res_model": "pm.contract", "res_id": self.contract.id})

    def test_the_settings_show_the_limit_that_holds(self):
        Settings = self.env["res.config.settings"]
        settings = Settings.create({})
        self.assertEqual(settings.documents_binary_max_size, 25)
        settings.execute()
        self.assertEqual(self.env["dms.file"]._get_binary_max_size(), 25)
        Settings.create({"documents_binary_max_size": 7}).execute()
        self.assertEqual(Settings.create({}).documents_binary_max_size, 7)
        with self.assertRefused(UserError, "cannot be negative"):
            Settings.create({"documents_binary_max_size": -1}).execute()

    def test_programs_are_refused(self):
        for name, content in (
            ("setup.exe", b"anything"),
            ("paper.pdf", b"MZ\x90\x00 a program"),
            ("paper.pdf", b"\x7fELF\x02"),
            ("paper.txt", b"#!/bin/sh\nrm -rf /"),
            ("SETUP.BAT", b"echo"),
        ):
            with self.subTest(name=name, content=content):
                with self.assertRefused(ValidationError, "is a program"):
                    self.attach(self.contract, name, content)
        for name, content in (
            ("合同.pdf", PDF),
            ("plan.dwg", b"AC1027\x00\x00"),
            ("photo.jpg", b"\xff\xd8\xff\xe0"),
            ("list.xlsx", b"PK\x03\x04"),
        ):
            self.assertTrue(self.attach(self.contract, name, content))

    def test_a_program_in_an_email_is_left_out(self):
        with self.assertLogs("odoo.addons.pm_core.models.base.mail_thread"):
            # pylint: disable-next=translation-required
            message = self.contract.message_post(
                body="Reply",
                message_type="email",
                attachments=[("setup.exe", b"MZ"), ("letter.pdf", PDF)],
            )
        self.assertEqual(message.attachment_ids.mapped("name"), ["letter.pdf"])
