from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..orders.maintenance_request import OPEN

# a person's open work; what is done and waits for acceptance is none
BUSY = [state for state in OPEN if state not in ("reported", "done")]


class MaintenanceRequest(models.Model):
    """Dispatch by rules: many orders at once, nobody off duty, nobody overloaded."""

    _inherit = "maintenance.request"

    def _dispatch_by_rules(self):
        """Give each order to whom the first rule that fits finds.

        Loads are counted once and kept while orders are given out, so that a batch
        is spread as if its orders had come one after the other. Those for whom
        nobody is found stay reported, and the dispatcher is told at once.
        """
        orders = self.sudo()._dispatchable()
        orders = orders.sorted(lambda order: (order.urgency_rank, order.id))
        rules = (
            self.env["pm.dispatch.rule"]
            .sudo()
            .search([("company_id", "in", orders.company_id.ids)])
        )
        board = _Board(orders)
        for order in orders:
            if not order._dispatch_one(rules, board):
                order._tell_dispatcher("nobody")

    def _dispatchable(self):
        """Without orders of plans that have time: until the day before nobody knows
        who is on duty then, and they would count as work that somebody has now.
        """
        soon = fields.Datetime.now() + timedelta(days=1)
        return self.filtered(
            lambda order: (
                not order.plan_id or not order.appointment or order.appointment <= soon
            )
        )

    def _dispatch_one(self, rules, board):
        """Return whether some rule found somebody."""
        moment = max(self.appointment or board.now, board.now)
        for rule in rules:
            if rule._fits(self, moment) and self._follow_rule(rule, moment, board):
                return True
        return False

    def _follow_rule(self, rule, moment, board):
        if rule.mode == "supplier":
            if rule.contract_id.state not in ("active", "expiring"):
                return False
            self._assign(self.env["res.users"], rule.contract_id.partner_id, rule.name)
            return True
        users = board.candidates(rule, self, moment)
        if not users:
            return False
        self._as_step().maintenance_team_id = rule.team_id
        if rule.mode == "pool":
            self._take_step(
                "offer", note=rule.name, is_pool=True, dispatch_note=rule.name
            )
            return True
        user = board.choose(rule, users)
        self._assign(user, self.env["res.partner"], rule.name)
        board.given(user)
        return True

    @api.model
    def _cron_dispatch(self):
        """Try again what nobody was found for, and what the team left lying.

        A shift begins, somebody comes back from leave: what was impossible an hour
        ago may be possible now. Who was told is not told again.
        """
        now = fields.Datetime.now()
        soon = now + timedelta(days=1)
        waiting = self.search(
            Domain("state", "=", "reported")
            & Domain("property_id", "!=", False)
            & Domain("is_pool", "=", False)
            & Domain("user_id", "=", False)
            & (
                Domain("plan_id", "=", False)
                | Domain("appointment", "=", False)
                | Domain("appointment", "<=", soon)
            ),
            limit=1000,
        )
        waiting._try_together(lambda orders: orders._dispatch_by_rules())
        stale = self.search(
            [
                ("state", "=", "reported"),
                ("is_pool", "=", True),
                ("write_date", "<=", now - timedelta(minutes=30)),
            ],
            limit=1000,
        )
        stale._try_together(lambda orders: orders._tell_dispatcher("pool"))


class _Board:
    """Who is on duty and how busy, counted once for a batch of orders."""

    def __init__(self, orders):
        self.now = fields.Datetime.now()
        self.env = orders.env
        self.found = {}
        groups = orders._read_group(
            Domain("user_id", "!=", False) & Domain("state", "in", BUSY),
            ["user_id"],
            ["__count", "dispatched_at:max"],
        )
        self.load = {user.id: count for user, count, _last in groups}
        self.last = {user.id: last or self.now for user, _count, last in groups}
        self.turn = 0

    def candidates(self, rule, order, moment):
        """Users who may get the order, of those with room for another one."""
        skills = rule.skill_id | order.fault_category_id.skill_id
        key = (rule.id, order.property_id.id, moment, tuple(skills.ids))
        if key not in self.found:
            self.found[key] = rule._candidates(order.property_id, moment, skills)
        return self.found[key].filtered(
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
            return min(users, key=waited)
        return min(users, key=lambda user: (self.load.get(user.id, 0), waited(user)))

    def given(self, user):
        self.load[user.id] = self.load.get(user.id, 0) + 1
        self.turn += 1
        self.last[user.id] = self.now + timedelta(microseconds=self.turn)
