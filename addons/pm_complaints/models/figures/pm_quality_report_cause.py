from odoo import fields, models


class PmQualityReportCause(models.Model):
    """One of the worst causes of a month, and what is done about it."""

    _name = "pm.quality.report.cause"
    _description = "Cause in a Quality Report"
    _inherit = ["pm.part.mixin"]
    _whole = "report_id"
    _order = "report_id desc, complaint_count desc, id"
    _rec_name = "cause_id"

    report_id = fields.Many2one(
        "pm.quality.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    estate_id = fields.Many2one(
        related="report_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="report_id.company_id", store=True, index=True, precompute=True
    )
    cause_id = fields.Many2one(
        "pm.complaint.cause",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    complaint_count = fields.Integer("Complaints", readonly=True)
    share = fields.Float("Share (%)", readonly=True, digits=(5, 1), aggregator=None)
    total_share = fields.Float(
        "Added Up (%)", readonly=True, digits=(5, 1), aggregator=None
    )
    done = fields.Text(
        "What Is Done about It",
        help="Readers see this: write it for them, without names.",
    )
    found = fields.Text(
        readonly=True,
        help="What the complaints say; it is put in again unless somebody wrote more.",
    )

    def write(self, vals):
        if not self._writes_freely():
            self.report_id._check_in_state("draft")
        return super().write(vals)
