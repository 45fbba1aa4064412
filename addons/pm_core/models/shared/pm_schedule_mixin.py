from datetime import time, timedelta, timezone
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import get_lang
from odoo.tools.i18n import format_list
from odoo.tools.misc import babel_locale_parse, format_date

from ...engine.recurrence import LONGEST_CLOSURE, Recurrence, moment, working_day

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class PmScheduleMixin(models.AbstractModel):
    """A plan that recurs: inspections, servicing, duties, meter rounds, patrols.

    :meth:`_schedule_slots` gives the slots of a window: their number, the planned
    day, and the working day on which the work is done. Slot N is computed from the
    first day and N alone (see ``engine/recurrence.py``): nothing drifts, no planned
    day comes twice, and windows that meet neither lose nor repeat a slot.

    A model that makes records from slots gives them a unique index over the plan
    and the slot, so that making them twice is refused by the database and a cron
    may run again after a crash. Where the schedule of a plan can change later, take
    the *planned day* as the slot: numbers count from the first day and would name
    other days after a change. Where it cannot, the number will do.

    Without a unit the plan has one slot only, on its first day; without a first day
    it has none. Days off are those of the estate's working calendar, or else of the
    company's.

    On a form, ``<group name="pm_schedule" />`` is filled with the fields.
    """

    _name = "pm.schedule.mixin"
    _description = "Recurs"

    schedule_start = fields.Date("First Day")
    schedule_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        string="Repeat Every",
        help="Empty: once only, on the first day.",
    )
    schedule_every = fields.Integer("Interval", default=1, aggregator=None)
    mon = fields.Boolean()
    tue = fields.Boolean()
    wed = fields.Boolean()
    thu = fields.Boolean()
    fri = fields.Boolean()
    sat = fields.Boolean()
    sun = fields.Boolean()
    schedule_nth = fields.Selection(
        [
            ("1", "First"),
            ("2", "Second"),
            ("3", "Third"),
            ("4", "Fourth"),
            ("-1", "Last"),
        ],
        string="Weekday of the Month",
        help="Which of the chosen weekdays of the month; empty: the day of the month "
        "of the first day, or the last day of a shorter month.",
    )
    schedule_until = fields.Date("Until", help="Last day; empty: without an end.")
    schedule_shift = fields.Selection(
        [
            ("same", "Keep the day"),
            ("next", "Next working day"),
            ("previous", "Working day before"),
            ("skip", "Leave out"),
        ],
        string="On a Day Off",
        default="same",
        required=True,
        help="What happens when the planned day is no working day of the estate. "
        "The slots after it keep their days.",
    )
    schedule_summary = fields.Char("Schedule", compute="_compute_schedule_summary")

    _schedule_every_positive = models.Constraint(
        "CHECK (schedule_unit IS NULL OR schedule_every BETWEEN 1 AND 999)",
        "A plan repeats every 1 to 999 days, weeks, months or years.",
    )
    _schedule_in_order = models.Constraint(
        "CHECK (schedule_until IS NULL OR schedule_until >= schedule_start)",
        "A plan cannot end before its first day.",
    )

    @api.depends(
        "schedule_start",
        "schedule_unit",
        "schedule_every",
        *WEEKDAYS,
        "schedule_nth",
        "schedule_until",
        "schedule_shift",
    )
    @api.depends_context("lang")
    def _compute_schedule_summary(self):
        for plan in self:
            plan.schedule_summary = plan._schedule_describe()

    @api.constrains("schedule_unit", "schedule_nth", *WEEKDAYS)
    def _check_schedule_nth(self):
        for plan in self:
            if plan.schedule_unit == "month" and plan.schedule_nth:
                if len(plan._schedule_weekdays()) != 1:
                    raise ValidationError(
                        self.env._(
                            "%(plan)s repeats on a weekday of the month: choose "
                            "exactly one weekday, or clear the field Weekday of "
                            "the Month.",
                            plan=plan.display_name,
                        )
                    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            self._schedule_fill_form(arch)
        return arch, view

    @api.model
    def _schedule_fill_form(self, arch):
        """Put the fields of the schedule into the groups that are left for them."""
        for group in arch.iterfind(".//group[@name='pm_schedule']"):
            part = self.env.ref("pm_core.pm_schedule_mixin_view_form").sudo()
            group.extend(etree.fromstring(part.get_combined_arch()))

    def _schedule_slots(self, date_from, date_to):
        """Return what is planned from ``date_from`` to ``date_to``, both included.

        The planned day decides what lies in the window, not the working day: a slot
        that is moved out of the window belongs to it all the same, and to no other.
        A slot that is left out on a day off keeps its number.

        :return: ``{id: [(number, planned day, working day), ...]}`` for every record
        """
        calendars = self._schedule_calendars()
        working_days = {}
        slots = {}
        for plan in self:
            key = calendars[plan.id]
            if plan.schedule_shift != "same" and key not in working_days:
                working_days[key] = self._schedule_working_days(
                    *key, date_from, date_to
                )
            slots[plan.id] = plan._schedule_plan_slots(
                date_from, date_to, working_days.get(key, set())
            )
        return slots

    def _schedule_plan_slots(self, date_from, date_to, working_days):
        """Return the slots of one plan, given the working days of its estate."""
        slots = []
        for number, day in self._schedule_planned(date_from, date_to):
            try:
                works = working_day(
                    day, working_days.__contains__, self.schedule_shift or "same"
                )
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: the working calendar has no working day within "
                        "two months of %(day)s. Correct the calendar of the estate, "
                        "or let the plan keep its day on a day off.",
                        plan=self.display_name,
                        day=format_date(self.env, day),
                    )
                ) from error
            if works:
                slots.append((number, day, works))
        return slots

    def _schedule_planned(self, date_from, date_to):
        """Return (number, planned day) of the slots of one plan in the window."""
        if not self.schedule_start:
            return []
        if not self.schedule_unit:
            once = date_from <= self.schedule_start <= date_to
            return [(0, self.schedule_start)] if once else []
        return list(self._schedule_recurrence().between(date_from, date_to))

    def _schedule_recurrence(self):
        """Return the recurrence of one plan that repeats."""
        nth = self.schedule_unit == "month" and self.schedule_nth
        days = self._schedule_weekdays() if nth or self.schedule_unit == "week" else ()
        return Recurrence(
            start=self.schedule_start,
            unit=self.schedule_unit,
            every=self.schedule_every,
            weekdays=tuple(days),
            nth=int(nth) if nth else None,
            until=self.schedule_until or None,
        )

    def _schedule_weekdays(self):
        """Return the chosen days of the week, 0 for Monday."""
        return [number for number, day in enumerate(WEEKDAYS) if self[day]]

    def _schedule_calendars(self):
        """Return {id: (working calendar, time zone)} of each plan.

        Those of the plan's estate, or else of its company; models that belong to no
        estate may say otherwise.
        """
        found = {}
        for plan in self:
            if "estate_id" in self._fields and plan.estate_id:
                found[plan.id] = plan.estate_id._working_calendar()
                continue
            company = plan.company_id if "company_id" in self._fields else None
            calendar = (company or self.env.company).sudo().resource_calendar_id
            found[plan.id] = (calendar, self.env.user.tz or calendar.tz or "UTC")
        return found

    @api.model
    def _schedule_working_days(self, calendar, tz, date_from, date_to):
        """Return the working days of ``calendar``, wide enough for moved slots."""
        if not calendar:
            days = (date_to - date_from).days + 2 * LONGEST_CLOSURE
            first = date_from - timedelta(days=LONGEST_CLOSURE)
            return {first + timedelta(days=number) for number in range(days + 1)}
        zone = ZoneInfo(tz)
        margin = timedelta(days=LONGEST_CLOSURE)
        intervals = calendar._pm_intervals(tz)(
            moment(date_from - margin, time.min, zone),
            moment(date_to + margin + timedelta(days=1), time.min, zone),
        )
        return {
            begins.replace(tzinfo=timezone.utc).astimezone(zone).date()
            for begins, _ends in intervals
        }

    def _schedule_describe(self):
        """Return the schedule of one plan in words, in the user's language."""
        if not self.schedule_start:
            return False
        text = self._schedule_describe_rhythm()
        if self.schedule_until and self.schedule_unit:
            until = format_date(self.env, self.schedule_until)
            text = self.env._("%(schedule)s until %(day)s", schedule=text, day=until)
        if self.schedule_shift == "next":
            return self.env._(
                "%(schedule)s; on a day off the next working day", schedule=text
            )
        if self.schedule_shift == "previous":
            return self.env._(
                "%(schedule)s; on a day off the working day before", schedule=text
            )
        if self.schedule_shift == "skip":
            return self.env._("%(schedule)s; left out on a day off", schedule=text)
        return text

    def _schedule_describe_rhythm(self):
        day = format_date(self.env, self.schedule_start)
        if not self.schedule_unit:
            return self.env._("once on %(day)s", day=day)
        count = self.schedule_every
        locale = babel_locale_parse(get_lang(self.env).code)
        names = get_day_names("wide", locale=locale)
        chosen = self._schedule_weekdays() or [self.schedule_start.weekday()]
        values = {
            "count": count,
            "days": format_list(self.env, [names[number] for number in chosen]),
            "number": self.schedule_start.day,
        }
        one = count == 1
        if self.schedule_unit == "day":
            if one:
                return self.env._("every day")
            return self.env._("every %(count)s days", **values)
        if self.schedule_unit == "week":
            if one:
                return self.env._("every week on %(days)s", **values)
            return self.env._("every %(count)s weeks on %(days)s", **values)
        if self.schedule_unit == "month" and self.schedule_nth:
            nths = dict(self._fields["schedule_nth"]._description_selection(self.env))
            values["nth"] = nths[self.schedule_nth].lower()
            if one:
                return self.env._("every month on the %(nth)s %(days)s", **values)
            return self.env._(
                "every %(count)s months on the %(nth)s %(days)s", **values
            )
        if self.schedule_unit == "month":
            if one:
                return self.env._("every month on day %(number)s", **values)
            return self.env._("every %(count)s months on day %(number)s", **values)
        if one:
            return self.env._("every year from %(day)s", day=day)
        return self.env._("every %(count)s years from %(day)s", count=count, day=day)
