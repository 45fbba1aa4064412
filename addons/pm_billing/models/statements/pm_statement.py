import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..ledger.business_day import likely_today


class PmStatement(models.Model):
    """A statement of an estate for a time: seen, issued as PDF and XLSX, kept.

    What it shows is a template of MIS Builder, which administrators change without
    code. Managers issue those of their estates without a right on the ledger, where
    accountants follow each figure to its entries. What was issued stays as it was.
    """

    _name = "pm.statement"
    _description = "Statement of an Estate"
    _inherit = ["pm.estate.mixin", "mail.thread", "pm.state.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    property_id = fields.Many2one(domain="[('kind', '=', 'estate')]")
    report_id = fields.Many2one(
        "mis.report",
        "Kind",
        required=True,
        ondelete="restrict",
        domain="[('pm_for_estates', '=', True)]",
    )
    date_from = fields.Date(
        "Period From",
        required=True,
        default=lambda self: fields.Date.start_of(likely_today(self.env), "month"),
    )
    date_to = fields.Date(
        "Period To", required=True, default=lambda self: likely_today(self.env)
    )
    is_posted = fields.Boolean(related="report_id.pm_is_posted")
    posted_on = fields.Date("Put Up on", readonly=True, tracking=True)
    note = fields.Text("Where It Was Put Up")
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    pdf = fields.Binary("PDF", readonly=True, attachment=True, copy=False)
    pdf_name = fields.Char(compute="_compute_file_names")
    xlsx = fields.Binary("Workbook", readonly=True, attachment=True, copy=False)
    xlsx_name = fields.Char(compute="_compute_file_names")
    state = fields.Selection(
        [("draft", "New"), ("issued", "Issued"), ("posted", "Put Up")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The period cannot end before it begins."
    )

    @api.depends("report_id", "property_id", "date_from", "date_to")
    def _compute_name(self):
        for statement in self:
            statement.name = " ".join(
                part
                for part in (
                    statement.estate_id.sudo().name,
                    statement.report_id.sudo().name,
                    f"{statement.date_from or ''} – {statement.date_to or ''}",
                )
                if part
            )

    @api.depends("name")
    def _compute_file_names(self):
        for statement in self:
            statement.pdf_name = f"{statement.name}.pdf"
            statement.xlsx_name = f"{statement.name}.xlsx"

    def write(self, vals):
        said = {"property_id", "report_id", "date_from", "date_to"}
        if not self._writes_freely() and said & vals.keys():
            self._check_in_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_in_state("draft")

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_view(self):
        """Show it on the screen, where each figure opens its entries."""
        self.ensure_one()
        self.check_access("read")
        return self._instance().sudo(self.env.su).preview()

    def action_issue(self):
        """Keep it as PDF and XLSX."""
        self._check_in_state("draft")
        self.check_access("write")
        for statement in self:
            statement._check_whole_company()
            instance = statement._instance()
            reports = self.env["ir.actions.report"].sudo()
            # the report's own way of rendering asks for a right on the ledger
            workbook = self.env["report.mis_builder.mis_report_instance_xlsx"].sudo()
            xlsx, _kind = workbook.with_context(
                active_model=instance._name
            ).create_xlsx_report(instance.ids, {})
            pdf, _kind = reports.with_context(active_ids=instance.ids)._render_qweb_pdf(
                "mis_builder.qweb_pdf_export", instance.ids
            )
            statement.sudo()._as_step().write(
                {
                    "state": "issued",
                    "issued_by_id": self.env.user.id,
                    "pdf": base64.b64encode(pdf),
                    "xlsx": base64.b64encode(xlsx),
                }
            )

    def _check_whole_company(self):
        """What shows the whole company is not for the managers of one estate."""
        user = self.env.user
        if self.report_id.sudo().pm_whole_company and not (
            self.env.su or user.has_group("pm_core.group_pm_company_manager")
        ):
            raise AccessError(
                self.env._(
                    "%s shows the whole company. Company managers issue it.", self.name
                )
            )

    def action_put_up(self):
        """Note that owners can read it: on the board, in the group, on the portal."""
        self._check_in_state("issued")
        self.check_access("write")
        for statement in self:
            if not statement.is_posted:
                raise UserError(
                    self.env._("%s is not one that is put up.", statement.name)
                )
            statement.sudo()._as_step().write(
                {"state": "posted", "posted_on": statement.estate_id._today()}
            )

    def _instance(self):
        """Return the MIS report of this statement: the period, and the year so far."""
        self.ensure_one()
        self.report_id.check_access("read")
        report = self.report_id.sudo()
        analytic = self.estate_id.sudo().analytic_account_id
        if not report.pm_whole_company:
            self._check_split(analytic)
        domain = (
            []
            if report.pm_whole_company
            else [("analytic_distribution", "in", analytic.ids)]
        )
        year = fields.Date.start_of(self.date_to, "year")
        periods = [(self._period_name(self.date_from), self.date_from)]
        if year != self.date_from:
            periods.append((self._period_name(year), year))
        return (
            self.env["mis.report.instance"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "report_id": report.id,
                    "company_id": self.company_id.id,
                    "target_move": "posted",
                    "temporary": True,
                    "analytic_domain": repr(domain),
                    "comparison_mode": True,
                    "period_ids": [
                        fields.Command.create(
                            {
                                "name": name,
                                "mode": "fix",
                                "manual_date_from": first,
                                "manual_date_to": self.date_to,
                                "sequence": number,
                            }
                        )
                        for number, (name, first) in enumerate(periods)
                    ],
                }
            )
        )

    def _check_split(self, analytic):
        """A statement counts whole lines: one that is the estate's in part only would
        be counted whole in the statement of each.

        :raises UserError: naming such an entry
        """
        self.env["account.move.line"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM account_move_line line
                  CROSS JOIN LATERAL jsonb_each_text(line.analytic_distribution)
                       AS part (accounts, percent)
                 WHERE line.company_id = %s
                   AND line.parent_state = 'posted'
                   AND line.date <= %s
                   AND %s = ANY (string_to_array(part.accounts, ','))
                 GROUP BY line.id
                HAVING round(sum(part.percent::numeric), 2) <> 100
                 ORDER BY line.id
                 LIMIT 1
                """,
                self.company_id.id,
                self.date_to,
                str(analytic.id),
            )
        )
        for line in self.env["account.move.line"].sudo().browse(found[:1] and found[0]):
            raise UserError(
                self.env._(
                    "%(entry)s, “%(line)s”, belongs to %(estate)s in part only, and a "
                    "statement counts whole lines. Enter it as a line for each estate, "
                    "then try again.",
                    entry=line.move_id.name,
                    line=line.name or line.account_id.display_name,
                    estate=self.estate_id.name,
                )
            )

    def _period_name(self, first):
        return f"{format_date(self.env, first)} – {format_date(self.env, self.date_to)}"
