"""The business day: what is booked has the day that it is at the estate."""

from zoneinfo import ZoneInfo

from odoo import fields

from odoo.addons.pm_core.engine.recurrence import local_day


def today_at(place):
    """Return the day that it is at the estate of a place.

    Whoever reads the clock: a job of the night has no time zone, and an accountant may
    sit elsewhere. Without a place it is the reader's day.
    """
    return place.sudo().estate_id[:1]._today()


def likely_today(env):
    """Return the day at the estate that is likely meant, before one is chosen.

    Of estates in several time zones it is the reader's day, if it is that day at one of
    them; else the latest at any.
    """
    places = env["pm.property"]
    place = places.browse(env.context.get("default_property_id"))
    mine = today_at(place)
    if place or not places.has_access("read"):
        return mine
    now = fields.Datetime.now()
    days = {
        local_day(now, ZoneInfo(zone))
        for (zone,) in places._read_group([("kind", "=", "estate")], ["tz"])
        if zone
    }
    return mine if mine in days or not days else max(days)


def latest_today(env):
    """Return the latest day that it can be at any estate: a search begins there."""
    return fields.Date.add(fields.Datetime.now().date(), days=1)


def set_today(records, field, place="property_id"):
    """Fill in the day that it is at the place of each record; what is said stays.

    Until a place is chosen a form shows the reader's day, and that follows the place.
    """
    shown = fields.Date.context_today(records)
    for record in records:
        if not record[field] or (not record._origin and record[field] == shown):
            record[field] = today_at(record[place])
