from odoo import api, models


class TierReview(models.Model):
    _inherit = "tier.review"

    def _get_reviewers(self):
        """A group means its members who work with the estate of the record.

        Where the estate has none, those above them: nothing waits for nobody.
        """
        reviewers = super()._get_reviewers()
        if not self.reviewer_group_id or not (self.model or "").startswith("pm."):
            return reviewers
        record = self.env[self.model].browse(self.res_id).sudo()
        estate = record.estate_id if "estate_id" in record._fields else None
        reviewers = self.reviewer_id | self.reviewer_group_id._pm_members(estate)
        if self.definition_id.exclude_requester:
            reviewers -= self.requested_by
        return reviewers

    def _update_review_status(self):
        # it is nobody's to write; opening one level after the other is no decision
        return super(TierReview, self.sudo())._update_review_status()

    @api.depends("reviewer_ids")
    def _compute_todo_by(self):
        """Name the group as it is: OCA's words around it have no Chinese."""
        result = super()._compute_todo_by()
        for review in self.filtered("reviewer_group_id"):
            if (review.model or "").startswith("pm."):
                review.todo_by = review.reviewer_group_id.name
        return result
