from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

RATINGS = [
    ("1", "1 Unsatisfactory"),
    ("2", "2 Poor"),
    ("3", "3 Fair"),
    ("4", "4 Good"),
    ("5", "5 Excellent"),
]


class PmContractRenewalLine(models.Model):
    """One criterion of an assessment: its figure, and the points that it gives."""

    _name = "pm.contract.renewal.line"
    _description = "Renewal Criterion Result"
    _inherit = ["pm.part.mixin"]
    _order = "renewal_id, sequence, id"
    _whole = "renewal_id"

    renewal_id = fields.Many2one(
        "pm.contract.renewal", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="renewal_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="renewal_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    criterion_id = fields.Many2one(
        "pm.contract.renewal.criterion",
        "Taken from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char("Renewal Criterion", required=True)
    source = fields.Selection(
        selection=lambda self: (
            self.env["pm.contract.renewal.criterion"]
            ._fields["source"]
            ._description_selection(self.env)
        ),
        required=True,
        default="manual",
        readonly=True,
    )
    kpi_id = fields.Many2one(
        "pm.kpi", "KPI", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    weight = fields.Float(default=10, digits=(5, 1), aggregator=None)
    worst = fields.Float("Worth 0 Points", aggregator=None, readonly=True)
    best = fields.Float("Worth 100 Points", aggregator=None, readonly=True)
    has_figure = fields.Boolean(readonly=True)
    figure = fields.Float("Value", readonly=True, digits=(16, 2), aggregator=None)
    figure_text = fields.Char("Figure", compute="_compute_figure_text")
    basis = fields.Char(
        "Computed from", readonly=True, help="What the figure was computed from."
    )
    rating = fields.Selection(RATINGS, "Judgement")
    points = fields.Float(
        "Points (Number)",
        compute="_compute_points",
        store=True,
        digits=(5, 1),
        aggregator=None,
    )
    has_points = fields.Boolean(compute="_compute_points", store=True)
    points_text = fields.Char("Points", compute="_compute_points_text")
    note = fields.Char("Remarks")

    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight cannot be negative."
    )

    @api.depends("source", "has_figure", "figure")
    @api.depends_context("lang")
    def _compute_figure_text(self):
        for line in self:
            if line.source == "manual":
                line.figure_text = False
            elif not line.has_figure:
                line.figure_text = self.env._("no data")
            else:
                line.figure_text = formatLang(self.env, line.figure, digits=1)

    @api.depends("source", "has_figure", "figure", "worst", "best", "rating")
    def _compute_points(self):
        for line in self:
            if line.source == "manual":
                line.has_points = bool(line.rating)
                line.points = (int(line.rating) - 1) * 25 if line.rating else 0.0
            else:
                line.has_points = line.has_figure
                line.points = line._scale(line.figure) if line.has_figure else 0.0

    @api.depends("has_points", "points")
    @api.depends_context("lang")
    def _compute_points_text(self):
        for line in self:
            line.points_text = (
                formatLang(self.env, line.points, digits=1) if line.has_points else "–"
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_open()

    def _check_open(self):
        """Refuse to change what a decision was based on.

        :raises UserError: the renewal is no assessment any more
        """
        if self.env.su:
            return
        for renewal in self.renewal_id:
            if renewal.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is decided or up for approval: its assessment stays. "
                        "Take it back to change it.",
                        renewal.display_name,
                    )
                )

    def _scale(self, figure):
        """Return the points of a figure: straight between worst and best.

        A worst above the best means that less is better.
        """
        span = self.best - self.worst
        if not span:
            return 100.0 if figure >= self.best else 0.0
        return min(max((figure - self.worst) / span, 0.0), 1.0) * 100.0

    def _measure(self):
        """Fill in the figures of the criteria that the system knows."""
        for line in self:
            measure = getattr(line, f"_measure_{line.source}", None)
            if measure is None:
                continue
            figure, basis = measure()
            line.sudo()._as_step().write(
                {
                    "has_figure": figure is not None,
                    "figure": figure or 0.0,
                    "basis": basis or False,
                }
            )

    def _measure_kpi(self):
        """Return (figure of the estate, in words), or (None, False) without data."""
        renewal = self.renewal_id
        figure = self.kpi_id._measure(
            renewal.figures_from, renewal.figures_to, {"estate": renewal.estate_id}
        )
        if figure is None:
            return None, False
        text = self.kpi_id.display_name
        if self.kpi_id.kind == "ratio":
            text = self.env._(
                "%(part)s of %(whole)s",
                part=formatLang(self.env, figure.numerator, digits=0),
                whole=formatLang(self.env, figure.denominator, digits=0),
            )
        return figure.value, text

    def _measure_obligations(self):
        """Return (% of our side's duties that were met in time, in words)."""
        renewal = self.renewal_id
        contract = renewal.contract_id
        side = "theirs" if contract.side == "supplier" else "ours"
        met, due = contract._fulfilment(
            renewal.figures_from, renewal.figures_to, side
        ).get(contract.id, (0, 0))
        if not due:
            return None, False
        return 100.0 * met / due, self.env._(
            "%(met)s of %(due)s met in time", met=met, due=due
        )
