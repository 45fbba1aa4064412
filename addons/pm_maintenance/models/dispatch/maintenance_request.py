from collections import defaultdict
from datetime import timedelta
from itertools import chain

from odoo import api, fields, models
from odoo.fields import Domain

from .board import Board

# kinds of rules after which an order is somebody's
GIVES = ("person", "turn", "supplier")


class MaintenanceRequest(models.Model):
    """Dispatch by rules: many orders at once, nobody off duty, nobody overloaded."""

    _inherit = "maintenance.request"

    def _dispatch_by_rules(self):
        """Give each order to whom the first rule that fits finds.

        What is decided for many is done for many: all that go to one person in one
        write. Those for whom nobody is found stay reported, and the dispatcher is
        told at once.
        """
        orders = self.sudo()._dispatchable()
        orders = orders.sorted(lambda order: (order.urgency_rank, order.id))
        rules = (
            self.env["pm.dispatch.rule"]
            .sudo()
            .search([("company_id", "in", orders.company_id.ids)])
        )
        board = Board(orders)
        decided = defaultdict(list)
        for order in orders:
            decided[order._decide(rules, board)].append(order.id)
        for (rule, user), ids in decided.items():
            some = orders.browse(ids).with_prefetch(orders.ids)
            if rule:
                some._follow_rule(rule, user)
            else:
                some._tell_dispatcher("nobody")
        # of all rules together: who gets orders by several hears of them once
        given = [ids for (rule, _user), ids in decided.items() if rule.mode in GIVES]
        orders.browse(chain(*given)).with_prefetch(orders.ids)._tell_assigned()

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

    def _decide(self, rules, board):
        """Return the rule that holds for this order, and the user whom it finds."""
        nobody = self.env["res.users"]
        moment = board.moment(self)
        for rule in rules:
            if not rule._fits(self, moment):
                continue
            if rule.mode == "supplier":
                if rule.contract_id.state in ("active", "expiring"):
                    return rule, nobody
                continue
            users = board.candidates(rule, self)
            if users and rule.mode == "pool":
                return rule, nobody
            if users:
                return rule, board.choose(rule, users)
        return rules.browse(), nobody

    def _follow_rule(self, rule, user):
        """Do with these orders what the rule says."""
        if rule.mode == "supplier":
            self._give(user, rule.contract_id.partner_id, rule.name)
            return
        self._as_step("pm_sla_later").maintenance_team_id = rule.team_id
        if rule.mode == "pool":
            self._take_step(
                "offer", note=rule.name, is_pool=True, dispatch_note=rule.name
            )
        else:
            self._give(user, self.env["res.partner"], rule.name)

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
