from odoo import api, fields, models
from odoo.tools import format_date

from .pm_contract_states import IN_FORCE


class PmContract(models.Model):
    """What is to be done next, as the banner of the form says it."""

    _inherit = "pm.contract"

    next_step = fields.Char(compute="_compute_next_step")

    @api.depends("state", "party_ids.signed_on", "clause_ids", "handover_ids.done_on")
    def _compute_next_step(self):
        for contract in self:
            contract.next_step = contract._next_step()

    def _next_step(self):
        """Return what to do next, as the banner of the form says it."""
        self.ensure_one()
        if self.taken_over and not self.partner_id and self.state in IN_FORCE:
            return self.env._(
                "This contract was made when the register was taken over. Name the "
                "other party and attach the signed contract."
            )
        if self.state == "draft":
            return self._next_step_of_draft()
        if self.state == "approval":
            return self.env._(
                "The approval levels decide. Withdraw it to go on editing."
            )
        if self.state == "approved":
            unsigned = self.party_ids.filtered(lambda party: not party.signed_on)
            return self.env._(
                "Have it signed by %(parties)s: print it, or send the link.",
                parties=", ".join(unsigned.partner_id.mapped("name")),
            )
        if self.state == "signed":
            return self.env._(
                "Signed by all. It becomes active by itself on %(day)s.",
                day=format_date(self.env, self.date_from),
            )
        if self.state in IN_FORCE and self.termination_date:
            return self.env._(
                "Notice was given: the last day is %(day)s. Hand over by the "
                "checklist.",
                day=format_date(self.env, self.termination_date),
            )
        if self.state == "expiring":
            return self.env._(
                "The term ends on %(end)s. Our last day to give notice is "
                "%(ours)s, theirs %(theirs)s: renew it, or terminate it.",
                end=format_date(self.env, self.date_to),
                ours=format_date(self.env, self.notice_date),
                theirs=format_date(self.env, self.notice_date_other),
            )
        if self.state == "active" and self.open_ended_since:
            return self.env._(
                "The term has passed and the contract runs on. Either side may end "
                "it with %(days)s days' notice.",
                days=self.kind_id.notice_days_open,
            )
        if self.state in ("terminated", "ended") and self.handover_open_count:
            return self.env._(
                "%(count)s points of the hand-over are open, due by %(day)s.",
                count=self.handover_open_count,
                day=format_date(self.env, self.handover_due) or "–",
            )
        if self.state == "terminated" and not self.handover_closed_on:
            return self.env._("Enter the settlement, then close the hand-over.")
        return False

    def _next_step_of_draft(self):
        if not self.partner_id:
            return self.env._("Name the other party.")
        if not self.clause_ids:
            return self.env._("Take the clauses from the templates, or write your own.")
        return self.env._("Complete the terms, then submit the contract.")
