from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError


class PmReviewMixin(models.AbstractModel):
    """A record on which levels decide, whatever its states are.

    Tier validation as it is here: what a client says decides nothing, reviews are
    written by code alone, reviewers are those who work with the estate, and those
    above them may step in. ``pm.approval.mixin`` adds states of ours; documents of
    Odoo with states of their own, such as purchase orders, take this alone.
    """

    _name = "pm.review.mixin"
    _description = "Is Decided by Levels"
    _inherit = ["tier.validation"]
    _tier_validation_manual_config = False

    # what a client says of a record decides nothing: neither keys of the context that
    # tier validation listens to, nor a status that stands in the values

    def _tier_validation_check_write_allowed(self, vals):
        if self._in_step():
            return
        heard = self.with_context(skip_validation_check=False)
        super(PmReviewMixin, heard)._tier_validation_check_write_allowed(vals)

    def _check_state_from_condition(self):
        return self.state in self._state_from

    def unlink(self):
        """Take the reviews of a draft along, which nobody may delete."""
        self.check_access("unlink")
        self.sudo().review_ids.unlink()
        return super().unlink()

    def _tier_validation_check_write_remove_reviews(self, vals):
        # nobody may delete reviews; that a cancelled record loses them is no decision
        reviewed = self.sudo()
        checked = super(PmReviewMixin, reviewed)
        return checked._tier_validation_check_write_remove_reviews(vals)

    def request_validation(self):
        self.check_access("write")
        reviews = super(PmReviewMixin, self.sudo()).request_validation()
        return reviews.sudo(self.env.su)

    # who may decide: those who are asked, and those above them, who are not asked

    def _may_step_in(self, review, user):
        """Whether ``user`` may decide in the place of the group that is asked.

        A higher role contains the group: it decides where the group does not, in its
        own estates and companies, and never what the level says that two people see.
        """
        self.ensure_one()
        review, user, record = review.sudo(), user.sudo(), self.sudo()
        if review.reviewer_group_id not in user.all_group_ids or user.share:
            return False
        if review.definition_id.exclude_requester and user == review.requested_by:
            return False
        estate = record.estate_id if "estate_id" in record._fields else None
        if estate:
            return user._pm_sees(estate)
        company = record.company_id if "company_id" in record._fields else None
        return not company or company in user.company_ids

    def _kept_from_deciding(self):
        """Return users who do not decide on it, whatever the levels say."""
        return self.env["res.users"]

    def _reviews_of(self, user):
        """The reviews that wait and that ``user`` may decide, whether asked or not."""
        if user in self.sudo()._kept_from_deciding():
            return self.env["tier.review"]
        return self.review_ids.filtered(
            lambda review: (
                review.status in ("waiting", "pending")
                and (user in review.reviewer_ids or self._may_step_in(review, user))
            )
        )

    def _step_in(self, reviews):
        """Count the user among those who are asked: tier validation knows no others.

        That is done at the moment of the decision, so that nobody is told before.
        """
        user = self.env.user
        sequences = self._get_sequences_to_approve(user)
        for review in reviews & self._reviews_of(user):
            if review.sequence in sequences and user not in review.reviewer_ids:
                review.sudo().reviewer_ids |= user

    def _get_sequences_to_approve(self, user):
        """Also of those who may step in; levels in order are decided in order."""
        waiting = self.review_ids.filtered(
            lambda review: review.status in ("waiting", "pending")
        )
        first = min(waiting.mapped("sequence"), default=0)
        return [
            review.sequence
            for review in self._reviews_of(user)
            if not review.approve_sequence or review.sequence == first
        ]

    def _compute_has_comment(self):
        result = super()._compute_has_comment()
        for record in self.filtered(lambda record: not record.has_comment):
            record.has_comment = any(
                record._reviews_of(self.env.user).mapped("has_comment")
            )
        return result

    def _add_comment(self, validate_reject, reviews):
        # tier validation hands over the reviews whose reviewer the user is already;
        # a manager who steps in without being asked has none of these
        if not reviews:
            sequences = self._get_sequences_to_approve(self.env.user)
            reviews = self._reviews_of(self.env.user).filtered(
                lambda review: review.sequence in sequences
            )
        return super()._add_comment(validate_reject, reviews)

    def _due_reviews(self, tiers):
        """Those of this record that the user may decide now, who is counted in.

        :param tiers: reviews that a dialog or a caller names; only the record's count
        :raises AccessError: nothing here waits for the user
        """
        reviews = self._reviews_of(self.env.user)
        if tiers:
            reviews &= tiers
        sequences = self._get_sequences_to_approve(self.env.user)
        due = reviews.filtered(
            lambda review: (
                review.sequence in sequences or review.approve_sequence_bypass
            )
        )
        if not due:
            raise AccessError(
                self.env._(
                    "%s does not wait for your decision.", self.sudo().display_name
                )
            )
        self._step_in(due)
        return due

    def _validate_tier(self, tiers=False):
        tiers = self._due_reviews(tiers)
        return super(PmReviewMixin, self.sudo())._validate_tier(tiers.sudo())

    def _decisions(self):
        """What the levels said, by the reviews alone and no column of this record."""
        reviews = self.sudo().review_ids
        # what somebody put into the cache is no decision
        reviews.invalidate_recordset(["status"])
        return set(reviews.mapped("status"))

    def _rejected_tier(self, tiers=False):
        tiers = self._due_reviews(tiers)
        return super(PmReviewMixin, self.sudo())._rejected_tier(tiers.sudo())

    # OCA's banner in words that can be translated here: it has no Chinese of them

    def _get_to_validate_message(self):
        message = super()._get_to_validate_message()
        pending = self.review_ids.filtered(lambda review: review.status == "pending")
        if not pending[:1].todo_by:
            return message
        return Markup('<i class="fa fa-lg fa-info-circle"></i> %s') % self.env._(
            "Waiting for the approval of %s", pending[0].todo_by
        )

    def _get_validated_message(self):
        return super()._get_validated_message() and Markup(
            '<i class="fa fa-thumbs-up"></i> %s'
        ) % self.env._("The request was approved.")

    def _get_rejected_message(self):
        return super()._get_rejected_message() and Markup(
            '<i class="fa fa-thumbs-down"></i> %s'
        ) % self.env._("The request was rejected.")

    def _notify_requested_review_body(self, tier_reviews=None):
        if not tier_reviews:
            return super()._notify_requested_review_body(tier_reviews)
        return self.env._(
            "Waiting for the approval of %(reviewers)s, asked for by %(requester)s.",
            reviewers=", ".join(filter(None, tier_reviews.mapped("todo_by"))),
            requester=tier_reviews[:1].requested_by.display_name,
        )

    def _notify_accepted_reviews_body(self):
        return self._in_own_words(self.env._("Approved."))

    def _notify_rejected_review_body(self):
        return self._in_own_words(self.env._("Not approved."))

    def _in_own_words(self, text):
        """A decision, with the comment of who took it."""
        comments = self.review_ids.filtered(
            lambda review: review.done_by == self.env.user and review.comment
        ).mapped("comment")
        return " ".join([text, *comments[-1:]])

    def _compute_next_review(self):
        result = super()._compute_next_review()
        for record in self.filtered("next_review"):
            pending = record.review_ids.sorted("sequence").filtered(
                lambda review: review.status == "pending"
            )
            record.next_review = self.env._("Level: %s", pending[0].name)
        return result
