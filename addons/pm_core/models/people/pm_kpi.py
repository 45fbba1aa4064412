import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import scoring

PERIODS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
# what settings that do not fit the records (any more) may raise
FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    psycopg2.Error,
    UserError,
)
# the settings that say what is measured
SETTINGS = (
    "kind",
    "model_id",
    "domain",
    "numerator_domain",
    "numerator_field",
    "denominator_field",
    "per",
    "measure_field",
    "aggregate",
    "date_field",
    "estate_path",
    "employee_path",
    "user_path",
)


class PmKpi(models.Model):
    """A figure by which estates, posts and employees are measured; without code.

    A *ratio* is the part of the records in a period that fulfil a condition, or the
    part of an amount (received of billed); a *measure* is a number, sum or average;
    a *manual* figure is entered by hand. Paths say to which estate and to whom a
    record belongs, so that one definition yields the figures of the company, each
    estate, each post and each employee, in two queries.

    Figures are taken as superuser, so that they do not depend on who asks for them;
    ``pm.kpi.result`` has the rules of who sees which.

    Fields, the taking of figures and its cron are here; what is measured and how in
    ``pm_kpi_definition.py`` and ``pm_kpi_measure.py``.
    """

    _name = "pm.kpi"
    _pm_copyable = True
    _description = "KPI"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, id"

    name = fields.Char("KPI", required=True, translate=True)
    note = fields.Text(
        "Explanation",
        translate=True,
        help="What the figure says, and how it is taken.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one("pm.service.category", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Empty: taken in each company.",
    )
    owner_id = fields.Many2one(
        "res.users",
        "Responsible",
        help="Is told when the figure cannot be taken.",
    )
    kind = fields.Selection(
        [
            ("ratio", "Ratio (%)"),
            ("measure", "Number, Sum or Average"),
            ("manual", "Entered by Hand"),
        ],
        required=True,
        default="ratio",
        tracking=True,
    )
    model_id = fields.Many2one(
        "ir.model",
        "Records",
        ondelete="cascade",
        domain="[('transient', '=', False), ('abstract', '=', False)]",
        help="What is counted or summed up.",
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    domain = fields.Char(
        "Which Records",
        default="[]",
        help="For a ratio: the whole. Dates that depend on today are written as text, "
        "for example 'today -30d'.",
    )
    numerator_domain = fields.Char(
        "Of These, the Good Ones",
        default="[]",
        help="For a ratio: the part that counts. It is counted within the whole.",
    )
    numerator_field = fields.Char(
        "Amount of the Part",
        help="Empty: records are counted. Else this amount is summed up.",
    )
    denominator_field = fields.Char(
        "Amount of the Whole", help="The amount that the part is compared to."
    )
    per = fields.Integer(
        "Shown For Each",
        required=True,
        default=100,
        help="A ratio is shown for so many of the whole: 100 is percent, 1000 is for "
        "each thousand, as complaints of households.",
    )
    measure_field = fields.Char("Amount", help="The number that is summed or averaged.")
    aggregate = fields.Selection(
        [("count", "Number of Records"), ("sum", "Sum"), ("avg", "Average")],
        default="count",
    )
    zero_if_empty = fields.Boolean(
        "Nothing Found Means Zero",
        help="No record in the period is a figure of zero, as for accidents. "
        "Otherwise there is no figure.",
    )
    date_field = fields.Char(
        "Date",
        help="By which records fall into a period. Empty: the figure is what it is on "
        "the day on which it is taken, shortly after the period ends.",
    )
    estate_path = fields.Char(
        "Estate of a Record",
        help="Leads from a record to its estate or property: results by estate.",
    )
    employee_path = fields.Char(
        "Employee of a Record",
        help="Leads from a record to an employee: results by employee and post.",
    )
    user_path = fields.Char(
        "User of a Record",
        help="Leads from a record to a user whose employee is meant, where there is "
        "no employee.",
    )
    period = fields.Selection(PERIODS, required=True, default="month")
    unit = fields.Char(
        "Unit of Measure",
        translate=True,
        compute="_compute_unit",
        store=True,
        readonly=False,
        help="For example %, hours, times.",
    )
    target = fields.Float(required=True, default=100, digits=(16, 2), tracking=True)
    direction = fields.Selection(
        [("higher", "Higher is Better"), ("lower", "Lower is Better")],
        "Better",
        required=True,
        default="higher",
    )
    scoring = fields.Selection(
        [
            ("proportional", "In Proportion to the Target"),
            ("deduct", "Points Off for Each Unit Short"),
            ("pass_fail", "All or Nothing"),
            ("bands", "By Bands"),
        ],
        required=True,
        default="proportional",
        help="How the figure becomes a score from 0 to 100; reaching the target "
        "gives 100.",
    )
    points_per_unit = fields.Float(
        "Points Off",
        default=2,
        help="For each unit by which the target is missed, for example for each "
        "percentage point.",
    )
    band_ids = fields.One2many("pm.kpi.band", "kpi_id", "Bands", copy=True)
    weight = fields.Float(
        "Weight (%)", default=10, help="Proposed when a post gets this KPI."
    )
    result_count = fields.Integer(compute="_compute_result_count")
    problem = fields.Text(
        "Last Problem",
        compute="_compute_problem",
        help="Why the figure could not be taken.",
    )
    status = fields.Selection(
        [
            ("manual", "Entered by Hand"),
            ("waiting", "Not yet Taken"),
            ("taken", "Taken"),
            ("problem", "With a Problem"),
        ],
        "State",
        compute="_compute_status",
    )

    _weight_in_range = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 100)", "A weight lies between 0 and 100 %."
    )
    _points_positive = models.Constraint(
        "CHECK (points_per_unit >= 0)", "Points off cannot be negative."
    )

    _per_positive = models.Constraint(
        "CHECK (per > 0)",
        "A ratio is shown for each hundred, thousand or another number.",
    )

    @api.depends("kind", "per")
    def _compute_unit(self):
        for kpi in self:
            is_percent = kpi.kind == "ratio" and kpi.per == 100
            kpi.unit = "%" if is_percent else kpi.unit

    @api.depends_context("uid")
    def _compute_result_count(self):
        counts = dict(
            self.env["pm.kpi.result"]._read_group(
                [("kpi_id", "in", self.ids)], ["kpi_id"], ["__count"]
            )
        )
        for kpi in self:
            kpi.result_count = counts.get(kpi, 0)

    @api.depends("last_error")
    @api.depends_context("lang")
    def _compute_problem(self):
        """The settings are checked again, to say what is wrong in the reader's words;
        what was stored is that of a program."""
        for kpi in self:
            kpi.problem = kpi.last_error and (
                kpi.sudo()._settings_problem() or kpi.last_error
            )

    @api.depends("kind", "last_error", "computed_to")
    def _compute_status(self):
        for kpi in self:
            if kpi.kind == "manual":
                kpi.status = "manual"
            elif kpi.last_error:
                kpi.status = "problem"
            else:
                kpi.status = "taken" if kpi.computed_to else "waiting"

    # VALIDATION

    @api.constrains(*SETTINGS)
    def _check_definition(self):
        """Refuse what could not be measured, naming what is wrong.

        :raises ValidationError: naming the KPI, the setting and the reason
        """
        for kpi in self:
            if kpi.kind == "manual":
                continue
            if not kpi.model_id:
                raise ValidationError(
                    self.env._(
                        "KPI %s: choose the records that are counted, or let it be "
                        "entered by hand.",
                        kpi.name,
                    )
                )
            kpi._check_settings()

    @api.constrains("scoring", "band_ids")
    def _check_bands(self):
        for kpi in self:
            if kpi.scoring == "bands" and not kpi.band_ids:
                raise ValidationError(
                    self.env._(
                        "KPI %s is scored by bands: enter at least one band.", kpi.name
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(SETTINGS):
            # they were just found to be sound
            for kpi in self.filtered("last_error").sudo():
                kpi._note_problem(False)
        return result

    # RESULTS

    # ACTIONS

    def action_unarchive(self):
        back = self.filtered(lambda kpi: not kpi.active)
        back.active_from = fields.Date.context_today(self)
        return super().action_unarchive()

    def action_view_results(self):
        """Open the figures of these KPIs, the latest period first."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_kpi_result_action"
            ),
            "domain": [("kpi_id", "in", self.ids)],
            "context": {},
        }

    def action_view_history(self):
        """Open the course of the figure, estate by estate."""
        self.ensure_one()
        title = self.env._("Course of %s", self.name)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_kpi_result_action_history"
            ),
            "name": title,
            "display_name": title,
            "domain": [("kpi_id", "=", self.id)],
        }

    def _score(self, value, target=None):
        """Return the score, 0 to 100, of a figure.

        :param target: instead of the KPI's own
        """
        self.ensure_one()
        return scoring.score(
            value,
            self.target if target is None else target,
            higher=self.direction == "higher",
            rule=self.scoring,
            per_unit=self.points_per_unit,
            bands=[(band.limit, band.points) for band in self.band_ids],
        )
