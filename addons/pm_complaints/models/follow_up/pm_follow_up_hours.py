from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

# no holiday is longer; where a calendar has no day within it, every day is open
AHEAD = 31


class PmFollowUp(models.Model):
    """When customers may be called: by the clock and the calendar of the estate."""

    _inherit = "pm.follow.up"

    @api.depends("state", "next_at", "hour_from", "hour_to", "days_off")
    @api.depends_context("uid")
    def _compute_is_due(self):
        now = fields.Datetime.now()
        closed = self._closed_today(self.estate_id, now)
        for one in self:
            one.is_due = bool(
                one.state == "todo"
                and one.next_at
                and one.next_at <= now
                and one._is_hour(now)
                and (one.days_off or one.estate_id not in closed)
            )

    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        estates = self.env["pm.property"].sudo().search([("kind", "=", "estate")])
        closed = self._closed_today(estates, now)
        hours = []
        for zone, some in estates.grouped("tz").items():
            hour = local(now, zone).hour + local(now, zone).minute / 60
            hours.append(
                Domain("estate_id", "in", some.ids)
                & Domain("hour_from", "<=", hour)
                & Domain("hour_to", ">", hour)
            )
        due = Domain.OR(hours) & Domain("state", "=", "todo")
        due &= Domain("next_at", "<=", now)
        if closed:
            due &= Domain("days_off", "=", True) | Domain(
                "estate_id", "not in", closed.ids
            )
        return due if True in value else ~due

    @api.model
    def _closed_today(self, estates, now):
        """Those of the estates where today is a day off; a calendar is asked once."""
        closed = estates.browse()
        for (_calendar, zone), some in estates.grouped(_key_of_calendar).items():
            days = self._open_days(some[:1], now)
            if days and local(now, zone).date() not in days:
                closed |= some
        return closed

    @api.model
    def _open_days(self, estate, moment):
        """Return the days from ``moment`` on on which the estate works, by its calendar
        or that of the company; an empty set where there is none."""
        calendar, zone = estate._working_calendar()
        if not calendar:
            return set()
        # from midnight on, wherever that is
        first = moment - timedelta(days=1)
        spans = calendar._pm_intervals(zone)(first, moment + timedelta(days=AHEAD))
        today = local(moment, zone).date()
        days = {local(begins, zone).date() for begins, _ends in spans}
        return {day for day in days if day >= today}

    def _is_hour(self, moment):
        clock = local(moment, self.estate_id.sudo().tz)
        return self.hour_from <= clock.hour + clock.minute / 60 < self.hour_to

    def _within_hours(self, moment):
        """Whether a call is allowed at ``moment`` (UTC)."""
        return self._is_hour(moment) and (
            self.days_off or not self._closed_today(self.estate_id, moment)
        )

    def _next_moment(self, moment, days_off=False):
        """The first moment from ``moment`` on at which a call is allowed (UTC)."""
        return self._moment_by(self.estate_id, self, moment, days_off)

    @api.model
    def _moment_by(self, estate, hours, moment, days_off=False):
        """
        :param hours: follow-up or rule with the hours and whether days off count
        :param days_off: as the customer wants it, whatever these say
        """
        free = days_off or hours.days_off
        return next_moment(
            moment,
            estate.sudo().tz,
            hours.hour_from,
            hours.hour_to,
            () if free else self._open_days(estate, moment),
        )


def _key_of_calendar(estate):
    return estate._working_calendar()


def local(moment, zone):
    """A moment in UTC without a zone, as the clock of ``zone`` shows it."""
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone or "UTC"))


def next_moment(moment, zone, hour_from, hour_to, open_days=()):
    """The first moment from ``moment`` on that is within the hours of a day.

    :param moment: in UTC, without a zone
    :param zone: name of the time zone whose clock counts; UTC without
    :param hour_from: first hour of the day, 9.5 for half past nine
    :param hour_to: the hour from which on nobody is called
    :param open_days: dates on which somebody may be called; empty: every day
    :return: in UTC, without a zone
    """
    clock = local(moment, zone)
    hour = clock.hour + clock.minute / 60
    first = clock.date() + timedelta(days=1 if hour >= hour_to else 0)
    day = min((one for one in open_days if one >= first), default=first)
    if day == clock.date() and hour >= hour_from:
        return moment
    minutes = round(hour_from * 60)
    opening = datetime.combine(day, time(minutes // 60, minutes % 60), clock.tzinfo)
    return opening.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
