from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PmTrainingPlan(models.Model):
    """What people of some jobs have to learn, how long a year, and how often."""

    _name = "pm.training.plan"
    _description = "Training Plan"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind_id = fields.Many2one("pm.training.kind", required=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    job_ids = fields.Many2many(
        "hr.job",
        "pm_training_plan_job_rel",
        "plan_id",
        "job_id",
        "Jobs",
        check_company=True,
        help="Whom the plan is for; empty: everybody.",
    )
    required_hours = fields.Float(
        "Hours a Year", help="That each of these people has to attend in a year."
    )
    interval_months = fields.Integer(
        "Every (Months)",
        help="How often a session is held at an estate; 0: when needed.",
        aggregator=None,
    )
    topics = fields.Text(translate=True)
    survey_id = fields.Many2one(
        "survey.survey",
        "Test",
        domain="[('scoring_type', '!=', 'no_scoring')]",
        ondelete="restrict",
        help="Proposed for the sessions of this plan.",
    )
    session_ids = fields.One2many("pm.training.session", "plan_id", "Sessions")
    session_count = fields.Integer(compute="_compute_sessions")
    last_date = fields.Date("Last Held", compute="_compute_sessions")
    next_date = fields.Date(
        "Next Due",
        compute="_compute_sessions",
        help="By the interval after the last session that was held.",
    )

    _hours_positive = models.Constraint(
        "CHECK (required_hours >= 0)", "Hours a year cannot be negative."
    )
    _interval_positive = models.Constraint(
        "CHECK (interval_months >= 0)", "An interval cannot be negative."
    )

    @api.depends("session_ids.state", "session_ids.date", "interval_months")
    def _compute_sessions(self):
        """Of the estates that the reader works with."""
        rows = {
            (plan, state): (count, last)
            for plan, state, count, last in self.env["pm.training.session"]._read_group(
                [("plan_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["plan_id", "state"],
                ["__count", "date:max"],
            )
        }
        for plan in self:
            held = rows.get((plan._origin, "held"), (0, False))
            planned = rows.get((plan._origin, "planned"), (0, False))
            plan.session_count = held[0] + planned[0]
            plan.last_date = held[1]
            plan.next_date = (
                held[1] + relativedelta(months=plan.interval_months)
                if held[1] and plan.interval_months
                else False
            )

    def _domain_employees(self, estate):
        """Who of an estate the plan is for."""
        domain = Domain("pm_estate_id", "=", estate.id)
        if self.job_ids:
            domain &= Domain("job_id", "in", self.job_ids.ids)
        return domain

    def action_view_sessions(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_training_session_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
            "display_name": self.env._("Sessions of %s", self.name),
        }
