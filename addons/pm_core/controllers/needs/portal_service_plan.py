from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ...models.needs.pm_service_plan_states import SHOWN_STATES
from ...tools.secret import same_secret
from ..base.drawn import MAX_NAME, MAX_SIGNATURE, check_drawn
from ..base.one_time_code import OneTimeCode

# of what a customer writes
MAX_COMMENT = 4_000


class ServicePlanPortal(OneTimeCode, CustomerPortal):
    """The plan as the customer reads, accepts or sends it back.

    Customers have no rights on plans: who may see one is decided here, and they
    act through the methods of the model alone.
    """

    _plans_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_plan_count" in counters:
            plans_sudo, domain = self._own_plans()
            values["service_plan_count"] = plans_sudo.search_count(domain)
        return values

    def _own_plans(self):
        """Return the model with all rights, and the domain of the user's own."""
        customers = request.env.user.partner_id._pm_stands_for()
        return request.env["pm.service.plan"].sudo(), [
            ("partner_id", "in", customers.ids),
            ("presented_date", "!=", False),
            ("state", "in", SHOWN_STATES),
        ]

    def _plan(self, plan_id, access_token=None):
        """Return the plan with all rights, or None where the visitor may not see it.

        Without a login the token decides. Who is logged in sees the plans of the
        own firm, whatever token the link carries; staff see those of their estates.
        """
        plan = request.env["pm.service.plan"].browse(plan_id)
        plan_sudo = plan.sudo().exists()
        if not plan_sudo:
            return None
        user = request.env.user
        if user._is_internal():
            return plan_sudo if plan.has_access("read") else None
        if not plan_sudo._is_shown():
            return None
        if user._is_public():
            known = same_secret(plan_sudo.access_token, access_token)
            if known and plan_sudo.partner_id.lang:
                request.update_context(lang=plan_sudo.partner_id.lang)
                plan_sudo = plan_sudo.with_context(lang=plan_sudo.partner_id.lang)
            return plan_sudo if known else None
        own = user.partner_id._pm_stands_for()
        return plan_sudo if plan_sudo.partner_id in own else None

    def _subject(self, plan_sudo):
        return f"{plan_sudo._name},{plan_sudo.id}"

    def _identity(self, plan_sudo, access_token):
        """Return what asks the visitor who it is, or None where it is known."""
        return self._identity_values(
            plan_sudo.partner_id,
            self._subject(plan_sudo),
            plan_sudo.company_id,
            self._page_url(plan_sudo, access_token),
        )

    def _refused(self):
        response = request.render(
            "pm_core.portal_service_plan_refused",
            {"stranger": not request.env.user._is_public()},
        )
        response.status_code = 403
        return response

    @http.route(
        ["/my/service-plans", "/my/service-plans/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_service_plans(self, page=1, **kwargs):
        plans_sudo, domain = self._own_plans()
        pages = pager(
            url="/my/service-plans",
            total=plans_sudo.search_count(domain),
            page=page,
            step=self._plans_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            plans=plans_sudo.search(
                domain, limit=self._plans_per_page, offset=pages["offset"]
            ),
            page_name="service_plan",
            pager=pages,
            default_url="/my/service-plans",
        )
        return request.render("pm_core.portal_my_service_plans", values)

    @http.route(
        "/my/service-plans/<int:plan_id>", type="http", auth="public", website=True
    )
    def portal_service_plan(
        self, plan_id, access_token=None, report_type=None, message=None, **kwargs
    ):
        plan_sudo = self._plan(plan_id, access_token)
        if not plan_sudo:
            return self._refused()
        identity = self._identity(plan_sudo, access_token)
        if identity and plan_sudo.state == "accepted":
            return self._identity_page(identity)
        if report_type == "pdf":
            return self._show_report(
                model=plan_sudo,
                report_type="pdf",
                report_ref="pm_core.report_service_plan_action",
                download=bool(kwargs.get("download")),
            )
        latest_sudo = plan_sudo.search(
            [
                ("origin_id", "=", plan_sudo.origin_id.id),
                ("state", "in", ("presented", "accepted")),
                ("version", ">", plan_sudo.version),
                # the address of it opens it, so it is told to its customer alone
                ("partner_id", "=", plan_sudo.partner_id.id),
            ],
            order="version desc",
            limit=1,
        )
        before_sudo = plan_sudo._last_shown()
        staff = request.env.user._is_internal()
        open_to_customer = plan_sudo.state == "presented" and not plan_sudo.is_overdue
        return request.render(
            "pm_core.portal_service_plan",
            {
                "plan": plan_sudo,
                "object": plan_sudo,
                "page_name": "service_plan",
                "token": access_token,
                "message": message,
                "staff": staff,
                "can_answer": open_to_customer and not staff and not identity,
                "identity": open_to_customer and identity,
                "latest": latest_sudo,
                # of staff, those who may hand it over get its secret
                "latest_url": latest_sudo
                and latest_sudo.sudo(not staff).get_portal_url(),
                "comparison": before_sudo and plan_sudo._comparison(before_sudo),
                "pdf_url": self._page_url(plan_sudo, access_token, report_type="pdf"),
                "accept_url": self._page_url(plan_sudo, access_token).replace(
                    plan_sudo.access_url, f"{plan_sudo.access_url}/accept"
                ),
            },
        )

    @http.route(
        "/my/service-plans/<int:plan_id>/accept",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_service_plan_accept(
        self, plan_id, access_token=None, name=None, signature=None
    ):
        access_token = access_token or request.httprequest.args.get("access_token")
        plan_sudo = self._plan(plan_id, access_token)
        if not plan_sudo:
            return {"error": request.env._("This service plan is not yours to accept.")}
        if problem := self._identity_problem(
            plan_sudo.partner_id, self._subject(plan_sudo)
        ):
            return {"error": problem}
        if request.env.user._is_internal():
            return {
                "error": request.env._(
                    "You are logged in as staff. Note an acceptance on paper in the "
                    "plan itself."
                )
            }
        name = (name or "").strip()[:MAX_NAME]
        if not name or not signature:
            return {"error": request.env._("Enter your name and sign.")}
        if len(signature) > MAX_SIGNATURE:
            return {"error": request.env._("The signature is too large.")}
        try:
            check_drawn(signature)
            with request.env.cr.savepoint():
                plan_sudo._accept(name, signature)
        except UserError as error:
            return {"error": str(error)}
        except (TypeError, ValueError):
            return {"error": request.env._("The signature cannot be read; sign again.")}
        self._post_signed(plan_sudo, name)
        return {
            "force_refresh": True,
            "redirect_url": self._page_url(plan_sudo, access_token, message="accepted"),
        }

    def _post_signed(self, plan_sudo, name):
        """Keep what was signed as a PDF beside the plan, and tell who answers."""
        pdf, _type = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("pm_core.report_service_plan_action", plan_sudo.ids)
        )
        plan_sudo.message_post(
            author_id=self._author(plan_sudo).id,
            body=request.env._("Accepted and signed by %s.", name),
            attachments=[(f"{plan_sudo._get_report_base_filename()}.pdf", pdf)],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=plan_sudo.user_id.partner_id.ids,
        )

    def _author(self, plan_sudo):
        user = request.env.user
        return plan_sudo.partner_id if user._is_public() else user.partner_id

    @http.route(
        "/my/service-plans/<int:plan_id>/revise",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_service_plan_revise(
        self, plan_id, access_token=None, comment=None, **kwargs
    ):
        plan_sudo = self._plan(plan_id, access_token)
        if not plan_sudo or request.env.user._is_internal():
            return self._refused()
        if self._identity_problem(plan_sudo.partner_id, self._subject(plan_sudo)):
            return request.redirect(self._page_url(plan_sudo, access_token))
        comment = (comment or "").strip()[:MAX_COMMENT]
        message = "empty"
        if comment:
            message = "revision"
            try:
                plan_sudo._ask_revision(comment, self._author(plan_sudo))
            except UserError:
                message = "closed"
        return request.redirect(
            self._page_url(plan_sudo, access_token, message=message)
        )
