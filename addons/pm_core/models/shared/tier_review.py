from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class TierReview(models.Model):
    """A review is seen by who may read what it is about, and by nobody else."""

    _name = "tier.review"
    _inherit = ["tier.review", "pm.about.mixin"]

    @api.model
    def _domain_about_readable(self, domain):
        env = self.with_context(active_test=False).env
        reviewed = SQL("(SELECT DISTINCT res_id FROM tier_review)")
        readable = []
        for name in env["tier.definition"]._get_tier_validation_model_names():
            if name in env and env[name].has_access("read"):
                records = env[name]._search(Domain("id", "in", reviewed))
                readable.append(
                    Domain("model", "=", name) & Domain("res_id", "in", records)
                )
        return Domain.OR(readable)

    def _unreadable_about(self, operation):
        return self._about_unreadable(
            {one.id: (one.model, one.res_id) for one in self.sudo()}
        )

    def _pm_is_ours(self):
        """Whether the record belongs to property management, and so to an estate.

        Documents of others do when their model takes levels from ours.
        """
        if (self.model or "").startswith("pm."):
            return True
        model = self.env.registry.get(self.model)
        return bool(model) and issubclass(model, self.env.registry["pm.review.mixin"])

    def _get_reviewers(self):
        """A group means its members who work with the estate of the record.

        Where the estate has none, those above them, and where a person was named who
        has left or moved, the managers of the company, else administrators: nothing
        waits for nobody.
        """
        reviewers = super()._get_reviewers()
        if not self._pm_is_ours():
            return reviewers
        if self.model not in self.env:
            # of an addon that an update has not loaded yet: nobody else for now
            return self.reviewer_ids
        record = self.env[self.model].browse(self.res_id).sudo()
        estate = record.estate_id if "estate_id" in record._fields else None
        if self.reviewer_group_id:
            group = self.reviewer_group_id._pm_members(estate)
            reviewers = self.reviewer_id | group
        reviewers = self._pm_still_asked(reviewers, estate)
        for group in ("pm_core.group_pm_company_manager", "base.group_system"):
            if reviewers:
                break
            above = self.env.ref(group)._pm_members(estate if "pm_" in group else None)
            reviewers = self._pm_still_asked(above, estate if "pm_" in group else None)
        return reviewers

    def _pm_still_asked(self, users, estate):
        """Return those of ``users`` who can decide: they are here, and see it."""
        users = users.sudo().filtered(
            lambda user: user.active and (not estate or user._pm_sees(estate))
        )
        if self.definition_id.exclude_requester:
            users -= self.requested_by
        record = self.env[self.model].browse(self.res_id).sudo()
        return users - record._kept_from_deciding()

    @api.model
    def _pm_asked(self):
        """Return {review: users asked} of all that wait for a decision of ours.

        While an update loads this addon, the models of those after it are not there
        yet; their turn comes when they are loaded.
        """
        waiting = self.sudo().search([("status", "in", ("waiting", "pending"))])
        return {
            review: review.reviewer_ids
            for review in waiting
            if review._pm_is_ours() and review.model in self.env
        }

    @api.model
    def _pm_ask_anew(self, asked_before):
        """Ask who may decide now, after users, groups or levels have changed.

        :param dict asked_before: what ``_pm_asked`` said before the change
        """
        for review, asked in asked_before.items():
            review = review.exists()
            record = review and self.env[review.model].sudo().browse(review.res_id)
            if not record or not record.exists():
                continue
            wanted = review._get_reviewers()
            if wanted != review.reviewer_ids:
                review.reviewer_ids = wanted
            fresh = wanted - asked
            if fresh and review.status == "pending":
                review._pm_tell(record, fresh)

    def _pm_tell(self, record, users):
        record.message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("Waits for your approval: %s", record.display_name),
            body=self.env._(
                "%(record)s waits for your approval: of those who were asked, somebody "
                "has left, works elsewhere or has another role now.",
                record=record.display_name,
            ),
        )

    def _update_review_status(self):
        # users may not write reviews; that the next level has its turn is no decision
        # of theirs, so it is noted with all rights
        return super(TierReview, self.sudo())._update_review_status()

    @api.depends("reviewer_ids")
    def _compute_todo_by(self):
        """Name the group as it is: OCA's words around it have no Chinese."""
        result = super()._compute_todo_by()
        for review in self.filtered("reviewer_group_id"):
            if review._pm_is_ours():
                review.todo_by = review.reviewer_group_id.name
        return result
