from odoo import fields, models

from ..complaints.pm_complaint import ENDS
from .pm_follow_up import OPEN

# what is not a low verdict, by what the company calls low
LOW = {
    "unsatisfied": ("unsatisfied",),
    "partly": ("unsatisfied", "partly"),
}


class PmComplaint(models.Model):
    """The customer's verdict is asked for by somebody else, as the rules say."""

    _inherit = "pm.complaint"

    follow_up_ids = fields.One2many(
        "pm.follow.up",
        "complaint_id",
        "Follow-ups",
        readonly=True,
        groups="pm_core.group_pm_service,pm_core.group_pm_hr",
    )

    def action_view_follow_ups(self):
        """Open what the customer was asked about this complaint, and the call that it
        came from."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.follow.up"]._list_about("complaint_id", self)

    def _open_follow_ups(self):
        return self.sudo().follow_up_ids.filtered(lambda one: one.state in OPEN)

    def _take_step(self, step, state=None, note=None, **values):
        """What was answered is asked about; what goes on is not."""
        result = super()._take_step(step, state, note, **values)
        if step in ("rectify", "reopen") or state in ENDS:
            self._open_follow_ups()._call_off_all(
                self.env._("The complaint goes on, or has ended.")
            )
        elif step == "verify" or (step == "reply" and state in ("replied", "verified")):
            self.env["pm.follow.up"]._open(
                "complaint", self.filtered(lambda case: case._is_to_be_asked())
            )
        return result

    def _take_verdict(self, verdict, words, no_verdict_reason=None, user=None):
        """Whoever asked has made the call; a low verdict that the customer gave alone
        is asked about."""
        result = super()._take_verdict(verdict, words, no_verdict_reason, user)
        if not self._in_step("pm_following_up"):
            self._settle_follow_ups(verdict, words or no_verdict_reason, user)
            low = LOW.get(self.company_id.sudo().pm_low_verdict, ())
            if not user and verdict in low:
                self.env["pm.follow.up"]._open("complaint_low", self)
        return result

    def _take_away(self):
        """Whom it concerns calls nobody about it."""
        result = super()._take_away()
        for complaint in self:
            hidden = complaint.concerned_user_ids
            calls = complaint.sudo()._open_follow_ups()
            calls.filtered(lambda one, hidden=hidden: one.user_id in hidden)._assign()
        return result

    def _settle_follow_ups(self, verdict, words, user):
        """The verdict is there: what was to be asked was asked, or is not needed."""
        left = self._open_follow_ups()
        if user and verdict:
            left._asked_elsewhere(verdict, words)
        else:
            left._call_off_all(
                words if user else self.env._("The customer has said it alone.")
            )

    def _called_back(self, follow_up, reason=None):
        """The verdict of a call is that of the complaint.

        :param follow_up: ``pm.follow.up`` that is over
        :param reason: why there is no verdict
        """
        one = follow_up.sudo()
        case = self.sudo()._as_step("pm_following_up")
        if one.verdict or not (case.verdict or case.no_verdict_reason):
            case._take_verdict(one.verdict, one.words, reason, self.env.user)
