from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Two customers who become one were asked once, and vote once."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _pm_merge_rules(self):
        return {
            **super()._pm_merge_rules(),
            "pm.survey.invitation": self._pm_join_invitations,
            "pm.owner.ballot": self._pm_join_ballots,
        }

    @api.model
    def _pm_merge_keys(self):
        return {
            **super()._pm_merge_keys(),
            "pm.survey.invitation": ("campaign_id",),
            "pm.owner.ballot": ("vote_id",),
        }

    @api.model
    def _pm_join_invitations(self, kept, row):
        """The answer of either counts; of two answers that of the one who stays."""
        if row.state != "answered" or kept.state == "answered":
            return
        names = ("user_input_id", "answered_at", "on_paper", "state")
        vals = {name: row[name] for name in names}
        vals["user_input_id"] = row.user_input_id.id
        row.user_input_id = False
        kept.write(vals)

    @api.model
    def _pm_join_ballots(self, kept, row):
        """One head with the area of both; what a counted vote came to stays."""
        vals = {"area": kept.area + row.area}
        if not kept.answer:
            names = ("answer", "way", "proxy_name", "entered_at")
            vals |= {name: row[name] for name in names}
            vals["entered_by_id"] = row.entered_by_id.id
        kept.write(vals)
        if kept.vote_id.state == "open":
            kept.vote_id._as_step().heads -= 1
