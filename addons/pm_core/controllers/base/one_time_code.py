from datetime import timedelta
from urllib.parse import quote_plus, urlencode

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.misc import hash_sign, verify_hash_signed

from odoo.addons.portal.controllers.portal import CustomerPortal

SCOPE = "pm_one_time_code_form"
SESSION_KEY = "pm_identities"
# how long somebody reads and signs after the code
PATIENCE = timedelta(minutes=30)


class OneTimeCode(CustomerPortal):
    """Who signs or accepts without a login shows by a code that it is that person.

    A page that binds somebody puts ``pm_core.portal_identity`` before what it asks for,
    with ``identity`` from ``_identity_values``; what takes the answer calls
    ``_identity_problem``. The forms carry a signed value that says who and what it is
    about, so that they serve every page.

    It belongs to the family of portal controllers: beside them, as a controller of its
    own, Odoo would make two of that family, of which each has some pages only.
    """

    def _identity_problem(self, partner_sudo, subject):
        """Return why the visitor may not act for this customer on ``subject`` yet.

        Who is logged in was looked at by the page; a customer who has a login uses it.
        """
        if not request.env.user._is_public() or self._is_verified(
            partner_sudo, subject
        ):
            return None
        if partner_sudo._pm_accounts():
            return request.env._("Log in first.")
        return request.env._("Enter the code that we sent to you first.")

    def _identity_values(self, partner_sudo, subject, company_sudo, back):
        """Return what the page shows before the visitor may act, or None.

        :param back: address of the page
        """
        if not self._identity_problem(partner_sudo, subject):
            return None
        if partner_sudo._pm_accounts():
            return {"login_url": f"/web/login?redirect={quote_plus(back)}"}
        Code = request.env["pm.one.time.code"].sudo()
        form = [partner_sudo.id, subject, company_sudo.id, back]
        return {
            "form": hash_sign(request.env(su=True), SCOPE, form, expiration_hours=2),
            "destination": Code._masked(partner_sudo, company_sudo),
            "step": request.session.get("pm_code_step", {}).get(subject),
        }

    def _page_url(self, record_sudo, access_token, **query):
        """The page of a paper again, with the secret that the visitor came with.

        The record is read with all rights here, and would tell its secret to everybody
        who may look at it.
        """
        if access_token:
            query["access_token"] = access_token
        if not query:
            return record_sudo.access_url
        return f"{record_sudo.access_url}?{urlencode(query)}"

    def _identity_page(self, identity):
        """The page that asks who it is, where there is nothing to show before."""
        return request.render("pm_core.portal_identity_page", {"identity": identity})

    def _is_verified(self, partner_sudo, subject):
        until = request.session.get(SESSION_KEY, {}).get(
            f"{partner_sudo.id},{subject}", ""
        )
        return until > fields.Datetime.to_string(fields.Datetime.now())

    def _read_form(self, form):
        """Return (customer, subject, company, address) of a form of ours.

        :raises NotFound: it is none, or is too old
        """
        env = request.env(su=True)
        try:
            values = verify_hash_signed(env, SCOPE, form or "")
        except (ValueError, IndexError):
            values = None
        if not values:
            raise request.not_found()
        partner_id, subject, company_id, back = values
        partner_sudo = env["res.partner"].browse(partner_id).exists()
        if not partner_sudo or partner_sudo._pm_accounts():
            raise request.not_found()
        company_sudo = env["res.company"].browse(company_id)
        return partner_sudo, subject, company_sudo, back

    def _go_back(self, subject, back, step):
        request.session["pm_code_step"] = {subject: step}
        return request.redirect(back)

    @http.route(
        "/one-time-code/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def one_time_code_send(self, form=None, **kw):
        partner_sudo, subject, company_sudo, back = self._read_form(form)
        step = {"sent": True}
        try:
            with request.env.cr.savepoint():
                request.env["pm.one.time.code"].sudo()._send(
                    partner_sudo, subject, company_sudo
                )
        except UserError as error:
            # one that was sent before may still be entered
            step.update(not_sent=True, problem=str(error))
        return self._go_back(subject, back, step)

    @http.route(
        "/one-time-code/check",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def one_time_code_check(self, form=None, code=None, **kw):
        partner_sudo, subject, _company_sudo, back = self._read_form(form)
        Code = request.env["pm.one.time.code"].sudo()
        if not Code._check(partner_sudo, subject, code):
            problem = request.env._(
                "This is not the code, or it is over. Look again, or ask for a new one."
            )
            return self._go_back(subject, back, {"sent": True, "problem": problem})
        until = fields.Datetime.to_string(fields.Datetime.now() + PATIENCE)
        request.session[SESSION_KEY] = {f"{partner_sudo.id},{subject}": until}
        return self._go_back(subject, back, {})
