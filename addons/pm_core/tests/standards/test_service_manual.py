"""The service manual: which standards hold where, and the printed book."""

import io
import re
import unicodedata

from psycopg2.errors import UniqueViolation
from PyPDF2 import PdfReader

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..shared import test_version


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestServiceStandard(test_version.VersionCase):
    def in_force(self, **vals):
        standard = self.make_standard(**vals)
        standard.action_submit()
        return standard

    def aspect(self, aspect, value):
        return self.env.ref(f"pm_core.pm_property_aspect_{aspect}_{value}")

    def test_figures_in_words(self):
        for vals, target, frequency in [
            ({}, False, "every 2 hours"),
            (
                {"comparison": "at_most", "target": 20, "unit": "minutes"},
                "≤ 20 minutes",
                "every 2 hours",
            ),
            (
                {
                    "comparison": "at_least",
                    "target": 97.5,
                    "frequency_unit": "month",
                    "frequency_every": 1,
                    "frequency_note": "in summer",
                },
                "≥ 97.5",
                "every month; in summer",
            ),
            (
                {
                    "frequency_unit": "day",
                    "frequency_every": 1,
                    "frequency_times": 2,
                },
                False,
                "2 times every day",
            ),
            ({"frequency_unit": False}, False, False),
        ]:
            with self.subTest(vals=vals):
                standard = self.make_standard(code="T-09", **vals)
                self.assertRecordValues(
                    standard, [{"target_text": target, "frequency": frequency}]
                )

    def test_a_measured_figure_meets_it(self):
        standard = self.make_standard(code="T-09")
        self.assertIsNone(standard._meets(20))
        for comparison, met in [
            ("at_most", (True, True, False)),
            ("at_least", (False, True, True)),
            ("exactly", (False, True, False)),
        ]:
            with self.subTest(comparison=comparison):
                standard.write({"comparison": comparison, "target": 20})
                self.assertEqual(
                    tuple(standard._meets(value) for value in (19, 20, 21)), met
                )

    def test_what_applies_by_kind_and_use(self):
        homes = self.in_force(
            code="T-10",
            usage_ids=[Command.set(self.aspect("usage", "residential").ids)],
        )
        shops = self.in_force(
            code="T-11", usage_ids=[Command.set(self.aspect("usage", "commercial").ids)]
        )
        lifts = self.in_force(
            code="T-12", kind_ids=[Command.set(self.aspect("kind", "installation").ids)]
        )
        draft = self.make_standard(code="T-13")
        Standard = self.env["pm.service.standard"]
        found = Standard._applying(self.unit)
        self.assertIn(self.first, found)
        self.assertIn(homes, found)
        for standard in (shops, lifts, draft):
            self.assertNotIn(standard, found)
        everything = Standard._of_estate(self.estate)
        self.assertLessEqual(self.first | homes | shops | lifts, everything)
        self.assertNotIn(draft, everything)

    def test_an_estate_s_own_takes_the_place_of_the_shared_one(self):
        own = self.first.browse(self.first.action_adapt()["res_id"])
        self.assertEqual((own.state, own.code, own.version), ("draft", "T-01", 1))
        self.assertEqual(own.estate_id, self.estate)
        own.requirement = "Walk the round twice."
        self.assertIn("Walk the round twice.", own.changes)
        own.action_submit()
        Standard = self.env["pm.service.standard"]
        self.assertEqual(self.first.state, "in_force")
        here = Standard._of_estate(self.estate)
        self.assertIn(own, here)
        self.assertNotIn(self.first, here)
        elsewhere = Standard._of_estate(self.make_estate("Elsewhere"))
        self.assertIn(self.first, elsewhere)
        self.assertNotIn(own, elsewhere)
        with self.assertRefused(UserError, "belongs to Test Garden already"):
            own.action_adapt()

    def test_a_standard_of_all_companies_is_adapted_too(self):
        shipped = self.env.ref("pm_core.service_standard_sec_02").with_user(self.hr)
        own = shipped.browse(shipped.action_adapt()["res_id"])
        self.assertEqual(own.company_id, self.estate.company_id)
        self.assertFalse(own.is_default)

    @mute_logger("odoo.sql_db")
    def test_a_code_is_in_force_once_in_a_place(self):
        with self.assertRaises(UniqueViolation):
            self.in_force()

    def test_shipped_defaults_are_complete(self):
        standards = self.env["pm.service.standard"].search(
            [("is_default", "=", True), ("version", "=", 1)]
        )
        self.assertGreaterEqual(len(standards), 40)
        for code in ("SEC", "CLN", "GRN", "EQP", "FIR", "EMG", "CUS", "PRK"):
            self.assertTrue(
                standards.filtered(lambda standard, code=code: code in standard.code)
            )
        for standard in standards:
            with self.subTest(code=standard.code):
                self.assertTrue(standard.requirement and standard.check_method)
                self.assertFalse(standard.estate_id or standard.company_id)
                # nothing in the language of the installation
                self.assertFalse(standard.message_ids)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-15")
