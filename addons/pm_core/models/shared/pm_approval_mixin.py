from odoo import fields, models
from odoo.exceptions import UserError


class PmApprovalMixin(models.AbstractModel):
    """A record that is approved before it holds, by the levels that staff define.

    Built on OCA tier validation: *who* approves is a matter of ``tier.definition``
    (amount, kind, estate, company, in any number of levels), edited in the web
    client. A model that inherits this has a ``state`` with ``draft``, ``approval``
    and the state that approval leads to, named in ``_state_to``. Without a level
    that applies, submitting approves at once.

    The state is nobody's to write: the steps of a model check who may take them, and
    then write it as superuser. Tier validation itself guards only what is in approval.
    Nor are the reviews: a record rule keeps everybody from them, and tier validation
    writes them as superuser, after it asked whether the user is a reviewer.
    """

    _name = "pm.approval.mixin"
    _description = "Needs Approval"
    _inherit = ["pm.review.mixin", "pm.state.mixin"]
    _state_from = ["approval"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"

    approval_date = fields.Datetime("Approved on", readonly=True, copy=False)

    def action_submit(self):
        """Ask for approval, or approve at once where no level applies.

        :raises UserError: not a draft
        """
        self._check_submittable()
        # the state is the records' own: no one sets it by hand
        self.check_access("write")
        for record in self:
            record.sudo()._as_step().state = "approval"
            # computed from state and reviews, but depends on neither: for the second
            # of several records it would still say what the first one asked of all
            record.invalidate_recordset(["need_validation"])
            if record.need_validation:
                record.request_validation()
                record.invalidate_recordset(["need_validation"])
            else:
                record.sudo()._as_step()._approve()

    def action_withdraw(self):
        """Take the request back and go on editing.

        :raises UserError: not waiting for approval
        """
        self._check_in_state("approval")
        self.check_access("write")
        # the reviews would otherwise be taken for open ones later
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().state = "draft"

    def _check_submittable(self):
        """Refuse to submit what is incomplete; models add what they need."""
        self._check_in_state("draft")

    def _approve(self):
        """Take the approved state; runs as superuser, the levels decided."""
        self._as_step().write(
            {"state": self._state_to[0], "approval_date": fields.Datetime.now()}
        )

    def restart_validation(self):
        """Submitting anew after taking it back does the same, and leaves no gap.

        :raises UserError: always
        """
        raise UserError(
            self.env._("Take the request back and submit it again to start anew.")
        )

    def _validate_tier(self, tiers=False):
        result = super()._validate_tier(tiers)
        if self.state == "approval" and self._decisions() == {"approved"}:
            self.sudo()._as_step()._approve()
        return result

    def _rejected_tier(self, tiers=False):
        result = super()._rejected_tier(tiers)
        if self.state == "approval" and "rejected" in self._decisions():
            # who may review may not always write
            self.sudo()._as_step().state = "draft"
        return result

    def _add_tier_validation_buttons(self, node, params):
        """Without OCA's own: a request is made and taken back by ours."""
        added = super()._add_tier_validation_buttons(node, params)
        for button in added.findall(".//button"):
            button.getparent().remove(button)
        return added

    def _get_tier_validation_readonly_domain(self):
        """Lock forms while the levels decide; before and after, models say what.

        Levels that said no leave a draft, which is there to be improved.
        """
        return "validation_status in ('waiting', 'pending')"
