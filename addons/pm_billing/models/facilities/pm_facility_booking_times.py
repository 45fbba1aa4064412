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
        for booking in self:
            booking.customers = booking._customers()
            steps = booking._steps_or_none() or []
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
        """For whom the price is: residents hold something here on that day."""
        self.ensure_one()
        if not self.partner_id or not self.facility_id or not self.start:
            return "outside"
        day = self.facility_id._local(self.start).date()
        occupancies = self.env["pm.occupancy"].sudo()
        held = occupancies.search_count(
            [
                ("partner_id", "in", self.partner_id.sudo()._pm_stands_for().ids),
                ("estate_id", "=", self.facility_id.estate_id.id),
                *occupancies._domain_on(day),
            ],
            limit=1,
        )
        return "resident" if held else "outside"

    def _steps_or_none(self):
        try:
            return self._price_steps()
        except (UserError, ValidationError):
            return None

    def _price_steps(self):
        """Return what it costs, step by step.

        :raises UserError: not open then, or no price
        """
        self.ensure_one()
        facility = self.facility_id
        if not (facility and self.start and self.stop and self.stop > self.start):
            return []
        first = facility._local(self.start)
        prices = facility.sudo().price_ids._prices()
        customers = self._customers()
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
        for booking in self:
            booking._price_steps()
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
