from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import date_utils, float_compare, format_date

from .pm_improvement import ACTIVITY, EFFECTS, PLANNING

# places of the figures of a KPI
DIGITS = 2


class PmImprovement(models.Model):
    """Whether it worked: a KPI before and after, taken by itself at a date.

    The figure before is taken when it is planned and the one after when its day has
    come, each for its own days, by the KPI itself (``pm.kpi._measure``) for the estate
    or the company. Where no KPI tells, who leads it is asked to judge.
    """

    _inherit = "pm.improvement"

    kpi_id = fields.Many2one(
        "pm.kpi",
        "KPI to Move",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The figure by which one sees whether it worked.",
    )
    kpi_unit = fields.Char("Unit", related="kpi_id.unit")
    kpi_direction = fields.Selection(
        related="kpi_id.direction", string="Direction of the KPI"
    )
    target = fields.Float(
        compute="_compute_target",
        store=True,
        readonly=False,
        digits=(16, DIGITS),
        aggregator=None,
        tracking=True,
        help="What the figure after has to reach.",
    )
    success = fields.Text(
        "Or by What One Sees It", help="Where no KPI tells: what shall be different."
    )
    before_from = fields.Date(
        "Before, from", compute="_compute_before", store=True, readonly=False
    )
    before_to = fields.Date(
        "Before, to", compute="_compute_before", store=True, readonly=False
    )
    value_before = fields.Float(
        "Figure Before",
        readonly=True,
        copy=False,
        digits=(16, DIGITS),
        aggregator=None,
    )
    has_before = fields.Boolean("Has a Figure Before", readonly=True, copy=False)
    after_from = fields.Date(
        "After, from",
        compute="_compute_after",
        store=True,
        readonly=False,
        copy=False,
        help="After the last measure is due.",
    )
    after_to = fields.Date(
        "After, to", compute="_compute_after", store=True, readonly=False, copy=False
    )
    date_check = fields.Date(
        "Checked on",
        compute="_compute_date_check",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="The day on which the figure after is taken by itself.",
    )
    value_after = fields.Float(
        "Figure After", readonly=True, copy=False, digits=(16, DIGITS), aggregator=None
    )
    has_after = fields.Boolean("Has a Figure After", readonly=True, copy=False)
    effect = fields.Selection(EFFECTS, readonly=True, copy=False, tracking=True)
    effect_text = fields.Char("In Words", compute="_compute_effect_text")
    is_asked = fields.Boolean(readonly=True, copy=False)
    cycle = fields.Integer(
        "Round", default=1, readonly=True, copy=False, aggregator=None
    )
    check_ids = fields.One2many(
        "pm.improvement.check", "improvement_id", "Checks", readonly=True
    )

    _before_in_order = models.Constraint(
        "CHECK (before_to >= before_from)", "The days before are the wrong way round."
    )
    _after_in_order = models.Constraint(
        "CHECK (after_to >= after_from)", "The days after are the wrong way round."
    )
    _check_after_all = models.Constraint(
        "CHECK (kpi_id IS NULL OR date_check > after_to)",
        "The figure after is known on the day after its last day: check it then, or "
        "later.",
    )

    @api.depends("kpi_id")
    def _compute_target(self):
        for improvement in self:
            improvement.target = improvement.kpi_id.target or improvement.target

    @api.depends("kpi_id")
    def _compute_before(self):
        """The last whole period of the KPI."""
        today = fields.Date.context_today(self)
        for improvement in self:
            period = improvement.kpi_id and improvement.kpi_id._last_period(today)
            improvement.before_from, improvement.before_to = period or (False, False)

    @api.depends("kpi_id", "measure_ids.date_due", "measure_ids.state")
    def _compute_after(self):
        """The first whole period of the KPI after all measures are due."""
        today = fields.Date.context_today(self)
        for improvement in self:
            kpi = improvement.kpi_id
            if improvement.state not in PLANNING:
                # what is under way keeps its days
                improvement.after_from = improvement.after_from
                improvement.after_to = improvement.after_to
                continue
            if not kpi:
                improvement.after_from = improvement.after_to = False
                continue
            left = improvement.measure_ids.filtered(lambda one: one.state == "open")
            due = [day for day in left.mapped("date_due") if day]
            last = max([today, *due])
            first = date_utils.end_of(last, kpi.period) + relativedelta(days=1)
            improvement.after_from = first
            improvement.after_to = date_utils.end_of(first, kpi.period)

    @api.depends("after_to")
    def _compute_date_check(self):
        for improvement in self:
            end, day = improvement.after_to, improvement.date_check
            if end and (not day or day <= end):
                day = end + relativedelta(days=1)
            improvement.date_check = day

    @api.depends(
        "effect", "has_before", "value_before", "has_after", "value_after", "target"
    )
    @api.depends_context("lang")
    def _compute_effect_text(self):
        labels = dict(self._fields["effect"]._description_selection(self.env))
        for improvement in self:
            label = labels.get(improvement.effect)
            if improvement.effect and improvement.has_after:
                improvement.effect_text = self.env._(
                    "%(effect)s: %(before)s → %(after)s %(unit)s, target %(target)s",
                    effect=label,
                    before=(
                        f"{improvement.value_before:g}"
                        if improvement.has_before
                        else "—"
                    ),
                    after=f"{improvement.value_after:g}",
                    unit=improvement.kpi_unit or "",
                    target=f"{improvement.target:g}",
                )
            else:
                improvement.effect_text = label

    def _scope(self):
        """Whose figure it is, as ``pm.kpi._measure`` takes it."""
        if self.estate_id:
            return {"estate": self.estate_id}
        return {"company": self.company_id}

    def _check_kpi(self):
        """:raises UserError: the KPI has no figure of single estates"""
        kpi = self.kpi_id.sudo()
        if kpi and kpi.kind != "manual" and kpi._scope_domain(self._scope()) is None:
            raise UserError(
                self.env._(
                    "%(kpi)s is no figure of a single estate. Choose another KPI for "
                    "%(improvement)s, or let it be for the whole company.",
                    kpi=kpi.name,
                    improvement=self.display_name,
                )
            )

    def _figure(self, date_from, date_to):
        """Return the figure of the KPI for some days, or None where there is none.

        What has no date is known for today only.
        """
        kpi = self.kpi_id.sudo()
        if not kpi or not date_from or not date_to:
            return None
        if kpi.kind != "manual" and not kpi.date_field:
            date_from = date_to = fields.Date.context_today(self)
        figure = kpi._measure(date_from, date_to, self._scope())
        return figure and figure.value

    def _take_before(self):
        value = self._figure(self.before_from, self.before_to)
        self.sudo()._as_step().write(
            {"value_before": value or 0, "has_before": value is not None}
        )

    def action_take_before(self):
        """Take the figure before, to see what there is to improve."""
        self._check_lead()
        self._check_in_state(*PLANNING)
        for improvement in self:
            improvement._check_kpi()
            improvement._take_before()

    def action_take_after(self):
        """Take the figure after now: its days are over, or records were corrected.

        :raises UserError: its days are not over yet, or there is no KPI
        """
        self._check_lead()
        self._check_in_state("checking")
        today = fields.Date.context_today(self)
        for improvement in self:
            if not improvement.kpi_id:
                raise UserError(
                    self.env._(
                        "%s has no KPI. Say yourself whether it worked.",
                        improvement.display_name,
                    )
                )
            if improvement.after_to >= today:
                raise UserError(
                    self.env._(
                        "%(improvement)s: the figure after is known from %(day)s on.",
                        improvement=improvement.display_name,
                        day=format_date(
                            self.env, improvement.after_to + relativedelta(days=1)
                        ),
                    )
                )
            improvement._take_after()

    def _take_after(self):
        value = self._figure(self.after_from, self.after_to)
        self._note_effect(self._effect_of(value), value)

    def _effect_of(self, value):
        if value is None:
            return "no_figure"
        against = float_compare(value, self.target, precision_digits=DIGITS)
        lower = self.kpi_id.direction == "lower"
        reached = against <= 0 if lower else against >= 0
        return "worked" if reached else "not_worked"

    def _note_effect(self, effect, value=None, note=None):
        """Keep what came out, in this round, and tell who leads it."""
        self._take_step(
            "checked",
            note=note,
            effect=effect,
            value_after=value or 0,
            has_after=value is not None,
            is_asked=True,
        )
        self.env["pm.improvement.check"].sudo()._as_step().create(
            {
                "improvement_id": self.id,
                "cycle": self.cycle,
                "kpi_id": self.kpi_id.id,
                "before_from": self.before_from,
                "before_to": self.before_to,
                "value_before": self.value_before,
                "has_before": self.has_before,
                "after_from": self.after_from,
                "after_to": self.after_to,
                "value_after": value or 0,
                "has_after": value is not None,
                "target": self.target,
                "effect": effect,
                "note": note,
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )
        self._ask_leader(self.effect_text)

    def action_judge(self, effect=None, note=None):
        """Say whether it worked, where no figure tells.

        :param effect: ``worked`` or ``not_worked``
        :param note: what one has seen
        :raises UserError: a figure tells, or it is not said
        """
        self._check_lead()
        self._check_in_state("checking")
        if effect not in ("worked", "not_worked"):
            raise UserError(self.env._("Say whether it worked."))
        for improvement in self:
            if improvement.kpi_id and improvement.effect != "no_figure":
                raise UserError(
                    self.env._(
                        "%(improvement)s is judged by %(kpi)s, not by hand.",
                        improvement=improvement.display_name,
                        kpi=improvement.kpi_id.name,
                    )
                )
            note = improvement._need(note, self.env._("what one has seen"))
            improvement._note_effect(effect, note=note)

    def _ask_leader(self, summary):
        """Whoever leads it has it among the own tasks, with what there is to know."""
        improvement = self.sudo()
        improvement.activity_unlink([ACTIVITY])
        leader = improvement._failure_reader()
        if leader.active and not leader.share:
            improvement.activity_schedule(ACTIVITY, user_id=leader.id, summary=summary)

    @api.model
    def _cron_check(self):
        """See whether what is due today worked; a figure is asked for once."""
        domain = (
            Domain("state", "in", ("doing", "checking"))
            & Domain("date_check", "<=", fields.Date.context_today(self))
            & Domain("is_asked", "=", False)
        )
        self.search(domain)._cron_each(lambda one: one._as_step()._check_now(), domain)

    def _check_now(self):
        if self.state == "checking" and self.kpi_id:
            self._take_after()
            return
        self.is_asked = True
        if self.state == "checking":
            text = self.env._("Say whether it worked: %s", self.success)
        else:
            text = self.env._("It was to be checked today, but measures are open")
        self._ask_leader(text)
