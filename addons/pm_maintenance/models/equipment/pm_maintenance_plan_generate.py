from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.pm_core.engine.recurrence import Recurrence, local_day


class PmMaintenancePlan(models.Model):
    """Orders of plans, made ahead: twice the same window makes nothing twice."""

    _inherit = "pm.maintenance.plan"

    def _generate(self, date_to=None):
        """Make the orders that fall due up to ``date_to``.

        :param date_to: last day; by default today and the days each plan is ahead
        :return: the orders made
        """
        today = fields.Date.context_today(self)
        plans = self.sudo()._with_work()
        due = plans._due_days(today, date_to)
        plans._leave_out_included(due)
        values = [
            plan._order_values(day) for plan in plans for day in sorted(due[plan.id])
        ]
        Request = self.env["maintenance.request"].sudo()
        orders = Request._as_step().create(values).with_env(Request.env)
        orders._dispatch_by_rules()
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
        """{id: set with the one next day that is due, if there is one}.

        One and not all: the next order is made when this one is done. What was
        missed while an order stood open is not made up for; it was one service.
        """
        _open, done = self._order_days()
        made = self._days_made()
        due = {}
        for plan in self:
            until = date_to or today + timedelta(days=plan.lead_days)
            days = [
                plan._calendar_day(until, done.get(plan.id), made.get(plan.id)),
                plan._meter_day(today, done.get(plan.id), made.get(plan.id)),
            ]
            due[plan.id] = set(filter(None, [min(filter(None, days), default=None)]))
        return due

    def _days_made(self):
        """{id: last planned day that has an order, whatever became of it}."""
        groups = (
            self.env["maintenance.request"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["planned_day:max"]
            )
        )
        return {plan.id: day for plan, day in groups}

    def _calendar_day(self, until, done, made):
        """The next day by the calendar, if it is not after ``until``."""
        if not self.schedule_start:
            return None
        if self.counts_from == "done" and done and self.schedule_unit:
            day = self._day_after(self._local_day(done))
            return day if day <= until and day != made else None
        first = made + timedelta(days=1) if made else self.schedule_start
        slots = self._schedule_slots(first, until)[self.id]
        return slots[0][1] if slots else None

    def _day_after(self, day):
        """One interval after ``day``, for plans that count from when it was done."""
        return Recurrence(
            start=day, unit=self.schedule_unit, every=self.schedule_every
        ).slot(1)

    def _local_day(self, moment):
        return local_day(moment, ZoneInfo(self.estate_id.tz or "UTC"))

    def _meter_day(self, today, done, made):
        """Today, when the counter has run as far as the interval since last time."""
        if not self.meter_kind or (made and made >= today):
            return None
        readings = self.equipment_id.reading_ids.filtered(
            lambda reading: reading.kind == self.meter_kind
        ).sorted("at")
        before = readings.filtered(lambda reading: done and reading.at <= done)
        base = before[-1:].value if done else readings[:1].value
        ran = readings[-1:].value - base
        return today if ran >= self.meter_every else None

    def _leave_out_included(self, due):
        """Take the days out on which a longer service of the same machine is done."""
        for plan in self:
            for day in due[plan.id]:
                for included in plan.includes_ids & self:
                    due[included.id] = {
                        other
                        for other in due[included.id]
                        if abs((other - day).days) > plan.includes_window
                    }

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
            "payer_reason": self.name,
            "plan_id": self.id,
            "planned_day": day,
            "employee_id": False,
        }

    def _contractor(self):
        if self.contract_id.state in ("active", "expiring"):
            return self.contract_id.partner_id
        return self.env["res.partner"]

    def _next_planned(self, today):
        """The next planned day from today on, whether it is made already or not."""
        if not self.schedule_start:
            return False
        horizon = max(today, self.schedule_start) + timedelta(days=800)
        slots = self._schedule_planned(max(today, self.schedule_start), horizon)
        return slots[0][1] if slots else False

    def action_generate(self):
        """Make what is due now."""
        self.check_access("write")
        orders = self._generate()
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
