from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

DESK = (
    "pm_core.group_pm_service",
    "pm_billing.group_pm_cashier",
)


class PmFacilityBooking(models.Model):
    """From asked to used: who confirms, and what is charged on the way."""

    _inherit = "pm.facility.booking"

    def _check_desk(self):
        self.check_access("write")
        user = self.env.user
        if not any(user.has_group(group) for group in DESK):
            raise AccessError(
                self.env._("Bookings are confirmed by the service desk and cashiers.")
            )

    def action_confirm(self):
        """Confirm it; the price is charged, and the deposit waits at the counter.

        :raises UserError: not asked for, over already, or no price
        """
        self._check_desk()
        self._check_in_state("asked")
        for booking in self:
            booking.sudo()._as_step()._confirm(self.env.user)

    def _confirm(self, user):
        """Take the state, then charge; the row stands for whoever comes second."""
        self.ensure_one()
        if self.stop <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s is over. Cancel it, or book another time.", self.display_name
                )
            )
        self._price_steps()
        self.write(
            {
                "state": "confirmed",
                "confirmed_by_id": user.id,
                "confirmed_on": fields.Datetime.now(),
            }
        )
        self.flush_recordset()
        self._charge()
        self._ask_for_deposit()
        self.message_post(
            body=self.env._("The booking is confirmed."),
            partner_ids=self.partner_id.ids,
        )

    def action_use(self):
        """Say that it was used.

        :raises UserError: not confirmed, or it has not begun
        """
        self._check_desk()
        self._check_in_state("confirmed")
        self._check_begun()
        self.sudo()._as_step().state = "used"

    def action_no_show(self):
        """Say that nobody came; the price stays due.

        :raises UserError: not confirmed, or it has not begun
        """
        self._check_desk()
        self._check_in_state("confirmed")
        self._check_begun()
        self.sudo()._as_step().state = "no_show"

    def _check_begun(self):
        for booking in self:
            if booking.start > fields.Datetime.now():
                raise UserError(
                    self.env._("%s has not begun yet.", booking.display_name)
                )

    def action_cancel(self):
        """Open the dialog that shows what stays due, and asks why."""
        self.ensure_one()
        self._check_desk()
        self._check_in_state("asked", "confirmed")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel the Booking"),
            "res_model": "pm.facility.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_booking_id": self.id},
        }

    def _cancel(self, reason):
        """Free the time; what was charged is given back less what stays due.

        :return: what stays due
        """
        self.ensure_one()
        booking = self.sudo()._as_step()
        booking._check_in_state("asked", "confirmed")
        due = booking._due_when_cancelled()
        booking.write(
            {
                "state": "cancelled",
                "cancelled_on": fields.Datetime.now(),
                "cancel_reason": reason,
            }
        )
        booking.flush_recordset()
        booking._give_back(due)
        return due

    @api.model
    def _book(self, facility, partner, day, minute, count, values, shown):
        """A resident books on the page.

        :param minute: when the first slot begins; 0 for whole days
        :param count: slots or days
        :param shown: (price, deposit) that the page showed
        :return: the booking, confirmed where staff need not
        :raises UserError: taken, too far ahead, not open, or another price
        """
        facility.ensure_one()
        start, stop = self._span_of(facility, day, minute, count)
        self._check_ahead(facility, day, start)
        taken = facility._taken(day, day + timedelta(days=count))
        if any(row.start < stop and row.stop > start for row in taken):
            raise UserError(self.env._("Somebody was faster: choose another time."))
        booking = (
            self.sudo()
            ._as_step()
            .create(
                {
                    "facility_id": facility.id,
                    "partner_id": partner.id,
                    "start": start,
                    "stop": stop,
                    "is_from_portal": True,
                    **values,
                }
            )
        )
        booking.flush_recordset()
        if shown != (booking.amount, booking.deposit):
            raise UserError(
                self.env._("The price has changed. Look at it again, then book.")
            )
        if not facility.is_confirmed_by_staff:
            booking._confirm(self.env.user)
        return booking

    @api.model
    def _span_of(self, facility, day, minute, count):
        """First and last moment of so many slots or days.

        :raises ValidationError: no such slots
        """
        if facility.book_by == "day":
            last = day + timedelta(days=count)
            return facility._utc(day, 0), facility._utc(last, 0)
        offered = facility._slots(day)
        starts = [start for start, _stop in offered]
        if minute not in starts or count < 1:
            raise ValidationError(self.env._("Choose a slot."))
        first = starts.index(minute)
        chosen = offered[first : first + count]
        if len(chosen) < count:
            raise ValidationError(self.env._("%s closes before that.", facility.name))
        return facility._utc(day, minute), facility._utc(day, chosen[-1][1])

    @api.model
    def _check_ahead(self, facility, day, start):
        """:raises UserError: in the past, or too far ahead"""
        today = facility.estate_id.sudo()._today()
        if start <= fields.Datetime.now():
            raise UserError(self.env._("Choose a time that is still to come."))
        if day > today + timedelta(days=facility.days_ahead):
            raise UserError(
                self.env._(
                    "%(facility)s can be booked %(days)s days ahead at most.",
                    facility=facility.name,
                    days=facility.days_ahead,
                )
            )
