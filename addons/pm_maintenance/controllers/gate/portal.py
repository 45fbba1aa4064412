from datetime import datetime, time, timedelta, timezone

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

# what residents may ask for; whatever is longer or more is for staff to enter
MOST_DAYS, MOST_ENTRIES, MOST_PEOPLE = 31, 60, 50
KINDS = ("visitor", "vehicle", "contractor", "goods")


class PassPortal(CustomerPortal):
    """Residents ask for passes, answer for others, and share the code."""

    _passes_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_pass_count" in counters:
            values["pm_pass_count"] = self._passes().search_count(self._own_passes())
        return values

    def _passes(self):
        return request.env["pm.access.pass"].sudo()

    def _pass_persons(self):
        return request.env.user.partner_id._pm_stands_for()

    def _own_passes(self):
        return [("host_id", "in", self._pass_persons().ids)]

    def _passes_waiting(self):
        """Passes that wait for this person's answer: as host, or owner of the goods."""
        persons = self._pass_persons()
        owned = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", persons.ids),
                    ("role", "in", ("owner", "developer")),
                    ("is_current", "=", True),
                ]
            )
            .property_id
        )
        found = self._passes().search(
            [
                ("state", "=", "asked"),
                "|",
                ("host_id", "in", persons.ids),
                "&",
                ("kind", "=", "goods"),
                ("property_id", "in", owned.ids),
            ]
        )
        return found.filtered(lambda one: one._confirmers() & persons.sudo())

    def _pass_places(self):
        """The places that the person holds today."""
        return (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._pass_persons().ids),
                    ("is_current", "=", True),
                ]
            )
            .property_id
        )

    @http.route(
        ["/my/passes", "/my/passes/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_passes(self, page=1, **kw):
        domain = self._own_passes()
        pages = pager(
            url="/my/passes",
            total=self._passes().search_count(domain),
            page=page,
            step=self._passes_per_page,
        )
        return request.render(
            "pm_maintenance.portal_my_passes",
            {
                **self._prepare_portal_layout_values(),
                "passes": self._passes().search(
                    domain,
                    order="id desc",
                    limit=self._passes_per_page,
                    offset=pages["offset"],
                ),
                "waiting": self._passes_waiting(),
                "pager": pages,
                "page_name": "pm_pass",
                "default_url": "/my/passes",
            },
        )

    @http.route("/my/passes/new", type="http", auth="user", website=True)
    def portal_pass_new(self, kind="visitor", **kw):
        return self._pass_form(values={"kind": kind if kind in KINDS else "visitor"})

    def _pass_form(self, error=None, values=None):
        page = request.render(
            "pm_maintenance.portal_pass_new",
            {
                **self._prepare_portal_layout_values(),
                "places": self._pass_places(),
                "kinds": [
                    (key, label)
                    for key, label in request.env["pm.access.pass"]
                    ._fields["kind"]
                    ._description_selection(request.env)
                    if key in KINDS
                ],
                "error": error,
                "values": values or {},
                "page_name": "pm_pass",
            },
        )
        page.status_code = 400 if error else 200
        return page

    @http.route(
        "/my/passes/send", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_pass_send(self, **post):
        texts = {
            name: value.strip()[:500] if isinstance(value, str) else ""
            for name, value in post.items()
        }
        place = self._pass_places().filtered(
            lambda one: str(one.id) == texts.get("property_id")
        )
        if not place:
            return self._pass_form(request.env._("Choose the place."), texts)
        try:
            with request.env.cr.savepoint():
                kind = texts.get("kind")
                if kind not in KINDS:
                    raise UserError(request.env._("Choose what the pass is for."))
                one = self._passes()._invite(
                    place,
                    self._pass_host(place),
                    kind,
                    {
                        **self._pass_times(place, texts),
                        "visitor_name": texts.get("visitor_name", "")[:80],
                        "visitor_phone": texts.get("visitor_phone", "")[:40],
                        "plate": texts.get("plate", "")[:20],
                        "goods": texts.get("goods", ""),
                        "entries": self._pass_number(texts, "entries", 1, MOST_ENTRIES),
                        "people": self._pass_number(texts, "people", 1, MOST_PEOPLE),
                    },
                )
        except (UserError, ValidationError) as problem:
            return self._pass_form(problem.args[0], texts)
        return request.redirect(f"/my/passes/{one.id}")

    def _pass_host(self, place):
        """Of the person and the firm, who holds the place."""
        persons = self._pass_persons()
        holders = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", persons.ids),
                    ("property_id", "=", place.id),
                    ("is_current", "=", True),
                ]
            )
            .partner_id
        )
        own = request.env.user.partner_id.sudo()
        return own if own in holders else holders[:1]

    def _pass_number(self, texts, name, default, most):
        """:raises UserError: no whole number, or too large"""
        text = texts.get(name) or str(default)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= most:
            raise UserError(
                request.env._("Enter a number from 1 to %(most)s.", most=most)
            )
        return int(text)

    def _pass_times(self, place, texts):
        """From and until in UTC, from whole days on the clock of the estate.

        :raises UserError: no days, in the past, or too long
        """
        zone = place.estate_id._zone()
        today = place.estate_id._today()
        when = texts.get("when") or "today"
        first, last = {
            "today": (today, today),
            "tomorrow": (today + timedelta(days=1), today + timedelta(days=1)),
            "week": (today, today + timedelta(days=6)),
        }.get(when, (None, None))
        if not first:
            try:
                first = fields.Date.to_date(texts.get("date_from") or None)
                last = fields.Date.to_date(texts.get("date_to") or None) or first
            except ValueError:
                first = None
        if not first or last < first or last < today:
            raise UserError(request.env._("Enter from which day until which day."))
        if (last - max(first, today)).days >= MOST_DAYS:
            raise UserError(
                request.env._(
                    "A pass holds for %(days)s days at most. For a longer one ask the "
                    "property management.",
                    days=MOST_DAYS,
                )
            )

        def moment(day, hour):
            local = datetime.combine(day, hour, zone)
            return local.astimezone(timezone.utc).replace(tzinfo=None)

        return {
            "valid_from": max(moment(first, time(0)), fields.Datetime.now())
            if first <= today
            else moment(first, time(0)),
            "valid_to": moment(last, time(23, 59, 59)),
        }

    def _own_pass(self, pass_id):
        """A pass of this person, or one that waits for the answer."""
        own = self._passes().search(
            [("id", "=", pass_id), *self._own_passes()], limit=1
        )
        return own or self._passes_waiting().filtered(lambda one: one.id == pass_id)

    @http.route("/my/passes/<int:pass_id>", type="http", auth="user", website=True)
    def portal_pass(self, pass_id, **kw):
        one = self._own_pass(pass_id)
        if not one:
            return request.not_found()
        return self._pass_page(one)

    def _pass_page(self, one, error=None):
        own = one.host_id in self._pass_persons().sudo()
        page = request.render(
            "pm_maintenance.portal_pass",
            {
                **self._prepare_portal_layout_values(),
                "one": one,
                "own": own,
                "asked": one in self._passes_waiting(),
                "error": error,
                # who only answers for the goods of a tenant gets no code
                "link": one._url() if own and one.state == "confirmed" else None,
                "page_name": "pm_pass",
            },
        )
        page.headers["Cache-Control"] = "no-store"
        return page

    @http.route(
        "/my/passes/<int:pass_id>/<any(agree,refuse,cancel):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_pass_step(self, pass_id, step, **post):
        """What a resident may do with a pass, each checked by its step."""
        one = self._own_pass(pass_id)
        if not one:
            return request.not_found()
        text = post.get("text") if isinstance(post.get("text"), str) else ""
        text = text.strip()[:200]
        persons = self._pass_persons().sudo()
        try:
            with request.env.cr.savepoint():
                if step == "cancel":
                    if one.host_id not in persons:
                        return request.not_found()
                    one._take_back(text or request.env._("Cancelled by the host."))
                else:
                    person = (one._confirmers() & persons)[:1]
                    one._answer(person, step == "agree", text)
        except UserError as problem:
            return self._pass_page(one, problem.args[0])
        return request.redirect(
            f"/my/passes/{one.id}" if self._own_pass(pass_id) else "/my/passes"
        )
