from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from odoo.addons.pm_core.engine.recurrence import local_day
from odoo.addons.pm_core.engine.roster import span

from .locks import wait_for

# rounds whose rows and lines are written together
BATCH = 2000


class PmInspectionPlan(models.Model):
    """Rounds of plans, made ahead: twice the same window makes nothing twice.

    A company makes tens of thousands of rounds a month, each with twenty lines. The
    lines are rows from the beginning, so that a round is complete wherever it is
    read; they are written by the database itself, one statement for 2,000 rounds.
    """

    _inherit = "pm.inspection.plan"

    def _generate(self, date_to=None, date_from=None):
        """Make the rounds that are planned up to ``date_to``, where there are none.

        :param date_to: last planned day; by default today and the days each plan is
            ahead
        :param date_from: first planned day; by default today, of which the hours
            that are over are left out: they cannot be walked any more
        :return: the rounds made; called on no plan at all, those of every plan that
            the user sees
        """
        date_to, date_from = map(fields.Date.to_date, (date_to, date_from))
        # every plan may have rounds to come
        # pylint: disable-next=no-search-all
        plans = (self or self.search([])).sudo()
        plans = plans.filtered(
            lambda plan: (
                plan.active and plan.schedule_start and plan.stop_ids and plan.item_ids
            )
        )
        # who makes rounds of the same plans at the same moment waits
        wait_for(plans)
        values = plans._missing_rounds(date_to, date_from)
        # nothing is said in the chatter of thirty thousand rounds
        Round = self.env["pm.inspection"].sudo().with_context(tracking_disable=True)
        rounds = Round
        for batch in split_every(BATCH, values, list):
            rounds |= Round._as_step().create(batch)._make_lines()
        return rounds.with_env(self.env)

    def _missing_rounds(self, date_to, date_from):
        """Values of all rounds in the window that are not made yet."""
        now = fields.Datetime.now()
        days = self._planned_days(date_to, date_from)
        made = self._rounds_made(days)
        values = []
        for plan in self:
            zone = plan.estate_id._zone()
            spans = plan._day_spans()
            shared = plan._round_values()
            for planned, works in days[plan.id]:
                for minute, length in spans:
                    if (plan.id, planned, minute) in made:
                        continue
                    start, stop = span(works, minute / 60, length / 60, zone)
                    if date_from is None and stop <= now:
                        continue
                    values.append(
                        {
                            **shared,
                            "day": planned,
                            "minute": minute,
                            "date_from": start,
                            "date_to": stop,
                            "date_limit": stop + timedelta(hours=plan.make_good_hours),
                        }
                    )
        return values

    def _planned_days(self, date_to, date_from):
        """{id: [(planned day, day on which it is walked)]} within the window.

        The estates' calendars are read once for all plans of the same window.
        """
        now = fields.Datetime.now()
        windows = {}
        for plan in self:
            today = local_day(now, plan.estate_id._zone())
            first = date_from or today
            last = date_to or today + timedelta(days=plan.lead_days)
            windows.setdefault((first, last), self.browse())
            windows[first, last] |= plan
        days = dict.fromkeys(self.ids, ())
        for (first, last), plans in windows.items():
            if first > last:
                continue
            for plan_id, slots in plans._schedule_slots(first, last).items():
                days[plan_id] = [(planned, works) for _no, planned, works in slots]
        return days

    def _rounds_made(self, days):
        """{(plan id, planned day, minute)} of what is there, in one query."""
        planned = [day for slots in days.values() for day, _works in slots]
        if not planned:
            return set()
        Round = self.env["pm.inspection"]
        Round.flush_model(["plan_id", "day", "minute"])
        return set(
            self.env.execute_query(
                SQL(
                    "SELECT plan_id, day, minute FROM pm_inspection"
                    " WHERE plan_id IN %s AND day BETWEEN %s AND %s",
                    tuple(self.ids),
                    min(planned),
                    max(planned),
                )
            )
        )

    def _day_spans(self):
        """Pairs (minute of the day, length) of the rounds of one day."""
        if not self.window_ids:
            return [(0, 24 * 60)]
        found = {}
        for window in self.window_ids:
            found.update(window._spans())
        return sorted(found.items())

    def _round_values(self):
        """What all rounds of this plan begin with."""
        return {
            "plan_id": self.id,
            "area": self.area,
            "property_id": self.property_id.id,
            "post_id": self.post_id.id,
            "shift_id": self.shift_id.id,
            "employee_id": self.employee_id.id,
            "contract_id": self.contract_id.id,
            "point_count": len(self._points_looked_at()),
        }

    def _points_looked_at(self):
        """Points of the route at which there is something to look at."""
        points = self.stop_ids.point_id.filtered("active")
        if any(not item.point_ids for item in self.item_ids):
            return points
        return points & self.item_ids.point_ids

    @api.model
    def _cron_generate(self):
        """Every night: the rounds of all plans, a bad plan stopping no other."""
        # every plan may have rounds to come
        # pylint: disable-next=no-search-all
        plans = self.search([])
        plans._cron_each(lambda plan: plan._generate())

    def _failure_summary(self):
        return self.env._("Its rounds could not be made")
