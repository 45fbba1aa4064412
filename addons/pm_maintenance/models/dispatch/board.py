"""Who is on duty, certified and how busy: counted once for a batch of orders."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ..orders.maintenance_request import OPEN

# a person's open work; what is done and waits for acceptance is none
LOOK_BACK = timedelta(days=30)
BUSY = [state for state in OPEN if state not in ("reported", "done")]


class Board:
    """What dispatch has to know of people, read in a handful of queries.

    Loads are counted once and kept while orders are given out, so that a batch is
    spread as if its orders had come one after the other.
    """

    def __init__(self, orders):
        self.now = fields.Datetime.now()
        self.env = orders.env
        self.duties = self._read_duties(orders)
        self.given_back = self._read_given_back(orders)
        self.certificates = {}
        self.found = {}
        somebody_s = Domain("user_id", "!=", False)
        busy = orders._read_group(
            somebody_s & Domain("state", "in", BUSY), ["user_id"], ["__count"]
        )
        # also of what is finished: who is quick had the last turn all the same
        given = orders._read_group(
            somebody_s & Domain("dispatched_at", ">=", self.now - LOOK_BACK),
            ["user_id"],
            ["dispatched_at:max"],
        )
        self.load = {user.id: count for user, count in busy}
        self.last = {user.id: last for user, last in given}
        self.turn = 0

    def moment(self, order):
        """When somebody has to be there: at the appointment, or else now."""
        return max(order.appointment or self.now, self.now)

    def _read_duties(self, orders):
        """{estate: duties that somewhen man a post while these orders wait}"""
        Duty = self.env["pm.duty"].sudo()
        moments = [self.moment(order) for order in orders] or [self.now]
        duties = Duty.search(
            Duty._domain_on_duty(min(moments), max(moments))
            & Domain("estate_id", "in", orders.estate_id.ids)
        )
        return duties.grouped("estate_id")

    def _read_given_back(self, orders):
        """{order id: users who gave it back, and so are not asked again}"""
        groups = self.env["pm.order.step"]._read_group(
            [("request_id", "in", orders.ids), ("step", "=", "refuse")],
            ["request_id"],
            ["user_id:recordset"],
        )
        return {order.id: users for order, users in groups}

    def _on_duty(self, place, moment):
        """Employees on duty at a place: as ``pm.duty._on_duty`` has it."""
        key = place, moment
        if key not in self.found:
            all_day = self.duties.get(place.estate_id, self.env["pm.duty"].sudo())
            now = all_day.filtered(lambda duty: duty.start <= moment < duty.stop)
            self.found[key] = now._near(place).employee_id
        return self.found[key]

    def _certified(self, employees, skills, moment):
        """Those who have each of these certificates, valid on that day."""
        if not skills:
            return employees
        key = tuple(skills.ids)
        if key not in self.certificates:
            everybody = self.env["pm.duty"].sudo().union(*self.duties.values())
            lines = (
                self.env["hr.employee.skill"]
                .sudo()
                .search(
                    [
                        ("employee_id", "in", everybody.employee_id.ids),
                        ("skill_id", "in", skills.ids),
                    ]
                )
            )
            self.certificates[key] = lines.grouped("employee_id")
        day = moment.date()
        has = defaultdict(set)
        for employee in employees:
            for line in self.certificates[key].get(employee, ()):
                if line._pm_covers(day):
                    has[employee.id].add(line.skill_id.id)
        return employees.filtered(lambda one: has[one.id] >= set(skills.ids))

    def firm_gave_back(self, order, firm):
        """Whether somebody of a contractor has given the order back."""
        users = self.given_back.get(order.id, order.user_id.browse())
        return firm.commercial_partner_id in users.partner_id.commercial_partner_id

    def candidates(self, rule, order):
        """Users who may get the order, of those with room for another one."""
        moment = self.moment(order)
        skills = rule.skill_id | order.fault_category_id.skill_id
        key = rule, order.property_id, moment, tuple(skills.ids)
        if key not in self.found:
            employees = self._on_duty(order.property_id, moment)
            employees = self._certified(employees, skills, moment)
            self.found[key] = employees.user_id & rule.team_id.sudo().member_ids
        users = self.found[key] - self.given_back.get(order.id, order.user_id.browse())
        return users.filtered(
            lambda user: not rule.max_open or self.load.get(user.id, 0) < rule.max_open
        )

    def choose(self, rule, users):
        """The least busy, or whose turn it is; of equals who waited longest.

        Somebody who was given something a moment ago comes after others of the same
        load, so that a batch does not fall upon the one with the lowest number.
        """
        oldest = fields.Datetime.to_datetime("1970-01-01")

        def waited(user):
            return self.last.get(user.id, oldest), user.id

        if rule.mode == "turn":
            user = min(users, key=waited)
        else:
            user = min(users, key=lambda one: (self.load.get(one.id, 0), waited(one)))
        self._given(user)
        return user

    def _given(self, user):
        self.load[user.id] = self.load.get(user.id, 0) + 1
        self.turn += 1
        self.last[user.id] = self.now + timedelta(microseconds=self.turn)
