from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PmTrainingPlan(models.Model):
    """What people of some jobs have to learn, how long a year, and how often."""

    _name = "pm.training.plan"
    _pm_copyable = True
    _description = "Training Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.cron.mixin"]
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
    first_days = fields.Integer(
        "New People within (Days)",
        default=30,
        aggregator=None,
        help="By when somebody who never attended has to, counted from joining or from "
        "the beginning of the plan; 0: within the interval.",
    )
    reminder_days = fields.Integer(
        "Remind before (Days)",
        default=30,
        aggregator=None,
        help="How many days before the training of a person falls due the supervisor "
        "is asked to plan a session, and the person is told.",
    )
    topics = fields.Text(translate=True)
    survey_id = fields.Many2one(
        "survey.survey",
        "Test",
        domain="[('scoring_type', '!=', 'no_scoring')]",
        ondelete="restrict",
        help="Proposed for the sessions of this plan.",
    )
    certificate_id = fields.Many2one(
        "hr.skill",
        "Gives Certificate",
        compute="_compute_certificate_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('skill_type_id.is_certification', '=', True)]",
        ondelete="restrict",
        help="Who attends and passes the test gets this certificate, or a new one "
        "after the old; how long it is valid is set on its kind.",
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
    _days_positive = models.Constraint(
        "CHECK (first_days >= 0 AND reminder_days >= 0)", "Days cannot be negative."
    )

    @api.depends("kind_id")
    def _compute_certificate_id(self):
        for plan in self:
            plan.certificate_id = plan.kind_id.certificate_id or plan.certificate_id

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
