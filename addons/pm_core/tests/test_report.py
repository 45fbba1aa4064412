import io
import unicodedata

from PyPDF2 import PdfReader

from odoo.tests import tagged

from .common import PropertyCase

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


@tagged("post_install", "-at_install")
class TestReport(PropertyCase):
    """Documents are printed for real, with whichever engine the machine has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        view = cls.env["ir.ui.view"].create(
            {
                "name": "pm_core.test_sheet",
                "key": "pm_core.test_sheet",
                "type": "qweb",
                "arch": TEMPLATE,
            }
        )
        cls.env["ir.model.data"].create(
            {
                "module": "pm_core",
                "name": "test_sheet",
                "model": "ir.ui.view",
                "res_id": view.id,
            }
        )
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

    def render(self, records):
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(self.report, records.ids)
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
