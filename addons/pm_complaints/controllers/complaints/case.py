import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.controllers.base.drawn import MAX_NAME
from odoo.addons.pm_core.tools.forms import plain
from odoo.addons.pm_core.tools.private_page import kept_private
from odoo.addons.pm_maintenance.controllers.orders.fault import sent_photos

from ...models.complaints.pm_complaint import OPEN
from ...models.complaints.pm_complaint_closing import VERDICTS

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
NUMBER = re.compile(r"[A-Z]{1,6}-\d{4}-\d{1,8}")
MAX_TEXT = 5000
# what else than a text of the form may be shorter
LONGEST = {"remedy": 2000, "name": MAX_NAME, "phone": 40, "email": 200}


def shown_again(texts):
    """What the form shows once more beside what is wrong: no more than it takes."""
    return {name: value[: LONGEST.get(name, MAX_TEXT)] for name, value in texts.items()}


def check_lengths(texts):
    """Say what is too long, as nothing of what somebody writes is cut off.

    :raises UserError: something is
    """
    for name, value in texts.items():
        most = LONGEST.get(name, MAX_TEXT)
        if len(value) > most:
            raise UserError(
                request.env._(
                    "“%(begin)s…” is too long: at most %(most)s characters. Make it "
                    "shorter, or send it in parts.",
                    begin=value[:20],
                    most=most,
                )
            )


class CasePage(http.Controller):
    """Complain without a login, and follow it by number and code.

    The page is reached by the code of a place, the one of its fault page. It shows
    the name of the place and nothing else.
    """

    def _place(self, token):
        places = request.env["pm.property"].sudo()
        if not TOKEN.fullmatch(token or ""):
            return places
        return places.search([("report_token", "=", token)], limit=1)

    def _address(self):
        return request.httprequest.remote_addr or "?"

    def _is_too_often(self, place):
        return request.env["pm.fault.visit"]._is_too_often(self._address(), place)

    def _wait_an_hour(self):
        return request.env._(
            "There were many messages from here just now. Please call the "
            "property management, or try again in an hour."
        )

    @http.route("/complaint/<string:token>", type="http", auth="public", sitemap=False)
    def complaint(self, token, **post):
        place = self._place(token)
        return self._form(place, token) if place else request.not_found()

    def _form(self, place, token, error=None, values=None, status=200):
        page = request.render(
            "pm_complaints.complaint_page",
            {
                "place": place,
                "token": token,
                "categories": self._categories(),
                "kinds": request.env["pm.complaint"]
                ._fields["kind"]
                ._description_selection(request.env),
                "error": error,
                "values": values or {},
            },
        )
        page.status_code = status
        return kept_private(page)

    def _categories(self):
        return (
            request.env["pm.complaint.category"]
            .sudo()
            .search([("parent_id", "=", False)], order="id")
        )

    @http.route(
        "/complaint/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def complaint_send(self, token, **post):
        place = self._place(token)
        if not place:
            return request.not_found()
        texts = plain(post)
        if self._is_too_often(place):
            problem = self._wait_an_hour()
            return self._form(place, token, problem, shown_again(texts), status=429)
        try:
            with request.env.cr.savepoint():
                complaint = self._make(place, texts)
        except UserError as problem:
            again = shown_again(texts)
            return self._form(place, token, problem.args[0], again, status=400)
        return request.redirect(complaint.sudo()._case_address())

    def _make(self, place, texts):
        check_lengths(texts)
        anonymous = bool(texts.get("anonymous"))
        complaint = request.env["pm.complaint"]._report(
            place,
            texts.get("text"),
            kind=texts.get("kind") or "complaint",
            channel="web",
            category=self._categories().filtered(
                lambda one: str(one.id) == texts.get("category_id")
            ),
            reporter={
                "name": texts.get("name") or None,
                "phone": texts.get("phone") or None,
                "email": texts.get("email") or None,
            },
            is_anonymous=anonymous,
            remedy=texts.get("remedy") or None,
            photos=sent_photos(),
        )
        complaint._agree_on_page(bool(texts.get("may_show")))
        return complaint

    # following it

    def _case(self, number, code):
        """The complaint, for whoever has number and code; guessing is counted."""
        cases = request.env["pm.complaint"].sudo()
        number = (number or "").strip().upper().replace("/", "-")
        if not NUMBER.fullmatch(number):
            return cases
        found = cases.search([("number", "=", number.replace("-", "/"))])
        return request.env["pm.fault.visit"]._opened(found, code, self._address())

    @http.route("/complaint/case", type="http", auth="public", sitemap=False)
    def case_find(self, number="", code="", **post):
        """Where number and code are entered."""
        error = None
        if number or code:
            case = self._case(number, code.strip().upper())
            if case:
                return request.redirect(case._case_address(code.strip().upper()))
            error = request.env._("Number and code do not belong together.")
        page = request.render(
            "pm_complaints.case_find", {"number": number, "error": error}
        )
        return kept_private(page)

    @http.route(
        "/complaint/case/<string:number>", type="http", auth="public", sitemap=False
    )
    def case(self, number, code="", **post):
        case = self._case(number, code)
        if not case:
            # answered and not raised, as an error would take back the count
            return request.not_found().get_response(request.httprequest.environ)
        return self._case_page(case, code)

    def _case_page(self, case, code, error=None):
        page = request.render(
            "pm_complaints.case_page",
            {
                "doc": case,
                "code": code,
                "error": error,
                "is_open": case.state in OPEN,
                "verdicts": dict(
                    case._fields["verdict"]._description_selection(request.env)
                ),
            },
        )
        return kept_private(page)

    @http.route(
        "/complaint/case/<string:number>/<any(add,urge,withdraw,verdict,object):step>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def case_step(self, number, step, code="", **post):
        case = self._case(number, code)
        if not case:
            return request.not_found().get_response(request.httprequest.environ)
        if step in ("add", "object") and self._is_too_often(case.property_id):
            page = self._case_page(case, code, self._wait_an_hour())
            page.status_code = 429
            return page
        slip = case._slip_of(code)
        try:
            with request.env.cr.savepoint():
                slip._note_use(step)
                going = take_customer_step(case, step, plain(post))
        except UserError as problem:
            return self._case_page(case, code, problem.args[0])
        if step == "verdict" and case.verdict:
            case._as_step().verdict_slip_id = slip
        # what was merged goes on in the case of somebody else: its code is not told
        if going.previous_id != case:
            return request.redirect(case._case_address(code))
        own = slip._goes_on_with(going).code if slip else None
        return request.redirect(going._case_address(own))


def take_customer_step(case, step, texts):
    """What a customer may do with an own case; each step checks the state.

    :return: the case that goes on
    :raises UserError: the step cannot be taken, or a text is too long
    """
    check_lengths(texts)
    text = texts.get("text", "")
    if step == "add":
        return case._add_words(text, sent_photos())
    if step == "urge":
        case._check_in_state(*OPEN)
        case._urge_by_customer()
    elif step == "withdraw":
        case._end("withdraw", "withdrawn", text or request.env._("by the customer"))
    elif step == "verdict":
        if texts.get("verdict") not in dict(VERDICTS):
            raise UserError(request.env._("Choose whether you are satisfied."))
        case._check_in_state("replied", "rectifying", "verified", "closed")
        if case.verdict:
            raise UserError(
                request.env._(
                    "We have your verdict. If something is still wrong, tell us below."
                )
            )
        return case._take_verdict(texts["verdict"], text or False)
    else:
        return case._object(text)
    return case
