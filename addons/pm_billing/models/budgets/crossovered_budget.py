from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# who decides where no level of approval does
DECIDERS = ("pm_core.group_pm_company_manager", "account.group_account_manager")


class CrossoveredBudget(models.Model):
    """The budget of an estate: by position and month, approved, revised, controlled.

    Whoever asks for it does not decide on it: levels of approval do, and where none
    fits another company manager or accounting manager. What holds is not edited; a
    revision is a new version that takes its place when it is approved.
    """

    _name = "crossovered.budget"
    _inherit = [
        "crossovered.budget",
        "mail.activity.mixin",
        "pm.asking.mixin",
        "pm.state.mixin",
    ]
    _asking_columns = {
        "crossovered_budget_line_ids",
        "estate_id",
        "date_from",
        "date_to",
        "pm_control",
        "pm_span",
    }
    _state_from = ["confirm"]
    _state_to = ["validate"]
    _cancel_state = "cancel"

    estate_id = fields.Many2one(
        "pm.property",
        domain="[('kind', '=', 'estate')]",
        index="btree_not_null",
        ondelete="restrict",
    )
    pm_control = fields.Selection(
        [
            ("none", "Only Compared"),
            ("warn", "Warns"),
            ("block", "Stops the Purchase"),
        ],
        "When Exceeded",
        required=True,
        default="warn",
        help="What happens when a purchase would exceed what is left. Who may override "
        "a stop is named on the purchase.",
    )
    pm_span = fields.Selection(
        [("month", "of the Month"), ("budget", "of the Whole Budget")],
        "Counted against What Is Left",
        required=True,
        default="budget",
    )
    pm_asked_by_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, copy=False, tracking=True
    )
    pm_decided_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, tracking=True
    )
    pm_revision = fields.Integer("Revision", readonly=True, copy=False, default=0)
    pm_revision_of_id = fields.Many2one(
        "crossovered.budget",
        "Revision of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _pm_one_revision = models.UniqueIndex(
        "(pm_revision_of_id) WHERE pm_revision_of_id IS NOT NULL "
        "AND state IN ('draft', 'confirm')",
        "A revision of this budget is being worked on already.",
    )

    @api.constrains("estate_id", "company_id")
    def _check_estate(self):
        for budget in self:
            estate = budget.estate_id
            if estate and (
                estate.kind != "estate" or estate.company_id != budget.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(budget)s: %(place)s is no estate of %(company)s.",
                        budget=budget.name,
                        place=estate.display_name,
                        company=budget.company_id.name,
                    )
                )

    def write(self, vals):
        """What was asked for or holds is changed by a revision."""
        kept = {"estate_id", "company_id", "date_from", "date_to", "pm_span"}
        kept |= {"crossovered_budget_line_ids", "pm_control"}
        if not self._writes_freely() and kept & vals.keys():
            self._check_pm_draft()
        if not self._writes_freely() and vals.get("estate_id"):
            self.env["pm.property"].browse(vals["estate_id"]).check_access("read")
        return super().write(vals)

    def _check_pm_draft(self):
        for budget in self:
            if budget.estate_id and budget.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is not a draft. Press Revise to change what holds.",
                        budget.name,
                    )
                )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_budget_confirm(self):
        """Ask for approval."""
        self._check_in_state("draft")
        self.check_access("write")
        for budget in self:
            if not budget.crossovered_budget_line_ids:
                raise UserError(self.env._("%s has no lines.", budget.name))
            budget.sudo()._as_step().write(
                {"state": "confirm", "pm_asked_by_id": self.env.user.id}
            )
            budget.invalidate_recordset(["need_validation"])
            if budget.need_validation:
                budget.request_validation()
                budget.invalidate_recordset(["need_validation"])

    def action_budget_validate(self):
        """Approve, where no level of approval was asked.

        :raises AccessError: who asked for it, or who does not decide on budgets
        """
        self._check_in_state("confirm")
        self.check_access("write")
        for budget in self:
            if budget.review_ids and budget._decisions() != {"approved"}:
                raise UserError(
                    self.env._("%s waits for those who were asked.", budget.name)
                )
            if not budget.review_ids:
                budget._check_second_person()
            budget.sudo()._as_step()._pm_approve(self.env.user)

    def _asked_by(self):
        return super()._asked_by() | self.pm_asked_by_id

    def _check_second_person(self):
        user = self.env.user
        if user in self._asked_by() or not any(
            user.has_group(group) for group in DECIDERS
        ):
            raise AccessError(
                self.env._(
                    "%s is approved by a company manager or accounting manager who did "
                    "not ask for it.",
                    self.name,
                )
            )

    def _pm_approve(self, user):
        """Let it hold, in the place of what it revises."""
        self.ensure_one()
        before = self.pm_revision_of_id
        others = self.search(
            [
                ("estate_id", "=", self.estate_id.id),
                ("estate_id", "!=", False),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "validate"),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
                ("id", "not in", (self | before).ids),
            ],
            limit=1,
        )
        if others:
            raise UserError(
                self.env._(
                    "%(budget)s: %(other)s holds for these days already. Revise it, or "
                    "close it first.",
                    budget=self.name,
                    other=others.name,
                )
            )
        before._as_step().state = "done"
        self.write({"state": "validate", "pm_decided_by_id": user.id})

    def action_budget_done(self):
        """Close what holds."""
        self._check_in_state("validate")
        self.check_access("write")
        self.sudo()._as_step().state = "done"

    def action_budget_cancel(self):
        """Take it back before it holds."""
        self._check_in_state("draft", "confirm")
        self.check_access("write")
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().state = "cancel"

    def action_budget_draft(self):
        """Work on it again."""
        self._check_in_state("confirm", "cancel")
        self.check_access("write")
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().state = "draft"

    def action_pm_revise(self):
        """Make the next version of what holds; both stay on file.

        :return: the action that opens it
        """
        self.ensure_one()
        self._check_in_state("validate")
        self.check_access("write")
        revision = self.sudo()._as_step().copy()
        revision.write(
            {
                "name": self.name,
                "pm_revision": self.pm_revision + 1,
                "pm_revision_of_id": self.id,
            }
        )
        return revision.sudo(self.env.su).get_formview_action()

    def action_pm_spread(self):
        """Put each line that is longer than a month on its months, in equal parts."""
        self._check_in_state("draft")
        self.check_access("write")
        for line in self.crossovered_budget_line_ids:
            line._pm_spread()

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        if self.state == "confirm" and self._decisions() == {"approved"}:
            self.sudo()._as_step()._pm_approve(self.env.user)
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        if self.state == "confirm" and "rejected" in self._decisions():
            self.sudo()._as_step().state = "draft"
        return result
