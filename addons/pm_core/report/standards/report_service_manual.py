from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import html2plaintext


class ReportServiceManual(models.AbstractModel):
    """The service manual as a book, of the standards that were chosen."""

    _name = "report.pm_core.report_service_manual"
    _description = "Service Manual"

    @api.model
    def _get_report_values(self, docids, data=None):
        standards = self.env["pm.service.standard"].browse(docids)
        estates = standards.estate_id
        return self._manual(standards, estates if len(estates) == 1 else estates[:0])

    @api.model
    def _manual(self, standards, estate):
        """What the pages show.

        :param standards: standards of the manual
        :param estate: the estate whose manual it is, or none for the company's
        """
        chapters = self._chapters(standards)
        defaults = standards.filtered("is_default")
        return {
            "doc_ids": standards.ids,
            "doc_model": "pm.service.standard",
            "docs": standards,
            "estate": estate,
            "company": estate.company_id or self.env.company,
            "chapters": chapters,
            "summary": self.env._(
                "%(standards)s standards in %(chapters)s chapters",
                standards=len(standards),
                chapters=len(chapters),
            ),
            "warning": defaults
            and self.env._(
                "%(count)s of them came with the program: compare them with the law of "
                "the place and the contract.",
                count=len(defaults),
            ),
            "today": fields.Date.context_today(self),
        }

    @api.model
    def _footer_style(self, title):
        """The style that prints ``title`` at the foot of each page."""
        text = " ".join(html2plaintext(str(title)).split())
        for character in '\\"<>&':
            text = text.replace(character, f"\\{ord(character):x} ")
        return Markup(
            '@page {{ @bottom-left {{ content: "{}"; font-size: 8pt; color: #666; }} }}'
        ).format(Markup(text))

    @api.model
    def _chapters(self, standards):
        """List of (category, its standards by code), in the order of categories."""
        ordered = standards.sorted(
            lambda standard: (standard.category_id.sequence, standard.code)
        )
        return list(ordered.grouped("category_id").items())


class ReportServiceManualEstate(models.AbstractModel):
    """The service manual of an estate: its own standards and the shared ones."""

    _name = "report.pm_core.report_service_manual_estate"
    _description = "Service Manual of an Estate"
    _inherit = ["report.pm_core.report_service_manual"]

    @api.model
    def _get_report_values(self, docids, data=None):
        estates = self.env["pm.property"].browse(docids).estate_id
        Standard = self.env["pm.service.standard"]
        return {
            "doc_ids": estates.ids,
            "doc_model": "pm.property",
            "docs": estates,
            "manuals": [
                self._manual(Standard._of_estate(estate), estate) for estate in estates
            ],
        }
