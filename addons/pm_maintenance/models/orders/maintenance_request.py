from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from .pm_fault_category import PAYERS, URGENCIES
from .pm_fault_code import of_kind

# In the order of the work; every step names where it starts from and leads to.
STATES = [
    ("reported", "Reported"),
    ("dispatched", "Dispatched"),
    ("accepted", "Accepted"),
    ("travelling", "On the Way"),
    ("on_site", "On Site"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("verified", "Work Accepted"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
WAITING = ("reported", "dispatched")
WORKING = ("accepted", "travelling", "on_site", "paused")
OPEN = (*WAITING, *WORKING, "done")
OVER = ("verified", "closed", "cancelled")
# what an order waits for, and what it comes from
LINKS = ("blocked_by_id", "caused_by_id")
# the most urgent first
RANKS = {"danger": 0, "urgent": 1, "ordinary": 2, "appointment": 3}


class MaintenanceRequest(models.Model):
    """A work order: a fault or a job at a place, from its report to its acceptance.

    A request with a property is an order of property management and follows its
    steps; one without is Odoo's own and stays as Odoo has it. The fields are here;
    how an order comes in, its steps, acceptance, quotes and what Odoo would do
    otherwise are in the files beside.
    """

    _inherit = [
        "maintenance.request",
        "pm.sla.mixin",
        "pm.cron.mixin",
        "pm.state.mixin",
        "pm.reporter.mixin",
        "pm.event.mixin",
    ]
    _name = "maintenance.request"
    _order = "urgency_rank, id desc"
    _guard_private = True
    _rec_names_search = ["number", "name", "partner_id.name", "property_id.code"]

    number = fields.Char(readonly=True, copy=False, index="trigram")
    property_id = fields.Many2one(
        "pm.property",
        "Place",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Where the fault is: a unit, a common area, a building or the estate.",
    )
    estate_id = fields.Many2one(
        related="property_id.estate_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    building_id = fields.Many2one(
        related="property_id.building_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    state = fields.Selection(
        STATES,
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        group_expand="_expand_states",
    )
    fault_category_id = fields.Many2one(
        "pm.fault.category",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    urgency = fields.Selection(
        URGENCIES,
        compute="_compute_urgency",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    urgency_rank = fields.Integer(
        compute="_compute_urgency_rank",
        store=True,
        precompute=True,
        help="Sorts lists: danger first.",
    )
    channel_id = fields.Many2one(
        "pm.channel", ondelete="restrict", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    payer = fields.Selection(
        PAYERS,
        "Who Pays",
        compute="_compute_payer",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    payer_proposed = fields.Selection(
        PAYERS, "Usually Paid by", compute="_compute_payer_proposed"
    )
    payer_reason = fields.Char(
        "Why Somebody Else Pays",
        copy=False,
        tracking=True,
        help="Needed when it is not who usually pays for this category and place.",
    )
    appointment = fields.Datetime(
        copy=False, tracking=True, help="When the customer expects us."
    )
    # who does it
    supplier_id = fields.Many2one(
        "res.partner",
        "Contractor",
        index="btree_not_null",
        copy=False,
        tracking=True,
        ondelete="restrict",
        help="Does the work instead of our own technicians.",
    )
    is_pool = fields.Boolean(
        "To Be Taken",
        readonly=True,
        copy=False,
        help="Offered to the technicians of the team; the first who takes it has it.",
    )
    dispatch_note = fields.Char(
        "How It Was Dispatched", readonly=True, copy=False, help="The rule, or who did."
    )
    # when what happened; who did it stands in the steps
    reported_at = fields.Datetime(
        readonly=True, copy=False, index="btree_not_null", default=fields.Datetime.now
    )
    dispatched_at = fields.Datetime(readonly=True, copy=False)
    accepted_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    closed_at = fields.Datetime(readonly=True, copy=False)
    pause_reason_id = fields.Many2one(
        "pm.pause.reason",
        "Paused because",
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    clock_stopped = fields.Boolean(related="pause_reason_id.stops_clock")
    state_before_pause = fields.Char(readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False, tracking=True)
    result = fields.Text("What Was Done", copy=False)
    problem_id = fields.Many2one(
        "pm.fault.code",
        domain=of_kind("problem", "fault_category_id"),
        ondelete="restrict",
    )
    cause_id = fields.Many2one(
        "pm.fault.code",
        domain=of_kind("cause", "fault_category_id"),
        ondelete="restrict",
    )
    remedy_id = fields.Many2one(
        "pm.fault.code",
        domain=of_kind("remedy", "fault_category_id"),
        ondelete="restrict",
    )
    urge_count = fields.Integer("Urged", readonly=True, copy=False)
    is_repeat = fields.Boolean(
        "Repeat Fault",
        readonly=True,
        copy=False,
        help="The same fault at the same place was repaired shortly before.",
    )
    # what it waits for, and what it comes from
    blocked_by_id = fields.Many2one(
        "maintenance.request",
        "Blocked by",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This order waits for that one.",
    )
    caused_by_id = fields.Many2one(
        "maintenance.request",
        "Caused by",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    photo_before_ids = fields.Many2many(
        "ir.attachment",
        "pm_order_photo_before_rel",
        "request_id",
        "attachment_id",
        "Photos Before",
        copy=False,
    )
    photo_after_ids = fields.Many2many(
        "ir.attachment",
        "pm_order_photo_after_rel",
        "request_id",
        "attachment_id",
        "Photos After",
        copy=False,
    )
    step_ids = fields.One2many("pm.order.step", "request_id", "Steps", readonly=True)
    work_ids = fields.One2many("pm.order.work", "request_id", "Working Time")
    currency_id = fields.Many2one(related="company_id.currency_id")
    hours = fields.Float(compute="_compute_work", store=True)
    labour_cost = fields.Monetary(
        compute="_compute_work", store=True, groups="pm_maintenance.group_pm_dispatcher"
    )
    contractor_cost = fields.Monetary(
        "Contractor's Bill",
        copy=False,
        groups="pm_maintenance.group_pm_dispatcher",
        help="What the contractor charges for this order, tax included.",
    )
    cost = fields.Monetary(
        compute="_compute_cost",
        store=True,
        groups="pm_maintenance.group_pm_dispatcher",
        help="Working time at the rate of the post, and the contractor's bill.",
    )
    promise = fields.Char(compute="_compute_promise", compute_sudo=True)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _order_complete = models.Constraint(
        "CHECK (property_id IS NULL OR (state IS NOT NULL AND urgency IS NOT NULL"
        " AND payer IS NOT NULL))",
        "A work order has a state, an urgency and somebody who pays.",
    )
    _not_own_link = models.Constraint(
        "CHECK (id <> blocked_by_id AND id <> caused_by_id)",
        "An order cannot be linked with itself.",
    )
    _open_idx = models.Index(
        "(estate_id, urgency_rank, id) WHERE state NOT IN"
        " ('verified', 'closed', 'cancelled')"
    )
    _place_category_idx = models.Index(
        "(property_id, fault_category_id) WHERE property_id IS NOT NULL"
    )

    # what boards count, read from the index alone: rows of orders are wide
    _board_idx = models.Index(
        "(state, urgency, company_id, estate_id) WHERE property_id IS NOT NULL"
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for order in self:
            order.display_name = " ".join(filter(None, (order.number, order.name)))

    @api.model
    def _expand_states(self, states, domain):
        """Columns in which there is work stand even when they are empty."""
        return [*WAITING, *WORKING, "done"]

    @api.depends("fault_category_id")
    def _compute_urgency(self):
        for order in self:
            order.urgency = (
                order.fault_category_id.urgency or order.urgency or "ordinary"
            )

    @api.depends("urgency")
    def _compute_urgency_rank(self):
        for order in self:
            order.urgency_rank = RANKS.get(order.urgency, len(RANKS))

    @api.depends("fault_category_id", "property_id")
    def _compute_payer(self):
        for order in self:
            order.payer = order.fault_category_id._payer_at(order.property_id)

    @api.depends("fault_category_id", "property_id")
    def _compute_payer_proposed(self):
        for order in self:
            order.payer_proposed = order.fault_category_id._payer_at(order.property_id)

    @api.depends("work_ids.hours", "work_ids.cost")
    def _compute_work(self):
        for order in self:
            order.hours = sum(order.work_ids.mapped("hours"))
            order.labour_cost = sum(order.sudo().work_ids.mapped("cost"))

    @api.depends("labour_cost", "contractor_cost")
    def _compute_cost(self):
        for order in self:
            order.cost = order.labour_cost + order.contractor_cost

    @api.depends("sla_clock_ids.deadline", "sla_clock_ids.state", "state")
    def _compute_promise(self):
        """What the reporter may rely on, in the words of the estate's clock."""
        for order in self:
            order.promise = order._promise_text()

    def _promise_text(self):
        clocks = self.sla_clock_ids._open().filtered("deadline")
        if self.state in OVER or not clocks:
            return False
        clock = min(clocks, key=lambda clock: clock.deadline)
        zone = self.estate_id.tz or "UTC"
        when = format_datetime(self.env, clock.deadline, tz=zone, dt_format="short")
        return self.env._("%(what)s by %(when)s", what=clock.target_id.name, when=when)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for order in self:
            order.is_mine = order.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("user_id", "=", self.env.uid)
        return mine if True in value else ~mine

    @api.constrains("payer", "payer_reason", "property_id", "fault_category_id")
    def _check_payer(self):
        for order in self.filtered("property_id"):
            if order.payer != order.payer_proposed and not order.payer_reason:
                labels = dict(self._fields["payer"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(order)s is usually paid by: %(usual)s. Enter the reason "
                        "why it is paid by: %(payer)s.",
                        order=order.display_name,
                        usual=labels[order.payer_proposed],
                        payer=labels.get(order.payer, "?"),
                    )
                )

    @api.constrains("property_id", "company_id")
    def _check_order_company(self):
        for order in self.filtered("property_id"):
            if order.company_id != order.property_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(order)s is an order of %(company)s, and %(place)s is "
                        "managed by another company.",
                        order=order.display_name,
                        company=order.company_id.display_name,
                        place=order.property_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = self._order_values(vals_list)
        orders = super().create(vals_list)
        orders._check_may_give(vals_list)
        ours = orders.filtered("property_id")
        ours._mark_repeats()
        ours.sudo()._log_step("report")
        return orders

    def _creation_message(self):
        """Odoo calls every request one for maintenance."""
        if not self.property_id:
            return super()._creation_message()
        return self.env._("Work order entered")

    @api.model
    def _order_values(self, vals_list):
        """What orders begin with; requests of Odoo's own are left as they are.

        What Odoo looks up for each of them is looked up once for all.
        """
        places = (
            self.env["pm.property"]
            .sudo()
            .browse(
                {vals["property_id"] for vals in vals_list if vals.get("property_id")}
            )
        )
        by_id = {place.id: place for place in places}
        companies = [
            by_id[vals["property_id"]].company_id if vals.get("property_id") else None
            for vals in vals_list
        ]
        numbers = {
            company: iter(
                self.env["ir.sequence"]
                .sudo()
                .with_company(company)
                ._pm_next_numbers("pm.maintenance.request", count)
            )
            for company, count in Counter(filter(None, companies)).items()
        }
        for company in numbers:
            self._ensure_team(company)
        teams = {company: self._team_of(company).id for company in numbers}
        stage = self._stage_of("reported").id if numbers else False
        subjects = self._subjects(vals_list)
        now = fields.Datetime.now()
        return [
            {
                **({"maintenance_team_id": teams[company]} if teams[company] else {}),
                **vals,
                "name": vals.get("name") or subjects[vals.get("fault_category_id")],
                "stage_id": stage,
                "number": vals.get("number") or next(numbers[company]),
                "state": "reported",
                "company_id": company.id,
                "reported_at": now,
            }
            if company
            else vals
            for vals, company in zip(vals_list, companies, strict=True)
        ]

    @api.model
    def _subjects(self, vals_list):
        """{category id: subject} of orders that say where and what kind, and no more"""
        ids = {
            vals.get("fault_category_id") for vals in vals_list if not vals.get("name")
        }
        categories = self.env["pm.fault.category"].sudo().browse(filter(None, ids))
        names = {category.id: category.name for category in categories}
        return defaultdict(lambda: self.env._("Work order"), names)

    def _mark_repeats(self):
        """Mark those whose fault was repaired at the same place shortly before.

        Planned services are no faults, and follow none.
        """
        faults = self.filtered(lambda order: order.maintenance_type == "corrective")
        for category, orders in faults.grouped("fault_category_id").items():
            if not category.repeat_days:
                continue
            since = fields.Datetime.subtract(
                fields.Datetime.now(), days=category.repeat_days
            )
            places = dict(
                self.sudo()._read_group(
                    Domain("property_id", "in", orders.property_id.ids)
                    & Domain("fault_category_id", "=", category.id)
                    & Domain("done_at", ">=", since)
                    & Domain("id", "not in", orders.ids)
                    & Domain("maintenance_type", "=", "corrective")
                    & Domain("state", "!=", "cancelled"),
                    ["property_id"],
                    ["__count"],
                )
            )
            repeated = orders.filtered(
                lambda order, places=places: order.property_id in places
            )
            repeated.sudo()._as_step().is_repeat = True
