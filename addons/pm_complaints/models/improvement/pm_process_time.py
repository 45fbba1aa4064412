from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, OrderedSet

from odoo.addons.pm_core.engine.worktime import Timeline

PROCESSES = [
    ("approval", "Approvals"),
    ("order", "Work Orders"),
    ("complaint", "Complaints"),
    ("purchase", "Purchases"),
    ("contract", "Contracts"),
]
STEPS = [
    ("approval_level", "Decision of a Level"),
    ("order_dispatch", "Waits to Be Dispatched"),
    ("order_accept", "Waits to Be Taken On"),
    ("order_arrive", "Until Arrival"),
    ("order_work", "Work on Site"),
    ("order_pause", "Paused"),
    ("order_verify", "Waits for Acceptance of the Work"),
    ("order_close", "Waits to Be Closed"),
    ("complaint_accept", "Waits to Be Accepted"),
    ("complaint_assign", "Waits to Be Assigned"),
    ("complaint_reply", "Until the Reply"),
    ("complaint_right", "Until It Is Put Right"),
    ("complaint_close", "Waits for Closing"),
    ("complaint_wait", "Waits for the Customer"),
    ("purchase_approve", "Until It Is Ordered"),
    ("purchase_deliver", "Until Delivery"),
    ("contract_approve", "Until Approval"),
    ("contract_sign", "Until Signature"),
]
# whose records each process is: rows are seen by who may read these
MODELS = {
    "order": "maintenance.request",
    "complaint": "pm.complaint",
    "purchase": "purchase.order",
    "contract": "pm.contract",
}
# ids of rows are those of what they come from, with room for the number of the step
STEP_ROOM = 32
# share of the rows that take no longer than the figure
PERCENTILES = {"median_hours": 0.5, "p90_hours": 0.9}


