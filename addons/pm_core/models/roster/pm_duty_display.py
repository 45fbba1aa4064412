from datetime import timezone

import babel.dates

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, format_date

# The colour of somebody who is away, in the palette of Odoo.
RED = 1


class PmDuty(models.Model):
    """How a duty is named and coloured in calendars, lists and messages."""

    _inherit = "pm.duty"

    color = fields.Integer(
        compute="_compute_color",
        help="Of the shift; red where the person is not there.",
    )
    day_text = fields.Char("Day", compute="_compute_day_text")
    time_text = fields.Char(
        "Time",
        compute="_compute_time_text",
        help="By the clock of the estate.",
    )
    phone = fields.Char(compute="_compute_phone", compute_sudo=True)

    @api.depends("employee_id")
    def _compute_phone(self):
        for duty in self:
            employee = duty.employee_id
            duty.phone = employee.mobile_phone or employee.work_phone

    @api.depends("shift_id.color", "state", "on_leave")
    def _compute_color(self):
        for duty in self:
            away = duty.state == "absent" or duty.on_leave
            duty.color = RED if away else duty.shift_id.color

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_day_text(self):
        """With the day of the week, by which people plan."""
        locale = babel_locale_parse(self.env.context.get("lang") or "en_US")
        for duty in self:
            duty.day_text = duty.date and babel.dates.format_skeleton(
                "MMMEd", duty.date, locale=locale
            )

    @api.depends("start", "stop", "post_id")
    def _compute_time_text(self):
        for duty in self:
            if not (duty.start and duty.stop):
                duty.time_text = False
                continue
            zone = duty.estate_id.sudo()._zone()
            duty.time_text = "–".join(
                f"{moment.replace(tzinfo=timezone.utc).astimezone(zone):%H:%M}"
                for moment in (duty.start, duty.stop)
            )

    @api.depends("employee_id", "post_id", "shift_id", "date")
    @api.depends_context("pm_duty_name", "lang")
    def _compute_display_name(self):
        """As the context asks for: in a calendar the day is the column.

        ``post``: by post, for a calendar of several; ``own``: in one's own calendar;
        ``when``: by day, to choose one of a known person.
        """
        style = self.env.context.get("pm_duty_name")
        for duty in self:
            post, shift = duty.post_id.name, duty.shift_id
            if style == "post":
                words = (post, shift.code, duty.employee_id.name)
            elif style == "own":
                words = (shift.code, post)
            elif style == "when":
                words = (duty.day_text, shift.name, post)
            else:
                day = duty.date and format_date(self.env, duty.date)
                words = (duty.employee_id.name, post, shift.name, day)
            glue = " " if style else " · "
            duty.display_name = glue.join(filter(None, words))

    def _when_and_where(self):
        return self.env._(
            "%(post)s on %(date)s, %(shift)s",
            post=self.post_id.with_context(show_estate=True).display_name,
            date=format_date(self.env, self.date),
            shift=self.shift_id.display_name,
        )
