from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PmPolicy(models.Model):
    """Each policy is looked at again, once a year, by who is responsible for it.

    When is a matter of ``review_date`` and ``review_months`` of the policy, and its
    owner is reminded as ever; here is what came out of each review.
    """

    _inherit = "pm.policy"

    review_result_ids = fields.One2many(
        "pm.policy.review", "policy_id", "Reviews", readonly=True
    )
    last_review = fields.Selection(
        selection=lambda self: (
            self.env["pm.policy.review"]
            ._fields["result"]
            ._description_selection(self.env)
        ),
        string="Last Result",
        compute="_compute_last_review",
    )
    is_review_due = fields.Boolean(
        "Review Overdue",
        compute="_compute_is_review_due",
        search="_search_is_review_due",
    )

    @api.depends("origin_id.version_ids.review_result_ids.result")
    def _compute_last_review(self):
        """That of the whole chain: a version that a review led to has had one."""
        rows = self.env["pm.policy.review"].search_fetch(
            [("origin_id", "in", self.origin_id.ids)], ["origin_id", "result"]
        )
        last = {}
        for row in rows:
            last.setdefault(row.origin_id, row.result)
        for policy in self:
            policy.last_review = last.get(policy.origin_id, False)

    @api.depends("state", "review_date")
    def _compute_is_review_due(self):
        today = fields.Date.context_today(self)
        for policy in self:
            policy.is_review_due = bool(
                policy.state == "in_force"
                and policy.review_date
                and policy.review_date < today
            )

    @api.model
    def _search_is_review_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "in_force") & Domain(
            "review_date", "<", fields.Date.context_today(self)
        )

    def action_reviewed(self):
        """Note that the policy was reviewed and stays; the next review is set."""
        before = {policy: policy.review_date for policy in self}
        result = super().action_reviewed()
        for policy in self:
            policy._note_review("kept", before[policy])
        return result

    def action_review(self, result=None, note=None, date_next=None):
        """Note what came out of the review, and until when it is looked at again.

        Who is responsible for the policy does so, or who may change it.

        :param result: ``kept``, ``changed`` (the next version is drafted) or
            ``withdrawn``
        :param note: what was found
        :param date_next: day of the next review; a year from now by default
        :returns: the action that opens the draft of the next version, if there is one
        :raises UserError: no result, or the day is not to come
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            self.check_access("write")
        self._check_in_state("in_force")
        if result not in ("kept", "changed", "withdrawn"):
            raise UserError(
                self.env._(
                    "%s: say whether it is kept, changed or withdrawn.",
                    self.display_name,
                )
            )
        today = fields.Date.context_today(self)
        date_next = fields.Date.to_date(date_next) or self._next_review(today) or False
        if date_next and date_next <= today:
            raise UserError(
                self.env._("The next review of %s is to come.", self.display_name)
            )
        due, draft = self.review_date, self.browse()
        if result == "withdrawn":
            self.action_repeal()
            date_next = False
        elif result == "changed":
            self.check_access("write")
            draft = self._open_version() or self._new_version()
            if draft.state == "draft" and not draft.change_reason:
                draft.change_reason = note
        self.sudo()._as_step().review_date = date_next
        self._note_review(result, due, note, draft)
        self.sudo().activity_feedback(["pm_core.mail_activity_type_policy_review"])
        return draft._form() if draft else None

    def action_ask_review(self):
        """Open the dialog that asks for the result of the review."""
        self.ensure_one()
        self.check_access("read")
        self._check_in_state("in_force")
        today = fields.Date.context_today(self)
        return (
            self.env["pm.improvement.act"]
            .with_context(pm_improvement_step="review")
            ._open(
                {
                    "default_policy_id": self.id,
                    "default_date_next": self._next_review(today) or False,
                }
            )
        )

    def action_view_reviews(self):
        """Open what came out of the reviews so far."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_complaints.pm_policy_review_action"
            ),
            "domain": [("origin_id", "=", self.origin_id.id)],
        }

    def _note_review(self, result, due, note=None, draft=None):
        self.env["pm.policy.review"].sudo()._as_step().create(
            {
                "policy_id": self.id,
                "result": result,
                "date_due": due,
                "date": fields.Date.context_today(self),
                "user_id": self.env.uid,
                "note": note,
                "new_policy_id": draft.id if draft else False,
                "date_next": self.sudo().review_date,
            }
        )

    @api.model
    def _fill_review_dates(self):
        """What is in force and was never given a day is due a year after it began."""
        lacking = self.search(
            [
                ("state", "=", "in_force"),
                ("review_date", "=", False),
                ("review_months", ">", 0),
            ]
        )
        today = fields.Date.context_today(self)
        for policy in lacking:
            start = policy.valid_from or today
            policy._as_step().review_date = max(
                start + relativedelta(months=policy.review_months), today
            )

    @api.model
    def _cron_review(self):
        self._fill_review_dates()
        return super()._cron_review()