class PmProcessTime(models.Model):
    """How long each step of each process took, and what waits now, for whom.

    A view over what records say of themselves: the times that steps have stamped on
    orders and complaints, decisions of approval levels, dates of purchases and
    contracts. A row is one step of one record; hours run on the clock, nights and
    days off included; a row shows beside them how many were worked. A step that is not
    over counts until now. Steps that a record has skipped, and times that were never
    noted, have no row.

    The median and the 90th percentile are worked out by the database for whatever
    rows a group has: a mean of medians would be none.
    """

    _name = "pm.process.time"
    _inherit = ["pm.about.mixin"]
    _description = "Time of a Process"
    _auto = False
    _order = "is_open desc, date_from desc, id"
    _rec_name = "step"
    _depends = {
        "maintenance.request": [
            "state",
            "estate_id",
            "company_id",
            "user_id",
            "reported_at",
            "dispatched_at",
            "accepted_at",
            "arrived_at",
            "done_at",
            "verified_at",
            "closed_at",
        ],
        "pm.order.step": ["request_id", "step", "at"],
        "pm.complaint": [
            "state",
            "estate_id",
            "company_id",
            "user_id",
            "received_at",
            "accepted_at",
            "assigned_at",
            "replied_at",
            "verified_at",
            "closed_at",
        ],
        "pm.complaint.step": ["complaint_id", "step", "at"],
        "purchase.order": [
            "state",
            "estate_id",
            "company_id",
            "user_id",
            "date_approve",
            "effective_date",
            "receipt_status",
        ],
        "pm.contract": [
            "state",
            "estate_id",
            "company_id",
            "user_id",
            "approval_date",
            "date_signed",
            "taken_over",
        ],
        "tier.review": [
            "model",
            "res_id",
            "definition_id",
            "sequence",
            "status",
            "reviewed_date",
            "done_by",
            "todo_by",
        ],
    }

    process = fields.Selection(PROCESSES, readonly=True)
    step = fields.Selection(STEPS, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", readonly=True, aggregator=None
    )
    res_name = fields.Char("Record", compute="_compute_res_name")
    source_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Of the record, step or decision that the row comes from.",
    )
    review_id = fields.Many2one("tier.review", "Decision", readonly=True)
    definition_id = fields.Many2one("tier.definition", "Approval Level", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_from = fields.Datetime("Since", readonly=True)
    date_to = fields.Datetime("Until", readonly=True)
    is_open = fields.Boolean("Still Waits", readonly=True)
    hours = fields.Float(
        "Clock Hours",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="On the clock: nights and days off included.",
    )
    work_hours = fields.Float(
        "Working Hours",
        compute="_compute_work_hours",
        digits=(16, 1),
        help="Of the same time, by the working calendar of the estate, else of the "
        "company.",
    )
    median_hours = fields.Float(
        "Median (Clock Hours)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Half of the steps took no longer.",
    )
    p90_hours = fields.Float(
        "90th Percentile (Clock Hours)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Nine of ten steps took no longer.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Waits for",
        readonly=True,
        help="Who has it, or had it. Empty: nobody in particular.",
    )
    waits_for = fields.Char("Whom It Waits for", compute="_compute_waits_for")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_res_name(self):
        """Names of what the user may read, a model at a time."""
        names = {}
        for model, rows in self.grouped("res_model").items():
            if model not in self.env:
                continue
            records = self.env[model].browse(rows.mapped("res_id")).exists()
            for record in records._filtered_access("read"):
                names[model, record.id] = record.display_name
        for row in self:
            row.res_name = names.get((row.res_model, row.res_id), False)

    @api.depends("date_from", "date_to", "estate_id")
    def _compute_work_hours(self):
        """Each calendar is read once for all rows of its estate."""
        now = fields.Datetime.now()
        for estate, rows in self.grouped("estate_id").items():
            calendar, zone = estate.sudo()._working_calendar()
            if not calendar:
                rows.work_hours = 0
                continue
            begin = min(rows.mapped("date_from"))
            line = Timeline(calendar._pm_intervals(zone), begin)
            for row in rows:
                taken = line.elapsed(row.date_from, row.date_to or now)
                row.work_hours = taken / timedelta(hours=1)

    @api.depends("user_id", "review_id", "step", "is_open")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        for row in self:
            row.waits_for = row._waits_for()

    def _waits_for(self):
        if not self.is_open:
            return False
        if self.user_id:
            return self.user_id.sudo().name
        if self.review_id:
            return self.review_id.sudo().todo_by
        return {
            "order_dispatch": self.env._("the dispatcher"),
            "order_close": self.env._("the dispatcher"),
            "order_accept": self.env._("the team"),
            "complaint_accept": self.env._("customer service"),
            "complaint_assign": self.env._("customer service"),
            "complaint_wait": self.env._("the customer"),
            "purchase_deliver": self.env._("the supplier"),
            "contract_sign": self.env._("the parties"),
        }.get(self.step, False)

    def action_open(self):
        """Open the record.

        :raises UserError: the user may not read it
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record is gone."))
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # a row is seen by who may read what it is about, and so are sums and counts

    @api.model
    def _search(self, domain, *args, **kwargs):
        domain = Domain(domain).map_conditions(self._with_source)
        return super()._search(domain, *args, **kwargs)

    @staticmethod
    def _with_source(condition):
        """What is looked for by its id is found by the index of where it comes from."""
        if condition.field_expr != "id" or condition.operator not in ("in", "="):
            return condition
        ids = condition.value
        if isinstance(ids, int):
            ids = [ids]
        if not isinstance(ids, (list, tuple, set, frozenset, OrderedSet)):
            return condition
        sources = {id_ // STEP_ROOM for id_ in ids if isinstance(id_, int)}
        return condition & Domain("source_id", "in", sources)

    @api.model
    def _domain_about_readable(self, domain):
        readable = Domain.TRUE
        for process, name in MODELS.items():
            own = Domain("process", "!=", process)
            Model = self.env[name].with_context(active_test=False)
            if Model.has_access("read"):
                own |= Domain("res_id", "in", Model._search(Domain.TRUE))
            readable &= own
        reviews = Domain("process", "!=", "approval")
        Review = self.env["tier.review"]
        if Review.has_access("read"):
            reviews |= Domain("review_id", "in", Review._search(Domain.TRUE))
        return readable & reviews

    def _unreadable_about(self, operation):
        return self - self.browse(self._search([("id", "in", self.ids)]))

    # figures of groups

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        name = aggregate_spec.split(":")[0]
        if name not in PERCENTILES:
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        return SQL(
            "percentile_cont(%s) WITHIN GROUP (ORDER BY %s)",
            PERCENTILES[name],
            self._field_to_sql(self._table, "hours", query),
        )
