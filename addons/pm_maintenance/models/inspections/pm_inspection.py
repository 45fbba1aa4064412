from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from .pm_inspection_template import AREAS

STATES = [
    ("planned", "To Be Walked"),
    ("running", "Under Way"),
    ("done", "Walked in Time"),
    ("late", "Walked Late"),
    ("missed", "Not Walked"),
    ("cancelled", "Called off"),
]
# still to be walked, and walked
OPEN, WALKED = ("planned", "running"), ("done", "late")
DESK = "pm_maintenance.group_pm_dispatcher"
INSPECTOR = "pm_maintenance.group_pm_inspector"
COMPANY = "pm_core.group_pm_company_manager"
# what an inspector writes by hand; all else is set by steps or by the desk
INSPECTOR_WRITES = {"note", "line_ids"}


class PmInspection(models.Model):
    """A round: the points of a plan, once, within certain hours.

    Nothing stored depends on the present moment, except by the job that notes a
    round as missed when it cannot be made good any more. What the phone sent is kept
    beside (``pm.inspection.answer``); the lines are what counts.
    """

    _name = "pm.inspection"
    _description = "Round of Inspection"
    _inherit = [
        "pm.estate.mixin",
        "pm.cron.mixin",
        "pm.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_names_search = ["plan_id.name"]
    _check_company_auto = True

    plan_id = fields.Many2one(
        "pm.inspection.plan",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="Empty: a round that somebody walked beside all plans.",
    )
    area = fields.Selection(
        AREAS, "Kind of Round", required=True, default="other", readonly=True
    )
    property_id = fields.Many2one(string="Place", readonly=True)
    day = fields.Date("Planned Day", required=True, readonly=True)
    minute = fields.Integer(
        "Minute of the Day", readonly=True, aggregator=None, default=0
    )
    date_from = fields.Datetime("Begin", required=True, readonly=True, index=True)
    date_to = fields.Datetime("End", required=True, readonly=True)
    date_limit = fields.Datetime("Can Be Made Good until", required=True, readonly=True)
    post_id = fields.Many2one("pm.duty.post", "Duty Post", ondelete="restrict")
    shift_id = fields.Many2one("pm.duty.shift", ondelete="restrict")
    employee_id = fields.Many2one(
        "hr.employee",
        "By Name",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Walked by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    contract_id = fields.Many2one(
        "pm.contract",
        "Contract That Is Checked",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="planned", copy=False
    )
    started_at = fields.Datetime("First Point", readonly=True, copy=False)
    finished_at = fields.Datetime("Last Point", readonly=True, copy=False)
    minutes = fields.Float(
        "Minutes Walked", compute="_compute_minutes", store=True, aggregator="avg"
    )
    point_count = fields.Integer("Points", readonly=True, copy=False)
    point_done = fields.Integer("Points Visited", readonly=True, copy=False)
    point_missed = fields.Integer(
        "Points Missing", compute="_compute_point_missed", store=True
    )
    fault_count = fields.Integer("Faults", readonly=True, copy=False)
    doubt_count = fields.Integer(
        "Unproven Points",
        readonly=True,
        copy=False,
        help="Points of which the record does not prove that somebody was there.",
    )
    deduction = fields.Float("Deduction Points", readonly=True, copy=False)
    score = fields.Float(
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="100 less the deduction points; a round that was not walked has none.",
    )
    note = fields.Text()
    alerted_at = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char("Called off because", readonly=True, copy=False)
    line_ids = fields.One2many("pm.inspection.line", "inspection_id", "Lines")
    answer_ids = fields.One2many(
        "pm.inspection.answer", "inspection_id", "Visits", readonly=True
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_mine = fields.Boolean(
        "For Me", compute="_compute_is_mine", search="_search_is_mine"
    )
    is_today = fields.Boolean(
        "Today", compute="_compute_is_today", search="_search_is_today"
    )

    _once = models.UniqueIndex(
        "(plan_id, day, minute) WHERE plan_id IS NOT NULL",
        "The plan has a round at this hour already.",
    )
    _in_order = models.Constraint(
        "CHECK (date_to > date_from AND date_limit >= date_to)",
        "A round ends after it begins.",
    )
    _open_idx = models.Index("(date_to) WHERE state IN ('planned', 'running')")
    _estate_day_idx = models.Index("(estate_id, date_from)")

    @api.depends("plan_id.name", "date_from", "property_id.name")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for round_ in self:
            name = round_.plan_id.name or round_.property_id.display_name or ""
            if round_.date_from:
                when = format_datetime(
                    self.env,
                    round_.date_from,
                    tz=round_.estate_id.tz or "UTC",
                    dt_format="short",
                )
                name = f"{name} {when}"
            round_.display_name = name

    @api.depends("started_at", "finished_at")
    def _compute_minutes(self):
        for round_ in self:
            walked = round_.started_at and round_.finished_at
            round_.minutes = (
                (round_.finished_at - round_.started_at).total_seconds() / 60
                if walked
                else 0
            )

    @api.depends("point_count", "point_done")
    def _compute_point_missed(self):
        for round_ in self:
            round_.point_missed = max(round_.point_count - round_.point_done, 0)

    @api.depends("deduction")
    def _compute_score(self):
        for round_ in self:
            round_.score = max(100 - round_.deduction, 0)

    @api.depends("state", "date_to")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for round_ in self:
            round_.is_overdue = round_.state in OPEN and round_.date_to <= now

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "in", OPEN) & Domain(
            "date_to", "<=", fields.Datetime.now()
        )
        return overdue if True in value else ~overdue

    @api.depends_context("uid")
    @api.depends("employee_id", "post_id", "user_id")
    def _compute_is_mine(self):
        mine = self.filtered_domain(self._domain_mine())
        for round_ in self:
            round_.is_mine = round_ in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._domain_mine()
        return mine if True in value else ~mine

    @api.model
    def _domain_mine(self):
        """Rounds that the user walks: begun, by name, by the post manned, or open.

        A post is manned from the beginning of a duty until it ends, and rounds that
        overlap with it are of whoever mans it.
        """
        user = self.env.user
        free = Domain("user_id", "=", False)
        mine = Domain("user_id", "=", user.id)
        mine |= free & Domain("employee_id.user_id", "=", user.id)
        mine |= (
            free
            & Domain("employee_id", "=", False)
            & Domain("post_id", "=", False)
            & self._domain_own_estates()
        )
        for duty in self._own_duties():
            at_post = (
                Domain("post_id", "=", duty.post_id.id)
                & Domain("shift_id", "in", (False, duty.shift_id.id))
                & Domain("date_from", "<", duty.stop)
                & Domain("date_limit", ">", duty.start)
            )
            mine |= free & Domain("employee_id", "=", False) & at_post
        return mine

    @api.model
    def _domain_own_estates(self):
        """As the record rules have it, which do not hold for the superuser."""
        user = self.env.user.sudo()
        if user.pm_all_estates or user.has_group(COMPANY):
            return Domain.TRUE
        return Domain("estate_id", "in", user.pm_estate_ids.ids)

    @api.model
    def _own_duties(self):
        """The user's duties from yesterday to tomorrow: those a phone is loaded for."""
        duties = self.env["pm.duty"].sudo()
        now = fields.Datetime.now()
        return duties.search(
            Domain("employee_id.user_id", "=", self.env.uid)
            & Domain("state", "in", ("planned", "confirmed", "done"))
            & duties._search_is_published("in", {True})
            & Domain("stop", ">", fields.Datetime.subtract(now, days=1))
            & Domain("start", "<", fields.Datetime.add(now, days=1))
        )

    def _compute_is_today(self):
        today = self.filtered_domain(self._domain_today())
        for round_ in self:
            round_.is_today = round_ in today

    def _search_is_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._domain_today()
        return today if True in value else ~today

    @api.model
    def _domain_today(self):
        """Rounds of the 24 hours around now, and late ones that can be made good."""
        now = fields.Datetime.now()
        soon = fields.Datetime.add(now, hours=16)
        ago = fields.Datetime.subtract(now, hours=16)
        still = Domain("state", "in", OPEN) & Domain("date_limit", ">", now)
        walked = Domain("state", "in", WALKED) & Domain("date_to", ">", ago)
        return Domain("date_from", "<", soon) & (still | walked)

    def write(self, vals):
        if not (self.env.su or self._writes_freely()) and (
            vals.keys() - INSPECTOR_WRITES
        ):
            self._check_desk()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        kept = self.filtered(
            lambda round_: (
                (round_.state not in ("planned", "cancelled") or round_.answer_ids)
                and round_._is_kept()
            )
        )
        if kept:
            raise UserError(
                self.env._(
                    "%s stays on record. Call it off instead, with the reason.",
                    kept[:1].display_name,
                )
            )

    def _check_desk(self):
        """:raises AccessError: the user is neither dispatcher nor manager"""
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(DESK)):
            raise AccessError(
                self.env._(
                    "%s: this is for dispatchers and managers of the estate.",
                    self[:1].display_name,
                )
            )

    def _make_lines(self):
        """Write the lines of new rounds: every item at every point it is for.

        Nobody stands as their author: the database would look the user up twice for
        each of six hundred thousand rows.
        """
        if not self:
            return self
        self.flush_recordset()
        for model in ("pm.inspection.stop", "pm.inspection.item"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO pm_inspection_line
                    (inspection_id, point_id, item_id, sequence, is_fault, number,
                     deduction, create_date, write_date)
                SELECT round.id, stop.point_id, item.id,
                       row_number() OVER (
                           PARTITION BY round.id
                           ORDER BY stop.sequence, stop.id, item.sequence, item.id),
                       FALSE, 0, 0, %(now)s, %(now)s
                  FROM pm_inspection round
                  JOIN pm_inspection_stop stop ON stop.plan_id = round.plan_id
                  JOIN pm_inspection_point point
                    ON point.id = stop.point_id AND point.active
                  JOIN pm_inspection_item item
                    ON item.plan_id = round.plan_id AND item.active
                 WHERE round.id IN %(rounds)s
                   AND (NOT EXISTS (SELECT FROM pm_inspection_item_point_rel only_at
                                     WHERE only_at.item_id = item.id)
                        OR EXISTS (SELECT FROM pm_inspection_item_point_rel only_at
                                    WHERE only_at.item_id = item.id
                                      AND only_at.point_id = stop.point_id))
                """,
                now=fields.Datetime.now(),
                rounds=tuple(self.ids),
            )
        )
        self.invalidate_recordset(["line_ids"])
        return self
