import pytz

from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _pm_intervals(self, tz):
        """Return this calendar as ``engine/worktime.py`` wants it.

        :param tz: time zone in which the hours of the calendar are meant
        :return: a function from two moments to the working intervals between them,
            all naive UTC, without the days off of the calendar's company
        """
        # Odoo's calendars take zones of pytz only
        zone = pytz.timezone(tz)
        calendar = self.sudo()
        leaves = [
            ("time_type", "=", "leave"),
            ("company_id", "in", (False, *calendar.company_id.ids)),
        ]

        def intervals(start, end):
            found = calendar._work_intervals_batch(
                pytz.utc.localize(start), pytz.utc.localize(end), domain=leaves, tz=zone
            )[False]
            return [(_naive(begins), _naive(ends)) for begins, ends, _meta in found]

        return intervals


def _naive(moment):
    return moment.astimezone(pytz.utc).replace(tzinfo=None)