class TestManual(test_version.VersionCase):
    def print_pdf(self, report, records, user=None, lang=None):
        Report = self.env["ir.actions.report"].with_user(user or self.hr)
        context = {"force_report_rendering": True, "lang": lang or "en_US"}
        content, kind = Report.with_context(**context)._render_qweb_pdf(
            report, records.ids
        )
        self.assertEqual(kind, "pdf")
        pages = [
            # fonts share the glyphs of some characters with those of radicals
            unicodedata.normalize("NFKC", page.extract_text())
            for page in PdfReader(io.BytesIO(content)).pages
        ]
        return pages

    def test_a_book_with_cover_contents_and_chapters(self):
        self.first.copy(
            {
                "code": "T-02",
                "name": "Waste",
                "category_id": self.env.ref("pm_core.service_category_cleaning").id,
            }
        ).action_submit()
        standards = self.env["pm.service.standard"].search(
            [("code", "in", ("T-01", "T-02")), ("state", "=", "in_force")]
        )
        pages = self.print_pdf("pm_core.report_service_manual", standards)
        self.assertEqual(len(pages), 4)
        cover, contents, security, cleaning = pages
        self.assertIn("Service Manual", cover)
        self.assertIn("11/15/2026", cover)
        self.assertIn("2 standards in 2 chapters", cover)
        self.assertNotIn("came with the program", cover)
        self.assertRegex(contents, r"(?s)1\. Security.*T-01.*2\. Cleaning.*T-02")
        for text in ("T-01", "Walk the round.", "every 2 hours", "Version 1"):
            self.assertIn(text, security)
        self.assertIn("Waste", cleaning)
        self.assertNotIn("Waste", security)
        for number, page in enumerate(pages, 1):
            self.assertTrue(re.search(rf"{number}\s*/\s*4", page), page)

    def test_of_an_estate_for_its_staff(self):
        own = self.first.browse(self.first.action_adapt()["res_id"])
        own.write({"requirement": "每小时巡查一次,并做好记录。"})
        own.action_submit()
        text = "".join(
            self.print_pdf(
                "pm_core.report_service_manual_estate", self.estate, user=self.staff
            )
        )
        self.assertIn("Test Garden", text)
        self.assertIn("每小时巡查一次", text)
        self.assertNotIn("Walk the round.", text)
        # the shared ones too; those that nobody has looked at yet are counted
        self.assertIn("SEC-01", text)
        self.assertRegex(text, r"\d+ of them came with the program")

    def test_several_policies_without_empty_pages(self):
        policies = self.env["pm.policy"].create(
            [
                {
                    "code": f"T-{number}",
                    "name": "Gate",
                    "type_id": self.env.ref("pm_core.policy_type_posts").id,
                    "body": "<p>Greet everybody.</p>",
                }
                for number in (1, 2)
            ]
        )
        pages = self.print_pdf("pm_core.report_policy", policies)
        self.assertEqual(len(pages), 2)
        for page in pages:
            self.assertIn("Greet everybody.", page)

    def test_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        second = self.next_version()
        second.with_context(lang="zh_CN").requirement = "按路线巡查,逐点打卡。"
        second.action_submit()
        pages = self.print_pdf("pm_core.report_service_manual", second, lang="zh_CN")
        self.assertIn("按路线巡查", pages[-1])
        self.assertNotIn("Walk the round.", pages[-1])

    def test_the_button_prints_the_company_s_manual(self):
        action = self.env["pm.service.standard"].action_print_manual()
        chosen = self.first.action_print_manual()
        self.assertEqual(chosen["context"]["active_ids"], self.first.ids)
        self.assertIn(self.first.id, action["context"]["active_ids"])
        self.assertGreater(len(action["context"]["active_ids"]), 1)
