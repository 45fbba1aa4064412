from datetime import time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.pm_core.engine.recurrence import Recurrence, local_day, moment
from odoo.addons.pm_core.models.contract.pm_contract_states import IN_FORCE

# where the calendar of an estate has no hours on that day
EIGHT = time(8)
# longer than the longest interval that the law has
HORIZON = timedelta(days=6 * 366)


class PmMaintenancePlan(models.Model):
    """Orders of plans, made ahead: twice the same window makes nothing twice."""

    _inherit = "pm.maintenance.plan"

    def _generate(self, date_to=None):
        """Make the orders that fall due up to ``date_to``.

        :param date_to: last day; by default today and the days each plan is ahead
        :return: the orders made; called on no plan at all, those of every plan that
            the user sees
        """
        date_to = fields.Date.to_date(date_to)
        today = fields.Date.context_today(self)
        # every plan may fall due
        # pylint: disable-next=no-search-all
        plans = (self or self.search([])).sudo()._with_work()
        due = plans._due_days(today, date_to)
        values = [plan._order_values(due[plan.id]) for plan in plans if due[plan.id]]
        Request = self.env["maintenance.request"].sudo()
        orders = Request._as_step().create(values).with_env(Request.env)
        # the contractor of a contract is known, and told in time
        for order in orders.filtered("supplier_id"):
            contract = order.plan_id.contract_id
            order._assign(order.user_id, order.supplier_id, contract.display_name)
        orders.filtered(lambda order: not order.supplier_id)._dispatch_by_rules()
        return orders

    def _with_work(self):
        """Plans that are in use, of machines that are, without an open order."""
        open_days, _done = self._order_days()
        return self.filtered(
            lambda plan: (
                plan.active
                and plan.id not in open_days
                and (
                    not plan.equipment_id
                    or (
                        plan.equipment_id.active
                        and plan.equipment_id.pm_state in ("running", "down")
                    )
                )
            )
        )

    def _due_days(self, today, date_to):
        """{id: the one next day that is due, or None}.

        One and not all: the next order is made when this one is done. What was
        missed while an order stood open is not made up for; it was one service.
        """
        longer = self._longer_plans()
        in_use = longer._with_work()
        everyone = self | longer
        _open, done = everyone._order_days()
        done = everyone._served(done)
        made = everyone._days_made()
        taken = everyone._days_of_orders()
        due = {}
        for plan in self:
            until = date_to or today + timedelta(days=plan.lead_days)
            last = done.get(plan.id), made.get(plan.id)
            covered = [
                (day, one.includes_window)
                for one in longer
                if plan in one.includes_ids
                for day in [
                    *taken.get(one.id, ()),
                    *(one & in_use)._days_to_come(until, done, made),
                ]
            ]
            days = [
                plan._calendar_day(until, *last, covered),
                plan._meter_day(today, *last),
            ]
            due[plan.id] = min(filter(None, days), default=None)
        return due

    def _overdue_unmade(self, today):
        """Those that were due before today and have no order, as after a cancelled
        one; not where a longer service took their place.
        """
        late = self.filtered(lambda plan: plan.day_to_come and plan.day_to_come < today)
        late = late._with_work()
        try:
            due = late._due_days(today, today)
        except UserError:
            # a calendar that is wrong does not make an overdue service allowed
            return late
        return late.filtered(lambda plan: due[plan.id] and due[plan.id] < today)

    def _longer_plans(self):
        """Plans whose service takes the place of these, whether they are due or not."""
        return self.search([("includes_ids", "in", self.ids)])

    def _days_of_orders(self):
        """{id: planned days of its orders that were not cancelled}."""
        groups = (
            self.env["maintenance.request"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self.ids), *self._domain_standing()],
                ["plan_id"],
                ["planned_day:array_agg"],
            )
        )
        return {plan.id: days for plan, days in groups}

    def _days_to_come(self, until, done, made):
        """The next day of each of these longer services, near ``until`` or before."""
        days = [
            plan._calendar_day(
                until + timedelta(days=plan.includes_window),
                done.get(plan.id),
                made.get(plan.id),
            )
            for plan in self
        ]
        return list(filter(None, days))

    @api.depends(
        "counts_from",
        "schedule_start",
        "schedule_unit",
        "schedule_every",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "schedule_nth",
        "schedule_until",
        "schedule_shift",
        "order_ids.planned_day",
        "order_ids.done_at",
        "order_ids.state",
        "order_ids.duplicate_of_id.state",
        "order_ids.duplicate_of_id.done_at",
    )
    def _compute_day_to_come(self):
        """Depends on what was made and done, and on no present moment.

        A plan whose calendar is wrong has no day; whoever makes its orders is told.
        """
        open_days, done = self._order_days()
        done = self._served(done)
        made = self._days_made()
        for plan in self:
            if plan.counts_from == "done" and {plan.id} <= open_days.keys() & done:
                # the one after it follows from when it is done
                plan.day_to_come = False
                continue
            days = filter(None, (plan.schedule_start, made.get(plan.id)))
            begin = max(days, default=None)
            try:
                plan.day_to_come = begin and plan._calendar_day(
                    begin + HORIZON, done.get(plan.id), made.get(plan.id)
                )
            except (UserError, OverflowError):
                plan.day_to_come = False

    def _days_made(self):
        """{id: last planned day that has an order}.

        One that was cancelled was not served: its day is due again, or what the law
        asks for would be gone in silence. The order that it was merged into stands
        for it, unless that one was cancelled itself.
        """
        groups = (
            self.env["maintenance.request"]
            .sudo()
            ._read_group(
                [
                    ("plan_id", "in", self.ids),
                    *self._domain_standing(),
                ],
                ["plan_id"],
                ["planned_day:max"],
            )
        )
        return {plan.id: day for plan, day in groups}

    def _calendar_day(self, until, done, made, covered=()):
        """The next day by the calendar, if it is not after ``until``.

        :param covered: (day, window) of longer services that take its place
        """
        if not self.schedule_start:
            return None

        def instead(day):
            near = (
                other for other, window in covered if abs((other - day).days) <= window
            )
            return next(near, None)

        if self.counts_from == "done" and done and self.schedule_unit:
            day = self._day_after(self._local_day(done))
            while other := instead(day):
                day = self._day_after(max(day, other))
            return day if day <= until else None
        first = made + timedelta(days=1) if made else self.schedule_start
        slots = self._schedule_slots(first, until)[self.id]
        return next((day for _number, day, _works in slots if not instead(day)), None)

    def _day_after(self, day):
        """One interval after ``day``, for plans that count from when it was done."""
        return Recurrence(
            start=day, unit=self.schedule_unit, every=self.schedule_every
        ).slot(1)

    def _local_day(self, moment):
        return local_day(moment, self.estate_id._zone())

    def _meter_day(self, today, done, made):
        """Today, when the counter has run as far as the interval since last time."""
        if not self.meter_kind or (made and made >= today):
            return None
        readings = self.equipment_id.reading_ids.filtered(
            lambda reading: reading.kind == self.meter_kind
        ).sorted("at")
        before = readings.filtered(lambda reading: done and reading.at <= done)
        # done before anybody read the counter: counted from its first reading
        since = before[-1:] | (readings - before) if before else readings
        values = since.mapped("value")
        # a new counter begins at zero: what it shows was all run since
        ran = sum(
            after - earlier if after >= earlier else after
            for earlier, after in pairwise(values)
        )
        return today if ran >= self.meter_every else None

    def _order_values(self, day):
        """Values of the order that is due on ``day``."""
        return {
            "name": self.name,
            "description": self.instructions,
            "property_id": self.property_id.id,
            "company_id": self.company_id.id,
            "equipment_id": self.equipment_id.id,
            "fault_category_id": self.fault_category_id.id,
            "urgency": self.urgency,
            "maintenance_type": "preventive",
            "maintenance_team_id": self.maintenance_team_id.id
            or self.env["maintenance.request"]._team_of(self.company_id).id,
            "supplier_id": self._contractor().id,
            "channel_id": self.env.ref("pm_core.pm_channel_inspection").id,
            "payer": "public",
            "payer_reason": self._payer_reason(),
            "plan_id": self.id,
            "planned_day": day,
            "check_ids": [
                Command.create(values) for values in self.item_ids._copy_values()
            ],
            "appointment": self._moment_on(day),
            "employee_id": False,
        }

    def _payer_reason(self):
        """Why the fee pays, where usually somebody else does; nothing to say elsewhere.

        In the language of the company: nobody is there when a job makes the order.
        """
        if self.fault_category_id._payer_at(self.property_id) == "public":
            return False
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env._("Planned service of the estate")

    def _moment_on(self, day):
        """When work on a planned day begins: who is on duty then gets the order, and
        its promised times run from there.
        """
        slots = self._schedule_slots(day, day)[self.id]
        works = slots[0][2] if slots else day
        calendar, tz = self.estate_id._working_calendar()
        zone = ZoneInfo(tz)
        begins, ends = (moment(works + timedelta(days=n), None, zone) for n in (0, 1))
        spans = calendar._pm_intervals(tz)(begins, ends) if calendar else []
        return spans[0][0] if spans else moment(works, EIGHT, zone)

    def _contractor(self):
        if self.contract_id.state in IN_FORCE:
            return self.contract_id.partner_id
        return self.env["res.partner"]

    def _next_planned(self, today):
        """The next planned day from today on, whether it is made already or not."""
        if not self.schedule_start:
            return False
        begin = max(today, self.schedule_start)
        # by age there may be years between two of them
        ahead = HORIZON if self.due_ages else timedelta(days=800)
        slots = self._schedule_planned(begin, begin + ahead)
        return slots[0][1] if slots else False

    def action_generate(self):
        """Make what is due now."""
        self.check_access("write")
        orders = self and self._generate()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%s orders were made.", len(orders)),
                "type": "success",
            },
        }

    @api.model
    def _cron_generate(self):
        """Every night: the orders of all plans, a bad plan stopping no other."""
        # every plan may fall due, by calendar or by counter
        # pylint: disable-next=no-search-all
        plans = self.search([])
        plans._cron_each(lambda plan: plan._generate())

    def _failure_reader(self):
        """The estate's dispatchers read what is wrong with a plan."""
        group = self.env.ref("pm_maintenance.group_pm_dispatcher")
        return group._pm_members(self.estate_id)[:1]
