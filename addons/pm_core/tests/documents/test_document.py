"""The archive: folders, files, checklists, expiry, and what is refused."""

import base64
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase

PDF = b"%PDF-1.4\n1 0 obj\n"


class ArchiveCase(PropertyCase):
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


@tagged("post_install", "-at_install")
class TestFiling(ArchiveCase):
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
class TestFileAccess(ArchiveCase):
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
        with self.assertRefused(UserError, "stays with the record"):
            line.with_user(self.service).res_id = far.id


@tagged("post_install", "-at_install")
class TestRefusedFiles(ArchiveCase):
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
            message = self.contract.message_post(
                body="Reply",
                message_type="email",
                attachments=[("setup.exe", b"MZ"), ("letter.pdf", PDF)],
            )
        self.assertEqual(message.attachment_ids.mapped("name"), ["letter.pdf"])


@tagged("post_install", "-at_install")
class TestChecklist(ArchiveCase):
    def names(self, record):
        return set(record.pm_document_ids.type_id.mapped("code"))

    def test_the_checklist_follows_the_kind(self):
        contract = self.make_contract(self.estate, kind="supplier")
        self.assertEqual(
            self.names(contract), {"SIGNED", "LICENCE", "PERMIT", "INSURANCE"}
        )
        contract.kind = "owners"
        self.assertEqual(self.names(contract), {"SIGNED", "RESOLUTION", "COMMITTEE"})
        self.assertIn("TAKEOVER", self.names(self.estate))
        self.assertFalse(self.names(self.unit))

    def test_the_checklist_of_a_customer_is_made_when_opened(self):
        company = self.make_partner("Shop Ltd", is_company=True)
        self.make_occupancy(self.other_unit, company)
        for partner, code in ((self.owner, "ID"), (company, "CLICENCE")):
            self.assertFalse(partner.pm_document_ids)
            self.assertEqual(partner.pm_document_missing_count, 1)
            partner.with_user(self.service).action_pm_documents()
            partner.with_user(self.service).action_pm_documents()
            self.assertEqual(self.names(partner), {code})
        # nothing is asked of a contact who is no customer
        self.assertFalse(self.make_partner("Carrier").pm_document_state)

    def test_a_line_that_has_its_file_survives_a_change_of_kind(self):
        contract = self.make_contract(self.estate, kind="supplier")
        permit = self.env.ref("pm_core.document_type_contract_permit")
        self.put(self.line(contract, permit))
        contract.kind = "tenant"
        self.assertIn("PERMIT", self.names(contract))
        self.assertNotIn("INSURANCE", self.names(contract))

    def test_states_of_a_line_and_of_the_record(self):
        line = self.line(self.contract, self.signed)
        self.assertEqual(line.state, "missing")
        self.assertEqual(self.contract.pm_document_state, "missing")
        self.assertIn(self.signed.name, self.contract.pm_document_missing)
        for missing in self.contract.pm_document_ids:
            self.put(missing)
        self.assertEqual(line.state, "present")
        self.assertEqual(self.contract.pm_document_state, "complete")
        today = fields.Date.today()
        line.date_expiry = today + timedelta(days=self.signed.remind_days)
        self.assertEqual(line.state, "expiring")
        self.assertEqual(self.contract.pm_document_state, "expiring")
        line.date_expiry = today - timedelta(days=1)
        self.assertEqual(line.state, "expired")
        self.assertEqual(self.contract.pm_document_state, "expired")

    def test_searches_say_what_the_fields_say(self):
        today = fields.Date.today()
        contracts = self.contract
        for days in (None, -1, 10, 400):
            contract = self.make_contract(self.estate, title=str(days), kind="owners")
            for line in contract.pm_document_ids:
                self.put(line)
            if days is not None:
                contract.pm_document_ids[0].date_expiry = today + timedelta(days=days)
            contracts += contract
        for state in ("missing", "complete", "expiring", "expired"):
            with self.subTest(state=state):
                found = contracts.search([("pm_document_state", "=", state)])
                self.assertEqual(
                    found & contracts,
                    contracts.filtered(lambda c, st=state: c.pm_document_state == st),
                )
        lines = contracts.pm_document_ids
        for state in ("missing", "present", "expiring", "expired"):
            with self.subTest(state=state):
                self.assertEqual(
                    lines.search([("state", "=", state), ("id", "in", lines.ids)]),
                    lines.filtered(lambda line, st=state: line.state == st),
                )
                self.assertEqual(
                    lines.search([("state", "!=", state), ("id", "in", lines.ids)]),
                    lines.filtered(lambda line, st=state: line.state != st),
                )

    def test_a_renewed_paper_is_not_expired(self):
        contract = self.make_contract(self.estate, kind="owners")
        for line in contract.pm_document_ids:
            self.put(line)
        old = contract.pm_document_ids[0]
        old.date_expiry = fields.Date.today() - timedelta(days=5)
        expired = [("pm_document_state", "=", "expired"), ("id", "=", contract.id)]
        self.assertTrue(contract.search(expired))
        new = old.copy({"is_checklist": False, "date_expiry": False})
        self.put(new, date_expiry=fields.Date.today() + timedelta(days=400))
        contract.invalidate_recordset()
        self.assertEqual(contract.pm_document_state, "complete")
        self.assertFalse(contract.search(expired))

    def test_deleting_the_file_makes_the_line_missing_again(self):
        line = self.line(self.contract, self.signed)
        attachment = self.put(line)
        self.assertEqual(line.state, "present")
        attachment.unlink()
        self.assertEqual(line.state, "missing")
        self.assertIn(line, line.search([("state", "=", "missing")]))

    def test_the_file_of_a_line_belongs_to_the_record(self):
        line = self.line(self.contract, self.signed)
        attachment = self.put(line, "signed.pdf", user=self.service)
        self.assertEqual(
            (attachment.res_model, attachment.res_id),
            ("pm.contract", self.contract.id),
        )
        file = self.files_of(self.contract, self.service)
        self.assertEqual(file.name, "signed.pdf")
        self.assertEqual(file.pm_document_names, self.signed.name)
        self.assertEqual(file.pm_record_name, self.contract.display_name)

    def test_the_page_of_the_contract(self):
        extra = self.env.ref("pm_core.document_type_contract_authorisation")
        with Form(self.contract.with_user(self.service)) as form:
            with form.pm_document_ids.new() as line:
                line.type_id = extra
        self.assertIn("AUTH", self.names(self.contract))

    def test_activation_warns_or_refuses(self):
        manager = self.make_user(
            "archive_manager", "pm_core.group_pm_estate_manager", self.estate
        )
        contract = self.contract.with_user(manager)
        self.estate.company_id.pm_document_check = "block"
        with self.assertRefused(UserError, "needs on file: Signed contract"):
            contract._check_documents()
        self.estate.company_id.pm_document_check = "warn"
        contract._check_documents()
        self.assertEqual(self.names(self.owner), {"ID"})

    def test_a_type_is_added_to_existing_records(self):
        kind = self.env.ref("pm_core.selection__pm_property__kind__unit")
        doc_type = self.env["pm.document.type"].create(
            {
                "name": "Key list",
                "applies_to": "property",
                "is_required": True,
                "kind_ids": [Command.link(kind.id)],
            }
        )
        self.assertFalse(self.unit.pm_document_ids)
        doc_type.action_add_lines()
        doc_type.action_add_lines()
        self.assertEqual(self.unit.pm_document_ids.type_id, doc_type)
        self.assertEqual(len(self.unit.pm_document_ids), 1)
        self.assertNotIn(doc_type, self.estate.pm_document_ids.type_id)
        with self.assertRefused(ValidationError, "is no kind of what"):
            doc_type.applies_to = "contract"

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_who_keeps_the_types_adds_lines(self):
        for user in (self.service, self.stranger):
            with self.assertRaises(AccessError):
                self.signed.with_user(user).action_add_lines()

    def test_the_badge_costs_the_same_for_one_and_for_many(self):
        contracts = self.contract.concat(
            *(self.make_contract(self.estate, title=str(n)) for n in range(20))
        )
        counts = []
        contracts.with_user(self.service).mapped("pm_document_state")
        for records in (contracts[:1], contracts):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.with_user(self.service).mapped("pm_document_state")
            records.with_user(self.service).mapped("pm_file_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestReminder(ArchiveCase):
    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("pm_core.ir_cron_document_remind").method_direct_trigger()

    def activities(self):
        self.env.invalidate_all()
        return self.contract.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("pm_core.mail_activity_document")
            )
        )

    def test_reminded_once_for_each_expiry(self):
        self.contract.user_id = self.service
        line = self.line(self.contract, self.signed)
        self.put(line, date_expiry="2026-07-31")
        with freeze_time("2026-06-30"):
            self.run_cron()
            self.assertFalse(self.activities())
        with freeze_time("2026-07-01"):
            self.run_cron()
            self.run_cron()
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.service)
        self.assertEqual(activity.date_deadline, fields.Date.to_date("2026-07-31"))
        self.assertIn(self.signed.name, activity.summary)
        with freeze_time("2026-07-20"):
            self.run_cron()
            self.assertEqual(len(self.activities()), 1)
        line.date_expiry = "2027-07-31"
        with freeze_time("2027-07-15"):
            self.run_cron()
            self.assertEqual(len(self.activities()), 2)

    def test_who_is_named_on_the_document_is_reminded(self):
        self.contract.user_id = self.service
        line = self.line(self.contract, self.signed)
        self.put(line, date_expiry="2026-07-31", user_id=self.staff.id)
        with freeze_time("2026-07-31"):
            self.run_cron()
        self.assertEqual(self.activities().user_id, self.staff)

    def test_nothing_for_a_missing_file(self):
        self.line(self.contract, self.signed).date_expiry = "2026-07-31"
        with freeze_time("2026-07-31"):
            self.run_cron()
        self.assertFalse(self.activities())


@tagged("post_install", "-at_install")
class TestUpload(ArchiveCase, HttpCase):
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
class TestAddresses(ArchiveCase, HttpCase):
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


@tagged("post_install", "-at_install")
class TestMerge(ArchiveCase):
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
