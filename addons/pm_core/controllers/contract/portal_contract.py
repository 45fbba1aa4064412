from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager as portal_pager

from ...tools.secret import same_secret
from ..base.drawn import MAX_NAME, MAX_SIGNATURE, check_drawn
from ..base.one_time_code import OneTimeCode


class ContractPortal(OneTimeCode, CustomerPortal):
    """Contracts on the portal: each party sees its own, and signs by its link.

    Portal users have no access right on contracts; what they see is chosen here.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_contract_count" in counters:
            values["pm_contract_count"] = (
                request.env["pm.contract"].sudo().search_count(self._own_contracts())
            )
        return values

    def _own_contracts(self):
        return request.env["pm.contract"]._domain_portal(request.env.user.partner_id)

    @http.route(
        ["/my/property-contracts", "/my/property-contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_property_contracts(self, page=1, **kw):
        contracts_sudo = request.env["pm.contract"].sudo()
        domain = self._own_contracts()
        pager = portal_pager(
            url="/my/property-contracts",
            total=contracts_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = contracts_sudo.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        return request.render(
            "pm_core.portal_my_contracts",
            {
                **self._prepare_portal_layout_values(),
                "contracts": found,
                "page_name": "pm_contract",
                "default_url": "/my/property-contracts",
                "pager": pager,
            },
        )

    @http.route(
        ["/my/property-contracts/<int:contract_id>"],
        type="http",
        auth="public",
        website=True,
    )
    def portal_property_contract(
        self, contract_id, access_token=None, report_type=None, download=False, **kw
    ):
        try:
            contract_sudo = self._contract_sudo(contract_id, access_token)
        except (AccessError, MissingError):
            return self._refuse(
                request.env._("This contract is not yours to see."),
                request.env._(
                    "Log in with the account of a party to the contract, or ask the "
                    "property management."
                ),
            )
        if problem := self._reader_problem(
            contract_sudo, self._page_url(contract_sudo, access_token)
        ):
            return self._identity_page(problem)
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=contract_sudo,
                report_type=report_type,
                report_ref="pm_core.pm_contract_report",
                download=download,
            )
        return request.render(
            "pm_core.portal_contract",
            {
                **self._prepare_portal_layout_values(),
                "doc": contract_sudo,
                "page_name": "pm_contract",
                "pdf_url": self._page_url(
                    contract_sudo, access_token, report_type="pdf"
                ),
                "sign_party": self._party_to_sign(contract_sudo),
            },
        )

    def _contract_sudo(self, contract_id, access_token):
        """Return the contract for its parties, who holds its token, and our staff.

        :raises AccessError: it is none of theirs
        :raises MissingError: there is no such contract
        """
        contract = request.env["pm.contract"].browse(contract_id)
        contract_sudo = contract.sudo().exists()
        if not contract_sudo:
            raise MissingError(request.env._("This contract does not exist."))
        is_visitor = request.env.user._is_public()
        if (
            # what is signed is not for whoever logs in and has the link
            (is_visitor or not self._is_signed(contract_sudo))
            and contract_sudo._has_link()
            and same_secret(contract_sudo.access_token, access_token)
        ):
            return contract_sudo
        if not is_visitor and contract_sudo.filtered_domain(self._own_contracts()):
            return contract_sudo
        contract.check_access("read")
        return contract_sudo

    def _party_to_sign(self, contract_sudo):
        """Return the party for which the user who is logged in may sign now."""
        own = request.env.user.partner_id._pm_stands_for()
        return contract_sudo.party_ids.filtered(
            lambda party: (
                contract_sudo.state == "approved"
                and not party.signed_on
                and not party.is_company
                and party.partner_id in own
            )
        )[:1]

    # ------------------------------------------------------------------
    # Sign
    # ------------------------------------------------------------------

    @http.route(
        "/my/property-contracts/<int:contract_id>/sign",
        type="http",
        auth="user",
        website=True,
    )
    def portal_property_contract_sign(self, contract_id, **kw):
        """Send who is a party to its own page for signing."""
        contract_sudo = request.env["pm.contract"].sudo().browse(contract_id).exists()
        party_sudo = self._party_to_sign(contract_sudo)
        if not party_sudo:
            return self._refuse(
                request.env._("There is nothing for you to sign here."),
                request.env._("Look the contract up under My Account."),
            )
        party_sudo._ensure_sign_token()
        return request.redirect(f"/property-contracts/sign/{party_sudo.sign_token}")

    @http.route(
        "/property-contracts/sign/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def contract_sign(self, token, **kw):
        party_sudo = self._party_sudo(token)
        if page := self._before_signing(party_sudo):
            return page
        contract_sudo = party_sudo.contract_id
        return request.render(
            "pm_core.portal_contract_sign",
            {
                "doc": contract_sudo,
                "party": party_sudo,
                "accept_url": f"/property-contracts/sign/{token}/accept",
                "pdf_url": f"/property-contracts/sign/{token}/pdf",
                "identity": self._signer_identity(party_sudo),
            },
        )

    @http.route(
        "/property-contracts/sign/<string:token>/pdf",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def contract_sign_pdf(self, token, **kw):
        party_sudo = self._party_sudo(token)
        if page := self._before_signing(party_sudo):
            return page
        return self._show_report(
            model=party_sudo.contract_id,
            report_type="pdf",
            report_ref="pm_core.pm_contract_report",
        )

    @http.route(
        "/property-contracts/sign/<string:token>/accept",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def contract_sign_accept(self, token, name=None, signature=None):
        party_sudo = self._party_sudo(token)
        problem = self._sign_problem(party_sudo)
        if problem:
            return {
                "error": request.env._("Log in first.")
                if problem == "login"
                else problem[0]
            }
        if problem := self._identity_problem(
            party_sudo.partner_id, self._subject(party_sudo.contract_id)
        ):
            return {"error": problem}
        name = (name or "").strip()[:MAX_NAME]
        if not signature or not name:
            return {"error": request.env._("Enter your name and sign.")}
        if len(signature) > MAX_SIGNATURE:
            return {"error": request.env._("The signature is too large.")}
        contract_sudo = party_sudo.contract_id
        try:
            with request.env.cr.savepoint():
                check_drawn(signature)
                party_sudo._sign(
                    contract_sudo._today(), "portal", name, None, signature
                )
        except (UserError, ValidationError) as error:
            return {"error": str(error)}
        except (TypeError, ValueError):
            return {"error": request.env._("The signature could not be read.")}
        contract_sudo.message_post(
            author_id=party_sudo.partner_id.id,
            body=request.env._(
                "Signed by link: %(name)s for %(party)s.",
                name=name,
                party=party_sudo.partner_id.name,
            ),
        )
        return {
            "force_refresh": True,
            "redirect_url": contract_sudo.get_portal_url(query_string="&signed=1"),
        }

    def _is_signed(self, contract_sudo):
        return any(contract_sudo.party_ids.mapped("signed_on"))

    def _subject(self, contract_sudo):
        return f"{contract_sudo._name},{contract_sudo.id}"

    def _reader_problem(self, contract_sudo, back):
        """Return what asks a visitor with the link of a signed contract who it is.

        None for who is logged in, at whom the page has looked already, and for a party
        that has shown it by a code.
        """
        if not self._is_signed(contract_sudo):
            return None
        subject = self._subject(contract_sudo)
        others = contract_sudo.party_ids.filtered(lambda party: not party.is_company)
        if any(self._is_verified(party.partner_id, subject) for party in others):
            return None
        customer = contract_sudo.partner_id or others[:1].partner_id
        return customer and self._identity_values(
            customer, subject, contract_sudo.company_id, back
        )

    def _party_sudo(self, token):
        """Return the party that the token was made for, or an empty recordset."""
        return (
            request.env["pm.contract.party"]
            .sudo()
            .search([("sign_token", "=", token)], limit=1)
        )

    def _sign_problem(self, party_sudo):
        """Return why this visitor may not sign: title and advice, or 'login'.

        A party that has a portal account signs with it; a link alone is enough for
        one that has none.
        """
        if not party_sudo:
            return (
                request.env._("This link is not valid."),
                request.env._(
                    "It may have been used already, or the contract was taken back. "
                    "Ask the property management for a new one."
                ),
            )
        contract_sudo = party_sudo.contract_id
        if party_sudo.signed_on:
            return (
                request.env._("This contract is signed already."),
                request.env._(
                    "%(name)s signed on %(day)s. The link can be used once only.",
                    name=party_sudo.signatory,
                    day=fields.Date.to_string(party_sudo.signed_on),
                ),
            )
        if contract_sudo.state != "approved":
            return (
                request.env._("This contract is not up for signing."),
                request.env._("Ask the property management how it stands."),
            )
        user = request.env.user
        if user._is_public():
            return "login" if party_sudo.partner_id._pm_accounts() else None
        if party_sudo.partner_id not in user.partner_id._pm_stands_for():
            return (
                request.env._("This link is for somebody else."),
                request.env._(
                    "It was sent to %(party)s, and you are logged in as %(user)s. Log "
                    "out, or pass the message on to whom it concerns.",
                    party=party_sudo.partner_id.name,
                    user=user.name,
                ),
            )
        return None

    def _signer_identity(self, party_sudo):
        """Return what asks a visitor with the link to sign who it is, or None."""
        contract_sudo = party_sudo.contract_id
        return self._identity_values(
            party_sudo.partner_id,
            self._subject(contract_sudo),
            contract_sudo.company_id,
            f"/property-contracts/sign/{party_sudo.sign_token}",
        )

    def _before_signing(self, party_sudo):
        """Return the page that a visitor gets instead of the contract, or None."""
        problem = self._sign_problem(party_sudo)
        if problem == "login":
            return request.redirect(f"/web/login?redirect={request.httprequest.path}")
        if problem:
            return self._refuse(*problem)
        # it has the signature of another: the link alone does not open it
        if self._is_signed(party_sudo.contract_id) and (
            identity := self._signer_identity(party_sudo)
        ):
            return self._identity_page(identity)
        return None

    def _refuse(self, title, advice):
        response = request.render(
            "pm_core.portal_contract_refused", {"title": title, "advice": advice}
        )
        response.status_code = 403
        return response
