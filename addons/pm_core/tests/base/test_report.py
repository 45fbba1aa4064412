import io
import unicodedata

from markupsafe import Markup
from PyPDF2 import PdfReader

from odoo.tests import tagged

from ...models.base.ir_actions_report import _prints_with_chromium
from ..common import PropertyCase

TEMPLATE = """
<t t-name="pm_core.test_sheet">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="doc">
            <t t-call="web.basic_layout">
                <div class="page"><p>房屋 <span t-out="doc.display_name" /></p></div>
            </t>
        </t>
    </t>
</t>
"""

FULL_TEMPLATE = """
<t t-name="pm_core.test_full_sheet">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="o">
            <t t-call="web.external_layout">
                <div class="page">
                    <p t-foreach="range(40)" t-as="number">Row-<t t-out="number" />-</p>
                    <table class="table table-bordered">
                        <tr t-foreach="range(40, 100)" t-as="number">
                            <td>Row-<t t-out="number" />-</td>
                        </tr>
                    </table>
                </div>
            </t>
        </t>
    </t>
</t>
"""


@tagged("post_install", "-at_install")
class TestReport(PropertyCase):
    """Documents are printed for real, with whichever engine the machine has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_template("pm_core.test_sheet", TEMPLATE)
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Sheet",
                "model": "pm.property",
                "report_type": "qweb-pdf",
                "report_name": "pm_core.test_sheet",
                "paperformat_id": cls.env["report.paperformat"]
                .create({"name": "A5", "format": "A5", "orientation": "Landscape"})
                .id,
            }
        )

    @classmethod
    def make_template(cls, key, arch):
        view = cls.env["ir.ui.view"].create(
            {"name": key, "key": key, "type": "qweb", "arch": arch}
        )
        module, name = key.split(".")
        cls.env["ir.model.data"].create(
            {"module": module, "name": name, "model": "ir.ui.view", "res_id": view.id}
        )

    def render(self, records, report=None):
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report or self.report, records.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertEqual(content[:4], b"%PDF")
        return PdfReader(io.BytesIO(content))

    def test_engine_is_ready(self):
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        self.assertIn(state, ("ok", "upgrade", "workers"))

    def test_one_document(self):
        pdf = self.render(self.unit)
        self.assertEqual(len(pdf.pages), 1)
        # fonts share the glyphs of some characters with those of radicals
        text = unicodedata.normalize("NFKC", pdf.pages[0].extract_text())
        self.assertIn("房屋", text)
        self.assertIn("1-1-101", text)
        # the paper of the report, in points
        box = pdf.pages[0].mediabox
        self.assertAlmostEqual(float(box.width), 595, delta=2)
        self.assertAlmostEqual(float(box.height), 420, delta=2)

    def test_several_documents_each_begin_a_page(self):
        pdf = self.render(self.unit | self.other_unit)
        texts = [page.extract_text() for page in pdf.pages]
        self.assertEqual(len(texts), 2)
        self.assertIn("1-1-101", texts[0])
        self.assertIn("1-1-102", texts[1])

    def test_footer_covers_no_text(self):
        """On full pages all lines are there, and above the footer."""
        if not _prints_with_chromium():
            self.skipTest("the footer is laid out by wkhtmltopdf here")
        self.make_template("pm_core.test_full_sheet", FULL_TEMPLATE)
        report = self.report.copy(
            {"report_name": "pm_core.test_full_sheet", "paperformat_id": False}
        )
        company = self.env.company
        company.report_footer = Markup("<p>Foot-1-</p><p>Foot-2-</p><p>Foot-3-</p>")
        for layout in ("standard", "wave"):
            company.external_report_layout_id = self.env.ref(
                f"web.external_layout_{layout}"
            )
            rows = []
            pages = self.render(self.unit, report).pages
            self.assertGreater(len(pages), 2)
            for page in pages:
                heights = self.text_heights(page)
                footer = [y for text, y in heights if "Foot-" in text]
                self.assertEqual(len(footer), 3, layout)
                texts = [(text, y) for text, y in heights if "Row-" in text]
                rows += [text for text, _y in texts]
                if texts:
                    lowest = min(y for _text, y in texts)
                    self.assertGreater(lowest, max(footer) + 12, layout)
            self.assertEqual(rows, [f"Row-{number}-" for number in range(100)])

    def test_page_number_alone_is_no_footer(self):
        Report = self.env["ir.actions.report"]
        number = '<div>Page <span class="page"/> / <span class="topage"/></div>'
        footer = f'<div class="footer"><div>{number}</div></div>'
        self.assertFalse(Report._pm_without_number(footer))
        kept = Report._pm_without_number(f"<div>Bank 123{number}</div>")
        self.assertIn("Bank 123", kept)
        self.assertNotIn("Page", kept)

    def text_heights(self, page):
        """Return (text, height above the foot of the page) of each line."""
        heights = []

        def visit(text, matrix, text_matrix, _font, _size):
            if text.strip():
                y = matrix[3] * text_matrix[5] + matrix[5]
                heights.append((text.strip(), y))

        page.extract_text(visitor_text=visit)
        return heights

    def test_style_sheets_travel_with_the_page(self):
        """No server needs to run, nor has anybody asked for the bundles before."""
        Report = self.env["ir.actions.report"]
        self.env["ir.attachment"].search([("url", "like", "/web/assets/")]).unlink()
        html, _kind = Report.with_context(debug=False)._render_qweb_html(
            self.report.report_name, self.estate.ids, data={"report_type": "pdf"}
        )
        bodies = self.report._prepare_html(html, report_model="pm.property")[0]
        self.assertIn("/web/assets/", bodies[0])
        page = Report._pm_compose(str(bodies[0]), "", "", "")
        self.assertNotIn("<link", page)
        self.assertIn(".table-bordered", page)
