from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.pm_core.tools.private_page import kept_private
from odoo.addons.portal.controllers.portal import CustomerPortal, pager


class QualityReportPortal(CustomerPortal):
    """Published quality reports, for the owners of an estate and their committee.

    Who sits on the committee is an owner, and sees them as one; so does whoever stands
    for the owners' side of a contract about the estate, such as the committee itself.
    """

    def _own_reports(self):
        people = request.env.user.partner_id._pm_stands_for()
        occupancies = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", people.ids),
                    ("role", "in", ("owner", "developer")),
                    ("is_current", "=", True),
                ]
            )
        )
        contracts = request.env["pm.contract"].sudo()
        agreed = contracts.search(
            contracts._domain_portal(request.env.user.partner_id)
            & Domain("kind", "in", ("preliminary", "owners"))
            & Domain("state", "in", ("signed", "active", "expiring"))
        ).filtered(lambda contract: self._is_owners_side(contract, people))
        estates = occupancies.estate_id | agreed.estate_id
        return Domain("state", "=", "published") & Domain(
            "property_id", "in", estates.ids
        )

    def _is_owners_side(self, contract, people):
        return any(
            party.partner_id in people and party.role in ("owner", "developer")
            for party in contract.party_ids
        )

    @http.route(
        ["/my/quality-reports", "/my/quality-reports/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_quality_reports(self, page=1, **kw):
        reports = request.env["pm.quality.report"].sudo()
        domain = self._own_reports()
        pages = pager(
            url="/my/quality-reports",
            total=reports.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        return request.render(
            "pm_complaints.portal_my_quality_reports",
            {
                **self._prepare_portal_layout_values(),
                "reports": reports.search(
                    domain, limit=self._items_per_page, offset=pages["offset"]
                ),
                "pager": pages,
                "page_name": "pm_quality_report",
                "default_url": "/my/quality-reports",
            },
        )

    @http.route(
        "/quality-report/<string:token>", type="http", auth="public", sitemap=False
    )
    def quality_report_by_link(self, token, **kw):
        """One report, for whoever was given its link."""
        report = request.env["pm.quality.report"]._of_link(token)
        if not report:
            return request.not_found()
        page = request.render(
            "pm_complaints.quality_report_linked", {"report": report, "token": token}
        )
        return kept_private(page)

    @http.route(
        "/quality-report/<string:token>/pdf", type="http", auth="public", sitemap=False
    )
    def quality_report_pdf_by_link(self, token, **kw):
        report = request.env["pm.quality.report"]._of_link(token)
        return self._pdf_of(report) if report.pdf else request.not_found()

    def _own_report(self, report_id):
        domain = Domain("id", "=", report_id) & self._own_reports()
        return request.env["pm.quality.report"].sudo().search(domain)

    @http.route(
        "/my/quality-reports/<int:report_id>", type="http", auth="user", website=True
    )
    def portal_quality_report(self, report_id, **kw):
        report = self._own_report(report_id)
        if not report:
            return request.not_found()
        return request.render(
            "pm_complaints.portal_quality_report",
            {
                **self._prepare_portal_layout_values(),
                "report": report,
                "page_name": "pm_quality_report_one",
            },
        )

    @http.route(
        "/my/quality-reports/<int:report_id>/pdf",
        type="http",
        auth="user",
        website=True,
    )
    def portal_quality_report_pdf(self, report_id, **kw):
        """As it was kept when it was published."""
        report = self._own_report(report_id)
        if not report or not report.pdf:
            return request.not_found()
        return self._pdf_of(report)

    def _pdf_of(self, report):
        stream = request.env["ir.binary"]._get_stream_from(
            report, "pdf", filename=report.pdf_name
        )
        return stream.get_response(as_attachment=True)
