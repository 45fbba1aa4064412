from collections import defaultdict
from datetime import timedelta

import babel.dates

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse

from ...engine.roster import month_bounds
from .pm_duty import MANNING_STATES

# light backgrounds, by the colour of the shift; they stay readable in black and white
TINTS = (
    "#ffffff",
    "#f8d7da",
    "#fde5cc",
    "#fff3cd",
    "#d6e6f7",
    "#e6dcf3",
    "#d4efef",
    "#e2e9d8",
    "#d8dee9",
    "#f6d9e6",
    "#d9f2d9",
    "#eadfd4",
)


class PmDutyRoster(models.Model):
    """The month of a roster as a table: people down, days across.

    On the screen of the roster and on the sheet that hangs on the wall.
    """

    _inherit = "pm.duty.roster"

    grid_html = fields.Html(
        "Table of the Month", compute="_compute_grid_html", sanitize=False
    )

    def _compute_grid_html(self):
        for roster in self:
            roster.grid_html = roster.duty_count and self.env["ir.qweb"]._render(
                "pm_core.duty_roster_grid", {"grid": roster._grid(), "printed": False}
            )

    def _grid(self):
        """Return what the table shows: days, posts with their rows, and the legend.

        Every duty at the posts counts, also one that was added without the roster.
        """
        self.ensure_one()
        duties = self.env["pm.duty"].search(
            [
                ("post_id", "in", self.post_ids.ids),
                ("date", ">=", self.month),
                ("date", "<=", self.date_to),
                ("state", "!=", "cancelled"),
            ]
        )
        rows = {
            (member.post_id, member.employee_id): duties.browse()
            for member in self.member_ids
        }
        rows |= duties.grouped(lambda duty: (duty.post_id, duty.employee_id))
        nothing = self.env["pm.duty.coverage"]
        gaps = self._seen_gaps().grouped("post_id")
        return {
            "days": self._grid_days(),
            "posts": [
                {
                    "post": post,
                    "rows": [
                        self._grid_row(employee, worked)
                        for (where, employee), worked in rows.items()
                        if where == post
                    ],
                    "gaps": self._grid_gaps(gaps.get(post, nothing)),
                }
                for post in self.post_ids
            ],
            "shifts": [
                {"shift": shift, "tint": self._tint(shift)}
                for shift in (
                    self.post_ids.line_ids.shift_id | duties.shift_id
                ).sorted()
            ],
        }

    def _seen_gaps(self):
        """The gaps, for those who plan; a roster is read by everybody in it."""
        gaps = self.env["pm.duty.coverage"]
        return self.gap_ids if gaps.has_access("read") else gaps

    def _grid_days(self):
        names = babel.dates.get_day_names(
            "narrow", locale=babel_locale_parse(self.env.context.get("lang") or "en_US")
        )
        first, last = month_bounds(self.month)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [
            {"date": day, "name": names[day.weekday()], "weekend": day.weekday() > 4}
            for day in days
        ]

    def _grid_row(self, employee, duties):
        manned = duties.filtered(
            lambda duty: duty.state in MANNING_STATES and not duty.on_leave
        )
        cells = defaultdict(list)
        for duty in duties:
            cells[duty.date].append(
                {
                    "code": duty.shift_id.code,
                    "tint": self._tint(duty.shift_id),
                    "away": duty not in manned,
                }
            )
        return {
            "employee": employee,
            "cells": cells,
            "count": len(manned),
            "hours": sum(manned.mapped("hours")),
        }

    def _grid_gaps(self, gaps):
        """Rows of the shifts of a post that lack people, with how many on which day."""
        return [
            {"shift": shift, "missing": {gap.date: gap.missing for gap in of_shift}}
            for shift, of_shift in gaps.grouped("shift_id").items()
        ]

    def _tint(self, shift):
        return TINTS[shift.color % len(TINTS)]
