from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmAppraisalPeriod(models.Model):
    """A month, quarter or year for which staff are appraised."""

    _name = "pm.appraisal.period"
    _description = "Appraisal Period"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    scale_id = fields.Many2one(
        "pm.grade.scale",
        "Grades",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["pm.grade.scale"].search([], limit=1),
    )
    appeal_days = fields.Integer(
        "Appeal Within (Days)",
        default=7,
        help="Days after the result is approved in which the employee may appeal.",
    )
    estate_ids = fields.Many2many(
        "pm.property",
        "pm_appraisal_period_estate_rel",
        "period_id",
        "estate_id",
        "Estates",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="Whose staff are appraised; empty: of all estates and the head office.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        "pm_appraisal_period_job_rel",
        "period_id",
        "job_id",
        "Posts",
        check_company=True,
        help="Empty: all posts.",
    )
    state = fields.Selection(
        [("open", "In Progress"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    left_out = fields.Html(
        readonly=True,
        groups="pm_core.group_pm_hr",
        copy=False,
        help="Employees who were left out when appraisals were opened, and why.",
    )
    appraisal_ids = fields.One2many("pm.appraisal", "period_id", "Appraisals")
    appraisal_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer("Done", compute="_compute_counts")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A period cannot end before it begins."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name)", "There is a period of this name already."
    )

    @api.depends("appraisal_ids.state")
    @api.depends_context("uid")
    def _compute_counts(self):
        groups = self.env["pm.appraisal"]._read_group(
            [("period_id", "in", self.ids)], ["period_id", "state"], ["__count"]
        )
        for period in self:
            counts = {state: n for of, state, n in groups if of == period}
            period.appraisal_count = sum(counts.values())
            period.done_count = counts.get("done", 0)

    @api.constrains("scale_id")
    def _check_scale(self):
        self.scale_id._check_complete()

    def action_open_appraisals(self):
        """Make the appraisals of all in scope; those who have one keep it.

        Who cannot be appraised is left out and listed with the reason.

        :raises UserError: the period is closed
        """
        self.check_access("write")
        self._check_open()
        for period in self:
            known = period.sudo().appraisal_ids.employee_id
            employees = period._employees_in_scope() - known
            ready, left_out = period._sort_out(employees)
            period._as_step().left_out = period._list_left_out(left_out)
            period.env["pm.appraisal"]._open(period, ready)
        return self.action_view_appraisals()

    def _employees_in_scope(self):
        """Employees of the company whom this user may see, in scope of the period."""
        domain = Domain("company_id", "=", self.company_id.id)
        if self.estate_ids:
            domain &= Domain("pm_estate_id", "in", self.estate_ids.ids)
        elif not self._sees_all():
            domain &= Domain("pm_estate_id", "in", [False, *self._own_estates().ids])
        # somebody without a post is listed as left out, unless posts were chosen
        if self.job_ids:
            domain &= Domain("job_id", "in", self.job_ids.ids)
        return self.env["hr.employee"].sudo().search(domain, order="pm_estate_id, name")

    def _sees_all(self):
        return self.env.su or (
            self.env.user.pm_all_estates
            or self.env.user.has_group("pm_core.group_pm_company_manager")
        )

    def _own_estates(self):
        return self.env.user.pm_estate_ids

    @api.model
    def _sort_out(self, employees):
        """Return who can be appraised, and {employee: why not}."""
        problems = {job: job._pm_appraisal_problem() for job in employees.job_id}
        left_out = {}
        for employee in employees:
            if not employee.job_id:
                left_out[employee] = self.env._("No post is entered.")
            elif problems[employee.job_id]:
                left_out[employee] = problems[employee.job_id]
        return employees.filtered(lambda row: row not in left_out), left_out

    @api.model
    def _list_left_out(self, left_out):
        rows = [
            Markup("<li>%s – %s</li>") % (employee.name, reason)
            for employee, reason in left_out.items()
        ]
        return Markup("<ul>%s</ul>") % Markup().join(rows) if rows else False

    def action_start_all(self):
        """Let everybody whose appraisal was opened assess themselves."""
        self._check_open()
        self.appraisal_ids.filtered(lambda row: row.state == "draft").action_start()

    def action_refresh(self):
        """Take the figures of all appraisals that are not decided yet again."""
        self._check_open()
        self.appraisal_ids.filtered(
            lambda row: row.state in ("draft", "self", "supervisor", "calibration")
        ).action_refresh()

    def action_close(self):
        """End the period.

        :raises UserError: naming how many appraisals are not done
        """
        self._check_open()
        for period in self:
            undone = period.sudo().appraisal_ids.filtered(
                lambda row: row.state != "done"
            )
            if undone:
                raise UserError(
                    self.env._(
                        "%(period)s has %(count)s appraisals that are not done. Finish "
                        "or delete them first.",
                        period=period.name,
                        count=len(undone),
                    )
                )
        self._as_step().state = "closed"

    def action_reopen(self):
        self.check_access("write")
        self._as_step().state = "open"

    def action_view_appraisals(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_appraisal_action"
            ),
            "domain": [("period_id", "in", self.ids)],
            "context": {"search_default_group_state": 1},
        }

    def _check_open(self):
        for period in self:
            if period.state != "open":
                raise UserError(
                    self.env._("%s is closed. Open it again first.", period.name)
                )
