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

# what a page may show: its own style, and pictures and fonts that are part of it
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src data:; font-src data:; style-src 'unsafe-inline'\">"
)
_STYLESHEET = re.compile(r"<link\b[^>]*\bhref=\"([^\"]*/web/assets/[^\"]+)\"[^>]*>")
_SECONDS = 120
# margins in mm where the paper format has none of its own
_PAGE_STYLE = """
<style>
@page {{ size: {size}; margin: {top}mm {right}mm {bottom}mm {left}mm; }}
body {{ overflow: visible !important; padding: 0 !important; }}
.container {{ max-width: none !important; padding: 0 1px !important; }}
</style>
"""
# The footer is painted at the foot of each page. What keeps the text off it is the
# same footer, unseen, as foot of a table around the text: Chromium repeats it on
# each page, and its height is that of this footer.
_FOOTER_STYLE = """
<style>
.pm-print-frame {{ width: 100%; table-layout: fixed; border-collapse: collapse; }}
.pm-print-frame > * > tr > td {{ padding: 0; border: 0; vertical-align: top; }}
.pm-print-frame > tfoot {{ display: table-footer-group; break-inside: avoid; }}
.pm-print-frame > tfoot > tr > td > div {{ visibility: hidden; min-height: {room}mm; }}
.pm-print-frame > tfoot > tr > td, .pm-print-footer {{ padding-top: 2mm !important; }}
.pm-print-footer {{ position: fixed; bottom: 0; left: 0; right: 0; }}
</style>
"""
# the page number's share of the bottom margin, in mm
_NUMBER_MARGIN = 10
# Odoo's own page numbers are filled in by wkhtmltopdf only
_NUMBERED_PAGES = """
<style>
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
        paperformat = report.get_paperformat()
        arguments = specific_paperformat_args or {}
        headers = self._pm_children(header, "minimal_layout_report_headers")
        footers = self._pm_children(footer, "minimal_layout_report_footers")
        documents = []
        for index, body in enumerate(bodies):
            numbered = index < len(footers)
            footer_text = self._pm_without_number(footers[index]) if numbered else ""
            style = self._pm_page_style(
                paperformat, landscape, arguments, bool(footer_text)
            )
            page = self._pm_compose(
                str(body),
                style + (_NUMBERED_PAGES if numbered else ""),
                headers[index] if index < len(headers) else "",
                footer_text,
            )
            documents.append(self._pm_print(page))
        return documents[0] if len(documents) == 1 else merge_pdf(documents)

    @api.model
    def _pm_page_style(self, paperformat, landscape, arguments, has_footer=False):
        """Return the CSS of the paper: size and margins in mm.

        A footer takes the room of the bottom margin, and more where it is higher.
        """
        if paperformat.format == "custom" and paperformat.page_width:
            size = f"{paperformat.page_width}mm {paperformat.page_height}mm"
        else:
            size = paperformat.format or "A4"
            if landscape or paperformat.orientation == "Landscape":
                size += " landscape"

        def margin(name, value):
            return arguments.get(f"data-report-margin-{name}") or value or 10

        bottom = float(margin("bottom", paperformat.margin_bottom))
        style = ""
        if has_footer:
            room = max(bottom - _NUMBER_MARGIN, 0)
            bottom = min(bottom, _NUMBER_MARGIN)
            style = _FOOTER_STYLE.format(room=room)
        return style + _PAGE_STYLE.format(
            size=size,
            # the header is part of the page here, wkhtmltopdf puts it in the margin
            top=arguments.get("data-report-margin-top") or 10,
            bottom=bottom,
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
    def _pm_without_number(self, footer):
        """Return a footer without its page numbers, empty when nothing else is left.

        Only wkhtmltopdf fills them in.
        """
        node = lxml.html.fromstring(footer)
        for number in node.find_class("topage"):
            holder = number.getparent()
            if holder is not None and holder.getparent() is not None:
                holder.drop_tree()
        if not node.text_content().strip() and node.find(".//img") is None:
            return ""
        return lxml.html.tostring(node, encoding="unicode")

    @api.model
    def _pm_compose(self, body, style, header, footer):
        """Return one self-contained page: header, body, footer and style sheets."""
        page = _STYLESHEET.sub(self._pm_inline_stylesheet, body)
        page = page.replace("</head>", f"{style}</head>", 1)
        page = re.sub(
            r"<head\b[^>]*>", lambda head: f"{head.group()}{_POLICY}", page, count=1
        )
        opening = re.search(r"<body\b[^>]*>", page)
        end = opening.end()
        closing = page.rindex("</body>")
        text = f"{header}{page[end:closing]}"
        if footer:
            text = (
                f'<table class="pm-print-frame"><tbody><tr><td>{text}</td></tr></tbody>'
                f"<tfoot><tr><td><div>{footer}</div></td></tr></tfoot></table>"
                f'<div class="pm-print-footer">{footer}</div>'
            )
        return f"{page[:end]}{text}{page[closing:]}"

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
                # nothing is fetched, not from this machine either: a proxy that is not
                # there answers for every address
                "--proxy-server=127.0.0.1:9",
                "--proxy-bypass-list=<-loopback>",
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
