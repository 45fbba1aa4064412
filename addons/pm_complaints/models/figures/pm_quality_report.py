import base64

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse

from odoo.addons.pm_core.tools.rights import check_manager

# what readers see: locked once it is published
CONTENT = {"property_id", "month", "comment", "cause_ids"}


class PmQualityReport(models.Model):
    """What an estate's owners are told each month about how they were served.

    Composed by itself at the start of a month from the month before: its numbers
    beside those of the month and the year before, how complaints went on, the worst
    causes with what is done about them. The manager reads it, adds some words and
    publishes it; from then on it stays as it was. It names nobody.

    What is counted is in ``pm_quality_report_figures.py``, what is shown of it in
    ``pm_quality_report_page.py``.
    """

    _name = "pm.quality.report"
    _description = "Monthly Quality Report"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    property_id = fields.Many2one("pm.property", domain="[('kind', '=', 'estate')]")
    month = fields.Date(
        required=True,
        default=lambda self: self._last_month(fields.Date.context_today(self)),
        help="Any day of the month.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    comment = fields.Text(
        "Words of the Manager",
        copy=False,
        help="What readers should know besides: what was hard, what comes next.",
    )
    cause_ids = fields.One2many(
        "pm.quality.report.cause", "report_id", "Worst Causes", copy=False
    )
    campaign_id = fields.Many2one(
        "pm.survey.campaign",
        "Satisfaction",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    data = fields.Json("Figures", readonly=True, copy=False)
    composed_at = fields.Datetime("Composed on", readonly=True, copy=False)
    published_at = fields.Datetime("Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    pdf = fields.Binary("PDF", readonly=True, attachment=True, copy=False)
    pdf_name = fields.Char(compute="_compute_pdf_name")
    notice_id = fields.Many2one(
        "pm.notice", readonly=True, copy=False, index="btree_not_null"
    )
    page = fields.Html(
        "What Readers See", compute="_compute_page", sanitize=False, readonly=True
    )

    _once = models.UniqueIndex(
        "(property_id, month)", "The report of this estate and month is there already."
    )
    _first_of_month = models.Constraint(
        "CHECK (extract(day FROM month) = 1)", "A report is for a whole month."
    )

    @api.model
    def _last_month(self, today):
        return fields.Date.start_of(today, "month") - relativedelta(months=1)

    @api.depends("property_id", "month")
    @api.depends_context("lang")
    def _compute_name(self):
        for report in self:
            report.name = self.env._(
                "Quality report of %(estate)s, %(month)s",
                estate=report.property_id.sudo().name or "",
                month=report._month_name(report.month) if report.month else "",
            )

    @api.depends("name")
    def _compute_display_name(self):
        for report in self:
            report.display_name = report.name

    @api.depends("name")
    def _compute_pdf_name(self):
        for report in self:
            report.pdf_name = f"{report.name}.pdf"

    @api.depends("data", "comment", "cause_ids.done")
    @api.depends_context("lang")
    def _compute_page(self):
        for report in self:
            report.page = report.data and self.env["ir.qweb"]._render(
                "pm_complaints.quality_report_page", {"report": report}
            )

    def _month_name(self, day):
        """As the reader's language writes it: October 2026, 2026年10月."""
        locale = babel_locale_parse(self.env.lang or "en_US")
        return format_skeleton("yMMMM", day, locale=locale)

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create([self._on_first(vals) for vals in vals_list])
        reports.filtered(lambda report: not report.composed_at)._compose()
        return reports

    def write(self, vals):
        if not self._writes_freely() and CONTENT & vals.keys():
            self._check_in_state("draft")
        result = super().write(self._on_first(vals))
        if {"property_id", "month"} & vals.keys():
            self._compose()
        return result

    @api.model
    def _on_first(self, vals):
        """A report is for the month of the day that was chosen."""
        if vals.get("month"):
            day = fields.Date.to_date(vals["month"])
            return {**vals, "month": fields.Date.start_of(day, "month")}
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_in_state("draft")

    # steps

    def action_compose(self):
        """Count anew; what somebody wrote stays."""
        self.check_access("write")
        self._check_in_state("draft")
        self._compose()

    def action_publish(self):
        """Keep it as a PDF; nothing of it changes any more.

        :raises AccessError: no manager of the estate
        :raises UserError: the month is not over
        """
        self._check_manager()
        self._check_in_state("draft")
        self.check_access("write")
        for report in self:
            if report.estate_id._today() < report._after():
                raise UserError(
                    self.env._(
                        "%s: the month is not over. Publish it when it is.",
                        report.display_name,
                    )
                )
            pdf, _kind = (
                self.env["ir.actions.report"]
                .sudo()
                ._render_qweb_pdf("pm_complaints.report_quality", report.ids)
            )
            report.sudo()._as_step().write(
                {
                    "state": "published",
                    "published_at": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                    "pdf": base64.b64encode(pdf),
                }
            )
            report.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    def action_notice(self):
        """Make a notice to the owners of it, which goes the way of all notices."""
        self.ensure_one()
        self._check_manager()
        self.check_access("write")
        self._check_in_state("published")
        if not self.notice_id:
            notice = self.env["pm.notice"].create(
                {
                    "title": self.name,
                    "kind_id": self.env.ref("pm_core.notice_kind_disclosure").id,
                    "estate_id": self.estate_id.id,
                    "body": self._notice_body(),
                }
            )
            file = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": self.pdf_name,
                        "raw": base64.b64decode(self.pdf),
                        "mimetype": "application/pdf",
                        "res_model": notice._name,
                        "res_id": notice.id,
                    }
                )
            )
            notice.sudo()._as_step().attachment_ids = file
            self.sudo()._as_step().notice_id = notice
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.notice",
            "res_id": self.notice_id.id,
            "view_mode": "form",
        }

    def _check_manager(self):
        check_manager(
            self.env,
            self.env._("What owners are told is for the manager of the estate to say."),
        )

    # the job

    @api.model
    def _cron_compose(self):
        """Compose the reports of the month before, one for each estate with units."""
        estates = self.env["pm.property"].search([("kind", "=", "estate")])
        months = {
            estate: self._last_month(estate._today())
            for estate in estates
            if estate.unit_count
        }
        there = {
            (report.property_id, report.month)
            for report in self.search([("month", "in", list(set(months.values())))])
        }
        made = self._make_waiting(
            [
                {"property_id": estate.id, "month": month}
                for estate, month in months.items()
                if (estate, month) not in there
            ]
        )
        waiting = [("composed_at", "=", False), ("state", "=", "draft")]
        (made | self.search(waiting))._cron_each(
            lambda report: report._compose_and_tell(), waiting
        )

    @api.model
    def _make_waiting(self, vals_list):
        """Make reports without counting yet: each is a piece of work of its own."""
        # pylint: disable-next=super-method-mismatch
        return super().create(vals_list)

    def _compose_and_tell(self):
        self._compose()
        for user in self._managers():
            reader = self.with_context(lang=user.lang or self.env.lang)
            reader.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=reader.env._(
                    "Read the quality report, add some words, publish it"
                ),
            )

    def _managers(self):
        group = self.env.ref("pm_core.group_pm_estate_manager")
        return group._pm_members(self.estate_id)

    def _failure_reader(self):
        return self._managers()[:1] or super()._failure_reader()

    def _failure_summary(self):
        return self.env._("The quality report could not be composed")
