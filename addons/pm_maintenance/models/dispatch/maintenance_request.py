from collections import defaultdict
from datetime import timedelta
from itertools import chain

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.pm_core.models.contract.pm_contract_states import IN_FORCE

from ..orders.maintenance_request import WAITING
from .board import Board

# so many minutes an order may be offered before the dispatcher hears that nobody of
# the team has taken it
POOL_MINUTES = {"danger": 3, "urgent": 10}
POOL_USUAL = 30
# kinds of rules after which an order is somebody's
GIVES = ("person", "turn", "supplier")


class MaintenanceRequest(models.Model):
    """Dispatch by rules: many orders at once, nobody off duty, nobody overloaded."""

    _inherit = "maintenance.request"

    who_warning = fields.Char(
        "About Who Does It",
        compute="_compute_who_warning",
        groups="pm_maintenance.group_pm_dispatcher",
        help="Rules give orders to nobody of whom this holds; a dispatcher may.",
    )

    @api.depends("user_id", "state", "appointment", "property_id", "fault_category_id")
    def _compute_who_warning(self):
        """Whom a dispatcher names may be off duty, or lack the certificate."""
        self.who_warning = False
        given = self.filtered(
            lambda order: order.user_id and order.property_id and order.state in WAITING
        )
        board = Board(given.sudo()) if given else None
        for order in given:
            order.who_warning = order._who_warning(board)

    def _who_warning(self, board):
        order = self.sudo()
        who, moment = order._employee(), board.moment(order)
        if who not in board._on_duty(order.property_id, moment):
            return self.env._("%s is not on duty then.", order.user_id.name)
        skills = order.fault_category_id.skill_id
        if not board._certified(who, skills, moment):
            return self.env._(
                "%(who)s has no valid certificate: %(skill)s.",
                who=order.user_id.name,
                skill=skills.name,
            )
        return False

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
                contract = rule.contract_id
                if contract.state in IN_FORCE and not board.firm_gave_back(
                    self, contract.partner_id
                ):
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
            self._look_again_at_pool()
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
        stale = self.search(self._domain_stale_pool(now), limit=1000)
        stale._try_together(lambda orders: orders._tell_dispatcher("pool"))

    def _look_again_at_pool(self):
        """What is urgent is looked at again in time, not when the job comes next."""
        now = fields.Datetime.now()
        moments = {
            now + timedelta(minutes=POOL_MINUTES[urgency])
            for urgency in self.mapped("urgency")
            if urgency in POOL_MINUTES
        }
        if moments:
            cron = self.env.ref("pm_maintenance.ir_cron_dispatch")
            cron.sudo()._trigger(at=sorted(moments))

    @api.model
    def _domain_stale_pool(self, now):
        """Orders that were offered so long ago that somebody should look at them."""

        def offered(minutes):
            before = now - timedelta(minutes=minutes)
            step = Domain("step", "=", "offer") & Domain("at", "<=", before)
            return Domain("step_ids", "any", step)

        late = Domain.OR(
            Domain("urgency", "=", urgency) & offered(minutes)
            for urgency, minutes in POOL_MINUTES.items()
        )
        return (
            Domain("state", "=", "reported")
            & Domain("is_pool", "=", True)
            & (late | offered(POOL_USUAL))
        )
