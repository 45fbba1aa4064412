from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ...models.facilities.pm_facility_booking_times import clock

LONGEST = 200
MIN_YEAR, MAX_YEAR = 1900, 2999
# days that the row of days shows at once
SHOWN_DAYS = 7


class FacilityPortal(CustomerPortal):
    """Residents book facilities of the estates where they hold something."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_facility_count" in counters:
            values["pm_facility_count"] = len(self._facilities())
        return values

    def _facility_persons(self):
        return request.env.user.partner_id._pm_stands_for()

    def _facilities(self):
        """Those of the estates where the person holds something today."""
        estates = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._facility_persons().ids),
                    ("is_current", "=", True),
                ]
            )
            .estate_id
        )
        return (
            request.env["pm.facility"]
            .sudo()
            .search([("estate_id", "in", estates.ids), ("is_on_portal", "=", True)])
        )

    def _bookings(self):
        return (
            request.env["pm.facility.booking"]
            .sudo()
            .search(
                [("partner_id", "in", self._facility_persons().ids)],
                order="start desc",
                limit=50,
            )
        )

    def _facility_page(self, template, problem="", **values):
        page = request.render(
            f"pm_billing.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "pm_facility",
                "facility": None,
                "clock": clock,
                "problem": problem,
                "now": fields.Datetime.now(),
                **values,
            },
        )
        page.status_code = 400 if problem else 200
        return page

    @http.route(
        "/my/facilities", type="http", auth="user", methods=["GET"], website=True
    )
    def pm_facilities(self, **kw):
        return self._facility_list()

    def _facility_list(self, problem=""):
        return self._facility_page(
            "portal_my_facilities",
            problem,
            facilities=self._facilities(),
            bookings=self._bookings(),
        )

    def _own_facility(self, facility_id):
        return self._facilities().filtered(lambda row: row.id == facility_id)

    @http.route(
        "/my/facilities/<int:facility_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def pm_facility(self, facility_id, day="", **kw):
        """The free slots of a day, or the next days where whole days are booked."""
        facility = self._own_facility(facility_id)
        if not facility:
            return request.not_found()
        return self._slots_page(facility, day)

    def _slots_page(self, facility, day, problem=""):
        today = facility.estate_id._today()
        last = today + timedelta(days=facility.days_ahead)
        day = min(max(_date(day) or today, today), last)
        first = max(today, min(day, last - timedelta(days=SHOWN_DAYS - 1)))
        days = [first + timedelta(days=number) for number in range(SHOWN_DAYS)]
        days = [one for one in days if one <= last]
        now = fields.Datetime.now()
        shown = days if facility.book_by == "day" else [day]
        return self._facility_page(
            "portal_facility",
            problem,
            facility=facility,
            day=day,
            days=days,
            earlier=first - timedelta(days=SHOWN_DAYS) if first > today else None,
            later=days[-1] + timedelta(days=1) if days[-1] < last else None,
            rows=[
                (one, start, stop, free, self._price_of(facility, one, start, 1))
                for one in shown
                for start, stop, free in facility._free_slots(one)
                if facility._utc(one, stop) > now
            ],
        )

    def _price_of(self, facility, day, minute, count):
        """The booking as it would be, in memory; or None where it cannot be."""
        Booking = request.env["pm.facility.booking"].sudo()
        try:
            start, stop = Booking._span_of(facility, day, minute, count)
            booking = Booking.new(
                {
                    "facility_id": facility.id,
                    "partner_id": request.env.user.partner_id.id,
                    "start": start,
                    "stop": stop,
                }
            )
            booking._price_steps()
        except (UserError, ValidationError):
            return None
        return booking

    @http.route(
        "/my/facilities/<int:facility_id>/price",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def pm_facility_price(self, facility_id, day="", minute="0", count="1", **kw):
        """What it costs, before it is booked."""
        facility = self._own_facility(facility_id)
        if not facility:
            return request.not_found()
        return self._price_page(facility, day, minute, count)

    def _price_page(self, facility, day, minute, count, problem=""):
        day, start, count = _date(day), _number(minute), _number(count)
        if not day or start is None or not 1 <= (count or 0) <= facility.longest:
            return self._slots_page(facility, "", request.env._("Choose a slot."))
        booking = self._price_of(facility, day, start, count)
        if not booking:
            return self._slots_page(
                facility,
                fields.Date.to_string(day),
                request.env._("These slots cannot be booked. Choose others."),
            )
        return self._facility_page(
            "portal_facility_price",
            problem,
            facility=facility,
            booking=booking,
            day=day,
            minute=start,
            count=count,
            counts=self._counts(facility, day, start),
        )

    def _counts(self, facility, day, minute):
        """How many slots or days in a row are free from there: [(count, until)]."""
        found = []
        for count in range(1, facility.longest + 1):
            one = day + timedelta(days=count - 1) if facility.book_by == "day" else day
            slots = facility._free_slots(one)
            if facility.book_by == "day":
                if not slots or not slots[0][2]:
                    break
                found.append((count, fields.Date.to_string(one)))
                continue
            later = [slot for slot in slots if slot[0] >= minute]
            if len(later) < count or not later[count - 1][2]:
                break
            found.append((count, clock(later[count - 1][1])))
        return found

    @http.route(
        "/my/facilities/<int:facility_id>/book",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def pm_facility_book(self, facility_id, **post):
        facility = self._own_facility(facility_id)
        if not facility:
            return request.not_found()
        texts = {
            name: value.strip()[:LONGEST] if isinstance(value, str) else ""
            for name, value in post.items()
        }
        day, minute = _date(texts.get("day")), _number(texts.get("minute"))
        count, persons = _number(texts.get("count")), _number(texts.get("persons"))
        if not day or minute is None or not 1 <= (count or 0) <= facility.longest:
            return self._slots_page(facility, "", request.env._("Choose a slot."))
        try:
            with request.env.cr.savepoint():
                request.env["pm.facility.booking"]._book(
                    facility,
                    self._facility_payer(facility),
                    day,
                    minute,
                    count,
                    {
                        "persons": min(max(persons or 1, 1), 10000),
                        "purpose": texts.get("purpose", ""),
                    },
                    (_amount(texts.get("price")), _amount(texts.get("deposit"))),
                )
                request.env.flush_all()
        except (UserError, ValidationError) as error:
            return self._slots_page(facility, fields.Date.to_string(day), error.args[0])
        return request.redirect("/my/facilities")

    def _facility_payer(self, facility):
        """The person, or the firm that holds the place."""
        own = request.env.user.partner_id.sudo()
        holders = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._facility_persons().ids),
                    ("estate_id", "=", facility.estate_id.id),
                    ("is_current", "=", True),
                ]
            )
            .partner_id
        )
        return own if own in holders else holders[:1]

    @http.route(
        "/my/facilities/booking/<int:booking_id>/cancel",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def pm_facility_cancel(self, booking_id, due="", **post):
        """Cancel a booking that is to come; what stays due was on the page."""
        booking = self._bookings().filtered(lambda row: row.id == booking_id)
        if not booking:
            return request.not_found()
        try:
            with request.env.cr.savepoint():
                if booking.start <= fields.Datetime.now():
                    raise UserError(request.env._("It has begun already."))
                if booking.amount_if_cancelled > (_amount(due) or 0.0):
                    raise UserError(
                        request.env._(
                            "More stays due by now. Look at it again, then cancel."
                        )
                    )
                booking._cancel(request.env._("Cancelled by the customer."))
                request.env.flush_all()
        except (UserError, ValidationError) as error:
            return self._facility_list(error.args[0])
        return request.redirect("/my/facilities")


def _date(text):
    """A day that somebody may mean: so far off that one more is none, it is none."""
    try:
        day = fields.Date.to_date(text or None)
    except (ValueError, TypeError):
        return None
    return day if day and MIN_YEAR <= day.year <= MAX_YEAR else None


def _number(text):
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _amount(text):
    try:
        return float(text)
    except (ValueError, TypeError):
        return None
