from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from ...engine.bookings import NoPrice, price_days, price_slots, total


class PmFacilityBooking(models.Model):
    """When it is, and what that costs: by slots, days and prices of the facility."""

    _inherit = "pm.facility.booking"

    customers = fields.Selection(
        [("resident", "Resident of the Estate"), ("outside", "Other")],
        "Price for",
        compute="_compute_amount",
        store=True,
        precompute=True,
        compute_sudo=True,
    )
    amount = fields.Monetary(
        "Price",
        compute="_compute_amount",
        store=True,
        precompute=True,
        compute_sudo=True,
        help="As the prices were when it was asked for.",
    )
    inputs = fields.Json(
        compute="_compute_amount",
        store=True,
        precompute=True,
        compute_sudo=True,
    )
    why = fields.Char("Why This Price", compute="_compute_why")
    deposit = fields.Monetary(
        compute="_compute_deposit", store=True, precompute=True, compute_sudo=True
    )

    @api.depends("facility_id", "partner_id", "start", "stop")
    def _compute_amount(self):
        """Not on the prices: what was shown is what holds."""
        customers = self._customers()
        for booking in self:
            booking.customers = customers[booking]
            steps = booking._steps_or_none(customers[booking]) or []
            booking.amount = float(total(steps))
            booking.inputs = [
                {key: str(value) for key, value in step.items()} for step in steps
            ]

    @api.depends("facility_id")
    def _compute_deposit(self):
        for booking in self:
            booking.deposit = booking.facility_id.deposit

    @api.depends("inputs")
    @api.depends_context("lang")
    def _compute_why(self):
        for booking in self:
            booking.why = "; ".join(
                f"{label}: {detail}" for label, detail, _amount in booking._why_rows()
            )

    def _customers(self):
        """Return {booking: for whom its price is}.

        Residents hold something here on that day; what they hold is read at once.
        """
        known = self.filtered(
            lambda one: one.partner_id and one.facility_id and one.start
        )
        acting = {
            partner: partner.sudo()._pm_stands_for() for partner in known.partner_id
        }
        held = (
            self.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", known.partner_id.union(*acting.values()).ids),
                    ("estate_id", "in", known.facility_id.estate_id.ids),
                ]
            )
        )
        found = dict.fromkeys(self, "outside")
        for booking in known:
            day = booking.facility_id._local(booking.start).date()
            estate = booking.facility_id.estate_id
            if any(
                row.estate_id.id == estate.id
                and row.partner_id.id in acting[booking.partner_id].ids
                and row.date_from
                and row.date_from <= day <= (row.date_to or day)
                for row in held
            ):
                found[booking] = "resident"
        return found

    def _steps_or_none(self, customers):
        try:
            return self._price_steps(customers)
        except (UserError, ValidationError):
            return None

    def _price_steps(self, customers=None):
        """Return what it costs, step by step.

        :param customers: for whom the price is, where that is known
        :raises UserError: not open then, or no price
        """
        self.ensure_one()
        facility = self.facility_id
        if not (facility and self.start and self.stop and self.stop > self.start):
            return []
        first = facility._local(self.start)
        prices = facility.sudo().price_ids._prices()
        customers = customers or self._customers()[self]
        try:
            if facility.book_by == "day":
                return price_days(prices, customers, self._days())
            return price_slots(prices, customers, first.date(), self._slots())
        except NoPrice as missing:
            raise UserError(
                self.env._(
                    "%(facility)s has no price for these customers on %(day)s at "
                    "%(time)s. Enter one among its prices; zero where it is free.",
                    facility=facility.name,
                    day=fields.Date.to_string(missing.day),
                    time=clock(missing.minute),
                )
            ) from None

    def _days(self):
        """The days of the booking.

        :raises ValidationError: it begins or ends within a day
        """
        facility = self.facility_id
        first = facility._local(self.start)
        last = facility._local(self.stop)
        if (first.hour, first.minute, last.hour, last.minute) != (0, 0, 0, 0):
            raise ValidationError(
                self.env._(
                    "%s is booked in whole days, from midnight to midnight.",
                    facility.name,
                )
            )
        count = (last.date() - first.date()).days
        self._check_longest(count)
        return [first.date() + timedelta(days=number) for number in range(count)]

    def _slots(self):
        """The slots that it takes, [(start, stop)] in minutes.

        :raises ValidationError: it is closed then, or the slots begin otherwise
        """
        facility = self.facility_id
        first = facility._local(self.start)
        last = facility._local(self.stop)
        begin = first.hour * 60 + first.minute
        end = last.hour * 60 + last.minute
        if last.date() > first.date():
            end += 1440 * (last.date() - first.date()).days
        offered = facility._slots(first.date())
        taken = [slot for slot in offered if begin <= slot[0] and slot[1] <= end]
        # without a gap from the first minute to the last
        edges = [begin, *(stop for _start, stop in taken)]
        starts = [*(start for start, _stop in taken), end]
        if not taken or edges != starts:
            raise ValidationError(
                self.env._(
                    "%(facility)s has no slots from %(start)s to %(stop)s on %(day)s. "
                    "Slots of that day: %(slots)s.",
                    facility=facility.name,
                    start=clock(begin),
                    stop=clock(end),
                    day=fields.Date.to_string(first.date()),
                    slots=", ".join(
                        f"{clock(start)}–{clock(stop)}" for start, stop in offered
                    )
                    or "–",
                )
            )
        self._check_longest(len(taken))
        return taken

    def _check_longest(self, count):
        most = self.facility_id.longest
        if count > most:
            raise ValidationError(
                self.env._(
                    "%(facility)s is booked for %(most)s slots or days at once at "
                    "most.",
                    facility=self.facility_id.name,
                    most=most,
                )
            )

    @api.constrains("facility_id", "start", "stop", "persons", "partner_id")
    def _check_times(self):
        """It is open then, has a price, and holds so many."""
        customers = self._customers()
        for booking in self:
            booking._price_steps(customers[booking])
        self._check_capacity()

    def _why_rows(self):
        """Return [(when, calculation, amount)] of the price, for people."""
        self.ensure_one()
        rows = []
        labels = dict(
            self.env["pm.facility.price"]
            ._fields["per"]
            ._description_selection(self.env)
        )
        for step in self.inputs or ():
            quantity = f"{Decimal(step['quantity']).normalize():f}"
            price = format_amount(self.env, float(step["price"]), self.currency_id)
            rows.append(
                (
                    _span(step),
                    f"{quantity} × {price} / {labels.get(step['per'], '')}",
                    float(step["amount"]),
                )
            )
        return rows


def clock(minute):
    """570 as people read it: 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _span(step):
    first, last = step["from"], step["to"]
    if first.isdigit():
        return f"{clock(int(first))}–{clock(int(last))}"
    return first if first == last else f"{first} – {last}"
