"""Checklists: what is missing, what runs out, who is reminded."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import CRON_LOGGER
from .document_common import DocumentCase


@tagged("post_install", "-at_install")
class TestChecklist(DocumentCase):
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
class TestReminder(DocumentCase):
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

    def test_a_bad_paper_keeps_no_other_from_its_reminder(self):
        """It stays due, and is tried again the next night."""
        self.contract.user_id = self.service
        self.contract.kind = "supplier"
        good, bad = self.contract.pm_document_ids[:2]
        for line in (good, bad):
            self.put(line, date_expiry="2026-07-31")
        summary = type(good)._remind_summary

        def fails(document):
            if document == bad:
                # pylint: disable-next=translation-required
                raise UserError("No words for it")
            return summary(document)

        with (
            freeze_time("2026-07-31"),
            patch.object(type(good), "_remind_summary", fails),
            mute_logger(CRON_LOGGER),
        ):
            self.run_cron()
        self.assertEqual(len(self.activities()), 1)
        self.assertTrue(good.reminded)
        self.assertFalse(bad.reminded)
        with freeze_time("2026-08-01"):
            self.run_cron()
        self.assertEqual(len(self.activities()), 2)
        self.assertTrue(bad.reminded)

    def test_nothing_for_a_missing_file(self):
        self.line(self.contract, self.signed).date_expiry = "2026-07-31"
        with freeze_time("2026-07-31"):
            self.run_cron()
        self.assertFalse(self.activities())
