import os
import re
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import lxml.html

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml

_STYLESHEET = re.compile(r"<link\b[^>]*\bhref=\"([^\"]*/web/assets/[^\"]+)\"[^>]*>")
_SECONDS = 120
# margins in mm where the paper format has none of its own
_PAGE_STYLE = """
<style>
@page {{ size: {size}; margin: {top}mm {right}mm {bottom}mm {left}mm; }}
body {{ overflow: visible !important; padding: 0 !important; }}
.container {{ max-width: none !important; padding: 0 1px !important; }}
.pm-print-footer {{ position: fixed; bottom: 0; left: 0; right: 0; }}
.pm-print-footer :has(> .topage) {{ display: none; }}
</style>
"""
# Odoo's own page numbers are filled in by wkhtmltopdf only; the footer stands on each
# page, where the text leaves room for it
_NUMBERED_PAGES = """
<style>
.article { -webkit-box-decoration-break: clone; box-decoration-break: clone;
    padding-bottom: 20mm; }
@page { @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
</style>
"""


def _chromium():
    """Return the path of a Chromium that prints, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def _prints_with_chromium():
    """Chromium takes over where no wkhtmltopdf with patched Qt is installed.

    The unpatched build that distributions ship prints neither headers nor several
    documents at once.
    """
    return bool(not _wkhtml().is_patched_qt and _chromium())


def _lift_memory_limit():
    """Chromium reserves more address space than a process of Odoo may."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def get_wkhtmltopdf_state(self):
        return "ok" if _prints_with_chromium() else super().get_wkhtmltopdf_state()

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        if not _prints_with_chromium():
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        report = self._get_report(report_ref) if report_ref else self
        style = self._pm_page_style(
            report.get_paperformat(), landscape, specific_paperformat_args or {}
        )
        headers = self._pm_children(header, "minimal_layout_report_headers")
        footers = self._pm_children(footer, "minimal_layout_report_footers")
        documents = []
        for index, body in enumerate(bodies):
            page = self._pm_compose(
                str(body),
                style,
                headers[index] if index < len(headers) else "",
                footers[index] if index < len(footers) else "",
            )
            documents.append(self._pm_print(page))
        return documents[0] if len(documents) == 1 else merge_pdf(documents)

    @api.model
    def _pm_page_style(self, paperformat, landscape, arguments):
        """Return the CSS of the paper: size and margins in mm."""
        if paperformat.format == "custom" and paperformat.page_width:
            size = f"{paperformat.page_width}mm {paperformat.page_height}mm"
        else:
            size = paperformat.format or "A4"
            if landscape or paperformat.orientation == "Landscape":
                size += " landscape"

        def margin(name, value):
            return arguments.get(f"data-report-margin-{name}") or value or 10

        return _PAGE_STYLE.format(
            size=size,
            # the header is part of the page here, wkhtmltopdf puts it in the margin
            top=arguments.get("data-report-margin-top") or 10,
            bottom=margin("bottom", paperformat.margin_bottom),
            left=margin("left", paperformat.margin_left),
            right=margin("right", paperformat.margin_right),
        )

    @api.model
    def _pm_children(self, document, holder_id):
        """Return the HTML of each header or footer of a merged document."""
        if not document:
            return []
        holder = lxml.html.fromstring(str(document)).get_element_by_id(holder_id, None)
        if holder is None:
            return []
        return [lxml.html.tostring(child, encoding="unicode") for child in holder]

    @api.model
    def _pm_compose(self, body, style, header, footer):
        """Return one self-contained page: header, body, footer and style sheets."""
        page = _STYLESHEET.sub(self._pm_inline_stylesheet, body)
        if footer:
            style += _NUMBERED_PAGES
        page = page.replace("</head>", f"{style}</head>", 1)
        opening = re.search(r"<body\b[^>]*>", page)
        end = opening.end()
        closing = page.rindex("</body>")
        return (
            f"{page[:end]}{header}{page[end:closing]}"
            f'<div class="pm-print-footer">{footer}</div>{page[closing:]}'
        )

    @api.model
    def _pm_inline_stylesheet(self, match):
        """Return a style sheet as text: printing needs no running server then.

        Odoo makes the file of a bundle when a browser first asks for it.
        """
        filename = match.group(1).rsplit("/", 1)[1]
        name, rtl, _type, autoprefix = self.env["ir.asset"]._parse_bundle_name(
            filename, debug_assets=False
        )
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
        )
        return f"<style>{bundle.css().sudo().raw.decode()}</style>"

    @api.model
    def _pm_print(self, page):
        """Return ``page`` as PDF; raises ``UserError`` when Chromium fails."""
        with tempfile.TemporaryDirectory(prefix="report.") as folder:
            source = Path(folder, "page.html")
            target = Path(folder, "page.pdf")
            source.write_text(page, encoding="utf-8")
            command = [
                _chromium(),
                "--headless",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-pdf-header-footer",
                "--virtual-time-budget=10000",
                f"--user-data-dir={Path(folder, 'profile')}",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ]
            if os.geteuid() == 0:
                # Chromium's sandbox does not start for root
                command.insert(1, "--no-sandbox")
            try:
                process = subprocess.run(
                    command,
                    capture_output=True,
                    timeout=_SECONDS,
                    check=False,
                    preexec_fn=_lift_memory_limit,
                )
            except subprocess.TimeoutExpired as error:
                raise UserError(
                    self.env._(
                        "Printing took longer than %s seconds. Print fewer documents "
                        "at once.",
                        _SECONDS,
                    )
                ) from error
            if not target.exists():
                raise UserError(
                    self.env._(
                        "The PDF could not be made: %s. Try again, or print the page "
                        "from the browser.",
                        process.stderr.decode(errors="replace")[-300:],
                    )
                )
            return target.read_bytes()
