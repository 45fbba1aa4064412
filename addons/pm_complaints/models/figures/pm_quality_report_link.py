import re
import secrets

from odoo import api, fields, models
from odoo.fields import Domain

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
# a committee reads it in its next meetings, and whoever is handed the link later not
DAYS = 180


class PmQualityReport(models.Model):
    """A link by which an owners' committee reads one report without a login.

    It opens that report and nothing else. Who is told the link can tell others, so
    that it ends by itself, and a manager ends it at any time.
    """

    _inherit = "pm.quality.report"

    link_token = fields.Char(
        copy=False, readonly=True, groups="base.group_system", index="btree_not_null"
    )
    link_until = fields.Date("Link Is Valid until", readonly=True, copy=False)
    link = fields.Char(
        "Link without a Login",
        compute="_compute_link",
        compute_sudo=True,
        groups="pm_core.group_pm_estate_manager",
        help="For the owners' committee. Whoever has it can read this report.",
    )

    @api.depends("link_token", "link_until")
    def _compute_link(self):
        for report in self:
            report.link = report._is_linked() and (
                f"{report.get_base_url()}/quality-report/{report.link_token}"
            )

    def _is_linked(self):
        """Whether its link opens anything today."""
        return bool(
            self.state == "published"
            and self.link_token
            and self.link_until >= self.estate_id._today()
        )

    @api.model
    def _of_link(self, token):
        """The report that a link opens, with all rights; none if it has ended."""
        reports = self.sudo()
        if not TOKEN.fullmatch(token or ""):
            return reports.browse()
        found = reports.search(Domain("link_token", "=", token), limit=1)
        return found.filtered(lambda report: report._is_linked())

    def action_make_link(self):
        """Make a link; one that was there before opens nothing any more.

        :raises AccessError: no manager of the estate
        :raises UserError: not published
        """
        self._check_manager()
        self._check_in_state("published")
        self.check_access("write")
        for report in self:
            report.sudo()._as_step().write(
                {
                    "link_token": secrets.token_urlsafe(24),
                    "link_until": fields.Date.add(report.estate_id._today(), days=DAYS),
                }
            )
            report.message_post(body=self.env._("A link without a login was made."))

    def action_end_link(self):
        """The link opens nothing any more."""
        self._check_manager()
        self.check_access("write")
        self.sudo()._as_step().write({"link_token": False, "link_until": False})
        for report in self:
            report.message_post(body=self.env._("The link was ended."))
