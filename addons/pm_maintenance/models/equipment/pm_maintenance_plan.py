from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..orders.pm_fault_category import URGENCIES


class PmMaintenancePlan(models.Model):
    """Service that recurs: by calendar, by a counter, or whichever comes first.

    Each time that it falls due is a work order, unique for plan and planned day. No
    second order is made while one is open. A longer plan of the same machine takes
    the place of a shorter one that it includes: the yearly service is the monthly
    one of that date too.
    """

    _name = "pm.maintenance.plan"
    _description = "Maintenance Plan"
    _inherit = [
        "pm.estate.mixin",
        "pm.schedule.mixin",
        "pm.cron.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "estate_id, equipment_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    template_id = fields.Many2one(
        "pm.maintenance.plan.template",
        index="btree_not_null",
        ondelete="restrict",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        "Machine",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: the place itself is served, as a water tank or a roof gutter.",
    )
    property_id = fields.Many2one(
        string="Place",
        compute="_compute_property_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    fault_category_id = fields.Many2one("pm.fault.category", ondelete="restrict")
    permit = fields.Selection(
        related="fault_category_id.permit",
        string="Permit Needed",
        help="The fault category asks for it: work begins when it is issued.",
    )
    urgency = fields.Selection(URGENCIES, required=True, default="appointment")
    maintenance_team_id = fields.Many2one(
        "maintenance.team", check_company=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "pm.contract",
        "Contractor's Contract",
        domain="[('kind', '=', 'supplier')]",
        check_company=True,
        ondelete="restrict",
    )
    counts_from = fields.Selection(
        [("plan", "The Planned Day"), ("done", "The Day It Was Done")],
        "Counts from",
        required=True,
        default="plan",
        help="From the planned day nothing drifts; from the day it was done there is "
        "always a whole interval between two services.",
    )
    lead_days = fields.Integer(
        "Made Ahead (Days)", default=14, help="So many days before it is due."
    )
    meter_kind = fields.Selection(
        [("hours", "Running Hours"), ("starts", "Starts")], "By Counter"
    )
    meter_every = fields.Float(
        "Every", digits=(14, 2), help="So many running hours or starts."
    )
    instructions = fields.Html(translate=True, help="How it is done.")
    item_ids = fields.One2many(
        "pm.maintenance.item",
        "plan_id",
        "Checklist",
        copy=True,
        help="What is ticked, or measured, before the work is done.",
    )
    paper_type_id = fields.Many2one(
        "pm.document.type",
        "Paper That Proves It",
        domain="[('applies_to', '=', 'equipment')]",
        ondelete="restrict",
        help="Before its order is closed, a new one is among the papers of the "
        "machine. Without a machine, any paper of the order will do.",
    )
    includes_ids = fields.Many2many(
        "pm.maintenance.plan",
        "pm_maintenance_plan_includes_rel",
        "plan_id",
        "included_id",
        domain="[('equipment_id', '=', equipment_id), ('id', '!=', id),"
        " ('property_id', '=', property_id)]",
        help="Shorter services that need not be done when this one is.",
    )
    includes_window = fields.Integer(
        "Within (Days)",
        default=3,
        help="An included service so many days around this one is left out.",
    )
    is_statutory = fields.Boolean(
        "Asked for by Law",
        tracking=True,
        help="Overdue, the machine must not be operated.",
    )
    source = fields.Char(help="Law or standard that sets the interval.")
    order_ids = fields.One2many("maintenance.request", "plan_id", "Orders")
    next_day = fields.Date("Next Due", compute="_compute_next_day")
    last_done = fields.Datetime(compute="_compute_next_day")
    is_overdue = fields.Boolean(compute="_compute_next_day")
    day_to_come = fields.Date(
        "Next without an Order",
        compute="_compute_day_to_come",
        store=True,
        help="By the calendar; what counts the running hours comes when they are run.",
    )

    _days_positive = models.Constraint(
        "CHECK (lead_days >= 0 AND includes_window >= 0)", "Days cannot be negative."
    )
    _template_once = models.UniqueIndex(
        "(template_id, equipment_id) WHERE active AND template_id IS NOT NULL"
        " AND equipment_id IS NOT NULL",
        "The machine has a plan of this template already.",
    )
    _meter_complete = models.Constraint(
        "CHECK (meter_kind IS NULL OR meter_every > 0)",
        "Say after how many running hours or starts the service is due.",
    )

    @api.depends("equipment_id")
    def _compute_property_id(self):
        for plan in self:
            plan.property_id = plan.equipment_id.property_id or plan.property_id

    @api.constrains("equipment_id", "property_id")
    def _check_place(self):
        for plan in self.filtered("equipment_id"):
            place = plan.equipment_id.property_id
            if place and place.estate_id != plan.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(machine)s stands in %(estate)s: its plan belongs there.",
                        machine=plan.equipment_id.display_name,
                        estate=place.estate_id.display_name,
                    )
                )

    @api.constrains("includes_ids")
    def _check_includes(self):
        if self._has_cycle("includes_ids"):
            raise ValidationError(
                self.env._("A plan cannot include one that includes it.")
            )

    @api.depends("order_ids.state", "order_ids.planned_day", "schedule_start")
    def _compute_next_day(self):
        """The open order's day, or one that has none and is past, or else the next
        planned one; one query for all.
        """
        today = fields.Date.context_today(self)
        open_days, done = self._order_days()
        overdue = self._overdue_unmade(today)
        for plan in self:
            plan.last_done = done.get(plan.id)
            day = open_days.get(plan.id)
            if not day and plan in overdue:
                day = plan.day_to_come
            plan.next_day = day or plan._next_planned(today)
            plan.is_overdue = bool(day and day < today)

    def _order_days(self):
        """({id: first day that is open}, {id: moment it was last done})."""
        orders = self.env["maintenance.request"].sudo()
        mine = [("plan_id", "in", self.ids)]
        open_orders = orders._read_group(
            [*mine, ("state", "in", self._open_states())],
            ["plan_id"],
            ["planned_day:min"],
        )
        done = orders._read_group(
            [*mine, ("done_at", "!=", False), ("state", "!=", "cancelled")],
            ["plan_id"],
            ["done_at:max"],
        )
        days = {plan.id: day for plan, day in open_orders}
        moments = {plan.id: moment for plan, moment in done}
        # what was merged is open, and done, with the order that it was merged into
        merged = orders.search(
            [*mine, ("state", "=", "cancelled"), *self._domain_standing()]
        )
        for order in merged:
            plan, moment = order.plan_id.id, order.duplicate_of_id.done_at
            if moment:
                moments[plan] = max(moment, moments.get(plan, moment))
            elif order.duplicate_of_id.state in self._open_states():
                day = order.planned_day
                days[plan] = min(day, days.get(plan, day))
        return days, moments

    def _domain_standing(self):
        """Orders that were not cancelled, or were merged into one that was not."""
        return [
            "|",
            ("state", "!=", "cancelled"),
            ("duplicate_of_id", "any", [("state", "!=", "cancelled")]),
        ]

    def _open_states(self):
        return ["reported", "dispatched", "accepted", "travelling", "on_site", "paused"]

    def action_view_orders(self):
        """The orders that this plan made."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {}
        return action
